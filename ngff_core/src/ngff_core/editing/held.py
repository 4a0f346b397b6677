"""The documents of a store with the changes made so far, held in memory: what would be written, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ngff_core.errors import StoreError
from ngff_core.mending.edit import REMOVED, Edit, EditError, edited
from ngff_core.stores.answers import names_in
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.stores.key import Key
from ngff_core.upgrade.held.packed import NOTHING, Changed, Writes
from ngff_core.upgrade.held.parts import children_first
from ngff_core.upgrade.overlay import Overlay, Recorder
from ngff_core.zarr.array import ArrayDocument, array_document
from ngff_core.zarr.keys import ARRAY_KEY, DOCUMENTS, join
from ngff_core.zarr.text import parse_json
from ngff_core.zarr.twice import loses_values
from ngff_core.zarr.written import document_bytes, is_finite

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["TWICE", "WRITE_ONCE", "Held"]

TWICE = "has a key several times in one object, with values that differ, of which one would stay"
WRITE_ONCE = "write it once first: ngff fix --decide repeated-key=last"
_PARSED = 16  # documents


class Held:
    """A store with some of its documents changed: what fixes look at and what is evaluated before it is written."""

    def __init__(self, store: Recorder, converter: Converter, zarr_format: int) -> None:
        self.store = store
        self.changed = Changed(Writes(store.packed))
        self.now = Overlay(store, self.changed)
        self._converter = converter
        self._array_key = ARRAY_KEY[zarr_format]
        self._zarr_format = zarr_format
        self._parsed: dict[str, Any] = {}

    def copy(self) -> Held:
        """Return the same, to be changed further by itself."""
        other = Held(self.store, self._converter, self._zarr_format)
        for key in self.changed:
            other.changed.put(key, self.changed.number(key))
        other.now = Overlay(other.store, other.changed)
        return other

    def document(self, path: str, name: str) -> Any:
        """Return the JSON of a document; `REMOVED` where there is none that could be read."""
        key = join(path, name)
        value = self._parsed.pop(key) if key in self._parsed else self.fresh(key)
        while len(self._parsed) >= _PARSED:
            del self._parsed[next(iter(self._parsed))]
        self._parsed[key] = value  # the last that was asked for stands last
        return value

    def fresh(self, key: str) -> Any:
        """Return the JSON of a document, parsed anew: nobody else has it."""
        data = self._read(key)
        value = None if data is None else parse_json(data)[0]
        return REMOVED if value is None else value

    def text(self, path: str, name: str) -> bytes | None:
        """Return a document as it is written; ``None`` where there is none that could be read."""
        return self._read(join(path, name))

    def array(self, path: str) -> ArrayDocument | None:
        """Return the document of an array."""
        data = self._read(join(path, self._array_key))
        if data is None:
            return None
        document = array_document(self._converter, self._zarr_format, data)
        return document if document.shape is not None else None

    def names(self, path: str) -> Sequence[str] | None:
        """Return the names in a folder; ``None`` where it cannot be listed."""
        try:
            return names_in(self.now, Key(path) if path else path)
        except StoreError:  # or no name of anything in the store
            return None

    def _read(self, key: str) -> bytes | None:
        answer = self._answer(key)
        return answer if isinstance(answer, bytes) else None

    def _answer(self, key: str) -> bytes | StoreError | None:
        try:
            return self.now.get_rare([Key(key)])[0]
        except StoreError as error:  # no name of anything in the store
            return error

    def apply(self, key: str, edits: Sequence[Edit]) -> bool:
        """Make edits in a document; False: what came of it could not be written, and the document stays as it is."""
        try:
            old = self.fresh(Key(key))
            if (old is REMOVED and self._answer(key) is not None) or (
                any(edit.pointer for edit in edits) and self.loses(key, old)
            ):
                return False  # what cannot be read, or not as a whole, is not written over
            if old is REMOVED and key.rpartition("/")[2] == ".zattrs" and any(e.value is not REMOVED for e in edits):
                old = {}  # a node of Zarr v2 without attributes has no document for them
            value = edited(old, edits)
        except (EditError, StoreError):
            return False
        if value is REMOVED:
            return old is REMOVED or (self._is_bare(key) and self.put(key, value))
        return isinstance(value, dict) and self.put(key, value)

    def _is_bare(self, key: str) -> bool:
        """Tell whether a document is that of a group in which nothing else is, so that it can be taken away."""
        path, _, name = key.rpartition("/")
        names = self.names(path)
        array = name == ARRAY_KEY[2] or (name == "zarr.json" and self.array(path) is not None)
        return bool(path) and names is not None and not array and set(names) <= {*DOCUMENTS}

    @property
    def bared(self) -> set[str]:
        """The groups that are taken away, with all of their documents."""
        return {key.rpartition("/")[0] for key in self.changed if self.changed.number(key) == NOTHING}

    def loses(self, key: str, value: Any = None) -> bool:
        """Tell whether a document says something twice, in different ways: what it says otherwise would be gone.

        ``value`` is what is read of it, where that is known.
        """
        data = self._read(key)
        return data is not None and loses_values(data, parse_json(data)[0] if value is None else value)

    def refusal(self, key: str) -> str:
        """Return why edits in a document were not made, as far as that is known."""
        name = key.rpartition("/")[2]
        return f"{name} {TWICE}; {WRITE_ONCE}" if self.loses(key) else f"what came of {name} could not be written"

    def put(self, key: str, value: Any) -> bool:
        """Let a document hold a value; `REMOVED` takes it away.

        False: it has numbers that JSON has not, or would be too large to be read back.
        """
        if value is not REMOVED and not is_finite(value):
            return False
        data = None if value is REMOVED else document_bytes(value)
        if data is not None and len(data) > MAX_DOCUMENT:
            return False
        self._parsed.pop(key, None)
        self.store.get_rare([key])
        new = self.store.packed.add(data)
        self.changed.put(key, None if new == self.store.number(key) else new)
        self.now = Overlay(self.store, self.changed)
        return True

    def writes(self) -> Writes:
        """Return what is to be written, children before their parents."""
        writes = Writes(self.store.packed)
        for key in self.changed:
            number = self.changed.number(key)
            assert number is not None
            writes.append(Key(key), self.store.number(key), number)
        return writes.ordered(children_first)
