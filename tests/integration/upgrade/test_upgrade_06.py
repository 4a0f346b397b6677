"""Whole hierarchies from 0.5 to 0.6 and back: valid on the way, and the same documents in the end."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.5 and 0.6: ngff_v05 is not installed")
pytest.importorskip("ngff_v06", reason="needs OME-NGFF 0.5 and 0.6: ngff_v06 is not installed")

from bases import BASES

from ngff_core.json_text import dumps, loads
from ngff_core.plugins import Registry, discover
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.upgrade.plan import Plan, plan_upgrade

REGISTRY = Registry(found=[found for found in discover() if found[0].distribution in ("ngff-v05", "ngff-v06")])
KEY = "coordinateTransformations"
Y, X = ({"name": name, "type": "space", "unit": "micrometer"} for name in "yx")
WORLD = {"name": "world", "axes": [Y, X]}


def planned(documents: dict[str, bytes], to: str) -> tuple[Plan, dict[str, bytes]]:
    """Return the plan, and the documents that it leads to."""
    plan = plan_upgrade(MemoryStore(documents), to, registry=REGISTRY)
    after = documents | {write.key: write.new for write in plan.writes if write.new is not None}
    return plan, after


def said(places: Any) -> list[tuple[str, str]]:
    return [(place.path, place.text) for place in places]


@pytest.mark.parametrize("name", BASES)
def test_there_and_back(name: str) -> None:
    docs = BASES[name]("0.5").docs
    before = {key: value if isinstance(value, bytes) else dumps(value) for key, value in docs.items()}
    plan, up = planned(before, "0.6")
    assert plan.refusals() == []
    assert plan.after is not None
    assert (plan.after.version, plan.after.status) == ("0.6", "valid")
    assert [made.answer for made in plan.decisions] == ["physical"]
    back, down = planned(up, "0.5")
    assert back.refusals() == []
    assert back.after is not None
    assert (back.after.version, back.after.status) == ("0.5", "valid")
    assert {key: _value(data) for key, data in down.items()} == {key: _value(data) for key, data in before.items()}


def _value(data: bytes) -> Any:
    return loads(data) if data.startswith(b"{") else data


def _multiscale(*axes: Any, **members: Any) -> dict[str, Any]:
    scale = {"type": "scale", "scale": [1] * len(axes), "input": {"path": "0"}, "output": {"name": "physical"}}
    systems = [{"name": "physical", "axes": list(axes)}, *members.pop("systems", ())]
    return {"name": "a", "coordinateSystems": systems, "datasets": [{"path": "0", KEY: [scale]}], **members}


def _store(nodes: dict[str, Any]) -> dict[str, bytes]:
    return build_store(REGISTRY.spec("0.6"), nodes)


def test_a_field_of_vectors_is_no_longer_named() -> None:
    link = {"type": "displacements", "path": "field", "input": {"name": "physical"}, "output": {"name": "world"}}
    vector = {"name": "d", "type": "displacement", "discrete": True}
    plan, _ = planned(
        _store(
            {
                "": {"multiscales": [_multiscale(Y, X, systems=[WORLD], **{KEY: [link]})]},
                "0": array((8, 8)),
                "field": {"multiscales": [_multiscale(vector, Y, X)]},
                "field/0": array((2, 8, 8), "float32"),
            }
        ),
        "0.5",
    )
    assert said(plan.losses) == [
        ("field", '`discrete` true of the axis "d" of multiscales[0]'),
        ("", 'the coordinate system "world" of multiscales[0]'),
        ("", 'the transformation "displacements" from "physical" to "world" of multiscales[0]'),
    ]
    assert said(plan.remarks) == [
        ("field", 'the type "displacement" of the axis "d" of multiscales[0] is a custom one in 0.5'),
        ("", 'nothing names "field" any more; it stays in the store'),
    ]
    assert plan.refusals(allow_loss=True) == []
    assert {write.key for write in plan.writes} == {"0/zarr.json", "field/0/zarr.json", "field/zarr.json", "zarr.json"}


def test_the_names_of_dimensions_become_those_of_the_axes() -> None:
    link = {"type": "translation", "translation": [1, 2], "input": {"name": "physical"}, "output": {"name": "world"}}
    image = {"multiscales": [_multiscale(Y, X, systems=[WORLD], **{KEY: [link]})]}
    plan, down = planned(_store({"": image, "0": array((8, 8), names=("x", "y"))}), "0.5")
    assert said(plan.losses) == [("0", '`dimension_names` ["x", "y"]: in 0.5 they are the names of the axes')]
    assert plan.refusals(allow_loss=True) == []
    assert loads(down["0/zarr.json"])["dimension_names"] == ["y", "x"]
    written = loads(down["zarr.json"])["attributes"]["ome"]["multiscales"][0][KEY]
    assert written == [{"type": "scale", "scale": [1.0, 1.0]}, {"type": "translation", "translation": [1, 2]}]


def test_a_scene_has_no_counterpart() -> None:
    ends = {"input": {"path": "a", "name": "physical"}, "output": {"path": "b", "name": "physical"}}
    image = {"multiscales": [_multiscale(Y, X)]}
    scene = {"scene": {KEY: [{"type": "identity", **ends}]}}
    documents = _store({"": scene, "a": image, "a/0": array((8, 8)), "b": image, "b/0": array((8, 8))})
    plan, _ = planned(documents, "0.5")
    text = '0.5 has no scenes; the images of a scene can be downgraded one by one: "a", "b"'
    assert said(plan.obstacles) == [("", text)]
    below, _ = planned({key[2:]: data for key, data in documents.items() if key.startswith("a/")}, "0.5")
    assert below.refusals() == []


# --- tags that are not that of the release ------------------------------------------------------------------------


def _tagged(version: str) -> dict[str, bytes]:
    """Return a hierarchy with labels in which every group has this tag."""
    before = {
        key: value if isinstance(value, bytes) else dumps(value) for key, value in BASES["labels"]("0.5").docs.items()
    }
    _, up = planned(before, "0.6")
    return {key: data.replace(b'"version": "0.6"', f'"version": "{version}"'.encode()) for key, data in up.items()}


@pytest.mark.parametrize("version", ["0.6rc0", "0.6rc1", "0.6.dev4", "0.6.0", "0.6rc02", "0.6-dev1"])
def test_c4_the_tag_is_brought_up_where_the_content_is_sound(version: str) -> None:
    documents = _tagged(version)
    plan, after = planned(documents, "0.6")
    assert plan.refusals() == []
    assert {key: loads(data) for key, data in after.items()} == {key: loads(d) for key, d in _tagged("0.6").items()}
    groups = ["", "labels", "labels/cells"]
    assert sorted(said(plan.remarks)) == [(path, f"the version {version} becomes 0.6") for path in groups]
    assert sorted(write.key for write in plan.writes) == ["labels/cells/zarr.json", "labels/zarr.json", "zarr.json"]
    assert plan.after is not None
    assert plan.after.status == "valid"
    assert "version-ome-value" not in {issue.rule for issue in plan.after.issues}
    assert planned(after, "0.6")[0].nothing_to_do


def test_c4_a_release_is_unchanged() -> None:
    plan, after = planned(_tagged("0.6"), "0.6")
    assert (plan.nothing_to_do, plan.refusals(), after) == (True, [], _tagged("0.6"))


def test_c4_unsound_content_is_refused() -> None:
    documents = _tagged("0.6rc1")
    root = loads(documents["zarr.json"])
    root["attributes"]["ome"]["multiscales"][0]["coordinateSystems"][0]["name"] = 5
    plan, _ = planned({**documents, "zarr.json": dumps(root)}, "0.6")
    assert [reason.startswith("the store has ") for reason in plan.refusals()] == [True]


@pytest.mark.parametrize("version", ["0.6.dev3", "0.6.dev1", "0.6dev2"])
def test_c4_drafts_of_another_form_are_refused(version: str) -> None:
    plan, _ = planned(_tagged(version), "0.6")
    assert plan.refusals() == ["the store has no OME-Zarr metadata that could be read"]


def test_c4_copies_of_documents_are_brought_up_too() -> None:
    documents = _tagged("0.6rc0")
    root = loads(documents["zarr.json"])
    below = {key.removesuffix("/zarr.json"): loads(data) for key, data in documents.items() if "/" in key}
    root["consolidated_metadata"] = {"kind": "inline", "must_understand": False, "metadata": below}
    plan, after = planned({**documents, "zarr.json": dumps(root)}, "0.6")
    assert plan.after is not None
    assert "zarr-consolidated-current" not in {issue.rule for issue in plan.after.issues}
    assert b"0.6rc0" not in after["zarr.json"]


def test_e19_versions_of_single_objects_that_are_left_out_are_listed() -> None:
    tree = BASES["plate"]("0.5")
    tree.ome()["plate"]["version"] = "0.5"
    plan, after = planned({key: dumps(value) for key, value in tree.docs.items()}, "0.6")
    assert ("", '`version` "0.5" of plate is left out: `ome` states one for all') in said(plan.remarks)
    assert plan.refusals() == []
    assert "version" not in loads(after["zarr.json"])["attributes"]["ome"]["plate"]


def test_fuzz_of_what_cannot_be_read_no_copies_are_made() -> None:
    """Found by fuzzing: a document below consolidated metadata that is no JSON was a KeyError."""
    tree = BASES["collection"]("0.5")
    tree.docs["1/zarr.json"]["consolidated_metadata"] = {"kind": "inline", "must_understand": False, "metadata": {}}
    plan, _ = planned({**tree.documents(), "1/1/zarr.json": b'{"zarr_format": 3'}, "0.6")
    assert plan.refusals() == ["the store has 1 error in 0.5, to be mended first"]
