"""What is known to be a secret, as a user gave it: it is in no text that is shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ngff_core.references import Reference

__all__ = ["HIDDEN", "each_text", "hidden", "hidden_json", "remember_address", "remember_options"]

HIDDEN = "***"
_known: Mapping[str, None] = {}  # longest first; never changed but replaced: stores are opened in threads
# only where there is an address, or an option
_forms_of = Reference("ngff_core.masking.forms:forms_of")
_secrets_in_address = Reference("ngff_core.masking.forms:secrets_in_address")
_secrets_in_environment = Reference("ngff_core.masking.environment:secrets_in_environment")
_secrets_in_options = Reference("ngff_core.masking.forms:secrets_in_options")


def hidden(text: str) -> str:
    """Return a text without the secrets that were given; all else is left as it is."""
    for secret in _known:
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return text


def hidden_json(value: Any) -> Any:
    """Return JSON without the secrets that were given: what is written in it may write them in ways of its own."""
    return each_text(value, hidden) if _known else value


def each_text(value: Any, clean: Callable[[str], str]) -> Any:
    """Return JSON with each text in it as a function returns it; keys stay."""
    if isinstance(value, Mapping):
        return {name: each_text(inner, clean) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [each_text(inner, clean) for inner in value]
    return clean(value) if isinstance(value, str) else value


def remember_address(url: str) -> None:
    """Take down the secrets of an address, and those of the environment, which clients send there."""
    if "://" in url:
        _remember(_secrets_in_address(url))
        _remember(_secrets_in_environment(os.environ))


def remember_options(options: Mapping[str, Any]) -> None:
    """Take down the secrets among the options of a store."""
    if options:
        _remember(_secrets_in_options(options))


def _remember(secrets: Iterable[str]) -> None:
    global _known
    forms = dict.fromkeys(_forms_of(secrets))
    if not forms.keys() <= _known.keys():
        # a secret may be a part of another one
        _known = dict.fromkeys(sorted({**_known, **forms}, key=len, reverse=True))
