"""Shards: whatever is wrong with a store or a plate, their joined reports are that of one run, byte for byte."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES, Tree, image, plate
from commands import Ran, Run
from corpus import CASES, VERSIONS, Case

from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.errors import StoreError
from ngff_core.hierarchy import GroupNode, Hierarchy
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.plugins import PluginInfo, Registry, discover, hookimpl
from ngff_core.report import Report
from ngff_core.report.merging import merge
from ngff_core.report.reading import report_file
from ngff_core.stores import MemoryStore
from ngff_core.validation.calls import check_store, validator_of
from ngff_core.validation.many.shards import Shard
from ngff_core.validation.store import NOBODY

PLATES = [(case, version) for case in CASES if case.base.startswith("plate") for version in case.found]
OTHERS = [(case, version) for case in CASES if not case.base.startswith("plate") for version in case.found][::7]


def split(run: Run, folder: Path, of: int, *arguments: str) -> list[str]:
    """Judge all shards; return the files with their reports."""
    files = []
    for number in range(1, of + 1):
        ran = run("validate", *arguments, "--format", "json", "--shard", f"{number}/{of}")
        assert ran.err == ""
        (folder / f"shard{number}.json").write_text(ran.out)
        files.append(f"shard{number}.json")
    return files


def check_equal(run: Run, folder: Path, of: int, *arguments: str) -> Ran:
    """Check that the joined shards are one run, also when some are joined before and in another order."""
    whole = run("validate", *arguments, "--format", "json")
    files = split(run, folder, of, *arguments)
    strict = ("--strict",) if "--strict" in arguments else ()
    random.Random(of).shuffle(files)
    assert run("merge", *files, *strict) == whole
    if of > 2:
        some = run("merge", *files[1:])
        assert some.code == 3
        (folder / "some.json").write_text(some.out)
        assert run("merge", "some.json", files[0], *strict) == whole
    (folder / "whole.json").write_text(whole.out)
    assert run("merge", "whole.json", *strict) == whole
    return whole


@pytest.mark.parametrize(("case", "version"), PLATES, ids=[f"{case.name}-{version}" for case, version in PLATES])
def test_a_broken_plate(case: Case, version: str, run: Run, tmp_path: Path) -> None:
    tree = BASES[case.base](version)
    case.damage(tree)
    tree.write(tmp_path / "plate.zarr")
    for of in (1, 3):
        check_equal(run, tmp_path, of, "plate.zarr")


@pytest.mark.parametrize(("case", "version"), OTHERS, ids=[f"{case.name}-{version}" for case, version in OTHERS])
def test_what_is_no_plate_belongs_to_the_first_shard(case: Case, version: str, run: Run, tmp_path: Path) -> None:
    tree = BASES[case.base](version)
    case.damage(tree)
    tree.write(tmp_path / case.folder)
    check_equal(run, tmp_path, 2, case.folder)
    second = json.loads((tmp_path / "shard2.json").read_text())
    assert second["results"] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_plate_that_is_broken_in_many_ways_at_once(version: str, run: Run, tmp_path: Path) -> None:
    random_order = [case for case, stated in PLATES if stated == version]
    judged = 0
    for seed in range(12):
        tree = BASES["plate"](version)
        for case in random.Random(seed).sample([c for c in random_order if c.base == "plate"], 4):
            try:
                case.damage(tree)
            except (KeyError, IndexError, TypeError, AttributeError, AssertionError, FileNotFoundError, ValueError):
                continue  # what it would break is broken already
        try:
            tree.write(tmp_path / f"{seed}.zarr")
        except (KeyError, TypeError, AttributeError):
            continue
        judged += 1
        for of in (2, 4):
            check_equal(run, tmp_path, of, f"{seed}.zarr")
    assert judged >= 8


# --- wells that are not apart -------------------------------------------------------------------------

PATHS = [
    "A/1", "A//1", "./A/1", "A/1/", "B/3", "../B/3", "A", "A/", "./A", ".", "", "..", "A/1/0", "OME", "C/9",
    "../A/1/0", "../../B/1/0", "../2/0", "../../X", "0", "../../OME", "../../A", "../..", "A/2/../1",
]  # fmt: skip


class Slow(MemoryStore):
    """A store that cannot list and gives little at a time."""

    lists_cheaply = False
    batch = 5

    def list(self, prefix: str) -> Sequence[str] | None:
        return None


def entangled(version: str, seed: int) -> dict[str, Any]:
    """Return a plate in which paths lead from well to well, to the plate, and to the same group twice."""
    draw = random.Random(seed)
    tree = plate(version)
    wells = tree.ome()["plate"]["wells"]
    for _ in range(draw.randint(1, 5)):
        chosen = draw.choice(wells)
        images = tree.ome(draw.choice(["A/1", "A/2", "B/1", "B/3"]))["well"]["images"]
        draw.choice([chosen, draw.choice(images)])["path"] = draw.choice(PATHS)
        if draw.random() < 0.5:
            wells.append({**chosen, "path": draw.choice(PATHS)})
            images.append({"path": draw.choice(PATHS)})
    if draw.random() < 0.3:
        tree.add(draw.choice(["A", "B", "X", "OME"]), draw.choice([tree.ome(), tree.ome("A/1"), tree.ome("A/1/0")]))
    documents: dict[str, Any] = tree.documents()
    if draw.random() < 0.3:
        documents[draw.choice(list(documents))] = draw.choice([StoreError("500"), b"{"])
    return documents


def joined(store: Any, of: int, **options: Any) -> list[Any]:
    """Return the joined reports of all shards of a store."""
    parts = []
    for number in range(1, of + 1):
        shard = Shard(number, of)
        results = [written(report) for report in shard.check(validator_of(**options), [store], None, NOBODY, one=True)]
        parts.append(report_file(str(number), {"schema": 1, "results": results, "shards": shard.to_dict()}))
    merged = merge(parts[::-1])
    assert merged.shards is None
    return [written(report) for report in merged.results]


def written(report: Report) -> Any:
    return json.loads(json.dumps(report.to_dict()))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", [MemoryStore, Slow])
def test_wells_that_lead_to_one_another(kind: type[MemoryStore], version: str) -> None:
    twice = 0
    for seed in range(40):
        store = kind(entangled(version, seed))
        whole = written(check_store(store))
        twice += any(issue["rule"] == "node-reached-twice" for issue in whole["issues"])
        for of in (2, 3):
            assert joined(store, of) == [whole], seed
    assert twice > 5


def test_a_group_of_another_well_is_judged_in_that_well() -> None:
    tree = plate("0.5")
    tree.ome("A/1")["well"]["images"][0]["path"] = "../2/0"
    tree.ome("A/2/0")["omero"] = {"channels": [{"color": "red", "window": {"min": 0, "max": 1, "start": 0, "end": 1}}]}
    report = check_store(MemoryStore(tree.documents()))
    assert [(i.rule, i.node) for i in report.issues if i.severity.value == "error"] == [
        ("well-image-path-alphanumeric", "A/1"),
        ("omero-channel-color-hex6", "A/2/0"),
    ]
    assert report.counts == {"plate": 1, "row": 2, "well": 4, "image": 7, "array": 14}


class Busy(Slow):
    """A store that answers several requests at once, and can list."""

    batch = 1
    concurrent = 2
    lists_cheaply = True

    def list(self, prefix: str) -> Sequence[str] | None:
        return MemoryStore.list(self, prefix)


@pytest.mark.parametrize("version", VERSIONS)
def test_how_a_store_is_read_does_not_show(version: str) -> None:
    tree = plate(version)
    tree.add("A/1/0/labels", {"labels": []})
    tree.add("A/1/0/labels/odd", {"bioformats2raw.layout": 3})  # nothing lists it, so it is looked at and not judged
    tree.ome("B/1/0")["omero"] = {"channels": [{"color": "red"}]}
    documents = tree.documents()
    whole = written(check_store(MemoryStore(documents)))
    for store in (Busy(documents), MemoryStore(documents)):
        assert written(check_store(store)) == whole
        assert joined(store, 3) == [whole]


# --- rules of others ----------------------------------------------------------------------------------


def with_rule(own: Rule) -> Registry:
    class Lab:
        @hookimpl
        def ngff_rules(self, version: str) -> list[Rule]:
            return [own]

    return Registry(plugins=[Lab()])


@rule("lab/wells-alike", on=GroupNode, kinds=["plate"], requirement=MUST, valid=[], invalid=[])
def wells_alike(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """All wells have as many images, and as many other things in them."""
    sizes = {
        path: (len(child.document.attributes.get("ome", {}).get("well", {}).get("images", ())), child.listing)
        for path, child in node.groups("well")
    }
    yield ctx.issue(f"{len(sizes)} wells: {sizes}")


@rule("lab/hierarchy", on=Hierarchy, requirement=MUST, valid=[], invalid=[])
def count_nodes(hierarchy: Hierarchy, ctx: Context) -> Iterator[Issue]:
    """Looks at all nodes together."""
    yield ctx.issue(f"{len(hierarchy.nodes)} nodes")


@pytest.mark.parametrize("own", [wells_alike, count_nodes])
@pytest.mark.parametrize("kind", [MemoryStore, Slow])
def test_rules_of_plugins_that_look_at_all_wells(own: Rule, kind: type[MemoryStore]) -> None:
    registry = with_rule(own)
    store = kind(plate("0.5").documents())
    whole = check_store(store, registry=registry)
    assert [issue.rule for issue in whole.issues] == [own.id]
    assert joined(store, 3, registry=registry) == [written(whole)]


def test_a_plugin_that_failed_is_named_once() -> None:
    def fail() -> Any:
        raise RuntimeError("no")

    registry = Registry(found=[*discover(), (PluginInfo("bad", "bad", "1", "bad"), fail)])
    store = MemoryStore(plate("0.5").documents())
    whole = check_store(store, registry=registry)
    assert [issue.rule for issue in whole.issues] == ["plugin-failed"]
    assert joined(store, 3, registry=registry) == [written(whole)]


# --- what it costs ------------------------------------------------------------------------------------


class Counting(Slow):
    """Counts what is asked for."""

    def __init__(self, documents: Any) -> None:
        super().__init__(documents)
        self.asked: list[str] = []

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        self.asked += keys
        return super().get_many(keys)


def test_a_shard_reads_its_own_wells_and_the_root() -> None:
    store = Counting(plate("0.5").documents())
    shares = []
    for number in (1, 2, 3, 4):
        store.asked = []
        list(Shard(number, 4).check(validator_of(), [store], None, NOBODY, one=True))
        shares.append({key.removesuffix("/zarr.json") for key in store.asked if key != "zarr.json"})
    fields = [{well, *(f"{well}/{f}{x}" for f in "01" for x in ("", "/labels", "/0", "/1"))} for well in
              ("A/1", "A/2", "B/1", "B/3")]  # fmt: skip
    assert shares[1:] == fields[1:]
    assert shares[0] == {*fields[0], "A", "B", "OME", "A/2", "B/1", "B/3"}  # the wells themselves: rules on plates look


# --- stores -------------------------------------------------------------------------------------------


@pytest.fixture
def many(tmp_path: Path) -> Path:
    for number in range(5):
        tree: Tree = image("0.5")
        if number % 2:
            tree.ome()["omero"]["channels"][0]["color"] = "#0000FF"
        tree.write(tmp_path / f"data/{number}.zarr")
    plate("0.4").write(tmp_path / "data/plate.zarr")
    (tmp_path / "list.txt").write_text("data/0.zarr\ndata/1.zarr\n")
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ("data", "--recursive"),
        ("data/*.zarr",),
        ("data/0.zarr", "data/missing.zarr", "data/3.zarr", "s3x://nowhere/x"),
        ("--from", "list.txt", "data/plate.zarr"),
        ("data/plate*",),
        ("nothing/*",),
        ("data/plate.zarr", "--recursive"),
        ("data", "--recursive", "--strict"),
        ("data/missing.zarr",),
    ],
)
def test_stores_are_dealt_out(arguments: tuple[str, ...], run: Run, many: Path) -> None:
    for of in (2, 4, 9):
        check_equal(run, many, of, *arguments)


def test_what_each_shard_judges(run: Run, many: Path) -> None:
    split(run, many, 4, "data", "--recursive")
    reports = [json.loads((many / f"shard{number}.json").read_text()) for number in (1, 2, 3, 4)]
    assert [[result["url"][5:] for result in report["results"]] for report in reports] == [
        ["0.zarr", "4.zarr"], ["1.zarr", "plate.zarr"], ["2.zarr"], ["3.zarr"],
    ]  # fmt: skip
    shards = reports[3]["shards"]
    assert {**shards, "settings": ""} == {"of": 4, "numbers": [4], "by": "stores", "stores": 6, "settings": ""}


@pytest.mark.parametrize("format_", ["text", "json", "jsonl", "sarif", "github", "junit", "markdown"])
def test_the_joined_report_in_every_format(format_: str, run: Run, many: Path) -> None:
    for arguments in (("data", "--recursive"), ("data/plate.zarr",)):
        whole = run("validate", *arguments, "--format", format_)
        assert run("merge", *split(run, many, 3, *arguments), "--format", format_) == whole


def test_a_zip_archive_belongs_to_the_first_shard(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "plate.ozx", "w") as archive:
        for key, data in plate("0.5").documents().items():
            archive.writestr(key, data)
    whole = check_equal(run, tmp_path, 3, "plate.ozx")
    assert json.loads(whole.out)["results"][0]["counts"]["well"] == 4


def test_a_plate_is_divided_by_wells_and_settings_hold(run: Run, tmp_path: Path) -> None:
    tree = plate("0.5")
    for well in ("A/1", "A/2", "B/3"):
        tree.ome(well)["well"]["images"][1]["path"] = "x_1"
        tree.move(f"{well}/1", f"{well}/x_1")
    tree.write(tmp_path / "plate.zarr")
    (tmp_path / "ngff.toml").write_text(
        'ignore = ["omero"]\n[[per-path]]\npaths = ["A/1"]\nignore = ["well-image-path-alphanumeric"]\n'
    )
    whole = json.loads(check_equal(run, tmp_path, 3, "plate.zarr").out)["results"][0]
    assert [issue["node"] for issue in whole["issues"]] == ["A/2", "B/3"]
    assert whole["suppressed"] == {"well-image-path-alphanumeric": 1}
    part = json.loads((tmp_path / "shard2.json").read_text())["results"][0]
    assert (part["counts"], part["part"]["places"]) == ({"array": 4, "image": 2, "well": 1}, [[4, 1]])


def test_a_baseline_holds_in_every_shard(run: Run, tmp_path: Path) -> None:
    tree = plate("0.5")
    for well in ("A/1", "A/2"):
        tree.ome(well)["well"]["images"][1]["path"] = "x_1"
        tree.move(f"{well}/1", f"{well}/x_1")
    tree.write(tmp_path / "plate.zarr")
    assert run("validate", "plate.zarr", "--write-baseline", "known.json").code == 0
    whole = check_equal(run, tmp_path, 3, "plate.zarr", "--baseline", "known.json")
    assert whole.code == 0
    assert json.loads(whole.out)["results"][0]["suppressed_by"] == {"baseline": 2}
    ran = run("validate", "plate.zarr", "--format", "json", "--shard", "2/3")
    (tmp_path / "shard2.json").write_text(ran.out)
    ran = run("merge", "shard1.json", "shard2.json", "shard3.json")
    assert ran.code == 2
    assert "these are not shards of one run: /shards/settings is " in ran.err


# --- what does not go ---------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["3", "0/2", "3/2", "a/b", "1/2/3", "-1/2", "1/100001", "", "\u0661/\u0662"])
def test_a_part_that_makes_no_sense(part: str, run: Run) -> None:
    ran = run("validate", "x", "--format", "json", "--shard", part)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"Error: --shard {part!r} is not a part such as 3/16: NUMBER/OF, from 1/1 to 100000/100000\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x"], "--shard goes with --format json: ngff merge joins the shards, and writes any format."),
        (["-", "--format", "json"], "--shard goes with stores, not with --containing or -."),
        (["x", "--containing", "--format", "json"], "--shard goes with stores, not with --containing or -."),
        (
            ["x", "--write-baseline", "b.json", "--format", "json"],
            "--write-baseline needs all findings, --shard judges a part; write it in one run.",
        ),
    ],
)
def test_what_goes_with_shards(arguments: list[str], words: str, run: Run) -> None:
    ran = run("validate", *arguments, "--shard", "1/2")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"Error: {words}\n")


def test_shards_that_are_missing(run: Run, many: Path) -> None:
    files = split(run, many, 4, "data/plate.zarr")
    ran = run("merge", files[0], files[2])
    assert (ran.code, ran.err) == (3, "Error: shards 2, 4 of 4 are missing; the joined report is not the whole one\n")
    report = json.loads(ran.out)
    assert (report["shards"]["numbers"], report["shards"]["missing"]) == ([1, 3], [2, 4])
    result = report["results"][0]
    assert (result["status"], result["counts"]["well"]) == ("unreadable", 2)
    assert [(i["rule"], i["message"]) for i in result["issues"]] == [
        ("report-incomplete", "shards 2, 4 of 4 are missing: this is not the whole report")
    ]
    text = run("merge", files[3], "--format", "text")
    assert text.code == 3
    assert text.heads == [("error", "report-incomplete")]
    files = split(run, many, 2, "data", "--recursive")
    ran = run("merge", files[1], "--format", "text")
    assert ran.code == 3
    assert ran.out.endswith("4 stores: 1 valid, 2 invalid, 1 unreadable\n")
    assert "shard 1 of 2 is missing: this is not the whole report" in ran.out


def test_shards_of_other_runs(run: Run, many: Path) -> None:
    def judged(name: str, *arguments: str) -> str:
        (many / name).write_text(run("validate", *arguments, "--format", "json").out)
        return name

    first = judged("a.json", "data/plate.zarr", "--shard", "1/2")
    for name, arguments, words in (
        ("b.json", ("data/plate.zarr", "--shard", "1/2"), "shard 1 of 2 is in 'a.json' and in 'b.json'"),
        ("c.json", ("data/plate.zarr", "--shard", "2/3"), "/shards/of is 2 in 'a.json' and 3 in 'c.json'"),
        ("d.json", ("data/0.zarr", "--shard", "2/2"), "/shards/by is \"wells\" in 'a.json' and \"stores\" in 'd.json'"),
        ("e.json", ("data/plate.zarr", "--shard", "2/2", "--ignore", "omero"), "/shards/settings is "),
        (
            "f.json",
            ("data/plate.zarr",),
            "'a.json' is a shard of a run and 'f.json' is none;",
        ),
    ):
        ran = run("merge", first, judged(name, *arguments))
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err


CI = Path(__file__).parents[3] / "docs" / "ci.md"


def test_the_matrix_of_the_documentation(tmp_path: Path) -> None:
    tree = plate("0.5")
    tree.ome("B/3/0")["omero"] = {"channels": [{"color": "#0000FF"}]}
    tree.write(tmp_path / "plate.zarr")
    [judge, join] = re.findall(r"- run: (ngff (?:validate.* --shard|merge).*)", CI.read_text())
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": "summary.md"}

    def shell(line: str) -> int:
        return subprocess.run(line, shell=True, cwd=tmp_path, env=environment, check=False).returncode

    lines = [judge.replace("s3://bucket/", "").replace("${{ matrix.shard }}", number) for number in "1234"]
    assert [shell(line) for line in lines] == [0, 0, 0, 1]
    assert shell(join) == 1
    assert "omero-channel-color-hex6" in (tmp_path / "summary.md").read_text()
    (tmp_path / "2.json").unlink()
    assert shell(join) == 3
