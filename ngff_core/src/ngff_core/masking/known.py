"""What is known to be a secret, as a user gave it: it is in no text that is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ngff_core.references import Reference

__all__ = ["HIDDEN", "hidden", "remember_address", "remember_options"]

HIDDEN = "***"
_known: dict[str, None] = {}
# only where there is an address, or an option
_forms_of = Reference("ngff_core.masking.forms:forms_of")
_secrets_in_address = Reference("ngff_core.masking.forms:secrets_in_address")
_secrets_in_options = Reference("ngff_core.masking.forms:secrets_in_options")


def hidden(text: str) -> str:
    """Return a text without the secrets that were given; all else is left as it is."""
    for secret in _known:
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return text


def remember_address(url: str) -> None:
    """Take down the secrets of an address."""
    if "://" in url:
        _remember(dict.fromkeys(_forms_of(_secrets_in_address(url))))


def remember_options(options: Mapping[str, Any]) -> None:
    """Take down the secrets among the options of a store."""
    if options:
        _remember(dict.fromkeys(_forms_of(_secrets_in_options(options))))


def _remember(forms: Mapping[str, None]) -> None:
    if not forms.keys() <= _known.keys():
        known = sorted({**_known, **forms}, key=len, reverse=True)  # a secret may be a part of another one
        _known.clear()
        _known.update(dict.fromkeys(known))
