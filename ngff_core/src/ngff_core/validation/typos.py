"""Paths of this machine that are not there: the one that was perhaps meant."""

from __future__ import annotations

import os

from ngff_core.words import meant

__all__ = ["meant_path"]


def meant_path(path: str) -> str | None:
    """Return a path that is there and differs from one that is not in the name of one folder or file; perhaps none."""
    if os.path.lexists(path):
        return None
    rest: list[str] = []
    folder, name = os.path.split(path.rstrip("/" + os.sep))
    while folder and not os.path.isdir(folder):
        rest.insert(0, name)
        folder, name = os.path.split(folder)
    try:
        near = meant(name, sorted(os.listdir(folder or os.curdir))) if name else None
    except OSError:
        return None
    if near is None:
        return None
    whole = os.path.join(folder, near, *rest)
    return whole if os.path.lexists(whole) else None
