"""The helpers for authors of rules and plugins, on made-up versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import box_store, broken, make_registry, make_spec, no_big_items

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.hierarchy import ArrayNode, GroupNode, Hierarchy
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.testing import array, array_json, build_store, example_cases, findings_of, group_json, write_store

REGISTRY = make_registry()
V2, V3 = make_spec(), make_spec("9.2", zarr_format=3, namespace="lab")


@rule(
    "lab/small-group",
    on=GroupNode,
    kinds=["box"],
    requirement=MUST,
    valid=[{"": {"items": []}}],
    invalid=[{"": {"items": [{"name": "a"}]}, "a": {"items": []}}],
)
def small_group(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A group leads to no other."""
    for path, _ in node.groups():
        yield ctx.issue("a group", node=path)


# --- examples ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", example_cases([no_big_items, small_group], "9.1", REGISTRY), ids=str)
def test_examples_of_good_rules_pass(case: object) -> None:
    case.check()  # type: ignore[attr-defined]


def test_every_example_is_a_case_with_a_name() -> None:
    cases = list(example_cases([no_big_items, small_group], "9.1", REGISTRY))
    assert [str(case) for case in cases] == [
        "no-big-items-valid-0",
        "no-big-items-invalid-0",
        "lab/small-group-valid-0",
        "lab/small-group-invalid-0",
    ]


@pytest.mark.parametrize("changes", [{"valid": ()}, {"invalid": ()}])
def test_a_rule_needs_examples_of_either_sort(changes: dict[str, tuple[()]]) -> None:
    with pytest.raises(AssertionError, match="rule 'no-big-items' needs a valid and an invalid example"):
        list(example_cases([no_big_items.evolve(**changes)], "9.1", REGISTRY))


def failure_of(made: Rule, index: int) -> str:
    with pytest.raises(AssertionError) as caught:
        list(example_cases([made], "9.1", REGISTRY))[index].check()
    return str(caught.value)


def test_examples_that_do_not_hold_are_told() -> None:
    swapped = no_big_items.evolve(valid=no_big_items.invalid, invalid=no_big_items.valid)
    assert failure_of(swapped, 0) == ("no-big-items-valid-0: expected no finding, got\n  size 10 is too big ( /size)")
    assert failure_of(swapped, 1) == "no-big-items-invalid-0: expected a finding, got none"


def test_a_rule_that_crashes_on_its_example_fails() -> None:
    """A crash is a finding, but not the one that is asked for."""
    assert "failed: RuntimeError: it broke" in failure_of(broken, 1)


def test_findings_of_one_rule_on_one_example() -> None:
    assert [i.pointer for i in findings_of(no_big_items, {"name": "a", "size": 12}, "9.1", REGISTRY)] == ["/size"]
    assert findings_of(no_big_items, Example({"name": "a"}), "9.1", REGISTRY) == []


@pytest.mark.parametrize("on", [ArrayNode, Hierarchy])
def test_rules_on_arrays_and_hierarchies_are_run_on_stores(on: type) -> None:
    met: list[str] = []

    @rule("lab/meets", on=on, requirement=MUST)
    def meets(obj: ArrayNode | Hierarchy, ctx: Context) -> None:
        """Notes what it is given."""
        met.append(type(obj).__name__)

    data = {"": {"items": [{"name": "a"}]}, "a": {"items": []}}
    assert findings_of(meets, data, "9.1", REGISTRY) == []
    assert met == (["Hierarchy"] if on is Hierarchy else [])


def test_other_rules_do_not_run() -> None:
    registry = make_registry(no_big_items)
    assert findings_of(small_group, {"": {"items": [{"name": "x", "size": 99}]}}, "9.1", registry) == []


# --- stores -----------------------------------------------------------------------------------------


def test_groups_as_a_version_stores_them() -> None:
    assert group_json(V2, {"items": []}) == {".zgroup": {"zarr_format": 2}, ".zattrs": {"items": []}}
    assert group_json(V2, None) == {".zgroup": {"zarr_format": 2}}
    head = {"zarr_format": 3, "node_type": "group"}
    assert group_json(V3, {"items": []}) == {
        "zarr.json": {**head, "attributes": {"lab": {"version": "9.2", "items": []}}}
    }
    assert group_json(V3, {"version": None, "items": []}) == {
        "zarr.json": {**head, "attributes": {"lab": {"items": []}}}
    }
    assert group_json(V3, {"version": "8"}) == {"zarr.json": {**head, "attributes": {"lab": {"version": "8"}}}}
    assert group_json(V3, None) == {"zarr.json": {**head, "attributes": {}}}


def test_arrays_of_zarr_v2() -> None:
    assert array_json(array((4, 8), "float32", chunks=(2, 8), members={"order": "F", "x": 1}), 2) == {
        "zarr_format": 2,
        "shape": [4, 8],
        "chunks": [2, 8],
        "dtype": "<f4",
        "compressor": None,
        "fill_value": 0,
        "order": "F",
        "filters": None,
        "dimension_separator": "/",
    }
    assert [array_json(array((1,), name), 2)["dtype"] for name in ("uint8", "int16", "bool", "complex64")] == [
        "|u1", "<i2", "|b1", "<c8",
    ]  # fmt: skip


def test_arrays_of_zarr_v3() -> None:
    made = array_json(array((4, 8), names=("y", "x"), members={"attributes": {"a": 1}, "order": "F"}), 3)
    assert made == {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [4, 8],
        "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 8]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
        "attributes": {"a": 1},
        "dimension_names": ["y", "x"],
    }


def test_a_store_of_documents() -> None:
    documents = build_store(V2, {"": {"items": []}, "a": None, "a/0": array((1,))})
    assert sorted(documents) == [".zattrs", ".zgroup", "a/.zgroup", "a/0/.zarray"]
    assert json.loads(documents[".zattrs"]) == {"items": []}
    assert sorted(build_store(V3, {"": {"items": []}, "0": array((1,))})) == ["0/zarr.json", "zarr.json"]


def test_files_are_put_in_changed_and_taken_out() -> None:
    files = {"raw": b"\xff", "new": {"x": 1}, ".zgroup": None, ".zattrs#items": 5, "gone": None}
    documents = build_store(V2, {"": {"items": [], "more": 1}}, files)
    assert sorted(documents) == [".zattrs", "new", "raw"]
    assert documents["raw"] == b"\xff"
    assert json.loads(documents["new"]) == {"x": 1}
    assert json.loads(documents[".zattrs"]) == {"items": 5, "more": 1}


def test_a_store_on_disk(tmp_path: Path) -> None:
    documents = box_store({"": {"items": []}, "a/b": {}})
    root = write_store(documents, tmp_path / "x.zarr")
    assert root == tmp_path / "x.zarr"
    assert {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()} == documents
