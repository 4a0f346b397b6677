"""Join JSON reports: those of the shards of one run into that of the run, or those of several runs into one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ngff_core.errors import UsageError
from ngff_core.issues.findings import finding
from ngff_core.report.reading import INCOMPLETE, STORE, Joined, ReadReport, Result, positions_of, status_of, with_issues
from ngff_core.report.report import Report

__all__ = ["incomplete", "merge", "missing", "reports_of"]

RUN = ("of", "by", "stores", "settings")  # what the shards of one run have in common


def merge(reports: Sequence[Joined]) -> Joined:
    """Join reports: shards of one run in the order of that run, others in the order given.

    Joining the joined gives the same as joining all at once. Raises UsageError for what does not belong together.
    """
    first = reports[0]
    known: dict[str, tuple[str, str]] = {}
    for report in reports:
        _check_rules(report, known)
        if (report.shards is None) != (first.shards is None):
            whole, part = (report, first) if report.shards is None else (first, report)
            raise UsageError(
                f"{part.name!r} is a shard of a run and {whole.name!r} is none; join the shards by themselves"
            )
    if first.shards is None:
        return Joined(first.name, [result for report in reports for result in report.results])
    return _merge_shards(reports, first.shards)


def missing(shards: Mapping[str, Any] | None) -> list[int]:
    """Return the numbers of the shards that a joined report lacks."""
    return [] if shards is None else sorted({*range(1, shards["of"] + 1)} - {*shards["numbers"]})


def _merge_shards(reports: Sequence[Joined], run: dict[str, Any]) -> Joined:
    names: dict[int, str] = {}
    for report in reports:
        assert report.shards is not None
        for key in RUN:
            _same(f"shards/{key}", report.shards[key], run[key], report, reports[0])
        for number in report.shards["numbers"]:
            if number in names:
                raise UsageError(f"shard {number} of {run['of']} is in {names[number]!r} and in {report.name!r}")
            names[number] = report.name
    shards = {**run, "numbers": sorted(names)}
    if run["by"] == "wells":
        results = [_merge_parts(reports)]
    else:
        placed = [
            (position, result)
            for report in reports
            for position, result in zip(
                positions_of(run, (report.shards or run)["numbers"]), report.results, strict=True
            )
        ]
        results = [result for _, result in sorted(placed, key=lambda pair: pair[0])]
    if missing(shards):
        return Joined(reports[0].name, results, shards)
    return Joined(reports[0].name, [{key: value for key, value in r.items() if key != "part"} for r in results])


def _merge_parts(reports: Sequence[Joined]) -> Result:
    """Join what was found in the parts of one plate."""
    results = [report.results[0] for report in reports]
    first = results[0]
    for report in reports:
        for key in STORE:
            _same(f"results/0/{key}", report.results[0][key], first[key], report, reports[0])
    placed: list[tuple[int, list[Any]]] = []
    for result in results:
        rest = iter(result["issues"])
        placed += [(place, [next(rest) for _ in range(number)]) for place, number in result["part"]["places"]]
    placed.sort(key=lambda pair: pair[0])
    issues = [issue for _, members in placed for issue in members]
    run = {rule for result in results for rule in result["part"]["run"]}
    skipped = {rule for result in results for rule in result["part"]["skipped"]} - run
    return {
        **first,
        "status": status_of(issues),
        **{key: _sum(result[key] for result in results) for key in ("counts", "suppressed", "suppressed_by")},
        "rules": {"run": len(run), "skipped": len(skipped)},
        "issues": issues,
        "part": {
            "places": [[place, len(members)] for place, members in placed],
            "run": sorted(run),
            "skipped": sorted(skipped),
        },
    }


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for some in counts:
        total.update(some)
    return dict(sorted(total.items()))


def _check_rules(report: Joined, known: dict[str, tuple[str, str]]) -> None:
    """Raise UsageError where two results were judged by other rules, by other releases, or in another profile."""
    for result in report.results:
        if not result["rule_set"]:
            continue  # nothing was judged
        rules = ", ".join(f"{name} {release}" for name, release in sorted(result["rule_set"].items()))
        stated = {**result["rule_set"], "the profile": result["profile"], f"{result['version']} by": rules}
        for name, release in stated.items():
            first, where = known.setdefault(name, (release, report.name))
            if first != release:
                both = f"{where!r} was judged with {name} {first}, {report.name!r} with {name} {release}"
                raise UsageError(f"{both}; judge all anew with the same")


def _same(key: str, value: Any, expected: Any, report: Joined, first: Joined) -> None:
    if value != expected:
        shown = f"{json.dumps(expected)} in {first.name!r} and {json.dumps(value)} in {report.name!r}"
        raise UsageError(
            f"these are not shards of one run: /{key} is {shown}; judge all shards anew with the same options"
        )


# --- what is missing --------------------------------------------------------------------------------


def incomplete(shards: Mapping[str, Any]) -> str:
    """Say which shards are missing."""
    lacking = missing(shards)
    shown = ", ".join(map(str, lacking[:20])) + (", ..." if len(lacking) > 20 else "")
    what = f"shard {shown} of {shards['of']} is" if len(lacking) == 1 else f"shards {shown} of {shards['of']} are"
    return f"{what} missing"


def _with_note(joined: Joined) -> list[Result]:
    """Return the results, with a finding that names the shards that are missing."""
    if not missing(joined.shards):
        return joined.results
    assert joined.shards is not None
    hint = "judge what is missing, and join the reports of all with ngff merge"
    note = finding(INCOMPLETE, f"{incomplete(joined.shards)}: this is not the whole report", hint=hint)
    if joined.shards["by"] == "stores":
        return [*joined.results, Report(url="", issues=[note]).to_dict()]
    return [with_issues(result, [*result["issues"], note.to_dict()]) for result in joined.results]


def reports_of(joined: Joined) -> Iterator[Report]:
    """Yield the reports of all stores; where shards are missing a finding says so."""
    return (ReadReport(result) for result in _with_note(joined))
