"""How many requests a host takes at once: few until it is known, and few for good where it refuses more."""

from __future__ import annotations

from threading import Condition

__all__ = ["FEW", "Crowd"]

FEW = 4  # what `python -m http.server` takes, whose queue of new connections has five places


class Crowd:
    """Lets requests in: all that ask, or `FEW` at once while there is a limit. ``why`` says what the limit is for."""

    def __init__(self, *, limited: bool) -> None:
        self.why: str | None = None
        self._limited = limited
        self._inside = 0
        self._change = Condition()

    def enter(self) -> bool:
        """Wait for one's turn; return whether it counts, as `leave` wants to know."""
        if not self._limited:
            return False
        with self._change:
            self._change.wait_for(lambda: not self._limited or self._inside < FEW)
            if self._limited:
                self._inside += 1
            return self._limited

    def leave(self, counted: bool) -> None:
        """Let the next one in."""
        if counted:
            with self._change:
                self._inside -= 1
                self._change.notify()

    def limit(self, why: str) -> None:
        """Let in few from now on; those inside are not counted."""
        with self._change:
            self.why = self.why or why
            self._limited = True

    def lift(self) -> None:
        """Let in all that ask, unless it is known that these are too many."""
        with self._change:
            if self.why is None:
                self._limited = False
                self._change.notify_all()
