"""The models of what is in a JSON report."""

from __future__ import annotations

from typing import Any, Literal

from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model

__all__ = ["IssueJSON", "PartJSON", "PlateJSON", "ReportJSON", "ResultJSON"]


@model
class IssueJSON(Model):
    """One finding; see `ngff_core.issues.issue.Issue`."""

    rule: str = member()
    requirement: Literal["MUST", "SHOULD", "MAY"] = member()
    severity: Literal["error", "warning", "info"] = member()
    message: str = member()
    node: str = member()
    pointer: str = member()
    found: str | None = member(required=True, nullable=True)
    expected: str | None = member(required=True, nullable=True)
    hint: str | None = member(required=True, nullable=True)
    section: str | None = member(required=True, nullable=True)
    entry: str | None = member(required=True, nullable=True)
    document: str | None = member(required=True, nullable=True)
    kind: str | None = member(required=True, nullable=True)
    judged: bool = member()


@model
class RulesJSON(Model):
    """How many rules had something to look at, and had not."""

    run: int = member()
    skipped: int = member()


@model
class PlateJSON(Model):
    """The layout of a plate; a well is its path, the numbers of its row and column, and its number in the metadata."""

    rows: list[str] = member()
    columns: list[str] = member()
    wells: list[Any] = member()


@model
class PartJSON(Model):
    """What joining the parts of a store needs."""

    places: list[Any] = member()
    run: list[str] = member()
    skipped: list[str] = member()
    plate: PlateJSON | None = member(default=None)


@model
class ResultJSON(Model):
    """The report on one store."""

    url: str = member()
    status: Literal["valid", "invalid", "unreadable"] = member()
    version: str | None = member(required=True, nullable=True)
    kind: str | None = member(required=True, nullable=True)
    counts: dict[str, int] = member()
    profile: str = member()
    strict: bool | None = member(default=None)
    rule_set: dict[str, str] = member()
    rules: RulesJSON = member()
    suppressed: dict[str, int] = member()
    suppressed_by: dict[str, int] = member()
    issues: list[IssueJSON] = member()
    part: PartJSON | None = member(default=None)


@model
class ShardsJSON(Model):
    """Of which parts of a run a report is."""

    of: int = member()
    numbers: list[int] = member()
    by: Literal["stores", "wells"] = member()
    stores: int = member()
    settings: str = member()


@model
class ReportJSON(Model):
    """A report of ``--format json``; its summary is made anew."""

    results: list[ResultJSON] = member()
    summary: dict[str, Any] | None = member(default=None)
    shards: ShardsJSON | None = member(default=None)
    search: dict[str, Any] | None = member(default=None)
