"""The typed models of 0.4: built, written as JSON, read back."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from guide import NAMES, built, image_from_dims, written

import ngff_core
import ngff_v04 as v04
from ngff_core import DimSpec, UsageError, ValidationError, to_json, validate_ome_json, validate_ome_object
from ngff_core.plugins import Registry, discover
from ngff_core.testing import array, build_store, write_store
from ngff_core.validation.calls import check_json, check_object

REGISTRY = Registry(found=[found for found in discover() if found[0].distribution == "ngff-v04"])
OBJECTS = built(v04)
CLASSES = {
    "image-by-hand": v04.Image,
    "image-from-dims": v04.Image,
    "translated-field": v04.Image,
    "image-with-omero": v04.Image,
    "custom-axes": v04.Image,
    "label-image": v04.LabelImage,
    "labels-group": v04.LabelsGroup,
    "plate": v04.Plate,
    "plate-of-96": v04.Plate,
    "well": v04.Well,
    "collection": v04.Bf2Raw,
    "series": v04.Series,
}


def with_versions(value: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON as 0.4 has it: the version in each object."""
    value = copy.deepcopy(value)
    for holder in (*value.get("multiscales", ()), *(value[k] for k in ("plate", "well", "image-label") if k in value)):
        holder["version"] = "0.4"
    return value


EXPECTED = {name: with_versions(value) for name, value in written().items()}


def test_every_public_name_is_exported() -> None:
    assert set(v04.__all__) == NAMES | {"Axis", "OtherTransformation", "OMEMetadata", "OMEZarrGroupJSON"}
    assert {name: getattr(v04, name).__name__ for name in NAMES} == {name: name for name in NAMES}
    with pytest.raises(AttributeError, match="module 'ngff_v04' has no attribute 'Nothing'"):
        _ = v04.Nothing


@pytest.mark.parametrize("name", EXPECTED)
def test_an_object_becomes_valid_json(name: str) -> None:
    text = OBJECTS[name].to_json(indent=2)
    assert json.loads(text) == EXPECTED[name]
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    assert to_json(OBJECTS[name]) == text
    report = check_json(text, registry=REGISTRY)
    assert (report.version, report.status) == ("0.4", "valid")


@pytest.mark.parametrize("name", EXPECTED)
def test_json_becomes_the_same_object(name: str) -> None:
    read = validate_ome_json(OBJECTS[name].to_json())
    assert type(read) is CLASSES[name]
    assert read == OBJECTS[name]
    assert validate_ome_json(OBJECTS[name].to_json(), CLASSES[name]) == OBJECTS[name]
    assert validate_ome_object(EXPECTED[name], version="0.4") == OBJECTS[name]
    assert validate_ome_object(OBJECTS[name]) == OBJECTS[name]


def test_json_on_one_line() -> None:
    assert v04.Bf2Raw().to_json(indent=None) == '{"bioformats2raw.layout":3}'
    with pytest.raises(UsageError, match="indent is 2 or None, got 3"):
        v04.Bf2Raw().to_json(indent=3)


def test_the_marker_of_a_collection_means_layout_3() -> None:
    assert v04.Bf2Raw().layout == 3
    assert v04.Bf2Raw(layout=2).layout == 2


# --- what is not valid ----------------------------------------------------------------------------------


def channels_without_window() -> v04.Image:
    image: v04.Image = image_from_dims(v04)
    colors = [("DAPI", "0000FF"), ("GFP", "00FF00"), ("mCherry", "FF0000")]
    image.omero = v04.Omero(channels=[v04.OmeroChannel(label=label, color=color) for label, color in colors])
    return image


def test_channels_without_window_are_built_but_not_written_by_accident() -> None:
    image = channels_without_window()
    with pytest.raises(ValidationError, match="omero-channel-window-present") as caught:
        image.to_json()
    found = [(i.rule, i.severity.value, i.pointer) for i in caught.value.report.issues if i.severity.value == "error"]
    assert found == [("omero-channel-window-present", "error", f"/omero/channels/{n}") for n in range(3)]
    written = json.loads(image.to_json(validate=False))
    assert written["omero"] == {
        "channels": [
            {"color": "0000FF", "label": "DAPI"},
            {"color": "00FF00", "label": "GFP"},
            {"color": "FF0000", "label": "mCherry"},
        ]
    }


