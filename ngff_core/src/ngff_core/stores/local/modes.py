"""Who may read new files: no more than those who may read what is in them, where that lies on this machine."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby

from ngff_core.zarr.keys import DOCUMENTS, JOURNALS, is_journal, join

__all__ = ["Modes", "modes_by"]

Modes = Callable[[str], int | None]


def modes_by(
    root: str, held: Collection[str] = (), documents_in: Callable[[str], Sequence[str]] = lambda _: DOCUMENTS
) -> Modes:
    """Return what tells the mode of a new document by those in a directory, or by the archive that stands there.

    It is that of the documents beside it, or at the root; where they differ, what they have in common. A journal holds
    documents with the keys ``held``, or what another journal does. ``None``: there is nothing to go by.
    ``documents_in`` tells the names of the documents in a folder, as far as they are known.
    """
    before = os.path.join(root, "")
    archive = os.path.isfile(root)

    def common(folder: str, names: Sequence[str]) -> int | None:
        return _common([_mode(before + join(folder, name)) for name in names])

    def beside(folder: str) -> int | None:
        own = _mode(root) if archive else common(folder, documents_in(folder))
        return common("", DOCUMENTS) if own is None else own

    # as it is now, also for the documents: a journal shows all of them from the beginning
    usual = beside("") if held else None
    known: dict[str, int | None] = {}
    of_journals: int | None = None
    for folder, _ in groupby(key.rpartition("/")[0] for key in held):
        found = beside(folder)
        of_journals = _common([of_journals, found])
        if found != usual:
            known[folder] = found

    def mode(key: str) -> int | None:
        folder, _, name = key.rpartition("/")
        if not is_journal(name):
            return known.get(folder, usual) if held and name in DOCUMENTS else beside(folder)
        own = common(folder, JOURNALS) if of_journals is None else of_journals
        return beside(folder) if own is None else own

    return mode


def _common(modes: Iterable[int | None]) -> int | None:
    """Return the bits that modes have in common; ``None`` where there are none."""
    found = None
    for mode in modes:
        if mode is not None:
            found = mode if found is None else found & mode
    return found


def _mode(path: str) -> int | None:
    """Return the mode of a file; ``None``: there is no such file."""
    try:
        found = os.stat(path).st_mode
    except (OSError, ValueError):
        return None
    return found if stat.S_ISREG(found) else None
