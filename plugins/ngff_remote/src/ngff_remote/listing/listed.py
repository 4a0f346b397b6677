"""What listings said of the size of objects, to hold against it what comes of them."""

from __future__ import annotations

from threading import Lock

__all__ = ["Listed"]

MOST = 1 << 16  # objects; what is copied was listed shortly before


class Listed:
    """The sizes of the objects that were listed last; safe to use from several threads."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self._lock = Lock()

    def note(self, key: str, size: int) -> None:
        """Remember the size of an object, and forget the one that was listed longest ago where these are many."""
        with self._lock:
            self._sizes.pop(key, None)
            self._sizes[key] = size
            if len(self._sizes) > MOST:
                del self._sizes[next(iter(self._sizes))]

    def size_of(self, key: str) -> int | None:
        """Return the size of an object, if it was listed."""
        with self._lock:
            return self._sizes.get(key)

    def forget(self) -> None:
        """Forget all sizes: something is written."""
        with self._lock:
            self._sizes.clear()
