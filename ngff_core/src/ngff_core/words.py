"""Words for messages: values as short text, and names that were perhaps meant."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["abbreviate", "meant", "suggestion"]


def abbreviate(value: object, limit: int = 60) -> str:
    """Write a JSON value as short text that is safe to print: no control characters, a bounded length."""
    match value:
        case dict():
            text = f"object with keys {', '.join(map(str, value))}" if value else "empty object"
        case list() | tuple():
            text = _array(value, limit)
        case str():
            text = _string(value[: limit * 2])
        case None | bool():
            text = {None: "null", True: "true", False: "false"}[value]
        case _:
            text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _array(value: list[object] | tuple[object, ...], limit: int) -> str:
    if all(isinstance(item, (str, int, float)) or item is None for item in value[:20]):
        return "[" + ", ".join(abbreviate(item, limit) for item in value[:20]) + ("]" if len(value) <= 20 else "…")
    return f"array of {len(value)}"


def _string(value: str) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def meant(name: str, known: Iterable[str]) -> str | None:
    """Return the one of some names that was perhaps meant by an unknown one."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    return near[0] if near else None


def suggestion(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the end of a message on an unknown name: the one that was perhaps meant."""
    near = meant(name, known)
    return f"; did you mean {near!r}?" if near is not None else f"; {otherwise}"
