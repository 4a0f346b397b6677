"""Partial: the outcome of one part of a hierarchy, to be joined to its report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from ngff_core.issues.issue import Issue
from ngff_core.values import Value

if TYPE_CHECKING:
    from ngff_core.report.outline.nodes import Outline

__all__ = ["Partial", "ReadStats", "RulesSeen", "Section"]


Section = tuple[int, tuple[Issue, ...]]
"""Findings that stand together: those at, or below, one child of the root.

First comes the number of the child among all that the root's metadata names; 0 is what comes before them.
"""


class ReadStats:
    """What reading has cost so far: keys asked for and listings, and the bytes that came; ``found`` counts issues.

    ``remarks`` say what stores did in another way than they were told.
    """

    __slots__ = ("bytes", "found", "remarks", "requests")

    def __init__(self, requests: int = 0, bytes: int = 0, found: int = 0) -> None:
        self.remarks: frozenset[str] = frozenset()
        self.requests = requests
        self.bytes = bytes
        self.found = found

    def add(self, other: ReadStats) -> None:
        """Count what reading something else has cost as well."""
        self.requests += other.requests
        self.bytes += other.bytes
        self.found += other.found
        self.remarks |= other.remarks


class RulesSeen:
    """Which rules had something to look at, and which of those for the kinds of groups that were met had not."""

    __slots__ = ("run", "skipped")

    def __init__(self, run: frozenset[str] = frozenset(), skipped: frozenset[str] = frozenset()) -> None:
        self.run = run
        self.skipped = skipped

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RulesSeen) and (self.run, self.skipped) == (other.run, other.skipped)

    def __hash__(self) -> int:
        return hash((self.run, self.skipped))

    def with_those_of(self, other: RulesSeen) -> RulesSeen:
        """Return what was seen in two parts of a hierarchy together: a rule that ran in one was not skipped."""
        run = self.run | other.run
        return RulesSeen(run, (self.skipped | other.skipped) - run)


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Partial(Value):
    """The outcome of evaluating one part of a hierarchy, or all of it.

    ``version`` is ``None`` and ``rule_set`` empty where nothing could be evaluated. ``names`` holds the names of rules
    that findings can be chosen by, ``suppressed_for`` counts those that were left out, by rule and reason. ``trunk``
    tells whether it is the part with the root itself.
    """

    url: str
    version: str | None = None
    kind: str | None = None
    sections: tuple[Section, ...] = ()
    counts: Mapping[str, int] = attrs.field(factory=dict)
    rules: RulesSeen = attrs.field(factory=RulesSeen)
    rule_set: Mapping[str, str] = attrs.field(factory=dict)
    names: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    suppressed_for: Mapping[tuple[str, str], int] = attrs.field(factory=dict)
    stats: ReadStats = attrs.field(factory=ReadStats, eq=False)
    outline: Outline | None = attrs.field(default=None, eq=False)
    trunk: bool = True
