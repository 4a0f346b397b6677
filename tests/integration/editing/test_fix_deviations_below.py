"""Deviations seen in real stores, in arrays, labels, plates and documents: what safe fixes make of each, and no more.

The numbers are those of the list of deviations; the sound store has no finding that is not there afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from ngff_core.editing.fixing import plan_fix
from ngff_core.plugins.registry import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing.documents import array, build_store
from ngff_core.upgrade.changes import changes_of_values
from ngff_core.zarr.text import json_object

GONE = object()
PHYSICAL = "plate-columns-all-physical"  # said of all small plates


def image(version: str, *paths: Any, **more: Any) -> dict[str, Any]:
    scales = [[{"type": "scale", "scale": [2.0**n, 2.0**n]}] for n in range(len(paths) or 1)]
    datasets = [{"path": p, "coordinateTransformations": s} for p, s in zip(paths or ("0",), scales, strict=True)]
    axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    multiscale = {"name": "cells", "type": "mean", "metadata": {"method": "mean"}, "axes": axes, "datasets": datasets}
    return {"multiscales": [{**multiscale, **stated(version)}], **more}


def stated(version: str) -> dict[str, str]:
    """Return the version as it stands inside of objects."""
    return {"version": version} if version == "0.4" else {}


def picture(version: str, *paths: Any, dtype: str = "uint16", **members: Any) -> dict[str, Any]:
    return {"": image(version, *paths), "0": array((8, 8), dtype, ("y", "x"), members=members)}


def labels(version: str, group: Any) -> dict[str, Any]:
    colors = [{"label-value": 1, "rgba": [0, 0, 0, 255]}]
    label = image(version, **{"image-label": {**stated(version), "colors": colors}})
    below = {"labels": group, "labels/cells": label, "labels/cells/0": array((8, 8), "uint32", ("y", "x"))}
    return {**picture(version), **below}


def plate(version: str, **changes: Any) -> dict[str, Any]:
    definition = {
        **stated(version),
        "name": "screen",
        "rows": [{"name": "A"}, {"name": "B"}],
        "columns": [{"name": "1"}, {"name": "2"}],
        "wells": [well(), {"path": "B/2", "rowIndex": 1, "columnIndex": 1}],
        "field_count": 1,
        **changes,
    }
    nodes: dict[str, Any] = {"": {"plate": definition}}
    for path in ("A/1", "B/2"):
        nodes |= {path[0]: None, path: {"well": {"images": [{"path": "0"}], **stated(version)}}}
        nodes |= {f"{path}/{place}" if place else f"{path}/0": node for place, node in below(version).items()}
    return nodes


def below(version: str) -> dict[str, Any]:
    return {f"0/{path}" if path else "": node for path, node in picture(version).items()}


def well(**changes: Any) -> dict[str, Any]:
    members = {"path": "A/1", "rowIndex": 0, "columnIndex": 0, **changes}
    return {key: value for key, value in members.items() if value is not GONE}


def wells(**changes: Any) -> dict[str, Any]:
    return {"wells": [well(**changes), {"path": "B/2", "rowIndex": 1, "columnIndex": 1}]}


@attrs.frozen
class Case:
    """A store with a deviation, and the changes that mend it: action, pointer below the OME metadata, and value."""

    row: str
    version: str
    nodes: Mapping[str, Any]
    changes: Mapping[str, Any]
    files: Mapping[str, Any] = attrs.field(factory=dict)

    def __str__(self) -> str:
        return f"{self.row}-{self.version}"


def cases(version: str) -> list[Case]:
    v, is_v3 = version, version == "0.5"
    attributes, ome = ("zarr.json", "/attributes/ome") if is_v3 else (".zattrs", "")
    header = "zarr.json" if is_v3 else ".zarray"
    spec = default_registry().spec(v)

    def case(row: str, nodes: Mapping[str, Any], changes: Mapping[str, Any], **files: Any) -> Case:
        return Case(row, v, nodes, changes, {key.replace("__", "/"): value for key, value in files.items()})

    def of_ome(*change: Any, node: str = "") -> dict[str, Any]:
        action, pointer, *value = change
        return {f"{node}{attributes}": [(action, ome + pointer, *value)]}

    bare = build_store(spec, picture(v, dtype="float32", fill_value=1))[f"0/{header}"]
    whole = build_store(spec, picture(v))[attributes]
    entry = image(v)["multiscales"][0]["datasets"]
    group = {"labels/zarr.json": None} if is_v3 else {"labels/.zgroup": None}
    row = {"A/zarr.json": "+"} if is_v3 else {"A/.zgroup": "+"}
    first = "/plate/wells/0"
    found = [
        case("50", picture(v, "0", "1"), of_ome("change", "/multiscales/0/datasets", entry)),
        case(
            "58-bare",
            picture(v),
            {f"0/{header}": [("change", "/fill_value", "NaN")]},
            **{f"0__{header}": bare.replace(b'"fill_value": 1', b'"fill_value": NaN')},
        ),
        case("60-end", picture(v, "0/"), of_ome("change", "/multiscales/0/datasets/0/path", "0")),
        case("60-begin", picture(v, "/0"), of_ome("change", "/multiscales/0/datasets/0/path", "0")),
        case("60-number", picture(v, 0), of_ome("change", "/multiscales/0/datasets/0/path", "0")),
        case("67-no-list", labels(v, {"note": 1}), of_ome("add", "/labels", ["cells"], node="labels/")),
        case("68", labels(v, {"labels": ["cells", "gone"]}), of_ome("change", "/labels", ["cells"], node="labels/")),
        case("69", labels(v, {"labels": []}), of_ome("change", "/labels", ["cells"], node="labels/")),
        case("74", {**picture(v), "labels": None}, group),
        case("75", plate(v, **wells(rowIndex=GONE)), of_ome("add", f"{first}/rowIndex", 0)),
        case("76", plate(v, **wells(columnIndex="0")), of_ome("change", f"{first}/columnIndex", 0)),
        case("77", plate(v, **wells(rowIndex=1)), of_ome("change", f"{first}/rowIndex", 0)),
        case("80", {path: node for path, node in plate(v).items() if path != "A"}, row),
        case("83", plate(v, wells=[*wells()["wells"], well()]), of_ome("change", "/plate/wells", wells()["wells"])),
        case("84", plate(v, **wells(path="A\\1")), of_ome("change", f"{first}/path", "A/1")),
        case("88", plate(v, field_count=0), of_ome("change", "/plate/field_count", 1)),
        case("91", picture(v), {attributes: []}, **{attributes: b"\xef\xbb\xbf" + whole}),
    ]
    return [*found, *(of_v3() if is_v3 else of_v2())]


def of_v2() -> list[Case]:
    nodes, mark = picture("0.4"), {"zarr_format": 2}
    old = {".zgroup": mark, ".zattrs": {"a": 1}, "gone/.zgroup": mark, "gone/.zattrs": {}}
    copies = {".zmetadata": {"zarr_consolidated_format": 1, "metadata": old}}
    zattrs = build_store(default_registry().spec("0.4"), nodes)[".zattrs"]
    current = [
        ("remove", "/metadata/.zattrs/a"),
        ("add", "/metadata/.zattrs/multiscales", (json_object(zattrs) or {})["multiscales"]),
        ("remove", "/metadata/gone~1.zgroup"),
        ("remove", "/metadata/gone~1.zattrs"),
        ("add", "/metadata/0~1.zarray", json_object(build_store(default_registry().spec("0.4"), nodes)["0/.zarray"])),
    ]
    return [
        Case("67-no-attributes", "0.4", labels("0.4", None), {"labels/.zattrs": "+"}),
        Case("82", "0.4", plate("0.4"), {"A/1/.zgroup": "+"}, {"A/1/.zgroup": None}),
        Case("92", "0.4", nodes, {".zgroup": "+"}, {".zgroup": None}),
        Case("93", "0.4", nodes, {".zmetadata": current}, copies),
    ]


def of_v3() -> list[Case]:
    nodes = picture("0.5")
    header = json_object(build_store(default_registry().spec("0.5"), nodes)["0/zarr.json"]) or {}
    gone = {"zarr_format": 3, "node_type": "group", "attributes": {}}
    inline = {"kind": "inline", "must_understand": False, "metadata": {"0": {**header, "shape": [4, 8]}, "x": gone}}
    place = "/consolidated_metadata/metadata"
    current = [("change", f"{place}/0/shape/0", 8), ("remove", f"{place}/x")]
    named = {"0/zarr.json": [("add", "/dimension_names", ["y", "x"])]}
    fill = {"0/zarr.json": [("change", "/fill_value", "NaN")]}
    return [
        Case("55", "0.5", {**nodes, "0": array((8, 8), "uint16")}, named),
        Case(
            "56",
            "0.5",
            picture("0.5", dimension_names=None),
            {"0/zarr.json": [("change", *named["0/zarr.json"][0][1:])]},
        ),
        Case("58-null", "0.5", picture("0.5", dtype="float32", fill_value=None), fill),
        Case("93", "0.5", nodes, {"zarr.json": current}, {"zarr.json#consolidated_metadata": inline}),
    ]


CASES = [case for version in ("0.4", "0.5") for case in cases(version)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_deviation_is_mended_and_nothing_else_changes(case: Case) -> None:
    documents = build_store(default_registry().spec(case.version), case.nodes, case.files)
    plan = plan_fix(MemoryStore(documents))
    assert plan.before.issues != plan.after.issues
    assert {issue.rule for issue in plan.after.issues} <= {PHYSICAL}
    assert {write.key: changes(write.old, write.new) for write in plan.writes} == case.changes


def changes(old: bytes | None, new: bytes | None) -> Any:
    if old is None or new is None:
        return None if new is None else "+"
    told = [change.to_dict() for change in changes_of_values(json_object(old) or {}, json_object(new) or {})]
    return [(change["action"], change["pointer"], *([change["new"]] if "new" in change else [])) for change in told]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_the_sound_stores_have_nothing_to_mend(version: str) -> None:
    for nodes in (picture(version), labels(version, {"labels": ["cells"]}), plate(version)):
        plan = plan_fix(MemoryStore(build_store(default_registry().spec(version), nodes)))
        assert {issue.rule for issue in plan.before.issues} <= {PHYSICAL}
        assert not list(plan.writes)


@pytest.mark.parametrize(
    ("nodes", "kept"),
    [
        (lambda v: labels(v, {"labels": ["cells", "chunks"]}), {"labels/chunks/0/0": b"8"}),
        (lambda v: picture(v, "0", "1"), {"1/0/0": b"8"}),
        (lambda v: plate(v, **wells(path="A\\3")), {}),
        (lambda v: {**picture(v), "labels": {"labels": []}}, {"labels/chunk": b"8"}),
    ],
)
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_what_may_be_something_is_left(version: str, nodes: Any, kept: dict[str, bytes]) -> None:
    documents = build_store(default_registry().spec(version), nodes(version), kept)
    plan = plan_fix(MemoryStore(documents))
    assert {issue.rule for issue in plan.before.issues} - {PHYSICAL}
    assert not list(plan.writes)


@pytest.mark.parametrize(("code", "mended"), [("<u2", True), (">u2", False), ("|u1", True)])
def test_a_byte_order_that_the_codec_does_not_say_is_kept(code: str, mended: bool) -> None:
    documents = build_store(default_registry().spec("0.5"), picture("0.5", data_type=code))
    plan = plan_fix(MemoryStore(documents))
    assert [write.key for write in plan.writes] == (["0/zarr.json"] if mended else [])
