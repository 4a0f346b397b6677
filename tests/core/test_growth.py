"""G1, G2, G3, G5: what documents cost grows as they do. Steps and bytes are counted, not seconds."""

from __future__ import annotations

import gc
import math
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from ngff_core import check_json, check_store, open_group
from ngff_core.crawl.repeats import KnownGroups
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.report.report import Report
from ngff_core.stores import MemoryStore
from ngff_core.validation import validator
from ngff_core.zarr.text import parse_json

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 to 0.6: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 to 0.6: ngff_v05 is not installed")
pytest.importorskip("ngff_v06", reason="needs OME-NGFF 0.4 to 0.6: ngff_v06 is not installed")

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from growing import DOCUMENTS, NESTED, TEXTS, document_of
from growing_changes import CHANGES
from growing_stores import STORES, store_of

MOST = 1.1  # exponent
ROWS = {"0.5": "g1", "0.6": "g3"}
HELD = (  # of which memory is measured; benchmarks/growth.py measures that of all
    "rows and columns",
    "rows, columns and wells",
    "wells that are wrong",
    "multiscales",
    "datasets",
    "axes",
    "channels",
    "colors",
    "labels",
    "series",
    "faults",
    "systems in a chain",
    "systems in pairs",
    "images of a scene",
    "axes of a part",
    "steps of a sequence",
    "datasets and systems",
)
CASES = [pytest.param(name, id=f"{ROWS[version]} {name}") for name, (version, _) in DOCUMENTS.items()]


def text_of(name: str, size: int) -> bytes:
    version, make = DOCUMENTS[name]
    return document_of(make(size), version)


