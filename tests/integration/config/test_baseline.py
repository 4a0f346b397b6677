"""Baselines: what is known does not fail, what is new does, and what is gone is said."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES, Tree, image, plate
from commands import Run
from corpus import CASES, VERSIONS

from ngff_core import check_store
from ngff_core.config.baseline import Recorder, read_baseline
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.plugins import default_registry
from ngff_core.report import Report


def broken_plate(*wells: str) -> Tree:
    """Return a plate with a field of a bad name in each of some wells."""
    tree = plate("0.5")
    for well in wells:
        tree.ome(well)["well"]["images"][1]["path"] = "x_1"
        tree.move(f"{well}/1", f"{well}/x_1")
    return tree


@pytest.fixture
def known(run: Run, tmp_path: Path) -> Path:
    """Write a broken plate and a baseline with what is wrong with it."""
    broken_plate("A/1", "B/1").write(tmp_path / "plate.zarr")
    ran = run("validate", "plate.zarr", "--write-baseline", "known.json")
    assert (ran.code, ran.err) == (0, "wrote 2 findings to known.json\n")
    assert ran.heads == [("error", "well-image-path-alphanumeric")]
    return tmp_path / "known.json"


def test_what_is_known_does_not_fail(known: Path, run: Run) -> None:
    assert run("validate", "plate.zarr").code == 1
    ran = run("validate", "plate.zarr", "--baseline", "known.json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "valid  plate.zarr  OME-Zarr 0.5 plate (31 nodes)\n"
        "  2 findings not reported (in the baseline): well-image-path-alphanumeric 2\n"
        "\n"
        "valid  plate.zarr\n"
    )


def test_one_more_well_fails_and_is_the_only_one_named(known: Path, run: Run, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "plate.zarr")  # or the field of the old name would be an image that no well lists
    broken_plate("A/1", "A/2", "B/1").write(tmp_path / "plate.zarr")
    ran = run("validate", "plate.zarr", "--baseline", "known.json", "--format", "json")
    assert ran.code == 1
    result = json.loads(ran.out)["results"][0]
    assert [(i["rule"], i["node"]) for i in result["issues"]] == [("well-image-path-alphanumeric", "A/2")]
    assert result["suppressed"] == {"well-image-path-alphanumeric": 2}
    assert result["suppressed_by"] == {"baseline": 2}
    text = run("validate", "plate.zarr", "--baseline", "known.json").out
    assert "  at A/2  zarr.json /attributes/ome/well/images/1/path" in text.splitlines()
    assert not {"A/1", "B/1"} & {*text.split()}


def test_what_is_gone_is_said_in_one_line(known: Path, run: Run, tmp_path: Path) -> None:
    plate("0.5").write(tmp_path / "plate.zarr")
    ran = run("validate", "plate.zarr", "--baseline", "known.json")
    assert (ran.code, ran.err) == (0, "2 findings of known.json are gone; write it anew with --write-baseline\n")
    image("0.5").write(tmp_path / "other.zarr")
    assert run("validate", "other.zarr", "--baseline", "known.json").err == ""
    assert run("validate", "plate.zarr", "--baseline", "known.json", "--write-baseline", "known.json").code == 0
    assert run("validate", "plate.zarr", "--baseline", "known.json").err == ""


def test_what_is_ignored_is_not_gone(known: Path, run: Run) -> None:
    ran = run("validate", "plate.zarr", "--baseline", "known.json", "--ignore", "well")
    assert (ran.code, ran.err) == (0, "")
    assert "not reported (ignored): well-image-path-alphanumeric 2" in ran.out


def test_the_file_is_the_same_whatever_the_order_and_the_place(known: Path, run: Run, tmp_path: Path) -> None:
    first = known.read_bytes()
    image("0.5").write(tmp_path / "b.zarr")
    assert run("validate", "b.zarr", tmp_path / "plate.zarr", "--write-baseline", tmp_path / "two.json").code == 0
    assert run("validate", "./plate.zarr", "b.zarr", "--write-baseline", "three.json").code == 0
    assert (tmp_path / "two.json").read_bytes() == (tmp_path / "three.json").read_bytes() == first
    lines = first.decode().splitlines()
    assert [json.loads(line.rstrip(","))["node"] for line in lines[1:-1]] == ["A/1", "B/1"]
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_addresses_are_relative_to_the_file(known: Path, run: Run, tmp_path: Path, monkeypatch: Any) -> None:
    below = tmp_path / "ci"
    below.mkdir()
    monkeypatch.chdir(below)
    assert run("validate", "../plate.zarr", "--baseline", "../known.json").code == 0
    assert run("validate", tmp_path / "plate.zarr", "--write-baseline", "b.json").code == 0
    assert {f["store"] for f in json.loads(Path("b.json").read_bytes())["findings"]} == {"../plate.zarr"}


def test_what_could_not_be_judged_is_not_accepted(run: Run, tmp_path: Path) -> None:
    ran = run("validate", "missing.zarr", "--write-baseline", "b.json")
    assert (ran.code, ran.err) == (3, "wrote 0 findings to b.json\n")
    assert run("validate", "missing.zarr", "--baseline", "b.json").code == 3


def test_warnings_are_known_too(run: Run, tmp_path: Path) -> None:
    tree = image("0.4")
    del tree.multiscale()["name"]
    tree.write(tmp_path / "a.zarr")
    assert run("validate", "a.zarr", "--strict", "--write-baseline", "b.json").code == 0
    assert run("validate", "a.zarr", "--strict").code == 1
    assert run("validate", "a.zarr", "--strict", "--baseline", "b.json").code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "the baseline 'b.json' could not be read: No such file or directory"),
        ("{", "the baseline 'b.json' is not JSON: "),
        ("[]", "'b.json' is no baseline that this release reads; write it anew with --write-baseline"),
        ('{"schema": 2, "findings": []}', "'b.json' is no baseline that this release reads"),
        (
            '{"schema": 1, "findings": [{"rule": "x"}]}',
            "the baseline 'b.json' is damaged at /findings/0: required key 'store' is missing; write it anew",
        ),
        ('{"schema": 1}', "the baseline 'b.json' is damaged: required key 'findings' is missing; write it anew"),
        (
            '{"schema": 1, "findings": [{"store": "a", "rule": "x", "entry": 5, "node": "", "pointer": ""}]}',
            "the baseline 'b.json' is damaged at /findings/0/entry: found 5, expected string; write it anew",
        ),
        ('{"schema": 1, "findings": {}}', "is damaged at /findings: found empty object, expected array of objects"),
    ],
)
def test_files_that_are_no_baseline(text: str | None, message: str, run: Run, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "b.json").write_text(text)
    image("0.5").write(tmp_path / "a.zarr")
    ran = run("validate", "a.zarr", "--baseline", "b.json")
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_a_folder_that_is_not_there(run: Run, tmp_path: Path) -> None:
    image("0.5").write(tmp_path / "a.zarr")
    ran = run("validate", "a.zarr", "--write-baseline", "no/b.json")
    assert (ran.code, ran.out) == (2, "")
    assert "the baseline 'no/b.json' cannot be written: there is no folder " in ran.err


@pytest.mark.parametrize("version", VERSIONS)
def test_every_defect_of_the_corpus_can_be_known_or_ignored(version: str, tmp_path: Path) -> None:
    for number, case in enumerate(case for case in CASES if version in case.found):
        tree = BASES[case.base](version)
        case.damage(tree)
        store = tree.write(tmp_path / str(number))
        found = check_store(store)
        judged = [issue for issue in found.issues if issue.judged]
        unread = [issue for issue in found.issues if not issue.judged]
        count = Counter(issue.rule for issue in judged)
        recorder = Recorder(str(tmp_path / "b.json"))
        recorder.record(found)
        recorder.write()
        baseline = read_baseline(str(tmp_path / "b.json"))
        again = baseline.apply(check_store(store), default_registry())
        assert (again.issues, again.suppressed, baseline.gone) == (unread, count, 0), case.name
        ignoring = check_store(store, ignore=sorted(count))
        assert (ignoring.issues, ignoring.suppressed) == (unread, count), case.name


# --- which finding is which -------------------------------------------------------------------------


def issue(pointer: str, message: str = "bad", rule: str = "axes-count", **more: Any) -> Issue:
    return Issue(rule, MUST, Severity.ERROR, message, pointer=pointer, **more)


def new(tmp_path: Path, known: list[Issue], found: list[Issue], version: str = "1") -> tuple[list[Issue], int]:
    """Return which of the findings are new to a baseline with others, and how many are gone."""
    recorder = Recorder(str(tmp_path / "b.json"))
    recorder.record(Report(url="a.zarr", version="0.5", issues=known, rule_set={"ngff-core": "1"}))
    recorder.write()
    baseline = read_baseline(str(tmp_path / "b.json"))
    report = Report(url="a.zarr", version="0.5", issues=found, rule_set={"ngff-core": version})
    report = baseline.apply(report, default_registry())
    return report.issues, baseline.gone


WELLS = [issue("/wells/0/path", "no group at 'A/1'"), issue("/wells/1/path", "no group at 'B/1'")]


@pytest.mark.parametrize(
    ("known", "found", "fresh", "gone"),
    [
        (WELLS, WELLS, [], 0),
        (WELLS, WELLS[::-1], [], 0),
        (WELLS, [], [], 2),
        ([], WELLS, [0, 1], 0),
        # another one in front: the new one is named, not the ones that moved
        (WELLS, [issue("/wells/0/path", "no group at 'A/0'"), issue("/wells/1/path", "no group at 'A/1'"),
                 issue("/wells/2/path", "no group at 'B/1'")], [0], 0),
        # one is mended, another one breaks
        (WELLS[:1], [issue("/wells/0/path", "no group at 'C/1'")], [0], 1),
        # the message counts something
        ([issue("/wells", "8 wells of 96")], [issue("/wells", "9 wells of 96")], [], 0),
        # the same twice is known twice, not thrice
        ([issue("/x")] * 2, [issue("/x")] * 3, [2], 0),
        ([issue("/x")], [issue("/x", rule="axes-order")], [0], 1),
        ([issue("/x")], [issue("/x", node="labels")], [0], 1),
        ([issue("/x", entry="a")], [issue("/x", entry="b")], [0], 1),
        ([issue("", "required key 'a' is missing")], [issue("", "required key 'b' is missing")], [0], 1),
    ],
)  # fmt: skip
def test_which_finding_is_new(
    known: list[Issue], found: list[Issue], fresh: list[int], gone: int, tmp_path: Path
) -> None:
    assert new(tmp_path, known, found) == ([found[n] for n in fresh], gone)


def test_another_release_may_use_other_words(tmp_path: Path) -> None:
    known, found = [issue("/x", "it is bad")], [issue("/x", "this is wrong")]
    assert new(tmp_path, known, found) == (found, 1)
    assert new(tmp_path, known, found, version="2") == ([], 0)
    first = issue("/wells/0/path", "no group at 'A/0'")
    moved = [attrs.evolve(well, pointer=f"/wells/{number}/path") for number, well in enumerate(WELLS, 1)]
    assert new(tmp_path, WELLS, [first, *moved], version="2") == ([first], 0)
    missing = [issue("", f"{name} is missing", "structure-missing") for name in "ab"]
    assert new(tmp_path, missing[:1], missing[1:], version="2") == (missing[1:], 1)


def test_a_rule_that_was_renamed(tmp_path: Path) -> None:
    class Renamed:
        def rules(self, version: str) -> list[Any]:
            return [default_registry().rules(version)[0].evolve(id="lab/new", aliases=("lab/old",))]

    recorder = Recorder(str(tmp_path / "b.json"))
    recorder.record(Report(url="a.zarr", issues=[issue("/x", rule="lab/old")]))
    recorder.write()
    report = Report(url="a.zarr", version="0.5", issues=[issue("/x", rule="lab/new"), issue("/y", rule="lab/new")])
    report = read_baseline(str(tmp_path / "b.json")).apply(report, Renamed())  # type: ignore[arg-type]
    assert [i.pointer for i in report.issues] == ["/y"]


def test_names_of_files_that_are_no_text(tmp_path: Path) -> None:
    name = b"caf\xe9.zarr".decode("utf-8", "surrogateescape")
    recorder = Recorder(str(tmp_path / "b.json"))
    recorder.record(Report(url=str(tmp_path / name), issues=[issue("/x")]))
    recorder.write()
    report = Report(url=str(tmp_path / name), issues=[issue("/x")])
    assert read_baseline(str(tmp_path / "b.json")).apply(report, default_registry()).issues == []
