"""A zip archive as a store, read by ranges of bytes so that it may be anywhere: a file, memory, a server."""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ngff_core.errors import StoreError
from ngff_core.references import Reference
from ngff_core.stores.base import MAX_DOCUMENT, NoStoreError, UnreachableError
from ngff_core.stores.zip.archive import Archive
from ngff_core.stores.zip.directory import ODD, Directory, Entry, Index, is_document
from ngff_core.stores.zip.format import ENCRYPTED, LINK, METHODS, End, decode_name, find_end, records
from ngff_core.stores.zip.gathering import gather
from ngff_core.stores.zip.sources import BytesSource, FileSource, Source
from ngff_core.stores.zip.unpacking import decompress
from ngff_core.zarr.keys import DOCUMENTS

if TYPE_CHECKING:
    from ngff_core.stores.content import Content

__all__ = ["BytesSource", "FileSource", "Source", "ZipStore", "zip_store"]

_bridge = Reference("ngff_core.stores.adapters.bridge:BridgeStore")
_content = Reference("ngff_core.stores.content:Content")
_large_entry = Reference("ngff_core.stores.zip.content:large_entry")
_store_path = Reference("zarr.storage:StorePath")
_zarr_store = Reference("zarr.storage:ZipStore")
_LOCAL = struct.Struct("<4s5H3L2H")
_SLACK = 64  # the extra field before the data may be longer than that in the central directory


