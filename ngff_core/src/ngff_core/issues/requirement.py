"""Requirement levels of the specification (BCP 14) and the severity that follows from them."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["MAY", "MUST", "SHOULD", "Requirement", "Severity"]


class Requirement(StrEnum):
    """How strongly the specification asks for something."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"

    @property
    def severity(self) -> Severity:
        """The severity of breaking it, unless the rule or the user says otherwise."""
        return _SEVERITIES[self]


class Severity(StrEnum):
    """How much a finding weighs: only errors make a document invalid."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


MUST = Requirement.MUST
SHOULD = Requirement.SHOULD
MAY = Requirement.MAY

_SEVERITIES = {MUST: Severity.ERROR, SHOULD: Severity.WARNING, MAY: Severity.INFO}
