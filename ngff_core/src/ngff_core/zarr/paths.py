"""Paths of nodes below the root of a store."""

from __future__ import annotations

__all__ = ["plain_path", "resolve_path"]


def resolve_path(base: str, relative: str) -> str | None:
    """Return the path that ``relative`` means as seen from the group ``base``; ``None`` when it climbs out.

    Absolute paths, those on a drive (``C:/x``, not ``a:b``) among them, and backslashes are never followed.
    """
    if (
        relative.startswith("/")
        or "\\" in relative
        or "\0" in relative
        or (relative[1:3] in (":", ":/") and relative[0].isalpha())
    ):
        return None
    parts = base.split("/") if base else []
    for part in relative.split("/"):
        if part in ("", "."):
            continue
        if part == "..":
            if not parts:
                return None
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def plain_path(path: str) -> str:
    """Return a path without superfluous slashes and dots: the name by which two ways of writing it are the same.

    One that climbs out stays as it is.
    """
    resolved = resolve_path("", path.lstrip("/"))
    return path if resolved is None else resolved