def test_a_model_holds_what_is_wrong() -> None:
    image = v04.Image(multiscales=[v04.Multiscale(axes=["y", "x"], datasets=5)])  # type: ignore[list-item, arg-type]
    assert json.loads(image.to_json(validate=False)) == {
        "multiscales": [{"version": "0.4", "axes": ["y", "x"], "datasets": 5}]
    }
    report = check_object(image, registry=REGISTRY)
    faults = [(i.rule, i.pointer) for i in report.issues if i.severity.value == "error"]
    assert faults == [("structure-type", "/multiscales/0/axes"), ("structure-type", "/multiscales/0/datasets")]


def test_a_class_that_is_not_that_of_the_document() -> None:
    with pytest.raises(ValidationError) as caught:
        validate_ome_json('{"multiscales": []}', v04.Plate)
    assert [(i.rule, i.pointer) for i in caught.value.report.issues if i.entry] == [("structure-missing", "")]


def test_parts_of_documents_are_checked_as_what_they_are() -> None:
    axis = validate_ome_object({"name": "x", "type": "space"}, v04.SpaceAxis)
    assert axis == v04.SpaceAxis(name="x")
    report = check_object({"name": 5}, cls=v04.Row, registry=REGISTRY)
    assert [(i.rule, i.entry, i.pointer) for i in report.issues] == [
        ("structure-type", "plate-row-name-string", "/name")
    ]
    assert json.loads(v04.Column(name="1").to_json()) == {"name": "1"}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"x": 1}', '"a"'])
def test_what_is_no_metadata_raises(text: str) -> None:
    with pytest.raises(ValidationError):
        validate_ome_json(text)


# --- values that callers put in -------------------------------------------------------------------------


class Vector:
    """Stands for an array of numpy, which is no dependency."""

    def __init__(self, *values: float) -> None:
        self.values = values

    def tolist(self) -> list[float]:
        return list(self.values)


class Scalar:
    """Stands for a number of numpy."""

    def tolist(self) -> int:
        return 1


def test_tuples_and_arrays_are_written_as_arrays() -> None:
    image = image_from_dims(v04)
    image.multiscales[0].datasets[0].coordinateTransformations[0].scale = Vector(1.0, 0.3, 0.1, 0.1)
    image.multiscales[0].datasets = tuple(image.multiscales[0].datasets)
    assert json.loads(image.to_json()) == EXPECTED["image-from-dims"]
    field = v04.FieldOfView(path="0", acquisition=Scalar())  # type: ignore[arg-type]
    assert json.loads(field.to_json()) == {"path": "0", "acquisition": 1}
    assert check_object({"multiscales": tuple(EXPECTED["image-from-dims"]["multiscales"])}, registry=REGISTRY).valid


def test_models_may_stand_inside_plain_objects() -> None:
    multiscale = OBJECTS["image-from-dims"].multiscales[0]
    value = {"version": "0.4", "multiscales": [multiscale]}
    assert check_object(value, registry=REGISTRY).valid
    nested = {"version": "0.4", "multiscales": [{**EXPECTED["image-from-dims"]["multiscales"][0], "axes": ()}]}
    nested["multiscales"][0]["axes"] = tuple(multiscale.axes)
    assert check_object(nested, registry=REGISTRY).valid
    assert validate_ome_object(nested).multiscales == [multiscale]  # type: ignore[attr-defined]


def test_metadata_may_be_nested_deeply() -> None:
    deep: list[object] = []
    for _ in range(400):
        deep = [deep]
    image = image_from_dims(v04)
    image.extra["vendor"] = deep
    assert json.loads(image.to_json())["vendor"] == deep
    for _ in range(2000):
        deep = [deep]
    image.extra["vendor"] = deep
    with pytest.raises(UsageError, match="the metadata is nested too deep to be written"):
        image.to_json()


def test_entries_too_deep_to_compare_are_no_fault_of_a_rule() -> None:
    """Whether two entries of a thousand levels can be compared depends on the interpreter."""
    entry = json.dumps(EXPECTED["image-from-dims"]["multiscales"][0])[:-1] + ', "vendor": ' + "[" * 1000 + "]" * 1000
    text = '{"version": "0.4", "multiscales": [' + entry + "}, " + entry + "}]}"
    report = check_json(text, registry=REGISTRY)
    assert report.status in ("invalid", "unreadable")
    assert {i.rule for i in report.issues if i.severity.value == "error"} <= {
        "document-unreadable", "multiscale-entries-unique",
    }  # fmt: skip


def test_unknown_members_are_kept_and_written() -> None:
    image = image_from_dims(v04)
    image.extra["_creator"] = {"name": "me"}
    image.multiscales[0].extra["@type"] = "ngff:Image"
    value = json.loads(image.to_json())
    assert (value["_creator"], value["multiscales"][0]["@type"]) == ({"name": "me"}, "ngff:Image")
    read = validate_ome_json(image.to_json(), v04.Image)
    assert read.extra == {"_creator": {"name": "me"}}


