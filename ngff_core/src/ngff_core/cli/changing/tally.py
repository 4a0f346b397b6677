"""What a run over many stores comes to: how many of each outcome, why, and the exit code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import attrs

from ngff_core.cli.changing.outcome import Next, Outcome, next_lines
from ngff_core.masking import masked
from ngff_core.structure.values import JSONObject
from ngff_core.words import counted, printable, short

__all__ = ["Tally"]

GROUPS = 1000  # causes that are told apart: memory does not grow with the number of stores
OTHERS = "other reasons"
SHOWN = 20  # groups on the screen
FIRST = 3  # stores that are named of each
EACH = 20  # causes of one store


@attrs.define
class _Group:
    """Stores that ended in the same way for the same reason."""

    status: str
    cause: str
    number: int = 0
    first: list[str] = attrs.field(factory=list)

    def to_dict(self) -> JSONObject:
        return {"status": self.status, "reason": self.cause, "stores": self.number, "first": self.first}


class Tally:
    """Counts what became of stores; what was counted is let go of."""

    def __init__(self) -> None:
        self.number = 0
        self.code = 0
        self._statuses: Counter[str] = Counter()
        self._groups: dict[tuple[str, str], _Group] = {}
        self._next: Next | None = None

    def count(self, outcome: Outcome) -> None:
        """Count what became of a store; the worst decides the exit code."""
        self.number += 1
        self.code = max(self.code, outcome.code)
        self._statuses[outcome.status] += 1
        if not outcome.code:
            return
        if self._next is None and outcome.following:
            self._next = outcome.following[0]
        url = masked(outcome.url)
        causes = dict.fromkeys(short(_of_any(url, cause), 300) for cause in outcome.causes or outcome.reasons)
        for cause in list(causes)[:EACH]:
            key = (outcome.status, cause)
            if key not in self._groups and len(self._groups) >= GROUPS:
                key = (outcome.status, OTHERS)
            group = self._groups.setdefault(key, _Group(*key))
            group.number += 1
            if len(group.first) < FIRST:
                group.first.append(url)

    def sentence(self) -> str:
        """Return how many of each there were."""
        said = ", ".join(f"{number} {status}" for status, number in self._statuses.most_common())
        return f"{counted(self.number, 'store')}: {said}" if said else "0 stores"

    def lines(self) -> Iterator[str]:
        """Yield what is said on the screen: why stores were left as they are, what may come next, and the numbers."""
        yield ""
        groups = self._sorted()
        for status in dict.fromkeys(group.status for group in groups):
            yield status
            mine = [group for group in groups if group.status == status]
            for group in mine[:SHOWN]:
                more = f" and {group.number - FIRST} more" if group.number > FIRST else ""
                yield printable(f"  {group.number}: {group.cause}")
                yield printable(f"    {', '.join(group.first)}{more}")
            if len(mine) > SHOWN:
                yield f"  and {counted(len(mine) - SHOWN, 'more reason')} (--format json lists them)"
        yield from map(printable, next_lines([self._next] if self._next is not None else []))
        yield self.sentence()

    def to_dict(self) -> JSONObject:
        """Return the JSON form."""
        reasons = [group.to_dict() for group in self._sorted()]
        return {"stores": self.number, "statuses": dict(sorted(self._statuses.items())), "reasons": reasons}

    def _sorted(self) -> list[_Group]:
        """Return the groups, those of many stores first."""
        return sorted(self._groups.values(), key=lambda group: (group.status != "refused", -group.number))


def _of_any(url: str, cause: str) -> str:
    """Return a cause without the name of the store, which others do not share; a name may be a word like any other."""
    if not any(mark in url.strip(".") for mark in "/."):
        return cause
    return re.sub(rf"(?<![\w./-]){re.escape(url)}(?![\w/-])", "STORE", cause)
