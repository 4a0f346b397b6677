"""What is being written in a group, or is left over from that: named, as it is no part of the hierarchy."""

from __future__ import annotations

from collections.abc import Sequence

from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.words import listed
from ngff_core.zarr.keys import PART, is_left_over, meant_by, replaced_by

__all__ = [
    "HOW_TO_GO_ON",
    "HOW_TO_GO_ON_STREAMING",
    "is_called_left_over",
    "left_over_at_root",
    "left_over_below",
    "left_over_in",
    "left_over_without_metadata",
]

_RULE = "write-interrupted"
_FOLDER = f"{PART}/"
_ABOUT = "once nobody is writing any more, {}"
# in the order in which it is to be read: what was streamed may be frames of which there is no other copy
HOW_TO_GO_ON = _ABOUT.format(
    "go on with resume=True where it was streamed: its frames are kept; else delete it, and run again what was writing"
)
"""What to do about what was broken off, whatever it was: an image, a field, labels, levels, a stream."""
HOW_TO_GO_ON_STREAMING = _ABOUT.format("go on with what was streamed (resume=True): the frames in it are kept")
"""What to do about a stream, which its journal tells."""


def left_over_in(path: str, listing: Sequence[str] | None) -> list[Issue]:
    """Return findings on folders in a group, by the names in it as far as they are listed."""
    found = [name[:-1] for name in listing or () if name.endswith(_FOLDER)]
    if not found:
        return []
    issues: list[Issue] = []
    if new := [name for name in found if meant_by(name)]:
        message = "something in this group is incomplete: it is being written, or was when that was broken off"
        issues.append(finding(_RULE, message, node=path, found=listed(new, 5), hint=HOW_TO_GO_ON))
    if old := [name for name in found if replaced_by(name)]:
        message = "something in this group was put aside to be replaced, and is left over"
        name = replaced_by(old[0])
        hint = _ABOUT.format(f"give it its name again where nothing is there, such as {name}, or delete it")
        issues.append(finding(_RULE, message, node=path, found=listed(old, 5), hint=hint))
    return issues


def is_called_left_over(url: str) -> bool:
    """Tell whether a store has the name of one that is not in its place."""
    return is_left_over(_name_of(url))


def left_over_without_metadata(url: str, *, streamed: bool) -> Issue:
    """Return the finding on a store that has no metadata, and such a name; ``streamed``: with a stream's journal."""
    if replaced_by(_name_of(url)):
        message = "this is incomplete: it was replaced, and was being taken away when that was broken off, or still is"
        return finding("store-without-metadata", message, hint="delete it")
    message = "this is incomplete: it was being written when that was broken off, or still is"
    return finding("store-without-metadata", message, hint=HOW_TO_GO_ON_STREAMING if streamed else HOW_TO_GO_ON)


def left_over_below(names: Sequence[str]) -> Issue:
    """Return the finding on a folder that has no metadata, and nothing below but folders with such names."""
    message = "no OME-Zarr metadata here, nor below, but what is left over from writing that was broken off"
    return finding("store-without-metadata", message, found=listed(names, 5), hint="see ngff validate --recursive")


def left_over_at_root(url: str) -> list[Issue]:
    """Return a finding on a store that has all of its metadata, and the name of one that is not in its place."""
    name = _name_of(url)
    if new := meant_by(name):
        message = "this has not got its name yet: it is being written, or was when that was broken off"
    elif new := replaced_by(name):
        message = "this was put aside to be replaced, and is left over"
    else:
        return []
    hint = _ABOUT.format("give it its name where nothing is there, or delete it")
    return [finding(_RULE, message, found=name, expected=new, hint=hint)]


def _name_of(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]
