"""Read JSON reports back: whether a file is one, what shards it comes from, and the reports in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ngff_core.errors import UsageError
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Requirement, Severity
from ngff_core.report.report import SCHEMA, Report

__all__ = [
    "INCOMPLETE",
    "STORE",
    "Joined",
    "ReadReport",
    "Result",
    "positions_of",
    "read_report",
    "status_of",
    "with_issues",
]

INCOMPLETE = "report-incomplete"
MOST_SHARDS = 100_000
SHARDS = ("of", "numbers", "by", "stores", "settings")
STORE = ("url", "version", "kind", "profile", "rule_set")  # what the parts of one store have in common

Result = dict[str, Any]


class Joined(NamedTuple):
    """What reports come to together: one result for each store; ``shards`` says which parts of a run it is made of."""

    name: str
    results: list[Result]
    shards: dict[str, Any] | None = None


def read_report(path: str) -> Joined:
    """Read a report of ``--format json``; raises UsageError for a file that is none."""
    try:
        with open(path, "rb") as file:
            document = json.loads(file.read())
    except OSError as error:
        raise UsageError(f"the report {path!r} could not be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path!r} is no JSON report: {error}; write it with --format json") from None
    if not isinstance(document, dict) or "schema" not in document:
        raise UsageError(f"{path!r} is no report; write it with `ngff validate --format json`")
    if document["schema"] != SCHEMA or document["schema"] is True:
        raise UsageError(
            f"{path!r} has the schema {document['schema']!r}, this release joins reports of schema {SCHEMA}"
        )
    shards = document.get("shards")
    for place, sound in _parts(document.get("results"), shards):
        if not sound:
            raise UsageError(f"the report {path!r} is damaged at {place}; write it anew with --format json")
    known = None if shards is None else {key: shards[key] for key in SHARDS}
    return Joined(path, _without_notes(document["results"], shards), known)


def _parts(results: Any, shards: Any) -> Iterator[tuple[str, bool]]:
    """Yield the places of a report that joining builds on, and whether each is sound."""
    yield "/results", isinstance(results, list)
    yield "/shards", shards is None or _is_shards(shards)
    divided = shards is not None and shards["by"] == "wells"
    for number, result in enumerate(results):
        yield f"/results/{number}", _is_result(result)
        for index, issue in enumerate(result["issues"]):
            yield f"/results/{number}/issues/{index}", _is_issue(issue)
        whole = sum(issue["rule"] != INCOMPLETE for issue in result["issues"])
        yield f"/results/{number}/part", _is_part(result.get("part"), whole) if divided else "part" not in result
    if shards is not None:
        found = len(_without_notes(results, shards))
        places = [range(number - 1, shards["stores"], shards["of"]) for number in shards["numbers"]]
        yield "/results", found == (1 if divided else sum(map(len, places)))


def _is_shards(value: Any) -> bool:
    if not isinstance(value, dict) or not all(_is_count(value.get(key)) for key in ("of", "stores")):
        return False
    numbers = value.get("numbers")
    return (
        value.get("by") in ("stores", "wells")
        and value["of"] <= MOST_SHARDS
        and isinstance(value.get("settings"), str)
        and isinstance(numbers, list)
        and bool(numbers)
        and all(_is_count(number) and 1 <= number <= value["of"] for number in numbers)
        and numbers == sorted(set(numbers))
    )


def _is_result(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("url"), str)
        and isinstance(value.get("profile"), str)
        and all(isinstance(value.get(key, 0), (str, type(None))) for key in ("version", "kind"))
        and isinstance(value.get("rule_set"), dict)
        and all(isinstance(release, str) for release in value["rule_set"].values())
        and all(_are_counts(value.get(key)) for key in ("counts", "rules", "suppressed", "suppressed_by"))
        and value["rules"].keys() == {"run", "skipped"}
        and sum(value["suppressed"].values()) == sum(value["suppressed_by"].values())
        and isinstance(value.get("issues"), list)
    )


def _is_part(value: Any, issues: int) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("places"), list):
        return False
    places = value["places"]
    return (
        all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_count, pair)) for pair in places)
        and sum(pair[1] for pair in places) == issues
        and all(
            isinstance(value.get(key), list) and all(isinstance(name, str) for name in value[key])
            for key in ("run", "skipped")
        )
    )


def _is_issue(value: Any) -> bool:
    if not isinstance(value, dict) or not value.keys() >= set(Issue._fields):
        return False
    texts = ("rule", "message", "node", "pointer")
    return (
        all(isinstance(value[key], str) for key in texts)
        and all(isinstance(value[key], (str, type(None))) for key in Issue._fields if key not in (*texts, "judged"))
        and isinstance(value["judged"], bool)
        and value["requirement"] in set(Requirement)
        and value["severity"] in set(Severity)
    )


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _are_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_count, value.values()))


def positions_of(shards: Mapping[str, Any], numbers: Iterable[int]) -> list[int]:
    """Return which of all stores shards have judged, in order."""
    return sorted(position for number in numbers for position in range(number - 1, shards["stores"], shards["of"]))


def status_of(issues: Iterable[Mapping[str, Any]]) -> str:
    """Return the status that findings come to, as `Report.status` does."""
    judged = {issue["judged"] for issue in issues if issue["severity"] == Severity.ERROR}
    return "invalid" if True in judged else "unreadable" if judged else "valid"


def _without_notes(results: Sequence[Result], shards: Mapping[str, Any] | None) -> list[Result]:
    """Leave out what an incomplete report says of what is missing, so that it can be joined again."""
    if shards is None:
        return list(results)
    if shards["by"] == "stores":
        return [result for result in results if not any(issue["rule"] == INCOMPLETE for issue in result["issues"])]
    return [with_issues(result, [i for i in result["issues"] if i["rule"] != INCOMPLETE]) for result in results]


def with_issues(result: Result, issues: list[Any]) -> Result:
    """Return a result with other findings."""
    return {**result, "status": status_of(issues), "issues": issues}


# --- reports ----------------------------------------------------------------------------------------


class ReadReport(Report):
    """A report that was read: it is written as it was."""

    def __init__(self, result: Result) -> None:
        issues = [_issue(issue) for issue in result["issues"]]
        super().__init__(
            **{key: result[key] for key in STORE},
            issues=issues,
            counts=result["counts"],
            tally=lambda: (result["rules"]["run"], result["rules"]["skipped"]),
        )
        self._written = result
        self._suppress_all(dict(result["suppressed"]), dict(result["suppressed_by"]))

    def to_dict(self) -> dict[str, Any]:
        """Return what was read."""
        return self._written

    def _suppress_all(self, rules: dict[str, int], reasons: dict[str, int]) -> None:
        """Count so that both sums come out as they were written; which reason was whose is not known."""
        for rule in rules:
            for reason in reasons:
                number = min(rules[rule], reasons[reason])
                if number:
                    self.suppress(rule, reason, number)
                    rules[rule] -= number
                    reasons[reason] -= number


def _issue(written: Mapping[str, Any]) -> Issue:
    known = {key: written[key] for key in Issue._fields}
    known["requirement"] = Requirement(known["requirement"])
    known["severity"] = Severity(known["severity"])
    return Issue(**known)
