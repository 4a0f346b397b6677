"""Read JSON reports back: what is in such a file is held against itself, and made to reports again."""

from __future__ import annotations

import json
from collections.abc import Iterator

import attrs

from ngff_core.errors import UsageError
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Requirement, Severity
from ngff_core.masking import each_text
from ngff_core.report.clearing import clean, without_secrets
from ngff_core.report.json_models import IssueJSON, PartJSON, PlateJSON, ReportJSON, ResultJSON
from ngff_core.report.outline.nodes import Layout, Outline, OutlineNode
from ngff_core.report.part import Part
from ngff_core.report.report import SCHEMA, Report
from ngff_core.report.summary import Summary
from ngff_core.structure.converter import structure
from ngff_core.structure.faults import Fault, FaultKind
from ngff_core.structure.own_files import converter
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import counted, printable, suggestion_of_path

__all__ = ["INCOMPLETE", "MOST_SHARDS", "ReportFile", "Shards", "read_report"]

INCOMPLETE = "report-incomplete"
MOST_SHARDS = 100_000
MOST = 1 << 53  # of anything: no sum of such numbers is beyond 64 bits


@attrs.frozen
class Shards:
    """Which parts of a run a report covers: ``numbers`` of ``of``, divided by ``stores`` or ``wells``."""

    of: int
    numbers: tuple[int, ...]
    by: str
    stores: int
    settings: str

    @property
    def missing(self) -> list[int]:
        """The numbers of the shards that are not there."""
        return sorted({*range(1, self.of + 1)} - {*self.numbers})

    @property
    def positions(self) -> list[int]:
        """Which of all stores these shards have evaluated, in order."""
        return sorted(position for positions in self._ranges() for position in positions)

    @property
    def count(self) -> int:
        """How many stores these shards have evaluated, computed: a damaged file may state any number."""
        return sum(map(len, self._ranges()))

    def _ranges(self) -> list[range]:
        return [range(number - 1, self.stores, self.of) for number in self.numbers]

    def to_dict(self) -> JSONObject:
        """Return the JSON form."""
        return {**attrs.asdict(self), "numbers": list(self.numbers)}


@attrs.frozen(eq=False)
class ReportFile:
    """What a file of reports holds, or what several come to together: one report for each store.

    ``shards`` says which parts of a run it is made of, where it is not all of one, ``search`` what a search for stores
    looked at.
    """

    name: str
    results: list[Report]
    shards: Shards | None = None
    search: JSONObject | None = None


def read_report(path: str) -> ReportFile:
    """Read a report of ``--format json``; raises UsageError for a file that is none, and says where it is damaged."""
    try:
        with open(path, "rb") as file:
            document = json.loads(file.read())
    except OSError as error:
        raise UsageError(f"the report {path!r} could not be read: {error.strerror}{suggestion_of_path(path)}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path!r} is no JSON report: {error}; write it with --format json") from None
    if not isinstance(document, dict) or "schema" not in document:
        raise UsageError(f"{path!r} is no report; write it with `ngff validate --format json`")
    if document["schema"] != SCHEMA or document["schema"] is True:
        raise UsageError(
            f"{path!r} has the schema {document['schema']!r}, this release joins reports of schema {SCHEMA}"
        )
    return report_file(path, document)


def report_file(path: str, document: JSONObject) -> ReportFile:
    """Return what a JSON report holds; raises UsageError where it is damaged."""
    typed, faults = structure(converter(), document, ReportJSON)
    problem = next(iter([*map(_said, faults), *(_misfits(typed) if not faults else ())]), None)
    if problem is not None:
        raise UsageError(f"the report {path!r} is damaged at {problem}; write it anew with --format json")
    shards = None
    if typed.shards is not None:
        known = typed.shards
        shards = Shards(known.of, tuple(known.numbers), known.by, known.stores, known.settings)
    _refuse_contradictions(path, typed)
    results = [without_secrets(_report(result, shards)) for result in typed.results if not _is_note(result, shards)]
    if shards is not None:
        expected = 1 if shards.by != "stores" else shards.count
        if len(results) != expected:
            raise UsageError(
                f"the report {path!r} is damaged at /results: found {counted(len(results), 'result')}"
                f", expected {expected}; write it anew with --format json"
            )
    return ReportFile(path, results, shards, each_text(typed.search, clean))


