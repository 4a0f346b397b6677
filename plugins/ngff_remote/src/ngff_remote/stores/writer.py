"""Writing to buckets: under conditions where the server knows them, many documents at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Semaphore
from typing import TYPE_CHECKING, TypeVar

from ngff_core.errors import StoreError
from ngff_core.stores import Store
from ngff_core.stores.content import BLOCK, Content, content_of
from ngff_core.stores.key import Key
from ngff_core.stores.writing import ConflictError, OneName, Write
from ngff_remote.clients.connection import Connection
from ngff_remote.clients.failures import NoConditionsError, NotThereError
from ngff_remote.stores.store import RemoteStore

if TYPE_CHECKING:
    from obstore import PutMode, UpdateVersion
    from obstore.store import ObjectStore

__all__ = ["RemoteWriter"]

T = TypeVar("T")
SMALL = 2 * BLOCK  # what is larger is written in parts
LARGE_AT_ONCE = 4
MAX_PARTS = 9000  # S3 takes 10,000
ATTEMPTS = 3
_CLASHES = ("AlreadyExistsError", "PreconditionError")


class RemoteWriter(OneName, RemoteStore):
    """The objects below an address, to be read and written."""

    def __init__(self, url: str, path: str, connection: Connection) -> None:
        super().__init__(url, path, connection)
        self._conditional = True  # until the server says that it knows no conditions
        self._large = Semaphore(LARGE_AT_ONCE)

    # --- documents ----------------------------------------------------------------------------------

    def put_many(self, writes: Sequence[Write]) -> None:
        """Stop soon after the first that does not work out; the others may be written."""
        self._each(self._put, writes)

    def delete_many(self, keys: Sequence[str]) -> None:
        self._each(self._delete, [Key(key) for key in keys])

    def _each(self, call: Callable[[T], StoreError | str | None], items: Sequence[T]) -> None:
        """Call something for each item, and stop soon after the first that does not work out."""
        step = 8 * self._connection.jobs
        for start in range(0, len(items), step):
            found = self._connection.each(call, items[start : start + step])
            for error in found:
                if isinstance(error, StoreError):
                    raise error
            clashes = [key for key in found if isinstance(key, str)]
            if clashes:
                raise ConflictError(self.url, clashes)

    def _put(self, write: Write) -> StoreError | str | None:
        """Write a document; return what went wrong, or its key where it does not hold what was expected."""
        try:
            return None if any(self._attempt(write) for _ in range(ATTEMPTS)) else write.key
        except ConflictError:
            return write.key
        except StoreError as error:
            return StoreError(f"{write.key} could not be written: {error}", hint=error.hint)

    def _attempt(self, write: Write) -> bool:
        """Write a document, once; False: it may be tried again. Raises ConflictError."""
        key, old, new = write.key, write.old, write.new
        assert new is not None
        mode: PutMode = "create"
        if old is not None or not self._conditional:
            found, mode = self._read(key)
            if found != old:
                return self._is_there(key, new, found)
        try:
            self._connection.write(lambda client: self._put_if(client, key, new, mode))
        except NoConditionsError:
            if not self._conditional:
                raise
            self._conditional = False
            return False
        except ConflictError:
            found, _ = self._read(key)  # what came before a lost answer, and was sent again, is no conflict
            return False if found == old else self._is_there(key, new, found)
        return True

    def _is_there(self, key: str, new: bytes, found: bytes | None) -> bool:
        if found != new:
            raise ConflictError(self.url, [key])
        return True

    def _put_if(self, client: ObjectStore, key: str, data: bytes, mode: PutMode) -> None:
        try:
            client.put(self._prefix + key, data, use_multipart=False, mode=mode if self._conditional else "overwrite")
        except Exception as error:
            name = type(error).__name__
            if name in _CLASHES:
                raise ConflictError(self.url, [key]) from None
            if name in ("NotSupportedError", "NotImplementedError") and self._conditional:
                raise NoConditionsError("no conditions") from None
            raise

    def _read(self, key: str) -> tuple[bytes | None, PutMode]:
        """Return what is under a key, and the mode of writing that replaces just that."""
        try:
            return self._connection.write(lambda client: _tagged(client, self._prefix + key))
        except NotThereError:
            return None, "create"

    def _delete(self, key: str) -> StoreError | None:
        try:
            self._connection.write(lambda client: client.delete(self._prefix + key))
        except NotThereError:
            return None
        except StoreError as error:
            return StoreError(f"{key} could not be deleted: {error}", hint=error.hint)
        return None

    # --- objects of any size ------------------------------------------------------------------------

    def copy(self, source: Store, key: str, new: str) -> bool:
        """Let the server copy within a bucket."""
        new = Key(new)
        if isinstance(source, RemoteStore) and source._connection is self._connection:
            try:
                self._connection.write(lambda client: client.copy(source._prefix + key, self._prefix + new))
                return True
            except NotThereError:
                return False
            except StoreError:  # too large for it, not known to the server, or not allowed: the other way tells
                pass
        target = self._prefix + new
        content = content_of(source, key)
        if content is None:
            return False
        with content:
            if content.size is not None and content.size <= SMALL:
                data = b"".join(content)
                self._connection.write(lambda client: client.put(target, data, use_multipart=False))
                return True
        with self._large:
            content = content_of(source, key)  # anew: an answer that waits for its turn runs out of time
            if content is None:
                return False
            with content:
                self._connection.write(lambda client: _put_parts(client, target, content))
        return True


def _tagged(client: ObjectStore, key: str) -> tuple[bytes, PutMode]:
    found = client.get(key)
    data = bytes(found.bytes())
    known: UpdateVersion = {}
    if found.meta["e_tag"] is not None:
        known["e_tag"] = found.meta["e_tag"]
    if found.meta["version"] is not None:
        known["version"] = found.meta["version"]
    return data, known or "overwrite"


def _put_parts(client: ObjectStore, key: str, content: Content) -> None:
    from obstore import open_writer

    part = max(SMALL, (content.size or 0) // MAX_PARTS)
    file = open_writer(client, key, buffer_size=part, max_concurrency=2)
    size = 0
    for block in content:
        size += len(block)
        file.write(block)
    if content.size not in (None, size):
        raise StoreError("its content was read in part before")
    file.close()  # what is not closed does not appear
