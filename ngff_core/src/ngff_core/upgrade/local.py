"""Writing to a directory of this machine: each document as a whole, never through a symbolic link that leaves."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ngff_core.errors import StoreError
from ngff_core.stores.local import LocalStore

__all__ = ["LocalWriter"]

_SUFFIX = ".ngff-part"


class LocalWriter(LocalStore):
    """The files below a directory, to be read and written."""

    def put(self, key: str, data: bytes) -> None:
        """Write a file beside the old one, then put it in its place."""
        target = self._target(key)
        part = target.with_name(target.name + _SUFFIX)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            part.replace(target)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise StoreError(f"{key} could not be written: {(error.strerror or str(error)).lower()}") from None

    def delete(self, key: str) -> None:
        """Take a file away, if it is there."""
        try:
            self._target(key).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{key} could not be deleted: {(error.strerror or str(error)).lower()}") from None

    def _target(self, key: str) -> Path:
        """Return the path of a key; raises StoreError where a symbolic link leads out of the store."""
        folder = os.path.realpath(os.path.join(self._root, os.path.dirname(key)))
        if folder != self._root and not folder.startswith(self._prefix):
            raise StoreError(f"{key} was not written: a symbolic link leads out of the store")
        return Path(folder, os.path.basename(key))
