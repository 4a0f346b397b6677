"""A group that is being written: in a folder of its own, which gets its name when all of it is there.

Where the name is that of a zip archive, the folder is packed into one. What is left of a group that was broken off is a
folder, or a file, whose name ends in ``.ngff-part``; the folder has no metadata at its root.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import attrs

from ngff_core import ValidationError, check_store
from ngff_core.errors import StoreError, UsageError
from ngff_core.stores.key import Key
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.local.tree import Tree, exists, why
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.memory import MemoryStore
from ngff_core.stores.writing import Write
from ngff_core.zarr.keys import DOCUMENTS, OLD, PART, meant_by
from ngff_core.zarr.written import document_bytes
from ngff_write.archives import OverwritableError, TakenError, is_archive, pack_folder, refuse_file, refuse_zarr_v2
from ngff_write.enclosing import documents_in, refuse_inside
from ngff_write.options import said

__all__ = ["NewGroup", "OverwritableError", "TakenError", "local_path"]

_OF_NODES = ("zarr.json", ".zgroup", ".zarray")


def local_path(path: str | os.PathLike[str]) -> str:
    """Return a path as an absolute one; raises UsageError for an address, to which nothing is written, and for none.

    Raises StoreError for one that would lie in a file.
    """
    if not isinstance(path, (str, os.PathLike)) or not isinstance(os.fspath(path), str):
        raise UsageError(f"a path is text or a Path, got {said(path)}")
    path = os.fspath(path)
    try:
        if b"\0" in os.fsencode(path):
            raise UsageError(f"no path has characters of code 0, as {path!r}")
    except UnicodeEncodeError as error:
        raise UsageError(f"no path has halves of characters, as {path!r}") from error
    if not path:  # which would be the current folder
        raise UsageError("the path is empty: say where to write")
    if "://" in path:
        raise UsageError(f"{path} is an address: write to a path of this machine, and copy what is there then")
    if not os.path.basename(os.path.abspath(path)):
        raise UsageError(f"{path} is the root of all folders: say where in it to write")
    path = os.path.abspath(path)
    if (above := _nearest(os.path.dirname(path))) is not None and not os.path.isdir(above):
        what = "a link that leads nowhere" if os.path.islink(above) else "a file"
        raise StoreError(f"{path} could not be written: {above} is {what}, and no folder")
    return path


def _nearest(path: str) -> str | None:
    """Return what is there of a path and the folders above it, the nearest."""
    while not os.path.lexists(path):
        if path == os.path.dirname(path):
            return None
        path = os.path.dirname(path)
    return path


def _is_hierarchy(folder: str) -> bool:
    """Tell whether a folder has a document that says so: the name of one may be that of anything."""
    return any(document.get("zarr_format") in (2, 3) for document in documents_in(folder, _OF_NODES))


def _missing(folder: str) -> Iterator[str]:
    """Yield a folder and those above it as far as they are not there."""
    while not os.path.lexists(folder):
        yield folder
        folder = os.path.dirname(folder)


def _take_away(folder: str) -> None:
    """Take a folder away, the documents of its root first: what is left of it does not pass for all of it."""
    for name in DOCUMENTS:
        with suppress(OSError):
            os.remove(os.path.join(folder, name))
    shutil.rmtree(folder, ignore_errors=True)


class NewGroup:
    """A group below a directory, at a key in it, that does not have its name yet. A context manager.

    The directory is the one that the caller names; links in it are not followed where they lead out of it. ``part`` is
    the name of a folder that is there already, and gone on with.
    """

    def __init__(
        self, root: str | os.PathLike[str], key: str, *, overwrite: bool = False, part: str | None = None
    ) -> None:
        self.root = os.path.abspath(root)
        self._key = Key(key)
        self._overwrite = overwrite
        self._archive = "/" not in self._key and is_archive(self._key)
        self._version = ""
        self._tree = Tree(self.root)
        self._refuse()
        self._is_new = part is None
        self._made: list[str] = []
        part = part or f"{self._key.rpartition('/')[2]}.{os.urandom(8).hex()}{PART}"
        self.folder = os.path.join(self.root, part)
        self._writer = LocalWriter(self.folder)
        self._documents: dict[str, bytes] = {}

    @classmethod
    def at(
        cls, path: str | os.PathLike[str], zarr_format: int, *, overwrite: bool = False, part: str | None = None
    ) -> Self:
        """Return a group that is to be a store of its own; raises UsageError where something is there already.

        So it does for an archive in a format that has none, and in what lists its members.
        """
        path = local_path(path)
        root, name = os.path.split(path)
        refuse_zarr_v2(path, zarr_format)
        refuse_inside(path)
        return cls(root, name, overwrite=overwrite, part=part)

    @property
    def path(self) -> str:
        """Where the group is once it is finished."""
        return os.path.join(self.root, self._key)

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def begin(self) -> None:
        """Make the folder."""
        try:
            self._make_folder()
        except OSError as error:
            raise StoreError(f"{self.path} could not be written: {why(error)}") from error

    def _make_folder(self, tries: int = 9) -> None:
        self._made = [*_missing(self.root)]
        try:
            os.makedirs(self.root, exist_ok=True)
            if self._is_new:
                os.mkdir(self.folder)
        except FileNotFoundError:  # another process has taken empty folders away, in which nothing came of its own
            if not tries:
                raise
            self._make_folder(tries - 1)

    def discard(self) -> None:
        """Take the folder away, unless it has got its name, and empty ones above that were made for it."""
        if os.path.lexists(self.folder):
            _take_away(self.folder)
            with suppress(OSError):
                for folder in self._made:
                    os.rmdir(folder)

    def read(self, key: str) -> bytes | None:
        """Return a document that is there already, to be replaced."""
        found = self._writer.get(key)
        if found is not None:
            self._documents[key] = found
        return found

    def remove(self, paths: Iterable[str]) -> None:
        """Take nodes away that were added."""
        for path in paths:
            self._documents = {key: data for key, data in self._documents.items() if not key.startswith(f"{path}/")}
            shutil.rmtree(os.path.join(self.folder, path), ignore_errors=True)

    def delete(self, keys: Sequence[str]) -> None:
        """Take files away."""
        self._writer.delete_many(keys)

    def add(self, path: str, documents: Mapping[str, Mapping[str, Any]]) -> str:
        """Write the documents of a node, by their names; those of the root are kept to the end. Returns its folder.

        Documents that were added before are replaced.
        """
        prefix = f"{path}/" if path else ""
        found = {f"{prefix}{name}": document_bytes(dict(value)) for name, value in documents.items()}
        if path:
            self._writer.put_many([Write(key, self._documents.get(key), new) for key, new in found.items()])
        self._documents |= found
        return os.path.join(self.folder, path) if path else self.folder

    def add_file(self, key: str, data: bytes) -> None:
        """Write a file that is no document of Zarr, and is evaluated with those."""
        self._writer.create(key, [data])
        self._documents[key] = data

    @property
    def keys(self) -> list[str]:
        """The keys of all documents that were added."""
        return list(self._documents)

    def judge(self, version: str) -> None:
        """Evaluate the documents that were added, or what else is in the folder; raises ValidationError for errors."""
        self._version = version
        store = MemoryStore(self._documents, self.path) if self._documents else LocalStore(self.folder)
        report = check_store(store, version=version)
        if not report.valid:
            # what it is to be called: the folder, or that of the collection it is in, is gone when this is read
            named = os.sep.join(meant_by(name) or name for name in self.path.split(os.sep))
            raise ValidationError(attrs.evolve(report, url=named))

    def finish(self, within: NewGroup | None = None) -> None:
        """Write the documents of the root, wait until all is on the disk, and give the group its name.

        Where it is to be the first group ``within`` another that is new as well, it gets its place in that one.
        """
        self._writer.put_many([Write(key, None, new) for key, new in self._documents.items() if "/" not in key])
        if self._archive:
            pack_folder(self.folder, self.path, self._version, overwrite=self._overwrite)
            return
        self._writer.sync()
        inside = self._key[len(within._key) :] if within is not None else ""
        self._place(Key(f"{os.path.basename(within.folder)}{inside}") if within is not None else self._key)

    # --- its name -----------------------------------------------------------------------------------

    def _refuse(self) -> None:
        if not os.path.lexists(self.path):
            return
        if self._archive:
            refuse_file(self.path, overwrite=self._overwrite)
            return
        if os.path.islink(self.path):
            # into a hierarchy nobody writes by way of a link
            way = "" if "/" in self._key else ", such as the one that it leads to"
            raise TakenError(f"{self.path} is a symbolic link, and not replaced: give another path{way}")
        if not os.path.isdir(self.path):
            raise TakenError(f"{self.path} is there already, and no directory: give another path")
        if os.listdir(self.path) and not _is_hierarchy(self.path):
            raise TakenError(f"{self.path} is there already, and no Zarr hierarchy: give another path")
        if not self._overwrite:
            raise OverwritableError(f"{self.path} is there already: give another path, or overwrite=True")

    def _place(self, key: Key) -> None:
        """Rename the folder; an older one is put aside before, and taken away after.

        Between the two renames nothing has the name; ``ngff validate`` says then where both are.
        """
        part, aside = self.folder, f"{self.folder[: -len(PART)]}{OLD}"
        try:
            at = self._tree.at(key, create=True)
            here = self._tree.folder("").folder
            if here is not None:  # else a system without names that are relative to a folder
                part, aside = os.path.basename(part), os.path.basename(aside)
            old = exists(at)
            if old:
                self._refuse()
            try:
                if old:
                    os.rename(at.name, aside, src_dir_fd=at.folder, dst_dir_fd=here)
                os.rename(part, at.name, src_dir_fd=here, dst_dir_fd=at.folder)
            except BaseException:  # Ctrl-C as well: what was there gets its name again
                if old and not exists(at):
                    os.rename(aside, at.name, src_dir_fd=here, dst_dir_fd=at.folder)
                raise
        except TakenError:
            raise
        except OSError as error:
            raise StoreError(f"{self.path} could not be written: {why(error)}") from error
        if old:
            _take_away(os.path.join(self.root, aside))
