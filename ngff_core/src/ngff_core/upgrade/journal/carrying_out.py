"""Carry out what a journal says, take up what was interrupted, and take back what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice

from ngff_core.errors import NgffError, StoreError
from ngff_core.stores.answers import values_of
from ngff_core.stores.base import UndecidedError
from ngff_core.stores.capabilities import get_rare
from ngff_core.stores.writing import ConflictError, Write, Writer
from ngff_core.upgrade.held.packed import NOTHING, Writes, packed_writes
from ngff_core.upgrade.journal.file import Journal, Rename, to_lines
from ngff_core.upgrade.journal.kept import (
    DONE,
    EARLIER,
    JOURNAL,
    bring_back,
    digest,
    earlier_journals,
    keep,
    read_journal,
)
from ngff_core.zarr.keys import JOURNALS

__all__ = ["apply", "refuse_chunks", "resume", "rollback"]

Verify = Callable[[Journal], None]


def apply(store: Writer, journal: Journal, verify: Verify) -> None:
    """Write documents in the given order, children before their parents.

    Whatever can be in the way is looked at before the first write. ``verify`` is called before anything is taken away,
    when the new documents are there and the old ones still are; when it raises, or something cannot be written,
    everything is taken back. Raises ConflictError, StoreError. Killed at any moment, `resume` or `rollback` bring the
    store to the new or the old state.
    """
    writes = journal.writes
    changed: list[str] = [writes.keys[n] for n, found in _found(store, writes) if found != writes.old(n)]
    if changed:
        raise ConflictError(store.url, changed)
    for rename in journal.renames:
        refuse_chunks(store, rename)
    earlier = earlier_journals(store)
    for name in (DONE, *earlier[-1:], EARLIER.format(len(earlier) + 1)):  # what gets another name, and which
        read_journal(store, name)
    store.tidy(JOURNALS)  # one may have been killed before it had one
    store.create(JOURNAL, to_lines(journal))
    store.sync()
    _go_on(store, journal, journal.puts, verify)


def refuse_chunks(store: Writer, rename: Rename) -> None:
    """Raise StoreError where not all chunks of an array can get their new keys."""
    store.count_chunks(rename.path, rename.ndim, rename.old)
    if any(store.clashing_chunks(rename.path, rename.ndim, rename.old, rename.new)):
        message = f"there are chunks of {rename.path} by the keys that they were to get"
        raise StoreError(
            message, hint="take away those that are out of date, or write the result to another place (--out)"
        )


def resume(store: Writer, verify: Verify) -> Journal | None:
    """Go on with an upgrade that was interrupted; ``None``: there is none. Raises ConflictError, StoreError."""
    journal = read_journal(store)
    if journal is None:
        return None
    _refuse_changed(store, journal)
    _tidy(store, journal)
    missing = (Write(w.key, found, w.new) for w, found in _with_writes(store, journal.puts) if found != w.new)
    _go_on(store, journal, packed_writes(missing, journal.writes.packed), verify)
    return journal


def rollback(store: Writer) -> Journal | None:
    """Take back the last upgrade, finished or not; ``None``: there is none. Raises ConflictError, StoreError."""
    journal = read_journal(store) or read_journal(store, DONE)
    if journal is None:
        store.tidy(JOURNALS)
        return None
    _refuse_changed(store, journal)
    if journal.done:  # from here on the upgrade counts as interrupted, as long as it is taken back
        store.create(JOURNAL, to_lines(journal))
        store.sync()
    _take_back(store, journal)
    return journal


def _go_on(store: Writer, journal: Journal, missing: Sequence[Write], verify: Verify) -> None:
    try:
        _write(store, journal, missing, verify)
        changed: list[str] = [w.key for w, found in _with_writes(store, journal.deletes) if found not in (None, w.old)]
        changed += _written_meanwhile(store, journal)
        if changed:
            raise ConflictError(store.url, changed)
    except ConflictError as error:
        try:
            _take_back(store, journal, error.keys)
        except ConflictError as other:
            raise ConflictError(store.url, [*error.keys, *other.keys]) from None
        raise
    except Exception as error:
        _take_back_for(store, error)
        raise
    store.delete_many(journal.deletes.keys)
    for rename in journal.renames:
        store.unlink_chunks(rename.path, rename.ndim, rename.old, rename.new)
    if journal.about.get("kept", True):
        keep(store)
    store.sync()
    store.delete_many([JOURNAL])


def _written_meanwhile(store: Writer, journal: Journal) -> Iterator[str]:
    """Yield the old keys of chunks that hold something else by now; those that are new get their second name."""
    for rename in journal.renames:
        store.link_chunks(rename.path, rename.ndim, rename.old, rename.new)
        for key, _ in store.clashing_chunks(rename.path, rename.ndim, rename.new, rename.old):
            yield key


def _take_back_for(store: Writer, error: Exception) -> None:
    """Take back what was begun; raises StoreError with both reasons where that does not work out either."""
    try:
        rollback(store)
    except NgffError as other:
        hint = "the journal stays: finish it by the same command, or take it back with --rollback"
        raise StoreError(f"{error}; nor could what was begun be taken back: {other}", hint=hint) from error


def _write(store: Writer, journal: Journal, missing: Sequence[Write], verify: Verify) -> None:
    """Put everything there that is to be there, and see that it is."""
    for rename in journal.renames:
        path, ndim = rename.path, rename.ndim
        store.link_chunks(path, ndim, rename.old, rename.new)
        left = store.count_chunks(path, ndim, rename.old) - store.count_chunks(path, ndim, rename.new)
        if left > 0:
            raise StoreError(f"{left} chunks of {path} did not get their new keys")
    _put(store, missing)
    store.sync()
    verify(journal)


def _take_back(store: Writer, journal: Journal, spared: Sequence[str] = ()) -> None:
    """Bring back what the journal's documents held before, but for some that something else has changed."""
    for rename in journal.renames:
        store.link_chunks(rename.path, rename.ndim, rename.new, rename.old)
    _put(store, (Write(w.key, None, w.old) for w, _ in _differing(store, journal.deletes[::-1], spared)))
    for new, some in groupby(_differing(store, journal.puts[::-1], spared), key=lambda pair: pair[0].old is None):
        if new:
            store.delete_many([w.key for w, _ in some])
        else:
            _put(store, (Write(w.key, data, w.old) for w, data in some))
    store.sync()
    for rename in journal.renames:
        store.unlink_chunks(rename.path, rename.ndim, rename.new, rename.old)
    _tidy(store, journal)
    if journal.done or digest(store, DONE) == digest(store, JOURNAL):  # else it is that of the upgrade before
        store.delete_many([DONE])
    bring_back(store)
    store.delete_many([JOURNAL])