def _refuse_contradictions(path: str, report: ReportJSON) -> None:
    """Raise UsageError where a status is not what the findings come to, or the summary not what the results do."""
    summary = Summary()
    for number, result in enumerate(report.results):
        found = summary.count(_report(result)).status
        if found != result.status:
            problem = f"/results/{number}/status: found {result.status!r}, but the findings come to {found!r}"
            raise UsageError(f"the report {path!r} is damaged at {problem}; write it anew with --format json")
    stated = report.summary.get("statuses") if report.summary is not None else None
    if stated is not None and stated != summary.to_dict()["statuses"]:
        problem = "/summary/statuses: it is not the sum of the results"
        raise UsageError(f"the report {path!r} is damaged at {problem}; write it anew with --format json")


def _said(fault: Fault) -> str:
    pointer = "".join(f"/{part}" for part in fault.pointer) or "/"
    if fault.kind is FaultKind.MISSING:
        return f"{pointer}: the key {fault.key!r} is missing"
    return f"{pointer}: found {fault.found}, expected {fault.expected}"


def _misfits(report: ReportJSON) -> Iterator[str]:
    """Yield what joining builds on and types do not tell: numbers that have to fit each other."""
    shards = report.shards
    if shards is not None:
        numbers = shards.numbers
        if not 1 <= shards.of <= MOST_SHARDS or shards.stores < 0:
            yield f"/shards: found {counted(shards.of, 'shard')} of {shards.stores} stores, expected 1 to {MOST_SHARDS}"
            return
        if not numbers or numbers != sorted(set(numbers)) or not 1 <= numbers[0] <= numbers[-1] <= shards.of:
            yield f"/shards/numbers: found {numbers}, expected numbers from 1 to {shards.of} in order"
            return
    divided = shards is not None and shards.by != "stores"
    for number, result in enumerate(report.results):
        pointer = f"/results/{number}"
        for name in ("counts", "suppressed", "suppressed_by"):
            if not all(map(_is_count, getattr(result, name).values())):
                yield f"{pointer}/{name}: expected whole numbers from 0 on"
        yield from _odd_names(result, pointer)
        if min(result.rules.run, result.rules.skipped) < 0:
            yield f"{pointer}/rules: expected whole numbers from 0 on"
        if not all(isinstance(release, str) for release in result.rule_set.values()):
            yield f"{pointer}/rule_set: expected strings"
        elif sum(result.suppressed.values()) != sum(result.suppressed_by.values()):
            yield f"{pointer}/suppressed_by: the sum is not that of suppressed"
        if divided:
            yield from _misfits_of_part(result, f"{pointer}/part")
        elif result.part is not None:
            yield f"{pointer}/part: found object, expected nothing"


def _odd_names(result: ResultJSON, pointer: str) -> Iterator[str]:
    """Yield names that no release writes: formats show names as they are, so that nothing may hide in one."""
    named: list[tuple[str, ResultJSON | IssueJSON, tuple[str, ...]]] = [(pointer, result, ("version", "kind"))]
    named += [(f"{pointer}/issues/{n}", i, ("rule", "entry", "section", "kind")) for n, i in enumerate(result.issues)]
    for place, holder, names in named:
        values = ((name, getattr(holder, name)) for name in names)
        yield from (f"{place}/{name}: expected a name" for name, value in values if not _is_name(value))
    for name in ("counts", "suppressed", "suppressed_by", "rule_set"):
        if not all(map(_is_name, getattr(result, name))):
            yield f"{pointer}/{name}: expected names"
    if not all(_is_name(release) for release in result.rule_set.values() if isinstance(release, str)):
        yield f"{pointer}/rule_set: expected releases"


