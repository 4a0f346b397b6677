"""How many requests a host takes at once: few until it is known, and fewer where it refuses some of many."""

from __future__ import annotations

from threading import Condition

__all__ = ["FEW", "Crowd"]

FEW = 4  # what `python -m http.server` takes, whose queue of new connections has five places
SHARE = 20  # one refusal among so many answers is no crowd: whatever was asked for may be what is wrong
PATIENCE = 16  # answers for each place after which more are let in again


class Crowd:
    """Lets requests in, so many at once: ``most``, fewer while ``limited``, half as many where some are refused.

    ``why`` says what the limit is for. Answers count in rounds, which begin when the limit changes: those to requests
    of an earlier round say nothing on the limit of now.
    """

    def __init__(self, most: int, *, limited: bool = False) -> None:
        self.why: str | None = None
        self._most = most
        self._top = min(FEW, most) if limited else most  # the limit that is never exceeded
        self._limit = self._top
        self._inside = 0
        self._change = Condition()
        self._begin_round(self._limit, 0)

    def _begin_round(self, limit: int, number: int) -> None:
        self._limit, self._round = limit, number
        self._answers = self._refused = 0
        self._peak = min(self._inside, limit)

    def enter(self) -> int:
        """Wait for one's turn; return the round, as `leave` wants to know."""
        with self._change:
            while self.room <= 0:
                self._change.wait()
            self._inside += 1
            self._peak = max(self._peak, self._inside)
            return self._round

    @property
    def room(self) -> int:
        """How many more may come in at once."""
        return self._limit - self._inside

    def leave(self, entered: int, refusal: str | None = None, *, again: bool = False) -> bool:
        """Let the next one in; tell whether what was refused has a better chance now, with fewer others.

        ``again``: it was refused by itself before, and counts once.
        """
        with self._change:
            self._inside -= 1
            lower = self._count(entered, refusal, again)
            self._change.notify(max(1, self.room))
            return lower

    def _count(self, entered: int, refusal: str | None, again: bool) -> bool:
        if entered != self._round:
            return refusal is not None
        self._answers += 1
        self._refused += refusal is not None and not again
        few_refused = self._refused * SHARE < self._answers
        if refusal is not None and self._refused > 1 and self._peak > 1 and not few_refused:
            self.why = self.why or refusal
            self._begin_round(max(1, self._peak // 2), self._round + 1)
            return True
        if few_refused and self._limit < self._top and self._answers >= PATIENCE * self._limit:
            self._begin_round(min(self._top, 2 * self._limit), self._round + 1)
        return False

    def limit(self, why: str) -> None:
        """Let in few from now on, for good."""
        with self._change:
            self.why = self.why or why
            self._most = self._top = min(FEW, self._most)
            self._begin_round(min(self._limit, self._top), self._round + 1)

    def lift(self) -> None:
        """Let in as many as there may be."""
        with self._change:
            if self._top < self._most:
                self._top = self._most
                self._begin_round(self._top, self._round + 1)
                self._change.notify_all()
