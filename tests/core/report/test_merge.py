"""Joining reports: in any order and grouping the same, and of all shards what one run says; bad files are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngff_core.cli import main
from ngff_core.errors import UsageError
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Requirement, Severity
from ngff_core.report import Report
from ngff_core.report.formats.json import dump, render
from ngff_core.report.merging import merge, reports_of
from ngff_core.report.reading import ReportFile, read_report, report_file

COUNTS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 3), max_size=2)


@st.composite
def issues(draw: st.DrawFn) -> Issue:
    requirement: Requirement = draw(st.sampled_from([MUST, SHOULD]))
    text = st.sampled_from(["", "a", "b\n", "\u00e9\U0001f600"])  # free text made the data slow to draw
    return Issue(
        draw(st.sampled_from(["a", "b"])), requirement, requirement.severity, draw(text), draw(text),
        found=draw(st.none() | text), judged=draw(st.booleans()),
    )  # fmt: skip


def report(url: str, found: list[Issue], suppressed: dict[str, int] | None = None) -> Report:
    counted = {(rule, "ignore" if rule < "c" else "select"): number for rule, number in (suppressed or {}).items()}
    return Report(
        url=url,
        version="9.1",
        kind="plate",
        issues=found,
        rule_set={"lab": "1.0"},
        rules=(2, 1),
        suppressed_for=counted,
    )


def part(results: list[Any], of: int, number: int, by: str, stores: int) -> ReportFile:
    shards = {"of": of, "numbers": [number], "by": by, "stores": stores, "settings": "x"}
    return report_file(f"{number}.json", {"schema": 1, "results": results, "shards": shards})


def whole(name: str, results: list[Any]) -> ReportFile:
    return report_file(name, {"schema": 1, "results": results})


def dicts(joined: ReportFile) -> list[Any]:
    return plain([report.to_dict() for report in joined.results])


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@st.composite
def store_runs(draw: st.DrawFn) -> tuple[list[Any], list[ReportFile]]:
    """Return the results of a run over stores, and those of its shards."""
    stores = draw(st.lists(st.tuples(st.lists(issues(), max_size=2), COUNTS), max_size=4))
    results = [plain(report(str(n), *store).to_dict()) for n, store in enumerate(stores)]
    of = draw(st.integers(1, 4))
    return results, [part(results[n::of], of, n + 1, "stores", len(results)) for n in range(of)]


@st.composite
def well_runs(draw: st.DrawFn) -> tuple[list[Any], list[ReportFile]]:
    """Return the result of a run over one plate, and those of its shards: findings by place, counts, rules that ran."""
    of = draw(st.integers(1, 4))
    places = [draw(st.lists(issues(), max_size=2)) for _ in range(draw(st.integers(0, 4)))]
    all_of_it = report("p", [issue for found in places for issue in found]).to_dict()
    parts = []
    run: set[str] = set()
    known: set[str] = set()
    totals: dict[str, dict[str, int]] = {"counts": {}, "suppressed": {}}
    for number in range(1, of + 1):
        mine = [i for n, found in enumerate(places) for i in found if n % of == number - 1]
        own = attrs.evolve(report("p", mine, draw(COUNTS)), counts=draw(COUNTS))
        ran, skipped = draw(st.sets(st.sampled_from("rstu"))), draw(st.sets(st.sampled_from("rstu")))
        run |= ran
        known |= ran | skipped
        for key, counts in (("counts", own.counts), ("suppressed", own.suppressed)):
            for name, count in counts.items():
                totals[key][name] = totals[key].get(name, 0) + count
        spans = [[n, len(found)] for n, found in enumerate(places) if found and n % of == number - 1]
        details = {"places": spans, "run": sorted(ran), "skipped": sorted(skipped - ran)}
        parts.append(part([plain({**own.to_dict(), "part": details})], of, number, "wells", 1))
    by = {"ignore": "ab", "select": "cd"}
    reasons = {reason: sum(totals["suppressed"].get(name, 0) for name in names) for reason, names in by.items()}
    all_of_it |= {key: dict(sorted(counts.items())) for key, counts in totals.items()}
    all_of_it["suppressed_by"] = {reason: number for reason, number in reasons.items() if number}
    all_of_it["rules"] = {"run": len(run), "skipped": len(known - run)}
    return [plain(all_of_it)], parts


RUNS = store_runs() | well_runs()


def text(joined: ReportFile) -> str:
    """Return what is written of a joined report."""
    shards = joined.shards
    options = {} if shards is None else {"shards": shards.to_dict}
    return "".join(render(reports_of(joined), options))


@given(RUNS, st.randoms(use_true_random=False))
def test_all_shards_make_the_run_whatever_their_order(run: tuple[list[Any], list[ReportFile]], shuffled: Any) -> None:
    results, parts = run
    shuffled.shuffle(parts)
    joined = merge(parts)
    assert (dicts(joined), joined.shards) == (results, None)
    assert dump(dicts(joined)) == dump(results)


@given(RUNS, st.data())
def test_merging_is_associative(run: tuple[list[Any], list[ReportFile]], data: st.DataObject) -> None:
    _, parts = run
    parts = data.draw(st.permutations(parts))[: data.draw(st.integers(1, len(parts)))]
    expected = text(merge(parts))
    folder = list(parts)
    while len(folder) > 1:
        start = data.draw(st.integers(0, len(folder) - 2))
        stop = data.draw(st.integers(start + 2, len(folder)))
        folder[start:stop] = [merge(folder[start:stop])]
    assert text(merge(folder)) == expected


@given(RUNS, RUNS)
def test_reports_of_whole_runs_are_put_one_after_the_other(
    first: tuple[list[Any], list[ReportFile]], second: tuple[list[Any], list[ReportFile]]
) -> None:
    runs = [whole("a", first[0]), whole("b", second[0]), whole("c", first[0])]
    expected = [*first[0], *second[0], *first[0]]
    assert dicts(merge(runs)) == expected
    assert dicts(merge([merge(runs[:2]), runs[2]])) == dicts(merge([runs[0], merge(runs[1:])])) == expected


@given(RUNS)
def test_what_is_missing_is_a_finding_that_goes_when_it_is_there(
    tmp_path_factory: pytest.TempPathFactory, run: tuple[list[Any], list[ReportFile]]
) -> None:
    results, parts = run
    if len(parts) == 1:
        return
    some = merge(parts[1:])
    assert some.shards is not None
    assert some.shards.missing == [1]
    reports = list(reports_of(some))
    notes = [issue.message for one in reports for issue in one.issues if issue.rule == "report-incomplete"]
    assert notes == [f"shard 1 of {len(parts)} is missing: this is not the whole report"]
    assert reports[-1].exit_code() != 0
    file = tmp_path_factory.mktemp("merge") / "some.json"
    file.write_text(text(some))
    assert dicts(merge([parts[0], read_report(str(file))])) == results


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    issue = Issue("a", MUST, Severity.WARNING, "x\x80\u202e", "\udcff", found=None)
    made = report("u", [issue], {"a": 2, "d": 1})
    (tmp_path / "r.json").write_text("".join(render([made], {})))
    (read,) = reports_of(merge([read_report(str(tmp_path / "r.json"))]))
    assert read.issues == [issue]
    assert (read.suppressed, read.suppressed_by) == (made.suppressed, made.suppressed_by)
    assert (read.status, read.exit_code(), read.exit_code(strict=True)) == ("valid", 0, 1)
    assert "".join(render([read], {})) == (tmp_path / "r.json").read_text()


# --- what cannot be joined ----------------------------------------------------------------------------

GOOD: Any = plain({"schema": 1, "results": [report("u", [Issue("a", MUST, Severity.ERROR, "m")]).to_dict()]})
SHARDS = {"of": 2, "numbers": [1], "by": "stores", "stores": 1, "settings": ""}


def changed(path: str, value: Any) -> Any:
    document = plain({**GOOD, "shards": SHARDS})
    *parents, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    inner = document
    for key in parents:
        inner = inner[key]
    inner[last] = value
    return document


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"schema": 1}, "/: the key 'results' is missing"),
        (changed("results", {}), "/results: found empty object, expected array of objects"),
        (changed("results", []), "/results: found 0 results, expected 1"),
        (changed("shards", []), "/shards: found [], expected object"),
        (changed("shards/numbers", [3]), "/shards/numbers: found [3], expected numbers from 1 to 2 in order"),
        (changed("shards/numbers", [2, 1]), "/shards/numbers: found [2, 1], expected numbers from 1 to 2 in order"),
        (changed("shards/of", 10**12), "/shards: found 1000000000000 shards of 1 stores, expected 1 to 100000"),
        (changed("shards/stores", 10**12), "/results: found 1 result, expected 500000000000"),
        (changed("shards/by", "planes"), '/shards/by: found "planes", expected "stores" or "wells"'),
        (changed("shards/by", "wells"), "/results/0/part: found nothing, expected object"),
        (changed("results/0/part", {}), "/results/0/part: the key 'places' is missing"),
        (changed("results/0/url", 5), "/results/0/url: found 5, expected string"),
        (changed("results/0/rules", {}), "/results/0/rules: the key 'run' is missing"),
        (changed("results/0/counts", {"a": -1}), "/results/0/counts: expected whole numbers from 0 on"),
        (changed("results/0/suppressed", {"a": 1}), "/results/0/suppressed_by: the sum is not that of suppressed"),
        (changed("results/0/issues/0", None), "/results/0/issues/0: found null, expected object"),
        (
            changed("results/0/issues/0/severity", "awful"),
            '/results/0/issues/0/severity: found "awful", expected "error" or "warning" or "info"',
        ),
        (changed("results/0/issues/0/judged", 1), "/results/0/issues/0/judged: found 1, expected boolean"),
        (changed("results/0/issues/0/found", 1), "/results/0/issues/0/found: found 1, expected string"),
    ],
)
def test_damaged_reports(document: Any, place: str, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_text(json.dumps(document))
    with pytest.raises(UsageError) as caught:
        read_report(str(file))
    assert str(caught.value) == f"the report {str(file)!r} is damaged at {place}; write it anew with --format json"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is no JSON report: Expecting property name"),
        ('{"schema": 1}\n{"schema": 1}', "is no JSON report: Extra data: line 2 column 1 (char 14); write it with"),
        ("[1]", "is no report; write it with `ngff validate --format json`"),
        ("{}", "is no report; write it with `ngff validate --format json`"),
        ('{"schema": 2}', "has the schema 2, this release joins reports of schema 1"),
        ('{"schema": true}', "has the schema True, this release joins reports of schema 1"),
        (None, "could not be read: No such file or directory"),
    ],
)
def test_files_that_are_no_reports(
    content: str | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "r.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SystemExit) as stopped:
        main(["merge", str(file)])
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err


def test_reports_of_other_rules_or_another_profile() -> None:
    other = plain({**GOOD["results"][0], "rule_set": {"lab": "1.1"}})
    with pytest.raises(UsageError) as caught:
        merge([whole("a", GOOD["results"]), whole("b", [other])])
    assert str(caught.value) == "'a' was judged with lab 1.0, 'b' with lab 1.1; judge all anew with the same"
    other = plain({**GOOD["results"][0], "rule_set": {"lab": "1.0", "more": "2.0"}})
    with pytest.raises(UsageError) as caught:
        merge([whole("a", GOOD["results"]), whole("b", [other])])
    assert str(caught.value) == (
        "'a' was judged with 9.1 by lab 1.0, 'b' with 9.1 by lab 1.0, more 2.0; judge all anew with the same"
    )
    other = plain({**GOOD["results"][0], "profile": "strict"})
    with pytest.raises(UsageError) as caught:
        merge([whole("a", GOOD["results"]), whole("b", [other])])
    assert str(caught.value) == (
        "'a' was judged with the profile spec, 'b' with the profile strict; judge all anew with the same"
    )


@pytest.mark.parametrize(("key", "value"), [("url", "v"), ("version", "9.2"), ("kind", None)])
def test_parts_of_different_plates(key: str, value: Any) -> None:
    details = {"places": [], "run": [], "skipped": []}
    first = plain({**report("u", []).to_dict(), "part": details})
    with pytest.raises(UsageError, match=f"these are not shards of one run: /results/0/{key} is "):
        merge([part([first], 2, 1, "wells", 1), part([{**first, key: value}], 2, 2, "wells", 1)])
