"""The roll-up over many stores: how many of each verdict, which rules were broken, which versions were seen."""

from __future__ import annotations

from collections import Counter

from ngff_core.issues.requirement import Severity
from ngff_core.report.report import Report
from ngff_core.structure.values import JSONObject
from ngff_core.version_order import order_of

__all__ = ["STATUSES", "Summary"]

_ORDER = list(Severity)  # errors first
STATUSES = ("valid", "invalid", "unreadable")


class Summary:
    """Counts reports as they go by; what was counted is let go of."""

    def __init__(self) -> None:
        self.stores = 0
        self.statuses: Counter[str] = Counter()
        self.versions: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.stores_with: Counter[str] = Counter()
        self.suppressed: Counter[str] = Counter()
        self.worst: dict[str, Severity] = {}

    def count(self, report: Report) -> Report:
        """Count a report, and return it."""
        self.stores += 1
        self.statuses[report.status] += 1
        if report.version is not None:
            self.versions[report.version] += 1
        if report.suppressed_for:
            self.suppressed.update(report.suppressed)
        rules = [issue.rule for issue in report.issues]
        if rules:
            self.findings.update(rules)
            self.stores_with.update({*rules})
        for issue in report.issues:
            worst = self.worst.setdefault(issue.rule, issue.severity)
            if _ORDER.index(issue.severity) < _ORDER.index(worst):
                self.worst[issue.rule] = issue.severity
        return report

    def to_dict(self) -> JSONObject:
        """Return the JSON form."""
        return {
            "stores": self.stores,
            "statuses": {status: self.statuses[status] for status in STATUSES},
            "versions": dict(self.by_version()),
            "findings": {
                rule: {"findings": number, "stores": self.stores_with[rule]} for rule, number in self.by_rule()
            },
            "suppressed": dict(sorted(self.suppressed.items())),
        }

    def by_version(self) -> list[tuple[str, int]]:
        """Return the versions with the number of their stores, in the order of the versions."""
        return sorted(self.versions.items(), key=lambda item: order_of(item[0]))

    def by_rule(self) -> list[tuple[str, int]]:
        """Return the rules with the number of their findings, those in most stores first."""
        return sorted(self.findings.items(), key=lambda item: (-self.stores_with[item[0]], -item[1], item[0]))

    def by_weight(self) -> list[tuple[str, int]]:
        """Return the rules as `by_rule`, those that were broken by errors first: what is cut off weighs least."""
        return sorted(self.by_rule(), key=lambda item: _ORDER.index(self.worst[item[0]]))