def _is_name(value: str | None) -> bool:
    return value is None or printable(value) == value


def _misfits_of_part(result: ResultJSON, pointer: str) -> Iterator[str]:
    places = result.part.places if result.part is not None else None
    if places is None:
        yield f"{pointer}: found nothing, expected object"
    elif not all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_count, pair)) for pair in places):
        yield f"{pointer}/places: expected pairs of whole numbers"
    elif sum(pair[1] for pair in places) != sum(issue.rule != INCOMPLETE for issue in result.issues):
        yield f"{pointer}/places: expected as many findings as there are"
    elif result.part is not None and result.part.plate is not None:
        plate = result.part.plate
        if not all(_is_well(well, len(plate.rows), len(plate.columns)) for well in plate.wells):
            yield f"{pointer}/plate/wells: expected wells in its rows and columns"


def _is_well(well: JSON, rows: int, columns: int) -> bool:
    return (
        isinstance(well, list)
        and len(well) == 4
        and isinstance(well[0], str)
        and all(map(_is_count, well[1:]))
        and well[1] < rows
        and well[2] < columns
    )


def _is_count(value: JSON) -> bool:
    return type(value) is int and 0 <= value < MOST


def _is_note(result: ResultJSON, shards: Shards | None) -> bool:
    """Tell whether a result only says what is missing in an incomplete report, so that it can be joined again."""
    return shards is not None and shards.by == "stores" and any(issue.rule == INCOMPLETE for issue in result.issues)


def _report(result: ResultJSON, shards: Shards | None = None) -> Report:
    """Return a report; what says that shards are missing is said anew, of those that still are."""
    return Report(
        url=result.url,
        version=result.version,
        kind=result.kind,
        issues=[_issue(issue) for issue in result.issues if shards is None or issue.rule != INCOMPLETE],
        counts=result.counts,
        profile=result.profile,
        strict=result.strict is True or result.profile == "strict",
        rule_set=result.rule_set,
        rules=(int(result.rules.run), int(result.rules.skipped)),
        suppressed_for=_both(dict(result.suppressed), dict(result.suppressed_by)),
        part=_part(result.part) if result.part is not None else None,
        outline=_outline(result.part.plate) if result.part is not None and result.part.plate is not None else None,
    )


def _part(part: PartJSON) -> Part:
    positions = (position for position, number in part.places for _ in range(number))
    return Part(tuple(positions), tuple(part.run), tuple(part.skipped))


def _outline(plate: PlateJSON) -> Outline:
    wells = tuple((path, row, column) for path, row, column, _ in plate.wells)
    entries = tuple(entry for *_, entry in plate.wells)
    return Outline(OutlineNode(""), {"": Layout(tuple(plate.rows), tuple(plate.columns), wells, entries)})


def _issue(found: IssueJSON) -> Issue:
    return Issue(
        rule=found.rule,
        requirement=Requirement(found.requirement),
        severity=Severity(found.severity),
        message=found.message,
        node=found.node,
        pointer=found.pointer,
        found=found.found,
        expected=found.expected,
        hint=found.hint,
        section=found.section,
        entry=found.entry,
        document=found.document,
        kind=found.kind,
        judged=found.judged,
    )


def _both(rules: dict[str, int], reasons: dict[str, int]) -> dict[tuple[str, str], int]:
    """Count so that both sums come out as they were written; which reason was whose is not known."""
    counted: dict[tuple[str, str], int] = {}
    left = [reason for reason in reversed(reasons) if reasons[reason]]
    for rule, wanted in rules.items():
        while wanted and left:
            reason = left[-1]
            number = min(wanted, reasons[reason])
            counted[rule, reason] = number
            wanted -= number
            reasons[reason] -= number
            if not reasons[reason]:
                left.pop()
    return counted