class ZipStore:
    """The documents in a zip archive; keys are relative to the root of the hierarchy in it.

    The central directory is read when the store is first asked. An archive that cannot be read answers every
    question with the same `UnreachableError`.
    """

    batch = 256
    lists_cheaply = True
    max_bytes = MAX_DOCUMENT

    def __init__(self, source: Source, url: str, *, concurrent: int = 1) -> None:
        self.url = url
        self.concurrent = concurrent
        self._source = source
        self._lock = threading.Lock()
        self._directory: Directory | None = None
        self._failure: StoreError | None = None
        self._end: End | None = None
        self._index: Index | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock())

    @property
    def archive(self) -> Archive | None:
        """What the archive is like as a whole; ``None`` when it cannot be read."""
        try:
            return self._read_directory().archive
        except StoreError:
            return None

    def get(self, key: str) -> bytes | None:
        value = self.get_many([key])[0]
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Read all entries with one call of the source."""
        try:
            directory = self._read_directory()
            if not directory.archive.entries:
                split = "it is one part of an archive that is split into several files"
                raise UnreachableError(split if directory.archive.split else "the archive is empty")
            entries = self._entries(directory, [self._name(key) for key in keys])
        except StoreError as error:
            return [error] * len(keys)
        answers: list[bytes | StoreError | None] = [None] * len(keys)
        wanted: list[tuple[int, str, Entry]] = []
        held = 0
        for number, (name, entry) in enumerate(entries):
            if entry is None:
                if directory.is_folder(name):
                    answers[number] = StoreError("it is a directory, expected a file")
                continue
            problem = self._refusal(entry, held)
            if problem is not None:
                answers[number] = StoreError(problem)
                continue
            held += entry.size
            wanted.append((number, name, entry))
        for (number, _, _), value in zip(wanted, self._read([(n, e) for _, n, e in wanted]), strict=True):
            answers[number] = value
        return answers

    # --- the directory ------------------------------------------------------------------------------

    def _name(self, key: str) -> str:
        root = self._directory.archive.root if self._directory else ""
        return f"{root}/{key}" if root and key else root or key

    def _read_directory(self) -> Directory:
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if self._directory is None:
                try:
                    self._directory = self._scan()
                except StoreError as error:
                    known = isinstance(error, UnreachableError)
                    self._failure = error if known else UnreachableError(str(error), hint=error.hint)
                    raise self._failure from None
            return self._directory

    def _scan(self) -> Directory:
        folder, _, name = self.url.rstrip("/").replace("\\", "/").rpartition("/")
        try:
            self._end = end = find_end(self._read_range, self._source.size)
        except NoStoreError as error:
            if name not in DOCUMENTS:
                raise
            raise NoStoreError(str(error), hint=_of_its_store(folder, self.url)) from None
        return gather(lambda: records(self._read_range, end), end, name)

    def _read_range(self, offset: int, length: int) -> bytes:
        data = self._source.read_many([(offset, length)])[0]
        if isinstance(data, StoreError):
            raise data
        if len(data) < min(length, self._source.size - offset):
            raise StoreError("it became shorter while it was read")
        return data

    def _entries(self, directory: Directory, names: Sequence[str]) -> list[tuple[str, Entry | None]]:
        """Return the entry of each name. What is no metadata was not kept: an index of all is made for the first."""
        return [
            (name, directory.entry(name) if is_document(name.encode("utf-8", "replace")) else self._other(name))
            for name in names
        ]

    def _other(self, name: str) -> Entry | None:
        with self._lock:
            if self._index is None and self._end is not None:
                self._index = Index(records(self._read_range, self._end))
            return self._index.entry(name) if self._index is not None else None

    # --- entries ------------------------------------------------------------------------------------

    def _refusal(self, entry: Entry, held: int) -> str | None:
        """Say why an entry is not read, if so. ``held`` is the size of those that are read with it."""
        if entry.flags & ENCRYPTED:
            return "it is encrypted"
        if entry.flags & LINK:
            return "it is a symbolic link, which is not followed in archives"
        if entry.method not in (0, 8, 12, 14):
            return (
                f"it is compressed with {METHODS.get(entry.method, f'method {entry.method}')}, which is not supported"
            )
        if max(entry.size, entry.compressed) > self.max_bytes:
            return f"the document has {max(entry.size, entry.compressed)} bytes; the limit is {self.max_bytes}"
        if held + entry.size > self.max_bytes:
            return f"it and documents near it have more than {self.max_bytes} bytes together"
        if entry.offset + entry.compressed > self._source.size:
            return "the archive states a place for it that is not in the file"
        return None

    def _read(self, wanted: Sequence[tuple[str, Entry]]) -> list[bytes | StoreError]:
        """Read entries with one range each; those whose header is longer than expected take a second one."""
        spans = [(e.offset, _LOCAL.size + len(name.encode()) + e.extra + _SLACK + e.compressed) for name, e in wanted]
        found = self._source.read_many(spans) if spans else []
        values: list[bytes | StoreError] = []
        for (name, entry), data in zip(wanted, found, strict=True):
            try:
                values.append(self._content(name, entry, data))
            except StoreError as error:
                values.append(error)
        return values

    def _content(self, name: str, entry: Entry, data: bytes | StoreError) -> bytes:
        if isinstance(data, StoreError):
            raise data
        if len(data) < _LOCAL.size or data[:4] != b"PK\3\4":
            raise StoreError("the archive is damaged: the entry is not where its directory says")
        fields = _LOCAL.unpack_from(data)
        start = _LOCAL.size + fields[9] + fields[10]
        if fields[2] & ENCRYPTED:
            raise StoreError("it is encrypted")
        if decode_name(data[_LOCAL.size : _LOCAL.size + fields[9]], fields[2]) != name:
            raise StoreError("the archive is damaged: the entry has another name in front of its data")
        raw = data[start : start + entry.compressed]
        if len(raw) < entry.compressed:
            raw = self._read_range(entry.offset + start, entry.compressed)
        if len(raw) < entry.compressed:
            raise StoreError("the archive is cut off within the entry")
        content = decompress(raw, entry.method, entry.size)
        if zlib.crc32(content) != entry.crc:
            raise StoreError("the archive is damaged: the entry does not have the checksum that is stated")
        return content

    def list(self, prefix: str) -> Sequence[str] | None:
        try:
            directory = self._read_directory()
        except StoreError:
            return None
        path = self._name(prefix)
        return sorted(set(directory.below(f"{path}/" if path else "")))

    def all_keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys of entries, in the order of the central directory."""
        self._read_directory()
        assert self._end is not None
        root = f"{self._name('')}/".lstrip("/")
        below = f"{root}{prefix}/" if prefix else root
        for record in records(self._read_range, self._end):
            if not ODD.search(record.name) and not record.name.endswith(b"/"):
                name = decode_name(record.name, record.flags)
                if name.startswith(below):
                    yield name[len(root) :]

    def content(self, key: str) -> Content | None:
        [(name, entry)] = self._entries(self._read_directory(), [self._name(key)])
        content: Content | None = None if entry is None else _large_entry(self._read_range, name, entry)
        if content is None:
            data = self.get(key)
            content = None if data is None else _content([data], len(data))
        return content

    def zarr_store(self) -> Any:
        """Return a store of zarr-python for the same archive; what is no file of this machine is read through here."""
        if not isinstance(self._source, FileSource):
            return _bridge(self)
        self._read_directory()
        store = _zarr_store(self._source.path, read_only=True)
        return _store_path(store, self._name("")) if self._name("") else store

    def kvstore(self) -> dict[str, Any] | None:
        """Name a file of this machine; tensorstore reads no other archives."""
        if not isinstance(self._source, FileSource):
            return None
        self._read_directory()
        base = {"driver": "file", "path": os.path.abspath(self._source.path)}
        return {"driver": "zip", "base": base, "path": f"{self._name('')}/".lstrip("/")}


def _of_its_store(folder: str, path: str) -> str:
    """Say how to evaluate what a document belongs to."""
    from shlex import quote

    found, file = quote(folder or "."), quote(path)
    return (
        f"give the folder that it is in, {found}; to check the store that it belongs to:"
        f" ngff validate --containing {file}; to check this document alone: ngff validate - < {file}"
    )


def zip_store(path: str) -> ZipStore:
    """Return a store for a file of this machine that is, or should be, a zip archive."""
    return ZipStore(FileSource(path), path)
