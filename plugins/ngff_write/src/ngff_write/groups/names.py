"""Names of groups, as the rules want them."""

from __future__ import annotations

import re

from ngff_core.errors import UsageError
from ngff_core.zarr.keys import DOCUMENTS, PART
from ngff_write.documents import Writing
from ngff_write.options import said

__all__ = ["checked_name", "field_name", "plain_name"]

_PLAIN = re.compile(r"[A-Za-z0-9]+")
_NODE = re.compile(r"(?!__)(?!\.+\Z)[A-Za-z0-9._-]+")


def checked_name(name: object, what: str) -> str:
    """Return the name of a node; raises UsageError for one that not every reader takes, or that has a meaning."""
    if not isinstance(name, str) or not _NODE.fullmatch(name):
        raise UsageError(f"{what} is called {said(name)}: names are made of letters, digits and '-', '_', '.'")
    if name in DOCUMENTS or name.endswith(PART):
        raise UsageError(f"{what} is called {name!r}, as a document of Zarr or something unfinished is: take another")
    return name


def plain_name(name: object, what: str) -> str:
    """Return the name of a row or a column; raises UsageError for other characters than letters and digits."""
    if not isinstance(name, str) or not _PLAIN.fullmatch(name):
        raise UsageError(f"{what} is called {said(name)}: names are made of letters and digits, such as 'A' and '1'")
    return name


def field_name(name: object, writing: Writing) -> str:
    """Return the name of a field of view: letters and digits, and from 0.6 on that of any node."""
    what = "a field of view"
    return plain_name(name, what) if writing.spec.order < (0, 6) else checked_name(name, what)
