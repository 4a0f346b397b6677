"""Files that a command line names to be written: none in a hierarchy, over what is read, or over each other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from ngff_core.errors import UsageError
from ngff_core.zarr.keys import DOCUMENTS, LOCK, PART

__all__ = ["refuse_overwriting"]

_METADATA = frozenset(DOCUMENTS)
_ARCHIVES = (".ozx", ".zip")
_UPGRADES = ".ngff-upgrade."  # begins the names of journals and of the marker of a copy


def refuse_overwriting(written: Iterable[tuple[str, str]], read: Iterable[tuple[str, str]] = ()) -> None:
    """Raise UsageError where a file would be lost.

    Each is what it is, in words, and its path. What is read may be written as what it is: a baseline anew.
    """
    readers = {_behind(path): what for what, path in read}
    writers: dict[str, str] = {}
    for what, path in written:
        behind = _behind(path)
        for name, shown in ((path, repr(path)), (behind, f"{path!r} leads to {behind!r}, which")):
            _refuse_name(os.path.basename(name), shown, what)
        if behind in writers:
            other = writers[behind]
            both = "two formats" if what == other else f"{other} and {what}"
            raise UsageError(f"{both} would be written to {path}")
        writers[behind] = what
        if readers.get(behind, what) != what:
            raise UsageError(f"{path!r} is {readers[behind]}, which is read; {what} is not written over it")
        _refuse_place(behind, path, what)


def _behind(path: str) -> str:
    """Return where a path leads, by whatever links and dots it is given."""
    try:
        return os.path.realpath(path)
    except ValueError:  # no file can have this name, as whoever opens it will say
        return path


def _refuse_name(name: str, shown: str, what: str) -> None:
    if name in _METADATA:
        raise UsageError(f"{shown} is the name of a metadata document; {what} is not written over it")
    if name == LOCK or name.startswith(_UPGRADES) or name.endswith(PART):
        raise UsageError(f"{shown} is the name of a file that upgrades leave in a store; {what} is not written over it")


def _refuse_place(behind: str, path: str, what: str) -> None:
    """Raise UsageError where a file would change data: chunks have any names, and a new file is a change, too."""
    shown = repr(path) if behind == os.path.abspath(path) else f"{path!r} leads to {behind!r}, which"
    for folder in _above(behind):
        document = next((name for name in DOCUMENTS if os.path.lexists(os.path.join(folder, name))), None)
        if document is not None:
            raise UsageError(
                f"{shown} lies in the Zarr hierarchy at {folder!r} ({document}); {what} is not written there"
            )
    if behind.lower().endswith(_ARCHIVES) and os.path.lexists(behind):
        raise UsageError(f"{shown} is an archive; {what} is not written over it")


def _above(path: str) -> Iterator[str]:
    """Yield the folders that a file lies in, the nearest first."""
    while (folder := os.path.dirname(path)) != path:
        yield folder
        path = folder
