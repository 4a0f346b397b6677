"""Report: everything that was found in one document or store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from ngff_core.errors import NgffError, UsageError
from ngff_core.issues.bounding import MAX_FINDINGS, over
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.references import Reference
from ngff_core.report.partial import ReadStats
from ngff_core.structure.values import JSONObject
from ngff_core.values import Value
from ngff_core.words import counted, printable

if TYPE_CHECKING:
    from ngff_core.report.outline.nodes import Layout, Outline
    from ngff_core.report.part import Part

__all__ = ["SCHEMA", "Report", "Reporter", "ValidationError", "place_of", "status_of"]

SCHEMA = 1
_html = Reference("ngff_core.report.formats.notebook:report_html")


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Report(Value):
    """The outcome for one document or store.

    ``issues`` are in the order of the hierarchy; ``counts`` tells how many nodes of each kind were evaluated, ``rules``
    how many rules had something to look at, and how many had not. ``strict`` says that warnings fail, as in the profile
    of that name. ``rule_set`` names the distributions whose rules
    evaluated it, with their versions, ``suppressed_for`` counts findings that are not reported, by rule and reason
    (``select``, ``ignore``, ``baseline`` or ``max-findings``). ``part`` is there where not all of a store was evaluated
    (`ngff validate --shard`). ``stats`` is what reading has cost, ``outline`` what there is in the store, where that
    was asked for; they are no part of the JSON form, and two reports that differ in nothing else are equal.
    """

    url: str
    version: str | None = None
    kind: str | None = None
    issues: list[Issue] = attrs.field(factory=list)
    counts: Mapping[str, int] = attrs.field(factory=dict)
    profile: str = "spec"
    strict: bool = attrs.field(default=attrs.Factory(lambda self: self.profile == "strict", takes_self=True))
    rule_set: Mapping[str, str] = attrs.field(factory=dict)
    rules: tuple[int, int] = (0, 0)
    suppressed_for: Mapping[tuple[str, str], int] = attrs.field(factory=dict)
    part: Part | None = attrs.field(default=None, repr=False)
    stats: ReadStats = attrs.field(factory=ReadStats, repr=False, eq=False)
    outline: Outline | None = attrs.field(default=None, repr=False, eq=False)

    def __hash__(self) -> int:
        return hash((self.url, self.version, self.kind))

    @property
    def valid(self) -> bool:
        """True when all could be evaluated and there is no error; of a strict report, no warning either."""
        return self.exit_code() == 0

    @property
    def status(self) -> str:
        """``valid``, ``invalid``, or ``unreadable`` when something kept it from being evaluated.

        A warning makes a strict report invalid, too.
        """
        return status_of(self.issues, strict=self.strict) if self.issues else "valid"

    def strictly(self, strict: bool = True) -> Report:
        """Return the report with warnings that fail; with ``strict`` False as it is."""
        return attrs.evolve(self, strict=True) if strict and not self.strict else self

    def count(self, severity: Severity | str) -> int:
        """Return the number of issues of a severity: ``"error"``, ``"warning"`` or ``"info"``."""
        try:
            wanted = severity if isinstance(severity, Severity) else Severity(severity)
        except ValueError:
            known = ", ".join(repr(level.value) for level in Severity)
            raise UsageError(f"unknown severity {severity!r}, expected one of {known}") from None
        return sum(i.severity is wanted for i in self.issues)

    def said(self, severity: Severity) -> str:
        """Return how many issues of a severity there are, in words; others of their rule may not be listed."""
        least = "at least " if MAX_FINDINGS in self.suppressed_by else ""
        return least + counted(self.count(severity), severity.value)

    def tally(self) -> tuple[int, int]:
        """Return how many rules had something to look at, and how many of those for the kinds met had not."""
        return self.rules

    def without(self, numbers: Collection[int], reason: str) -> Report:
        """Return the report with some of its issues, by their numbers, counted for a reason such as ``baseline``."""
        suppressed = Counter(self.suppressed_for)
        suppressed.update((self.issues[number].rule, reason) for number in numbers)
        kept = [number for number in range(len(self.issues)) if number not in numbers]
        part = self.part
        if part is not None:
            part = attrs.evolve(part, positions=tuple(part.positions[number] for number in kept))
        issues = [self.issues[number] for number in kept]
        return attrs.evolve(self, issues=issues, suppressed_for=dict(suppressed), part=part)

    def limited(self, most: int | None) -> Report:
        """Return the report with at most so many findings of each rule and severity; the others are counted."""
        numbers = over(self.issues, most) if most is not None else ()
        return self.without(numbers, MAX_FINDINGS) if numbers else self

    @property
    def suppressed(self) -> dict[str, int]:
        """How many findings were made and are not reported, by rule."""
        return self._suppressed_by(0)

    @property
    def suppressed_by(self) -> dict[str, int]:
        """How many findings were made and are not reported, by reason."""
        return self._suppressed_by(1)

    def _suppressed_by(self, position: int) -> dict[str, int]:
        totals: dict[str, int] = {}
        for key, number in sorted(self.suppressed_for.items()):
            totals[key[position]] = totals.get(key[position], 0) + number
        return totals

    def exit_code(self, *, strict: bool = False) -> int:
        """Return 0 for clean, 1 for invalid (with ``strict`` also for warnings), 3 for what was not evaluated."""
        status = status_of(self.issues, strict=strict or self.strict) if self.issues else "valid"
        return {"valid": 0, "invalid": 1, "unreadable": 3}[status]

    @staticmethod
    def exit_code_of(codes: Iterable[int]) -> int:
        """Return the exit code of a run from those of its reports."""
        found = {*codes}
        return next((code for code in (1, 3) if code in found), 0)

    def summary(self, limit: int = 5) -> str:
        """Return a few lines of text: the verdict and the first errors; the first warnings where there are none."""
        lines = [printable(f"{self.verdict}: {self._counts()} in {self.url or 'document'}")]
        shown = [i for i in self.issues if i.severity is Severity.ERROR]
        shown = shown or [i for i in self.issues if i.severity is Severity.WARNING]
        lines += [printable(f"  {i.rule}: {i.message} (at {place_of(i)})") for i in shown[:limit]]
        if len(shown) > limit:
            lines.append(f"  and {len(shown) - limit} more")
        return "\n".join(lines)

    @property
    def verdict(self) -> str:
        """The status in the words of texts: ``not strictly valid`` where nothing but warnings make it invalid."""
        return "not strictly valid" if self.status == "invalid" and not self.count(Severity.ERROR) else self.status

    def _counts(self) -> str:
        """Return how many errors there are, and warnings if any."""
        numbers = [(self.count(level), level.value) for level in (Severity.ERROR, Severity.WARNING)]
        named = [(number, name) for number, name in numbers if number] or numbers[:1]
        return ", ".join(counted(number, name) for number, name in named)

    def __repr__(self) -> str:
        version = f" {self.version}" if self.version else ""
        return f"<Report {self.url or 'document'}{version}: {self.verdict}, {self._counts()}>"

    def _repr_html_(self) -> str:
        """Return what notebooks show."""
        html: str = _html(self)
        return html

    @property
    def _plate(self) -> Layout | None:
        return self.outline.plates.get("") if self.outline is not None else None

    def to_dict(self) -> JSONObject:
        """Return the JSON form of one result; see docs/report.md."""
        return {
            "url": self.url,
            "status": self.status,
            "version": self.version,
            "kind": self.kind,
            "counts": dict(sorted(self.counts.items())),
            "profile": self.profile,
            **({"strict": True} if self.strict else {}),
            "rule_set": dict(self.rule_set),
            "rules": {"run": self.rules[0], "skipped": self.rules[1]},
            "suppressed": self.suppressed,
            "suppressed_by": dict(sorted(self.suppressed_by.items())),
            "issues": [issue.to_dict() for issue in self.issues],
            **({} if self.part is None else {"part": self.part.to_dict(self._plate)}),
        }


class ValidationError(NgffError):
    """Metadata that is not valid; carries the whole report as ``report``."""

    __module__ = "ngff_core"  # tracebacks name it by the path that users import it from

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(report.summary())

    def __reduce__(self) -> tuple[type[ValidationError], tuple[Report]]:
        return (type(self), (self.report,))


def place_of(issue: Issue) -> str:
    """Return node and pointer of a finding, the pointer only where there is one."""
    return " ".join(filter(None, (issue.node or "/", issue.pointer)))


def status_of(issues: Iterable[Issue], *, strict: bool = False) -> str:
    """Return the status that findings come to; ``strict``: with warnings, too."""
    failing = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    judged = {issue.judged for issue in issues if issue.severity in failing}
    return "invalid" if True in judged else "unreadable" if judged else "valid"


Reporter = Callable[[Iterable[Report], Mapping[str, Any]], Iterable[str]]
"""A report format: takes reports as they come and yields pieces of text, each written at once; or returns one text.

One that has nothing to say of a report yields an empty piece: then it is the turn of other formats of the same run.
"""
