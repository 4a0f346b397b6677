"""How often a host is asked: so many times a second, and not on and on when it does not answer."""

from __future__ import annotations

import time
from threading import Lock

from ngff_core.errors import StoreError
from ngff_core.stores import UnreachableError

__all__ = ["Breaker", "Rate"]


class Rate:
    """At most so many requests a second, from all threads together."""

    def __init__(self, per_second: float) -> None:
        self._step = 1 / per_second
        self._next = 0.0
        self._lock = Lock()

    def wait(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._step
        if turn > now:
            time.sleep(turn - now)


class Breaker:
    """Gives up on a host that did not answer many times in a row; tries again now and then."""

    def __init__(self, patience: int, rest: float) -> None:
        self._patience = patience
        self._rest = rest
        self._failures = 0
        self._answers = False
        self._again = 0.0
        self._error: StoreError | None = None
        self._lock = Lock()

    def check(self) -> StoreError | None:
        """Return the error of the last attempts where there is no use in another one."""
        if self._failures < self._patience:
            return None
        with self._lock:
            now = time.monotonic()
            if now < self._again:
                return self._error
            self._again = now + self._rest
        return None

    def failed(self, error: StoreError) -> StoreError:
        """Note that the host did not answer; return the error, or that of a place that never answered so far."""
        with self._lock:
            self._failures += 1
            self._error = UnreachableError(str(error), hint=error.hint)
            if self._failures == self._patience:
                self._again = time.monotonic() + self._rest
        return error if self._answers else self._error

    @property
    def answers(self) -> bool:
        """True once the host has answered."""
        return self._answers

    def answered(self) -> None:
        """Note that the host answered."""
        self._answers = True
        if self._failures:
            with self._lock:
                self._failures = 0
