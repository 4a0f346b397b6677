"""Carry out in place what was planned, with a journal: upgrades, and changes within a version alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, groupby
from typing import Any, Protocol

from ngff_core.errors import StoreError
from ngff_core.stores import Store
from ngff_core.stores.answers import names_in
from ngff_core.stores.capabilities import canonical_url_of
from ngff_core.stores.local.modes import modes_by
from ngff_core.stores.writing import Writer, keep_to, writer_of
from ngff_core.upgrade.held.packed import Writes
from ngff_core.upgrade.journal import Journal, Rename, apply, refuse_upgraded
from ngff_core.upgrade.others import behind_links, is_link
from ngff_core.upgrade.overlay import Recorder
from ngff_core.words import counted
from ngff_core.zarr.keys import JOURNALS, LOCK

__all__ = ["Planned", "clear_up", "keep_modes", "write_in_place", "writer_in_place"]


class Planned(Protocol):
    """What is to be written to a store, and what was read of it."""

    url: str
    read: Recorder
    writes: Writes
    renames: Sequence[Rename]
    steps_before: int

    @property
    def store(self) -> Store:
        """The store that the URL stands for."""
        ...


def write_in_place(
    plan: Planned,
    about: Mapping[str, Any],
    action: str,
    verify: Callable[[Writer, Journal], None],
    *,
    break_lock: bool = False,
) -> None:
    """Write what was planned, or nothing; ``about`` is what the journal says of it, ``action`` what others are told.

    ``verify`` is called before anything is taken away. Raises ConflictError where the store was changed since it was
    planned, and StoreError.
    """
    writer = writer_in_place(plan)
    keep_modes(plan, writer)
    journal = Journal(about, plan.writes, plan.renames)
    with writer.lock(action, break_lock=break_lock):
        refuse_upgraded(writer, plan.steps_before)  # since the plan was made
        apply(writer, journal, lambda done: verify(writer, done))


def keep_modes(plan: Planned, writer: Writer) -> None:
    """Let new documents be read by no more than those that they are made of, and the journal as all that it holds."""
    keep_to(writer, modes_by(canonical_url_of(plan.store), plan.writes.keys, plan.read.documents_in))


def writer_in_place(plan: Planned) -> Writer:
    """Return what writes to the store itself; raises StoreError where that cannot be done."""
    writer = writer_of(plan.store)
    if plan.renames and not writer.moves_chunks:
        raise StoreError(
            f"chunks of {counted(len(plan.renames), 'array')} get other keys, which {plan.url} cannot rename in place",
            hint="write the result to another place (--out)",
        )
    _refuse_links(plan)
    return writer


def clear_up(store: Store, action: str, *, break_lock: bool) -> None:
    """Take away what a command has left that was killed before its first change, or after its last one.

    That is its lock, and perhaps half a journal. Raises StoreError where the lock is held.
    """
    if LOCK in (names_in(store, "") or ()):
        writer = writer_of(store)
        with writer.lock(action, break_lock=break_lock):
            writer.tidy(JOURNALS)


def _refuse_links(plan: Planned) -> None:
    """Raise StoreError for what would be written outside the store, and for links that would be replaced."""
    written = (key.rpartition("/")[0] for key in plan.writes.keys)
    for folder, _ in groupby(chain(written, (rename.path for rename in plan.renames))):
        behind = behind_links(plan.read, folder)
        if behind is not None and os.path.isabs(behind):
            message = f"{folder} is behind a symbolic link that leads out of the store, to {behind}"
            raise StoreError(message, hint="change what it leads to by itself, or put a copy of that in its place")
    for key in plan.writes.replaced:
        if is_link(plan.store, key):
            message = f"{key} is a symbolic link, which would be replaced by a file"
            raise StoreError(message, hint="put its content in its place first (git annex unlock)")
