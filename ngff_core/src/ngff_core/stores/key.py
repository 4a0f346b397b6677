"""Keys: the names of what is in a store, which cannot lead out of it."""

from __future__ import annotations

import os
import re

from ngff_core.errors import StoreError
from ngff_core.words import abbreviate

__all__ = ["BadKeyError", "Key", "is_key", "path_key"]

LONGEST = 1 << 14  # characters; S3 has 1,024, no file system more than 4,096 at once
_BAD = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)|\0")
if os.name == "nt":
    _BAD = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)|[\0\\:]")


class BadKeyError(StoreError):
    """A text that is no key: it is empty, or could lead out of a store."""


class Key(str):
    """A checked key: names with single slashes between them, none of which is empty, ``.`` or ``..``.

    It is made from a text, and that raises BadKeyError; whatever is written or taken away is named by one.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Key:
        if text.__class__ is cls:
            return text
        if not is_key(text):
            found = abbreviate(text)
            raise BadKeyError(f"{found} is no key: expected names with single slashes between, and no '..'")
        return str.__new__(cls, text)


def is_key(text: str) -> bool:
    """Tell whether a text is a key, so that it cannot lead out of a store."""
    return _BAD.search(text) is None and len(text) <= LONGEST


def path_key(text: str) -> str:
    """Return the path of a node, the root's being empty; raises BadKeyError."""
    return Key(text) if text else text
