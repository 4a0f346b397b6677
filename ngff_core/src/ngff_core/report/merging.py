"""Merge JSON reports: those of the shards of one run into that of the run, or those of several runs into one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import attrs

from ngff_core.errors import UsageError
from ngff_core.issues.findings import finding
from ngff_core.report.joining import join, partial_of, report_from
from ngff_core.report.reading import INCOMPLETE, ReportFile, Shards
from ngff_core.report.report import Report

__all__ = ["incomplete", "merge", "reports_of"]

RUN = ("of", "by", "stores", "settings")  # what the shards of one run have in common
STORE = ("url", "version", "kind", "profile", "strict", "rule_set")  # what the parts of one store have in common


def merge(files: Sequence[ReportFile]) -> ReportFile:
    """Join reports: shards of one run in the order of that run, others in the order given.

    Joining the joined gives the same as joining all at once. Raises UsageError for what does not belong together.
    """
    first = files[0]
    known: dict[str, tuple[str, str]] = {}
    for file in files:
        _check_rules(file, known)
        if (file.shards is None) != (first.shards is None):
            whole, part = (file, first) if file.shards is None else (first, file)
            raise UsageError(
                f"{part.name!r} is a shard of a run and {whole.name!r} is none; join the shards by themselves"
            )
    if first.shards is None:
        search = first.search if len(files) == 1 else None
        return ReportFile(first.name, [report for file in files for report in file.results], search=search)
    return _merge_shards(files, first.shards)


def _merge_shards(files: Sequence[ReportFile], run: Shards) -> ReportFile:
    names: dict[int, str] = {}
    for file in files:
        shards = _shards(file)
        for key in RUN:
            _same(f"shards/{key}", getattr(shards, key), getattr(run, key), file, files[0])
        for number in shards.numbers:
            if number in names:
                raise UsageError(f"shard {number} of {run.of} is in {names[number]!r} and in {file.name!r}")
            names[number] = file.name
    shards = attrs.evolve(run, numbers=tuple(sorted(names)))
    if run.by != "stores":
        results = [_merge_parts(files, whole=not shards.missing)]
    else:
        numbered = [pair for file in files for pair in zip(_shards(file).positions, file.results, strict=True)]
        results = [result for _, result in sorted(numbered, key=lambda pair: pair[0])]
    search = next((file.search for file in files if file.search is not None), None)  # the same in all shards
    return ReportFile(files[0].name, results, shards if shards.missing else None, search)


def _shards(file: ReportFile) -> Shards:
    assert file.shards is not None
    return file.shards


def _merge_parts(files: Sequence[ReportFile], *, whole: bool) -> Report:
    """Join what was found in the parts of one store."""
    first = files[0].results[0]
    for file in files:
        for key in STORE:
            _same(f"results/0/{key}", getattr(file.results[0], key), getattr(first, key), file, files[0])
    joined = join(partial_of(file.results[0]) for file in files)
    return report_from(joined, first.profile, part=not whole).strictly(first.strict)


def _check_rules(file: ReportFile, known: dict[str, tuple[str, str]]) -> None:
    """Raise UsageError where two results were evaluated by other rules, by other releases, or in another profile."""
    for report in file.results:
        if not report.rule_set:
            continue  # nothing was evaluated
        rules = ", ".join(f"{name} {release}" for name, release in sorted(report.rule_set.items()))
        stated = {**report.rule_set, "the profile": report.profile, f"{report.version} by": rules}
        for name, release in stated.items():
            first, where = known.setdefault(name, (release, file.name))
            if first != release:
                both = f"{where!r} was judged with {name} {first}, {file.name!r} with {name} {release}"
                raise UsageError(f"{both}; judge all anew with the same")


def _same(key: str, value: object, expected: object, file: ReportFile, first: ReportFile) -> None:
    if value != expected:
        shown = f"{json.dumps(expected)} in {first.name!r} and {json.dumps(value)} in {file.name!r}"
        raise UsageError(
            f"these are not shards of one run: /{key} is {shown}; judge all shards anew with the same options"
        )


# --- what is missing --------------------------------------------------------------------------------


def incomplete(shards: Shards) -> str:
    """Say which shards are missing."""
    lacking = shards.missing
    shown = ", ".join(map(str, lacking[:20])) + (", ..." if len(lacking) > 20 else "")
    what = f"shard {shown} of {shards.of} is" if len(lacking) == 1 else f"shards {shown} of {shards.of} are"
    return f"{what} missing"


def reports_of(joined: ReportFile) -> Iterator[Report]:
    """Yield the reports of all stores; where shards are missing a finding says so."""
    if joined.shards is None:
        yield from joined.results
        return
    hint = "judge what is missing, and join the reports of all with ngff merge"
    missing = finding(INCOMPLETE, f"{incomplete(joined.shards)}: this is not the whole report", hint=hint)
    if joined.shards.by == "stores":
        yield from joined.results
        yield Report(url="", issues=[missing])
        return
    for report in joined.results:
        yield attrs.evolve(report, issues=[*report.issues, missing])
