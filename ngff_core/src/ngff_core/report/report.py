"""Report: everything that was found, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from ngff_core.errors import NgffError
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.report.stats import ReadStats

if TYPE_CHECKING:
    from ngff_core.crawl.scope import Share

__all__ = ["SCHEMA", "Report", "Reporter", "ValidationError"]

SCHEMA = 1


@attrs.define(kw_only=True, eq=False, slots=False)
class Report:
    """The outcome for one document or store.

    ``issues`` are in the order of the hierarchy; ``counts`` tells how many nodes of each kind were judged, ``tally``
    how many rules had something to look at, and how many of those for the kinds of groups that were met had not.
    ``rule_set`` names the distributions whose rules judged it, with their versions.
    ``share`` says which part of a plate was judged, where it is not all of it (`ngff validate --shard`).
    ``traffic`` is what reading has cost; it is no part of the JSON form.
    """

    url: str
    version: str | None = None
    kind: str | None = None
    issues: list[Issue] = attrs.field(factory=list)
    counts: dict[str, int] = attrs.field(factory=dict)
    traffic: ReadStats = attrs.field(factory=ReadStats, repr=False)
    tally: Callable[[], tuple[int, int]] = attrs.field(default=lambda: (0, 0), repr=False)
    profile: str = "spec"
    rule_set: Mapping[str, str] = {}
    share: Share | None = attrs.field(default=None, init=False, repr=False)
    _suppressed: dict[tuple[str, str], int] | None = attrs.field(default=None, init=False, repr=False)

    @property
    def valid(self) -> bool:
        """True when everything could be judged and there is no error; in the profile ``strict``, no warning either."""
        return self.exit_code() == 0

    @property
    def status(self) -> str:
        """``valid``, ``invalid``, or ``unreadable`` when something kept it from being judged."""
        errors = [i for i in self.issues if i.severity is Severity.ERROR]
        if any(i.judged for i in errors):
            return "invalid"
        return "unreadable" if errors else "valid"

    def count(self, severity: Severity) -> int:
        """Return the number of issues of a severity."""
        return sum(i.severity is severity for i in self.issues)

    def suppress(self, rule: str, reason: str, number: int = 1) -> None:
        """Count findings of a rule that are not reported, for a reason: ``select``, ``ignore`` or ``baseline``."""
        counted = self._suppressed = self._suppressed or {}
        counted[rule, reason] = counted.get((rule, reason), 0) + number

    @property
    def suppressed(self) -> dict[str, int]:
        """How many findings were made and are not reported, by rule."""
        return self._suppressed_by(0)

    @property
    def suppressed_by(self) -> dict[str, int]:
        """How many findings were made and are not reported, by reason."""
        return self._suppressed_by(1)

    def _suppressed_by(self, place: int) -> dict[str, int]:
        totals: dict[str, int] = {}
        for key, number in sorted((self._suppressed or {}).items()):
            totals[key[place]] = totals.get(key[place], 0) + number
        return totals

    def exit_code(self, *, strict: bool = False) -> int:
        """Return 0 for clean, 1 for invalid (or warnings, ``strict`` or in that profile), 3 for what was not judged."""
        strict = strict or self.profile == "strict"
        if self.status == "invalid" or (strict and self.count(Severity.WARNING)):
            return 1
        return 3 if self.status == "unreadable" else 0

    def summary(self, limit: int = 5) -> str:
        """Return a few lines of text: the verdict and the first errors."""
        errors = [i for i in self.issues if i.severity is Severity.ERROR]
        status, what = self.status, "error"
        if not errors and not self.valid:
            errors = [i for i in self.issues if i.severity is Severity.WARNING]
            status, what = "not strictly valid", "warning"
        lines = [f"{status}: {len(errors)} {what}{'s' if len(errors) != 1 else ''} in {self.url or 'document'}"]
        lines += [f"  {i.rule}: {i.message} (at {i.node or '/'} {i.pointer or '/'})" for i in errors[:limit]]
        if len(errors) > limit:
            lines.append(f"  and {len(errors) - limit} more")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form of one result; see docs/report.md."""
        return {
            "url": self.url,
            "status": self.status,
            "version": self.version,
            "kind": self.kind,
            "counts": dict(sorted(self.counts.items())),
            "profile": self.profile,
            "rule_set": dict(self.rule_set),
            "rules": dict(zip(("run", "skipped"), self.tally(), strict=True)),
            "suppressed": self.suppressed,
            "suppressed_by": dict(sorted(self.suppressed_by.items())),
            "issues": [issue.to_dict() for issue in self.issues],
            **({} if self.share is None else {"part": self.share.to_dict(self.issues)}),
        }


class ValidationError(NgffError):
    """Metadata that is not valid; carries the whole report as ``report``."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(report.summary())

    def __reduce__(self) -> tuple[type[ValidationError], tuple[Report]]:
        return (type(self), (self.report,))


Reporter = Callable[[Iterable[Report], Mapping[str, Any]], Iterable[str]]
"""A report format: takes reports as they come and yields pieces of text, each written at once; or returns one text."""
