"""Who may read new files: no more than those who may read what is in them, where that lies on this machine."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import and_

from ngff_core.zarr.keys import DOCUMENTS, JOURNALS, is_journal

__all__ = ["Modes", "modes_by", "narrow"]

Modes = Callable[[str], int | None]


def modes_by(root: str, held: Iterable[str] = ()) -> Modes:
    """Return what tells the mode of a new document by those in a directory, or by the archive that stands there.

    It is that of the documents beside it, or at the root; where they differ, what they have in common. A journal holds
    documents with the keys ``held``, or what another journal does. ``None``: there is nothing to go by.
    """

    def common(folder: str, names: Sequence[str]) -> int | None:
        return _common(_mode(os.path.join(root, folder, name)) for name in names)

    def beside(folder: str) -> int | None:
        own = _mode(root) if os.path.isfile(root) else common(folder, DOCUMENTS)
        return common("", DOCUMENTS) if own is None else own

    folders = dict.fromkeys(key.rpartition("/")[0] for key in held)
    of_journals = _common(map(beside, folders))  # as it is now: documents will be taken away

    def mode(key: str) -> int | None:
        folder, _, name = key.rpartition("/")
        if not is_journal(name):
            return beside(folder)
        known = common(folder, JOURNALS) if of_journals is None else of_journals
        return beside(folder) if known is None else known

    return mode


def _common(modes: Iterable[int | None]) -> int | None:
    """Return the bits that modes have in common; ``None`` where there are none."""
    found = [mode for mode in modes if mode is not None]
    return reduce(and_, found) if found else None


def _mode(path: str) -> int | None:
    """Return the mode of a file; ``None``: there is no such file."""
    try:
        found = os.stat(path).st_mode
    except (OSError, ValueError):
        return None
    return found if stat.S_ISREG(found) else None


def narrow(descriptor: int, mode: int | None) -> None:
    """Take from a new file what others may do with it beyond a mode."""
    own = stat.S_IMODE(os.fstat(descriptor).st_mode)
    if mode is not None and own & mode != own and hasattr(os, "fchmod"):
        os.fchmod(descriptor, own & mode)
