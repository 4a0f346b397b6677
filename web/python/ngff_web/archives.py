"""The bytes of archives: a file that was dropped, of which only parts are read, or a file behind an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ngff_core.errors import StoreError
from ngff_core.stores import MAX_DOCUMENT
from ngff_remote.clients.failures import of_status

__all__ = ["FileParts", "Parts"]

_FAILED = "the connection failed"


class FileParts:
    """What `ngff_remote.stores.archive.RangeSource` asks of a connection, here of a file of the browser.

    ``read`` takes where a part begins and ends, and returns it or raises an error.
    """

    def __init__(self, size: int, read: Callable[[int, int], Any]) -> None:
        self._size = size
        self._read = read

    def get_tail(self, key: str, length: int) -> tuple[int, bytes] | StoreError | None:
        """Return the last bytes and where they begin."""
        start = max(0, self._size - length)
        data = self._part(start, self._size)
        return data if isinstance(data, StoreError) else (start, data)

    def get_parts(self, spans: Sequence[tuple[str, int, int]]) -> list[bytes | StoreError]:
        """Return for each begin and end the bytes there."""
        return [self._part(start, end) for _, start, end in spans]

    def get_whole(self, key: str) -> bytes | StoreError | None:
        """Return all there is."""
        return self._part(0, self._size)

    def _part(self, start: int, end: int) -> bytes | StoreError:
        try:
            data: bytes = self._read(start, end).to_bytes()
        except Exception:  # whatever the browser says of a file that was changed or taken away meanwhile
            return StoreError("the file was changed, or cannot be read any more")
        return data


class Parts:
    """The same of synchronous requests of a worker.

    ``request`` takes the first and the last byte, -1 for the whole, and returns status and body. ``head`` is what the
    page found out before: a status and the length, -1 where the server does not tell it; or why there is no answer.
    """

    def __init__(self, head: tuple[int, int] | StoreError, request: Callable[[int, int], Any]) -> None:
        self._head = head
        self._request = request

    def get_tail(self, key: str, length: int) -> tuple[int, bytes] | StoreError | None:
        """Return the last bytes and where they begin; ``None``: absent, or no parts are sent."""
        if isinstance(self._head, StoreError):
            return self._head
        status, total = self._head
        if status not in (200, 405, 501):
            return of_status(status)
        if status != 200 or total < 1:
            return None
        start = max(0, total - length)
        status, data = self._ask(start, total - 1)
        if status == 206:
            return start, data
        return (0, data) if status == 200 and len(data) == total else None

    def get_parts(self, spans: Sequence[tuple[str, int, int]]) -> list[bytes | StoreError]:
        """Return for each begin and end the bytes there."""
        return [self._part(start, end) for _, start, end in spans]

    def get_whole(self, key: str) -> bytes | StoreError | None:
        """Return all there is."""
        status, data = self._ask(-1, -1)
        if status != 200:
            return of_status(status) if status else StoreError(_FAILED)
        return data if len(data) <= MAX_DOCUMENT else StoreError(f"the document has more than {MAX_DOCUMENT} bytes")

    def _part(self, start: int, end: int) -> bytes | StoreError:
        if end <= start:
            return b""
        status, data = self._ask(start, end - 1)
        if status == 206:
            return data
        if status == 200:
            return data[start:end]
        return (of_status(status) if status else None) or StoreError(_FAILED)

    def _ask(self, first: int, last: int) -> tuple[int, bytes]:
        answer = self._request(first, last)
        return int(answer.status), answer.body.to_bytes()