def steps(work: Callable[[], object]) -> int:
    """Count the lines that are run, each turn of a loop being one."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    gc.disable()  # others may look on while cycles are collected: hypothesis does
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
        gc.enable()
    return count


def peak(work: Callable[[], object]) -> int:
    """Return the most bytes that are held at once."""
    gc.collect()
    gc.disable()  # when cycles are collected depends on what ran before
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.enable()


def exponent(costs: list[int], sizes: list[int]) -> float:
    """Return the exponent by which a cost grows, of three sizes; what is always there does not count."""
    more, larger = (max(large - medium, 1) / max(medium - small, 1) for small, medium, large in (costs, sizes))
    return math.log(more) / math.log(larger)


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    for name in ("datasets", "datasets of 0.6", "wells", "colors", "labels", "series", "fields of a well"):
        check_json(text_of(name, 40))


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validator, "form_of", lambda *_: None)


@pytest.mark.parametrize("name", CASES)
def test_steps_grow_with_the_document(name: str) -> None:
    size = 16 if name in NESTED else 50  # 48 columns are those of a standard plate, of which a rule has more to say
    texts = [text_of(name, n) for n in (size, 2 * size, 4 * size)]
    for text in texts:  # whatever is made once
        check_json(text)
    found = [steps(lambda text=text: check_json(text)) for text in texts]  # type: ignore[misc]
    assert exponent(found, [len(text) for text in texts]) <= MOST, found


@pytest.mark.parametrize("name", [case for case in CASES if case.values[0] in HELD])
def test_memory_grows_with_the_document(name: str) -> None:
    sizes = (1024, 4096)  # numbers below 257 take no memory
    small, large = (text_of(name, n) for n in sizes)
    check_json(small)
    found = [peak(lambda text=text: check_json(text)) for text in (small, large)]  # type: ignore[misc]
    assert math.log(found[1] / found[0], len(large) / len(small)) <= MOST, found


@pytest.mark.parametrize("name", STORES)
def test_steps_grow_with_the_store(name: str) -> None:
    made = [store_of(name, size) for size in (60, 120, 240)]
    check_store(made[0][1])
    found = [steps(lambda store=store: check_store(store)) for _, store in made]  # type: ignore[misc]
    assert exponent(found, [size for size, _ in made]) <= MOST, found


@pytest.mark.parametrize("name", CHANGES)
def test_steps_grow_with_the_change(name: str) -> None:
    of, change = CHANGES[name]
    made = [of(number) for number in (15, 30, 60)]
    change(MemoryStore(dict(made[0])))
    found = [steps(lambda documents=documents: change(MemoryStore(dict(documents)))) for documents in made]  # type: ignore[misc]
    assert exponent(found, [sum(map(len, documents.values())) for documents in made]) <= MOST, found


def test_the_names_around_label_images_are_not_compared_for_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """They were hashed for each label, which no count of steps shows."""
    around, hashed = KnownGroups.around, 0

    def counted(self: KnownGroups, node: GroupNode) -> object:
        nonlocal hashed
        found = around(self, node)
        hashed += parts_in(found)
        return found

    monkeypatch.setattr(KnownGroups, "around", counted)
    found = []
    for size in (300, 600, 1200):
        hashed = 0
        check_store(store_of("labels", size)[1])
        found.append(hashed + size)
    assert exponent(found, [300, 600, 1200]) <= MOST, found


def parts_in(value: object) -> int:
    return sum(map(parts_in, value)) if isinstance(value, tuple) else 1


def test_attack16_1_memory_of_a_chain_of_collections() -> None:
    """Each held the findings of all below it, until the last was done."""
    made = [store_of("collections in a chain", size) for size in (400, 1600)]
    check_store(made[0][1])
    found = [peak(lambda store=store: check_store(store)) for _, store in made]  # type: ignore[misc]
    assert math.log(found[1] / found[0], made[1][0] / made[0][0]) <= MOST, found


def test_attack16_1_a_long_chain_of_collections_is_followed_to_its_end() -> None:
    """It ended with a RecursionError."""
    report = check_store(store_of("collections in a chain", 1000)[1])
    assert (report.counts["collection"], report.status) == (1001, "invalid")
    assert not any("Recursion" in issue.message for issue in report.issues)


@pytest.mark.parametrize("name", TEXTS)
def test_g2_broken_json_is_read_once(name: str) -> None:
    """A search that goes back over itself would take hours for a document of this size."""
    text = TEXTS[name](200_000).encode("utf-8", "surrogatepass")
    value, problems = parse_json(text)
    assert value is None or problems or name in ("large integers",)
    assert sum(len(issue.message) for issue in problems) < 1000


def test_g1_a_plate_of_3000_rows_and_columns() -> None:
    made, report = peak_of(text_of("rows and columns", 3000))
    assert (report.valid, report.kind, made < 20_000_000) == (True, "plate", True)


@pytest.mark.parametrize("name", ["systems in a chain", "systems in pairs", "systems in a cycle", "images of a scene"])
def test_g3_5000_coordinate_systems(name: str) -> None:
    made, report = peak_of(text_of(name, 5000))
    assert report.version == "0.6"
    assert made < 60_000_000


def peak_of(text: bytes) -> tuple[int, Report]:
    found: list[Report] = []
    return peak(lambda: found.append(check_json(text))), found[0]


# --- messages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_what_a_finding_says_is_bounded(name: str) -> None:
    for issue in check_json(text_of(name, 2000 if name not in NESTED else 20)).issues:
        assert len(issue.message) <= 1000
        assert max(len(words or "") for words in (issue.found, issue.expected, issue.hint)) <= 1000


def test_a_long_name_is_not_said_for_every_system() -> None:
    """G3: findings that name the first system took as much as all names together, times their number."""
    from growing import system, with_systems

    ome = with_systems([system("s0" * 500_000), *(system(f"s{k}") for k in range(500))])
    ome["multiscales"][0]["datasets"][0]["coordinateTransformations"][0]["output"] = {"name": "s0" * 500_000}
    made, report = peak_of(document_of(ome, "0.6"))
    assert report.count("error") > 499
    assert made < 60_000_000


# --- depth --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NESTED)
@pytest.mark.parametrize("depth", [200, 330])
def test_g5_transformations_nested_hundreds_of_levels_deep_are_valid(name: str, depth: int) -> None:
    report = check_json(text_of(name, depth))
    assert report.valid
    assert [issue for issue in report.issues if "deep" in issue.message or "depth" in issue.message] == []


@pytest.mark.parametrize("name", NESTED)
def test_g5_memory_of_what_is_nested(name: str) -> None:
    found = [peak_of(text_of(name, depth))[0] for depth in (160, 320)]
    assert math.log2(found[1] / found[0]) <= MOST + 0.2, found  # of which a part is the stack


def test_g5_faults_far_down_are_found() -> None:
    version, make = DOCUMENTS["nested sequences"]
    text = document_of(make(300), version).replace(b'"scale": [1, 1]}', b'"scale": [1, "1"]}')
    (found,) = [issue for issue in check_json(text).issues if issue.severity.value == "error"]
    assert (found.rule, found.pointer.count("/transformations/")) == ("structure-type", 300)


def test_g5_levels_of_metadata_that_no_reader_follows() -> None:
    report = check_json(b'{"multiscales": ' + b"[" * 1100 + b"]" * 1100 + b"}")
    assert [issue.rule for issue in report.issues] == ["document-unreadable"]
    assert "nested deeper than 1024 levels" in report.issues[0].message


def test_g5_groups_that_name_each_other() -> None:
    wells = {
        "": {"bioformats2raw.layout": 3},
        "OME": {"series": ["a", "a"]},
        **{path: {"bioformats2raw.layout": 3} for path in ("a", "b")},
        "a/OME": {"series": ["../b", "../b"]},
        "b/OME": {"series": ["../a", "."]},
    }
    views = list(open_group(MemoryStore(stored(wells))).images())
    assert views
    assert all(view.problem for view in views)


def test_g5_collections_in_a_chain_are_walked_through() -> None:
    nodes: dict[str, Any] = {"": {"bioformats2raw.layout": 3}, "OME": {"series": ["c0"]}}
    for number in range(400):
        nodes[f"c{number}"] = {"bioformats2raw.layout": 3}
        nodes[f"c{number}/OME"] = {"series": [f"../c{number + 1}"] * 2}  # twice each: 2 ** 400 ways
    (view, *rest) = open_group(MemoryStore(stored(nodes))).images()
    assert (view.path, view.problem) == ("c400", "there is no group")
    assert len(rest) == 1  # that is named twice


def stored(nodes: dict[str, Any]) -> dict[str, bytes]:
    from ngff_core.plugins import default_registry
    from ngff_core.testing import build_store

    return build_store(default_registry().spec("0.5"), nodes)
