"""Outlines: what there is in a store, told by the crawl in any order and in parts, held in little memory."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from ngff_core.report.outline.nodes import Layout, Outline, OutlineNode, merged, with_names
from ngff_core.report.outline.recording import MOST, Outliner
from ngff_core.report.outline.saying import layout_of, said_of, writers_of
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument

Told = tuple[str, str, GroupDocument | ArrayDocument]


def group(ome: Any = None, **attributes: Any) -> GroupDocument:
    return GroupDocument(3, "zarr.json", ("attributes",), {"ome": ome, **attributes}, {})


def array(*shape: int) -> ArrayDocument:
    return ArrayDocument(3, "zarr.json", {}, shape=shape, dtype="uint16")


def plate_of(rows: Iterable[str], columns: Iterable[str]) -> GroupDocument:
    names = {"rows": [*rows], "columns": [*columns]}
    wells = [{"path": f"{row}/{column}"} for row in names["rows"] for column in names["columns"]]
    return group({"plate": {**{key: [{"name": n} for n in some] for key, some in names.items()}, "wells": wells}})


IMAGE = group({"multiscales": [{"axes": [{"name": "y"}, {"name": "x"}], "datasets": [{}, {}]}]})


def field(path: str) -> Iterator[Told]:
    for level in range(2):
        yield f"{path}/{level}", "array", array(16 >> level, 16 >> level)
    yield path, "image", IMAGE


def well(path: str, fields: int = 2) -> Iterator[Told]:
    for number in range(fields):
        yield from field(f"{path}/{number}")
    yield path, "well", group({"well": {"images": [{}] * fields}})


def outline_of(told: Iterable[Told]) -> Outline:
    outliner = Outliner()
    for one in told:
        outliner.record(*one)
    return outliner.outline()


def plain(node: OutlineNode) -> Any:
    """Return a node as values, children by name."""
    return node.kind, node.shown, {name: plain(child) for name, child in sorted(node.children)}


def different(node: OutlineNode) -> int:
    """Count the nodes that are held."""
    seen, left = set(), [node]
    while left:
        if id(one := left.pop()) not in seen:
            seen.add(id(one))
            left += [child for _, child in one.children]
    return len(seen)


WELLS = [f"{row}/{column}" for row in "ABC" for column in range(1, 5)]
PLATE = ("", "plate", plate_of("ABC", "1234"))


def whole() -> list[Told]:
    return [*(one for path in WELLS for one in well(path, 1 if path == "B/2" else 2)), PLATE]


def test_an_outline() -> None:
    outline = outline_of([*field("0"), ("", "collection", group(_creator={"name": "a program", "version": "1"}))])
    levels = {"0": ("array", "16 × 16 uint16", {}), "1": ("array", "8 × 8 uint16", {})}
    assert plain(outline.root) == ("collection", "", {"0": ("image", "y x, 2 levels", levels)})
    assert outline.writers == ("a program 1",)


def test_what_is_alike_is_held_once_and_folders_on_the_way_are_there() -> None:
    outline = outline_of(whole())
    assert outline.plates[""] == Layout(
        ("A", "B", "C"), ("1", "2", "3", "4"), tuple((path, "ABC".index(path[0]), int(path[2]) - 1) for path in WELLS)
    )
    kinds = {name: node.kind for name, node in outline.root.children}
    assert kinds == {"A": "", "B": "", "C": ""}
    assert different(outline.root) == 1 + 2 + 2 + 1 + 2  # root; rows; wells; image; levels


def test_a_large_plate_takes_its_names() -> None:
    rows, columns = [f"r{n}" for n in range(32)], [str(n) for n in range(48)]
    outliner = Outliner()
    most = 0
    for row in rows:
        for column in columns:
            for one in well(f"{row}/{column}", 9):
                outliner.record(*one)
            most = max(most, MOST - outliner._room)
    outliner.record("", "plate", plate_of(rows, columns))
    assert most <= 32 * 48 + 9 + 2 + 1
    assert different(outliner.outline().root) < 10


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_it_is_told_makes_no_difference(seed: int) -> None:
    told = whole()
    random.Random(seed).shuffle(told)
    assert plain(outline_of(told).root) == plain(outline_of(whole()).root)


@pytest.mark.parametrize("parts", [2, 5])
def test_parts_come_to_the_whole(parts: int) -> None:
    divided = [outline_of([*(one for path in WELLS[n::parts] for one in well(path, 1 if path == "B/2" else 2)),
                           *([PLATE] if n == 1 else [])]) for n in range(parts)]  # fmt: skip
    joined = merged([pickle.loads(pickle.dumps(part)) for part in divided])
    expected = outline_of(whole())
    assert joined is not None
    assert plain(joined.root) == plain(expected.root)
    assert (joined.plates, joined.writers) == (expected.plates, expected.writers)
    assert merged([None, None]) is None


def test_what_is_two_things_is_both() -> None:
    outline = outline_of([*field("0"), ("0", "scene", group()), ("", "collection", group())])
    assert plain(outline.root)[2]["0"][:2] == ("scene, image", "y x, 2 levels")
    assert outline_of([("", "image", IMAGE), ("", "scene", group())]).root.kind == "scene, image"


def test_nodes_without_end_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.report.outline.recording.MOST", 50)
    outline = outline_of([*((f"{n}", "array", array(n)) for n in range(80)), ("", "image", IMAGE)])
    assert (len(outline.root.children), outline.left_out) == (50, 30)


ODD = [None, 5, "x", [], {}, [None], {"name": 5}, [{"name": ["x"], "path": 7}], True, float("nan")]


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_documents_may_hold_anything(value: Any) -> None:
    for ome in (
        value,
        {"plate": value, "well": value, "multiscales": value, "_creator": value},
        {"plate": {"rows": value, "columns": value, "wells": value}, "well": {"images": value}, "multiscales": [value]},
        {"plate": {"rows": [value], "columns": [value], "wells": [value]}},
        {"multiscales": [{"axes": value, "datasets": value, "metadata": value}]},
        {"multiscales": [{"axes": [value], "metadata": {"method": value, "version": value}}]},
        {"plate": {"rows": [{"name": "A"}], "columns": [{"name": "1"}],
                   "wells": [{"path": "x/y", "rowIndex": value, "columnIndex": value}]}},
    ):  # fmt: skip
        document = group(ome)
        assert all(isinstance(said_of(kind, document), str) for kind in ("plate", "well", "image"))
        layout = layout_of(document)
        assert layout is None or all(0 <= row < 1 and 0 <= column < 1 for _, row, column in layout.wells)
        assert all(isinstance(writer, str) for writer in writers_of(document))


def test_names_are_changed_everywhere() -> None:
    outline = outline_of([*whole(), ("", "plate", group(_creator={"name": "secret"}))])
    changed = with_names(outline, str.lower)
    assert {name for name, _ in changed.root.children} == {"a", "b", "c"}
    assert changed.plates[""].rows == ("a", "b", "c")
    assert changed.plates[""].wells[0][0] == "a/1"
    assert different(changed.root) == different(outline.root)
    assert with_names(outline, lambda text: text.replace("secret", "***")).writers == ("***",)
