"""What was shown so far in a run over many stores, so that it is not said again for each of them."""

from __future__ import annotations

from enum import Enum, auto

from ngff_core.issues.issue import Issue

__all__ = ["ALIKE", "How", "Shown"]

ALIKE = 4  # findings of one rule that are shown at length
KNOWN = 20  # of one rule that are remembered: memory does not grow with the number of stores

_Key = tuple[object, ...]


class How(Enum):
    """How a finding is to be shown: at length, in a line, or not again."""

    LONG = auto()
    SHORT = auto()
    AGAIN = auto()


class Shown:
    """Remembers, for each rule, the first findings: what differs only in its location is the same."""

    def __init__(self) -> None:
        self._known: dict[_Key, set[_Key]] = {}

    def take(self, issue: Issue) -> How:
        """Return how a finding is to be shown, which counts as shown from then on."""
        known = self._known.setdefault((issue.severity, issue.ids), set())
        key = (issue.message, issue.found, issue.expected, issue.hint)
        if key in known or len(known) >= KNOWN:
            return How.AGAIN
        known.add(key)
        return How.LONG if len(known) <= ALIKE else How.SHORT
