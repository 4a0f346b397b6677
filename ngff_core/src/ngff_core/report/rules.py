"""Which rules a report comes from."""

from __future__ import annotations

__all__ = ["RulesSeen"]


class RulesSeen:
    """Which rules had something to look at, and which of those for the kinds of groups that were met had not."""

    __slots__ = ("run", "skipped")

    def __init__(self, run: frozenset[str] = frozenset(), skipped: frozenset[str] = frozenset()) -> None:
        self.run = run
        self.skipped = skipped

    def with_those_of(self, other: RulesSeen) -> RulesSeen:
        """Return what was seen in two parts of a hierarchy together: a rule that ran in one was not skipped."""
        run = self.run | other.run
        return RulesSeen(run, (self.skipped | other.skipped) - run)
