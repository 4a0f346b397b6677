"""Partial: what judging one part of a hierarchy comes to, to be joined to its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import attrs

from ngff_core.issues.issue import Issue
from ngff_core.report.rules import RulesSeen
from ngff_core.report.stats import ReadStats
from ngff_core.values import Value

__all__ = ["Partial", "Section"]


Section = tuple[int, tuple[Issue, ...]]
"""Findings that stand together: those at, or below, one child of the root.

First comes the number of the child among all that the root's metadata names; 0 is what comes before them.
"""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Partial(Value):
    """What judging one part of a hierarchy, or all of it, comes to.

    ``version`` is ``None`` and ``rule_set`` empty where nothing could be judged. ``names`` holds the names of rules
    that findings can be chosen by, ``suppressed_for`` counts those that were left out, by rule and reason. ``trunk``
    tells whether it is the part with the root itself.
    """

    url: str
    version: str | None = None
    kind: str | None = None
    sections: tuple[Section, ...] = ()
    counts: Counter[str] = attrs.field(factory=Counter)
    rules: RulesSeen = attrs.field(factory=RulesSeen)
    rule_set: Mapping[str, str] = attrs.field(factory=dict)
    names: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    suppressed_for: Mapping[tuple[str, str], int] = attrs.field(factory=dict)
    stats: ReadStats = attrs.field(factory=ReadStats)
    trunk: bool = True
