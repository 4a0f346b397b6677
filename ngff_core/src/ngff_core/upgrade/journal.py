"""The journal of an upgrade: every change is written down before the first is made, so that any moment can be undone.

The journal is one file at the root of the store: a line of JSON on the upgrade, then one for each document with what it
held and what it is to hold. It appears whole or not at all, and is moved aside when everything was written; until
then an interrupted upgrade can be taken up again, and at any time it can be taken back.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import orjson

from ngff_core.errors import NgffError

__all__ = [
    "DONE",
    "JOURNAL",
    "ConflictError",
    "Journal",
    "WritableStore",
    "Write",
    "apply",
    "read_journal",
    "resume",
    "rollback",
]

JOURNAL = ".ngff-upgrade.jsonl"
DONE = ".ngff-upgrade.done.jsonl"


class Write(NamedTuple):
    """One document: its bytes before and after; ``None`` where it is not there."""

    key: str
    old: bytes | None
    new: bytes | None


class Journal(NamedTuple):
    """What a journal says: about the upgrade, and its writes in the order in which they are made."""

    about: Mapping[str, Any]
    writes: Sequence[Write]
    done: bool


class WritableStore(Protocol):
    """A store that can be written to; `put` replaces a document as a whole or not at all."""

    url: str

    def get(self, key: str) -> bytes | None:
        """Return the bytes under a key, or ``None``."""
        ...

    def put(self, key: str, data: bytes) -> None:
        """Write a document: at any moment the old or the new bytes are there."""
        ...

    def delete(self, key: str) -> None:
        """Take a document away, if it is there."""
        ...


class ConflictError(NgffError):
    """Documents hold neither what they held before an upgrade nor what it wrote; nothing was touched."""

    def __init__(self, url: str, keys: Sequence[str]) -> None:
        self.keys = list(keys)
        shown = ", ".join(keys[:5]) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
        super().__init__(f"{len(keys)} documents in {url} were changed by something else since: {shown}")


def apply(store: WritableStore, writes: Iterable[Write], about: Mapping[str, Any]) -> None:
    """Write documents in the given order, children before their parents; raises ConflictError before the first.

    Killed at any moment, `resume` or `rollback` bring the store to the new or the old state.
    """
    writes = list(writes)
    changed = [write.key for write in writes if store.get(write.key) != write.old]
    if changed:
        raise ConflictError(store.url, changed)
    store.put(JOURNAL, _to_lines(about, writes))
    _write(store, writes)


def resume(store: WritableStore) -> Journal | None:
    """Go on with an upgrade that was interrupted; ``None``: there is none. Raises ConflictError."""
    journal = read_journal(store, JOURNAL)
    if journal is None:
        return None
    _refuse_changed(store, journal.writes)
    _write(store, [write for write in journal.writes if store.get(write.key) != write.new])
    return journal


def rollback(store: WritableStore) -> Journal | None:
    """Take back the last upgrade, finished or not; ``None``: there is none. Raises ConflictError."""
    journal = read_journal(store, JOURNAL) or read_journal(store, DONE)
    if journal is None:
        return None
    _refuse_changed(store, journal.writes)
    if journal.done:  # from here on the upgrade counts as interrupted, as long as it is taken back
        store.put(JOURNAL, _to_lines(journal.about, journal.writes))
    for write in reversed(journal.writes):
        if store.get(write.key) != write.old:
            _put(store, write.key, write.old)
    store.delete(DONE)
    store.delete(JOURNAL)
    return journal


def read_journal(store: WritableStore, name: str = JOURNAL) -> Journal | None:
    """Read the journal of an upgrade that is under way (``DONE``: of the last that was finished), if there is one."""
    data = store.get(name)
    if data is None:
        return None
    about, *lines = (orjson.loads(line) for line in data.splitlines())
    writes = [Write(line["key"], _from_text(line["old"]), _from_text(line["new"])) for line in lines]
    return Journal(about, writes, name == DONE)


def _write(store: WritableStore, writes: Iterable[Write]) -> None:
    for write in writes:
        _put(store, write.key, write.new)
    data = store.get(JOURNAL)
    assert data is not None
    store.put(DONE, data)
    store.delete(JOURNAL)


def _put(store: WritableStore, key: str, data: bytes | None) -> None:
    if data is None:
        store.delete(key)
    else:
        store.put(key, data)


def _refuse_changed(store: WritableStore, writes: Iterable[Write]) -> None:
    changed = [write.key for write in writes if store.get(write.key) not in (write.old, write.new)]
    if changed:
        raise ConflictError(store.url, changed)


def _to_lines(about: Mapping[str, Any], writes: Iterable[Write]) -> bytes:
    lines = [orjson.dumps(dict(about))]
    for write in writes:
        lines.append(orjson.dumps({"key": write.key, "old": _to_text(write.old), "new": _to_text(write.new)}))
    return b"\n".join(lines) + b"\n"


def _to_text(data: bytes | None) -> Any:
    """Return bytes as JSON: text where they are text, else an object."""
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _from_text(value: Any) -> bytes | None:
    if value is None:
        return None
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])
