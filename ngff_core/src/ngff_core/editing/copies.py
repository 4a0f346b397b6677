"""Consolidated metadata after a change: what it says of the documents that changed is what they hold now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ngff_core.editing.held import Held
from ngff_core.mending.edit import REMOVED
from ngff_core.migration.interface import Remark
from ngff_core.zarr.keys import CONSOLIDATED_KEY, NODE_KEYS, above, join

__all__ = ["entries_of", "unkept", "update_copies"]


def update_copies(held: Held, keys: Collection[str]) -> set[str]:
    """Change the copies of documents in the consolidated metadata of all groups that they are in.

    Returns the groups whose copies could not be written as they would have to be.
    """
    copies: dict[str, Any] = {}
    changed: set[str] = set()
    for key in keys:
        path, _, name = key.rpartition("/")
        zarr_format = 3 if name == "zarr.json" else 2
        if name not in NODE_KEYS[zarr_format]:
            continue
        groups = above(path) if zarr_format == 3 else (path, *above(path))
        for group in groups:
            holder = join(group, CONSOLIDATED_KEY[zarr_format])
            if holder not in copies:
                copies[holder] = _with_copies(held, holder, zarr_format)
            entries = entries_of(copies[holder], zarr_format)
            if entries is not None:
                place = key if zarr_format == 2 else path
                _update(entries, place[len(group) + 1 if group else 0 :], held.fresh(key))
                changed.add(holder)
    ordered = sorted(changed, key=lambda holder: -holder.count("/"))
    return {
        holder.rpartition("/")[0] for holder in ordered if held.loses(holder) or not held.put(holder, copies[holder])
    }


def unkept(groups: Collection[str]) -> list[Remark]:
    """Return what is in the way where copies of some groups could not be written as they would have to be."""
    text = "its copies of metadata could not be written: mend or remove them first"
    return [Remark(group, text) for group in sorted(groups)]


def _update(entries: dict[str, Any], place: str, value: Any) -> None:
    """Let the copy of a document be what it holds; what the copy says of further copies stays."""
    if value is REMOVED:
        entries.pop(place, None)
        return
    inline = "consolidated_metadata"
    old = entries.get(place)
    value = {k: v for k, v in value.items() if k != inline} if isinstance(value, dict) else value
    if isinstance(old, dict) and inline in old and isinstance(value, dict):
        value[inline] = old[inline]
    entries[place] = value


def _with_copies(held: Held, holder: str, zarr_format: int) -> Any:
    """Return a document of its own with copies in it; `REMOVED`: the group has none."""
    group, _, name = holder.rpartition("/")
    there = entries_of(held.document(group, name), zarr_format) is not None
    return held.fresh(holder) if there else REMOVED


def entries_of(document: Any, zarr_format: int) -> dict[str, Any] | None:
    """Return the copies that a document of consolidated metadata holds, by path or key."""
    holder = document if zarr_format == 2 else _member(document, "consolidated_metadata")
    entries = _member(holder, "metadata")
    return entries if isinstance(entries, dict) else None


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
