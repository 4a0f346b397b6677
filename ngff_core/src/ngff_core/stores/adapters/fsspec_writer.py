"""Writing to an fsspec file system, without conditions, as these know none.

Object stores put a file there as a whole; what others do when they are killed while they write, is up to them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ngff_core.errors import StoreError
from ngff_core.stores.adapters.fsspec import FsspecStore
from ngff_core.stores.base import Store
from ngff_core.stores.content import BLOCK, content_of
from ngff_core.stores.explain import ABSENT, explain
from ngff_core.stores.key import Key
from ngff_core.stores.writing import ConflictError, OneName, Write

__all__ = ["FsspecWriter"]


class FsspecWriter(OneName, FsspecStore):
    """The files of an fsspec file system below a path, to be read and written."""

    jobs = 4

    def put_many(self, writes: Sequence[Write]) -> None:
        """Look at what is there just before; what is written in between by others is lost."""
        keys = [write.key for write in writes]
        changed = []
        for write, found in zip(writes, self.get_many(keys), strict=True):
            if isinstance(found, StoreError):
                raise StoreError(f"{write.key} could not be read: {found}", hint=found.hint)
            if found != write.old:
                changed.append(write.key)
        if changed:
            raise ConflictError(self.url, changed)
        for write in writes:
            try:
                self._make_folder(write.key)
                self._fs.pipe_file(self._path(write.key), write.new)
            except Exception as error:  # whatever the file system does to write
                raise StoreError(f"{write.key} could not be written: {_text(error)}") from error
        self._forget()

    def delete_many(self, keys: Sequence[str]) -> None:
        for key in map(Key, keys):
            try:
                self._fs.rm_file(self._path(key))
            except ABSENT:
                continue
            except Exception as error:  # as above
                if self.get(key) is not None:
                    raise StoreError(f"{key} could not be deleted: {_text(error)}") from error
        self._forget()

    def copy(self, source: Store, key: str, new: str) -> bool:
        """Whether the file appears only when all of it was written is up to the file system."""
        content = content_of(source, key)
        if content is None:
            return False
        try:
            self._make_folder(Key(new))
            with content:
                if content.size is not None and content.size <= BLOCK:
                    self._fs.pipe_file(self._path(new), b"".join(content))
                else:
                    with self._fs.open(self._path(new), "wb") as file:
                        for block in content:
                            file.write(block)
        except StoreError:
            self.delete_many([new])
            raise
        except Exception as error:  # as above
            raise StoreError(_text(error)) from error
        return True

    def _make_folder(self, key: str) -> None:
        self._fs.makedirs(self._path(key.rpartition("/")[0]), exist_ok=True)

    def _forget(self) -> None:
        """Let listings be made anew."""
        self._fs.invalidate_cache()


def _text(error: Exception) -> str:
    return str(explain(error))
