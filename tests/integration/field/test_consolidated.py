"""A3: consolidated metadata that keeps readers from opening a store, or shows them what is not there."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from bases import Tree, collection, image, labels, plate
from commands import Run
from corpus import consolidate

from ngff_core import check_json, check_store
from ngff_core.stores import MemoryStore

VERSIONS = ("0.4", "0.5")
INLINE = "consolidated_metadata"


def store_of(tree: Tree) -> MemoryStore:
    return MemoryStore(tree.documents(), "mem")


def found(report: Any) -> list[tuple[str, str, str, str]]:
    return [(i.rule, i.severity.value, i.node, i.pointer) for i in report.issues]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("base", [image, labels, plate])
def test_a3_a_sound_copy_stays_silent(base: Callable[[str], Tree], version: str) -> None:
    assert check_store(store_of(consolidate(base(version)))).issues == []


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        (b'{"zarr_consolidated_format": 1,', ""),
        (b"", ""),
        (b"[]", ""),
        (b"null", ""),
        (b"/annex/objects/MD5E-s1--d41d.json\n", ""),
        (b'{"zarr_consolidated_format": 1}', ""),
        (b'{"zarr_consolidated_format": 1, "metadata": []}', "/metadata"),
        (b'{"zarr_consolidated_format": 2, "metadata": {}}', "/zarr_consolidated_format"),
        (b'{"zarr_consolidated_format": 1, "metadata": {"0/.zarray": null}}', "/metadata/0~1.zarray"),
        (b'{"zarr_consolidated_format": 1, "metadata": {"../x/.zarray": {}}}', "/metadata/..~1x~1.zarray"),
        (b'{"zarr_consolidated_format": 1, "metadata": {"0/secret": {}}}', "/metadata/0~1secret"),
    ],
)
def test_a3_zmetadata_that_cannot_be_used(data: bytes, pointer: str) -> None:
    tree = image("0.4")
    tree.docs[".zmetadata"] = data
    report = check_store(store_of(tree))
    readable = [entry for entry in found(report) if entry[0] == "zarr-consolidated-readable"]
    assert readable == [("zarr-consolidated-readable", "warning", "", pointer)]
    assert report.issues[0].document == ".zmetadata"


@pytest.mark.parametrize("at", ["", "labels/cells"])
@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (None, ""),
        ("inline", ""),
        ([], ""),
        ({"kind": "inline", "must_understand": False}, ""),
        ({"kind": "inline", "must_understand": False, "metadata": None}, "/metadata"),
        ({"kind": "file", "must_understand": False, "metadata": {}}, "/kind"),
        ({"must_understand": False, "metadata": {}}, ""),
        ({"kind": "inline", "must_understand": True, "metadata": {}}, "/must_understand"),
        ({"kind": "inline", "metadata": {}}, ""),
        ({"kind": "inline", "must_understand": False, "metadata": {"0": 5}}, "/metadata/0"),
        ({"kind": "inline", "must_understand": False, "metadata": {"../a": {}}}, "/metadata/..~1a"),
    ],
)
def test_a3_an_inline_copy_that_cannot_be_used(value: Any, pointer: str, at: str) -> None:
    tree = labels("0.5")
    tree.docs[tree.key(at)][INLINE] = value
    expected = ("zarr-consolidated-readable", "warning", at, f"/{INLINE}{pointer}")
    assert [e for e in found(check_store(store_of(tree))) if e[0] == expected[0]] == [expected]
    alone = check_json(json.dumps(tree.docs[tree.key(at)]))
    assert [e for e in found(alone) if e[0] == expected[0]] == [(expected[0], "warning", "", expected[3])]


@pytest.mark.parametrize("version", VERSIONS)
def test_a3_a_copy_of_a_level_that_is_gone(version: str) -> None:
    tree = consolidate(image(version))
    last = tree.multiscale()["datasets"].pop()["path"]
    kept = tree.docs[".zmetadata"]["metadata"][".zattrs"] if version == "0.4" else None
    if kept is not None:
        kept["multiscales"][0]["datasets"].pop()
    for key in [key for key in tree.docs if key.startswith(f"{last}/")]:
        del tree.docs[key]
    report = check_store(store_of(tree))
    assert found(report) == [("zarr-consolidated-current", "warning", last, "")]
    assert "is not there, and has a copy" in report.issues[0].message


@pytest.mark.parametrize("version", VERSIONS)
def test_a3_a_changed_node_that_no_metadata_names(version: str) -> None:
    tree = image(version)
    key = tree.key("tables/t", of="array")
    tree.docs[key] = copy.deepcopy(tree.docs[tree.key("0", of="array")])
    consolidate(tree)
    assert check_store(store_of(tree)).issues == []
    tree.docs[key]["shape"] = [1, 1, 1]
    assert found(check_store(store_of(tree))) == [("zarr-consolidated-current", "warning", "tables/t", "")]


@pytest.mark.parametrize("version", VERSIONS)
def test_a3_parts_of_a_plate_find_what_the_whole_finds(version: str, tmp_path: Any, run: Run) -> None:
    tree = consolidate(plate(version))
    kept = tree.docs[".zmetadata"] if version == "0.4" else tree.docs["zarr.json"][INLINE]
    for path in ("A/1/9", "tables", "B/gone/0", "A/10"):
        if version == "0.4":
            kept["metadata"][f"{path}/.zgroup"] = {"zarr_format": 2}
        else:
            kept["metadata"][path] = {"zarr_format": 3, "node_type": "group"}
    root = tree.write(tmp_path / "p.zarr")
    whole = run("validate", root, "--format", "json").out
    nodes = [issue["node"] for issue in json.loads(whole)["results"][0]["issues"]]
    assert sorted(nodes) == ["A/1/9", "A/10", "B/gone/0", "tables"]
    assert run("validate", root, "--format", "json", "--workers", "2").out == whole
    parts = []
    for number in (1, 2, 3):
        (tmp_path / f"{number}.json").write_text(
            run("validate", root, "--format", "json", "--shard", f"{number}/3").out
        )
        parts.append(f"{number}.json")
    assert run("merge", *parts, "--format", "json").out == whole


def moved(tree: Tree, base: str) -> Tree:
    """Return what lies at a path of a hierarchy as one of its own."""
    below = Tree(tree.version, {})
    below.docs = {key.removeprefix(f"{base}/"): d for key, d in tree.docs.items() if key.startswith(f"{base}/")}
    return below


def changed(tree: Tree, base: str, array: str, damage: str) -> None:
    """Consolidate what lies at a path, and change it, or take it away, afterwards."""
    below = moved(tree, base)
    if damage == "gone":
        below.docs[below.key("old", of="array")] = copy.deepcopy(below.docs[below.key(array, of="array")])
    consolidate(below)
    if damage == "gone":
        del below.docs[below.key("old", of="array")]
    elif damage == "stale":
        where = below.docs[".zmetadata" if tree.version == "0.4" else "zarr.json"]
        kept = where["metadata"] if tree.version == "0.4" else where[INLINE]["metadata"]
        entry = kept[below.key(array, of="array") if tree.version == "0.4" else array]
        entry["shape"] = [entry["shape"][0] + 1, *entry["shape"][1:]]
    tree.docs.update({f"{base}/{key}": document for key, document in below.docs.items()})


NESTED = [(plate, "A/1/0", "0"), (plate, "A/1", "0/0"), (labels, "labels", "cells/0"), (labels, "labels/cells", "0")]
NESTED += [(collection, "1", "0"), (plate, "A", "1/0/0")]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("damage", ["none", "stale", "gone"])
@pytest.mark.parametrize(("base", "at", "array"), NESTED)
def test_a3_copies_in_nested_groups(
    base: Callable[[str], Tree], at: str, array: str, damage: str, version: str, tmp_path: Any, run: Run
) -> None:
    tree = base(version)
    changed(tree, at, array, damage)
    expected = {"none": [], "stale": [f"{at}/{array}"], "gone": [f"{at}/old"]}[damage]
    report = check_store(store_of(tree))
    assert found(report) == [("zarr-consolidated-current", "warning", node, "") for node in expected]
    assert all(f"the consolidated metadata of {at!r}" in issue.message for issue in report.issues)
    alone = check_store(store_of(moved(tree, at)))
    said = [i.node for i in alone.issues if i.rule == "zarr-consolidated-current"]
    assert not alone.version or [f"{at}/{node}" for node in said] == expected
    root = tree.write(tmp_path / "p.zarr")
    whole = run("validate", root, "--format", "json").out
    assert run("validate", root, "--format", "json", "--workers", "2").out == whole


def test_a3_copies_in_nested_groups_and_in_the_root() -> None:
    tree = plate("0.5")
    changed(tree, "A/1/0", "0", "none")
    consolidate(tree)
    assert check_store(store_of(tree)).issues == []
    tree.docs["A/1/0/0/zarr.json"]["attributes"] = {"new": 1}
    messages = [issue.message for issue in check_store(store_of(tree)).issues]
    state = "zarr.json differs from its copy in the consolidated metadata of"
    assert messages == [f"{state} the root", f"{state} 'A/1/0'"]


class Web(MemoryStore):
    lists_cheaply = False

    def list(self, prefix: str) -> Sequence[str] | None:
        return None


def test_a3_where_nothing_can_be_listed_either() -> None:
    """It is readers over HTTP that use consolidated metadata most."""
    tree = image("0.4")
    tree.docs[".zmetadata"] = b"{"
    assert [e[0] for e in found(check_store(Web(tree.documents(), "web")))] == ["zarr-consolidated-readable"]
    sound = consolidate(image("0.4"))
    assert check_store(Web(sound.documents(), "web")).issues == []
