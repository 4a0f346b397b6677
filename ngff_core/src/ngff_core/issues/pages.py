"""Where the documentation has the page of a rule: the one place that knows its address.

No site of the documentation is published, so there is no address unless the environment variable ``NGFF_DOCS`` states
one: that of a site built from this tree, such as ``https://docs.example.org/ngff`` or ``file:///home/me/ngff/build/site``.
`ngff rules ID` says the same offline.
"""

from __future__ import annotations

import os
import re

__all__ = ["page_of"]

SITE = ""  # the address of the published site, once there is one
_ADDRESS = re.compile(r"(https?|file)://[A-Za-z0-9._~:/@%+\[\]-]+")
_ID = re.compile("[a-z0-9-]+")


def page_of(rule: str, entry: str | None = None) -> str | None:
    """Return the address of the page of a rule, or of the entry of the catalogue that a fault of structure stands for.

    None where there is no site, and for rules of others, whose ids have a prefix: it has no pages of these.
    """
    site = os.environ.get("NGFF_DOCS", SITE)
    known = _ID.fullmatch(rule) and _ID.fullmatch(entry or rule)
    return f"{site.rstrip('/')}/rules/{entry or rule}.html" if known and _ADDRESS.fullmatch(site) else None