def _differing(store: Writer, writes: Writes, spared: Sequence[str]) -> Iterator[tuple[Write, bytes | None]]:
    """Yield writes whose documents do not hold what they held before, with what they hold."""
    for write, found in _with_writes(store, writes):
        if found != write.old and write.key not in spared:
            yield write, found


def _tidy(store: Writer, journal: Journal) -> None:
    """Take away what was being written when something was interrupted."""
    last = len(earlier_journals(store))
    store.tidy([*journal.writes.keys, *JOURNALS, *map(EARLIER.format, (last, last + 1))])


# --- reading and writing ----------------------------------------------------------------------------


def _put(store: Writer, writes: Iterable[Write]) -> None:
    """Write documents, of those that are equally deep many at once."""
    for _, some in groupby(writes, key=lambda write: write.key.count("/")):
        while batch := list(islice(some, 4 * store.batch)):
            store.put_many(batch)


def _with_writes(store: Writer, writes: Writes) -> Iterator[tuple[Write, bytes | None]]:
    """Yield writes with what their documents hold now."""
    return ((writes[place], found) for place, found in _found(store, writes))


def _found(store: Writer, writes: Writes) -> Iterator[tuple[int, bytes | None]]:
    """Yield the places of writes with what their documents hold now."""
    for start in range(0, len(writes), store.batch):
        keys = writes.keys[start : start + store.batch]
        ask = partial(get_rare, store) if writes.numbers[2 * start] == NOTHING else None
        values = values_of(store, keys, ask)
        for place, found in enumerate(values, start):
            if isinstance(found, StoreError) and not isinstance(found, UndecidedError):
                raise type(found)(f"{writes.keys[place]} could not be read: {found}", hint=found.hint)
            yield place, found if isinstance(found, bytes) else None


def _refuse_changed(store: Writer, journal: Journal) -> None:
    """Raise ConflictError for documents that hold neither what they held nor what they were to, and chunks alike."""
    changed: list[str] = [w.key for w, found in _with_writes(store, journal.writes) if found not in _held(w, journal)]
    for rename in journal.renames:
        clashes = store.clashing_chunks(rename.path, rename.ndim, rename.new, rename.old)
        changed += [key for key, alone in clashes if journal.done or not alone][:1]
    if changed:
        raise ConflictError(store.url, changed)


def _held(write: Write, journal: Journal) -> tuple[bytes | None, ...]:
    return (write.new,) if journal.done else (write.old, write.new)