def test_dimensions_become_axes_by_their_names() -> None:
    names = ["t", "c", "z", "y", "x"]
    multiscale = v04.Multiscale.from_dims([DimSpec(name) for name in names])
    assert [type(axis) for axis in multiscale.axes] == [
        v04.TimeAxis, v04.ChannelAxis, v04.SpaceAxis, v04.SpaceAxis, v04.SpaceAxis,
    ]  # fmt: skip
    assert type(multiscale) is v04.Multiscale
    assert multiscale.version == "0.4"
    (custom,) = v04.Multiscale.from_dims([DimSpec("angle")]).axes
    assert custom == v04.CustomAxis(name="angle")
    (named,) = v04.Multiscale.from_dims([DimSpec("angle", type="rotation")], type="mean").axes
    assert named == v04.CustomAxis(name="angle", type="rotation")


# --- documents and stores ---------------------------------------------------------------------------------


def test_a_document_is_the_content_of_zattrs_or_a_whole_zarr_json() -> None:
    value = EXPECTED["plate"]
    flat = check_json(json.dumps(value), registry=REGISTRY)
    assert (flat.version, flat.kind, flat.status) == ("0.4", "plate", "valid")
    assert check_object(value, registry=REGISTRY).to_dict() == flat.to_dict()


def test_a_version_can_be_forced() -> None:
    value = copy.deepcopy(EXPECTED["plate"])
    value["plate"]["version"] = "0.9"
    assert [i.rule for i in check_object(value, registry=REGISTRY).issues] == ["version-not-installed"]
    forced = check_object(value, version="0.4", registry=REGISTRY)
    assert [(i.rule, i.pointer) for i in forced.issues] == [("version-plate-value", "/plate/version")]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    levels = {"0": array((3, 50, 512, 512)), "1": array((3, 50, 256, 256)), "2": array((3, 50, 128, 128))}
    documents = build_store(REGISTRY.spec("0.4"), {"": EXPECTED["image-from-dims"], **levels})
    return write_store(documents, tmp_path / "image.zarr")


def test_a_store_gives_its_typed_document(store: Path) -> None:
    expected = OBJECTS["image-from-dims"]
    assert ngff_core.from_uri(store) == expected
    assert ngff_core.from_uri(str(store)) == expected
    assert ngff_core.validate_zarr_store(store) == expected
    assert ngff_core.check_store(store).valid


def test_a_broken_store_raises(store: Path) -> None:
    (store / "2" / ".zarray").unlink()
    with pytest.raises(ValidationError) as caught:
        ngff_core.validate_zarr_store(store)
    assert [(i.rule, i.pointer) for i in caught.value.report.issues if i.severity.value == "error"] == [
        ("dataset-path-relative-resolves", "/multiscales/0/datasets/2/path")
    ]
    assert ngff_core.from_uri(store) == OBJECTS["image-from-dims"]


def test_a_store_that_is_not_there_raises(tmp_path: Path) -> None:
    for call in (ngff_core.from_uri, ngff_core.validate_zarr_store):
        with pytest.raises(ValidationError, match="store-not-found"):
            call(tmp_path / "gone.zarr")


def test_a_group_can_be_looked_around_in(store: Path) -> None:
    group = ngff_core.open_group(store)
    assert (group.zarr_format, group.ome_version(), group.path) == (2, "0.4", "")
    assert group.attributes == EXPECTED["image-from-dims"]
    assert group.ome_metadata() == OBJECTS["image-from-dims"]
    level = group["1"]
    assert isinstance(level, ngff_core.Array)
    assert (level.shape, level.ndim, level.dtype, level.chunks) == ((3, 50, 256, 256), 4, "uint16", (3, 50, 256, 256))
    assert (level.shards, level.dimension_names, level.attributes) == (None, None, {})
    assert "1" in group
    assert "7" not in group
    for path in ("7", "../x", "/0"):
        with pytest.raises(KeyError):
            group[path]
    assert repr(group) == f"<Group {store}/ (Zarr format 2)>"
    assert repr(level) == f"<Array {store}/1 uint16 (3, 50, 256, 256)>"


def test_no_group_to_open(tmp_path: Path) -> None:
    with pytest.raises(ngff_core.NgffError, match="there is no Zarr group at "):
        ngff_core.open_group(tmp_path / "gone.zarr")
