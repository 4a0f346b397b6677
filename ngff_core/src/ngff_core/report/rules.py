"""Which rules a report comes from."""

from __future__ import annotations

import attrs

from ngff_core.values import Value

__all__ = ["RulesSeen"]


@attrs.frozen(eq=False, repr=False)
class RulesSeen(Value):
    """Which rules had something to look at, and which of those for the kinds of groups that were met had not."""

    run: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()

    def with_those_of(self, other: RulesSeen) -> RulesSeen:
        """Return what was seen in two parts of a hierarchy together: a rule that ran in one was not skipped."""
        run = self.run | other.run
        return RulesSeen(run, (self.skipped | other.skipped) - run)
