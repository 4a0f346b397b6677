"""JSON pointers (RFC 6901) and their order."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["LONG", "Part", "Pointer", "pointer_order", "to_pointer"]

LONG = 20  # digits, of what is no index but a key

Part = str | int
Pointer = tuple[Part, ...]


def to_pointer(parts: Iterable[Part]) -> str:
    """Write the keys and indexes that lead to a value as one JSON pointer."""
    return "".join([f"/{_escape(part)}" for part in parts])  # a list: quicker, and this is done for every issue


def pointer_order(pointer: str) -> list[tuple[int, int, str]]:
    """Return a sort key that puts a parent before its children and index 9 before index 10."""
    return [
        (0, int(part), "") if part.isdecimal() and part.isascii() and len(part) < LONG else (1, 0, part)
        for part in pointer.split("/")[1:]
    ]


def _escape(part: Part) -> str:
    return part.replace("~", "~0").replace("/", "~1") if isinstance(part, str) else str(part)
