"""The typed models of 0.5: built, written as JSON, read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from guide import NAMES, built, image_from_dims, written

import ngff_core
import ngff_v05 as v05
from ngff_core import DimSpec, UsageError, ValidationError, to_json, validate_ome_json, validate_ome_object
from ngff_core.plugins import Registry, discover
from ngff_core.testing import array, build_store, write_store
from ngff_core.validation.calls import check_json, check_object

REGISTRY = Registry(found=[found for found in discover() if found[0].distribution == "ngff-v05"])
OBJECTS = built(v05)
CLASSES = {
    "image-by-hand": v05.Image,
    "image-from-dims": v05.Image,
    "translated-field": v05.Image,
    "image-with-omero": v05.Image,
    "custom-axes": v05.Image,
    "label-image": v05.LabelImage,
    "labels-group": v05.LabelsGroup,
    "plate": v05.Plate,
    "plate-of-96": v05.Plate,
    "well": v05.Well,
    "collection": v05.Bf2Raw,
    "series": v05.Series,
}


EXPECTED = {name: {"version": "0.5", **value} for name, value in written().items()}


def test_every_public_name_is_exported() -> None:
    names = NAMES | {"OMEAttributes", "OMEZarrGroupJSON"}
    assert set(v05.__all__) == names | {"OMEMetadata", "Axis", "OtherTransformation"}
    assert {name: getattr(v05, name).__name__ for name in names} == {name: name for name in names}
    assert v05.Plate in get_args(v05.OMEMetadata)
    with pytest.raises(AttributeError, match="module 'ngff_v05' has no attribute 'Nothing'"):
        _ = v05.Nothing


@pytest.mark.parametrize("name", EXPECTED)
def test_an_object_becomes_valid_json(name: str) -> None:
    text = OBJECTS[name].to_json(indent=2)
    assert json.loads(text) == EXPECTED[name]
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    assert to_json(OBJECTS[name]) == text
    report = check_json(text, registry=REGISTRY)
    assert (report.version, report.status) == ("0.5", "valid")


@pytest.mark.parametrize("name", EXPECTED)
def test_json_becomes_the_same_object(name: str) -> None:
    read = validate_ome_json(OBJECTS[name].to_json())
    assert type(read) is CLASSES[name]
    assert read == OBJECTS[name]
    assert validate_ome_json(OBJECTS[name].to_json(), CLASSES[name]) == OBJECTS[name]
    assert validate_ome_object(EXPECTED[name], version="0.5") == OBJECTS[name]
    assert validate_ome_object(OBJECTS[name]) == OBJECTS[name]


def test_json_on_one_line() -> None:
    assert v05.Bf2Raw().to_json(indent=None) == '{"version":"0.5","bioformats2raw.layout":3}'
    with pytest.raises(UsageError, match="indent is 2 or None, got 3"):
        v05.Bf2Raw().to_json(indent=3)


def test_the_marker_of_a_collection_means_layout_3() -> None:
    assert v05.Bf2Raw().layout == 3
    assert v05.Bf2Raw(layout=2).layout == 2


# --- what is not valid ----------------------------------------------------------------------------------


def channels_without_window() -> v05.Image:
    image: v05.Image = image_from_dims(v05)
    colors = [("DAPI", "0000FF"), ("GFP", "00FF00"), ("mCherry", "FF0000")]
    image.omero = v05.Omero(channels=[v05.OmeroChannel(label=label, color=color) for label, color in colors])
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
    image = v05.Image(multiscales=[v05.Multiscale(axes=["y", "x"], datasets=5)])  # type: ignore[list-item, arg-type]
    assert json.loads(image.to_json(validate=False)) == {
        "version": "0.5",
        "multiscales": [{"axes": ["y", "x"], "datasets": 5}],
    }
    report = check_object(image, registry=REGISTRY)
    faults = [(i.rule, i.pointer) for i in report.issues if i.severity.value == "error"]
    assert faults == [("structure-type", "/multiscales/0/axes"), ("structure-type", "/multiscales/0/datasets")]


def test_a_class_that_is_not_that_of_the_document() -> None:
    with pytest.raises(ValidationError) as caught:
        validate_ome_json('{"multiscales": []}', v05.Plate)
    assert [(i.rule, i.pointer) for i in caught.value.report.issues if i.entry] == [("structure-missing", "")]


def test_parts_of_documents_are_checked_as_what_they_are() -> None:
    axis = validate_ome_object({"name": "x", "type": "space"}, v05.SpaceAxis)
    assert axis == v05.SpaceAxis(name="x")
    report = check_object({"name": 5}, cls=v05.Row, registry=REGISTRY)
    assert [(i.rule, i.entry, i.pointer) for i in report.issues] == [
        ("structure-type", "plate-row-name-string", "/name")
    ]
    assert json.loads(v05.Column(name="1").to_json()) == {"name": "1"}


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
    image = image_from_dims(v05)
    image.multiscales[0].datasets[0].coordinateTransformations[0].scale = Vector(1.0, 0.3, 0.1, 0.1)
    image.multiscales[0].datasets = tuple(image.multiscales[0].datasets)
    assert json.loads(image.to_json()) == EXPECTED["image-from-dims"]
    field = v05.FieldOfView(path="0", acquisition=Scalar())  # type: ignore[arg-type]
    assert json.loads(field.to_json()) == {"path": "0", "acquisition": 1}
    value = EXPECTED["image-from-dims"]
    assert check_object({**value, "multiscales": tuple(value["multiscales"])}, registry=REGISTRY).valid


def test_models_may_stand_inside_plain_objects() -> None:
    multiscale = OBJECTS["image-from-dims"].multiscales[0]
    value = {"version": "0.5", "multiscales": [multiscale]}
    assert check_object(value, registry=REGISTRY).valid
    nested = {"version": "0.5", "multiscales": [{**EXPECTED["image-from-dims"]["multiscales"][0], "axes": ()}]}
    nested["multiscales"][0]["axes"] = tuple(multiscale.axes)
    assert check_object(nested, registry=REGISTRY).valid
    assert validate_ome_object(nested).multiscales == [multiscale]  # type: ignore[attr-defined]


def test_metadata_may_be_nested_deeply() -> None:
    deep: list[object] = []
    for _ in range(400):
        deep = [deep]
    image = image_from_dims(v05)
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
    text = '{"version": "0.5", "multiscales": [' + entry + "}, " + entry + "}]}"
    report = check_json(text, registry=REGISTRY)
    assert report.status in ("invalid", "unreadable")
    assert {i.rule for i in report.issues if i.severity.value == "error"} <= {
        "document-unreadable", "multiscale-entries-unique",
    }  # fmt: skip


def test_unknown_members_are_kept_and_written() -> None:
    image = image_from_dims(v05)
    image.extra["_creator"] = {"name": "me"}
    image.multiscales[0].extra["@type"] = "ngff:Image"
    value = json.loads(image.to_json())
    assert (value["_creator"], value["multiscales"][0]["@type"]) == ({"name": "me"}, "ngff:Image")
    read = validate_ome_json(image.to_json(), v05.Image)
    assert read.extra == {"_creator": {"name": "me"}}


def test_dimensions_become_axes_by_their_names() -> None:
    names = ["t", "c", "z", "y", "x"]
    multiscale = v05.Multiscale.from_dims([DimSpec(name) for name in names])
    assert [type(axis) for axis in multiscale.axes] == [
        v05.TimeAxis, v05.ChannelAxis, v05.SpaceAxis, v05.SpaceAxis, v05.SpaceAxis,
    ]  # fmt: skip
    assert type(multiscale) is v05.Multiscale
    assert multiscale.version is None
    (custom,) = v05.Multiscale.from_dims([DimSpec("angle")]).axes
    assert custom == v05.CustomAxis(name="angle")
    (named,) = v05.Multiscale.from_dims([DimSpec("angle", type="rotation")], type="mean").axes
    assert named == v05.CustomAxis(name="angle", type="rotation")


# --- documents and stores ---------------------------------------------------------------------------------


def whole(value: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {"zarr_format": 3, "node_type": "group", "attributes": {"ome": value, **attributes}}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_whole_document_is_built_written_and_read(name: str) -> None:
    document = v05.OMEZarrGroupJSON(attributes={"ome": OBJECTS[name]})
    assert json.loads(document.to_json(indent=2)) == whole(EXPECTED[name])
    read = validate_ome_json(document.to_json())
    assert type(read) is v05.OMEZarrGroupJSON
    assert read == document
    assert type(read.attributes.ome) is CLASSES[name]
    assert read.attributes.ome == OBJECTS[name]


def test_other_attributes_are_kept() -> None:
    document = v05.OMEZarrGroupJSON(attributes={"ome": v05.Bf2Raw(), "mine": [1]})
    assert document.attributes == v05.OMEAttributes(ome=v05.Bf2Raw(), extra={"mine": [1]})
    assert json.loads(document.to_json()) == whole({"version": "0.5", "bioformats2raw.layout": 3}, mine=[1])


def test_a_plate_that_states_an_older_version_is_written_as_the_guide_has_it() -> None:
    plate = built(v05)["plate"]
    plate.plate.version = "0.4"
    value = json.loads(v05.OMEZarrGroupJSON(attributes={"ome": plate}).to_json())
    assert value["attributes"]["ome"]["plate"]["version"] == "0.4"
    assert value["attributes"]["ome"]["version"] == "0.5"
    assert [(i.rule, i.severity.value, i.pointer) for i in check_object(value, registry=REGISTRY).issues] == [
        ("version-not-nested", "warning", "/attributes/ome/plate/version")
    ]


def test_a_document_takes_three_forms_and_the_bare_object() -> None:
    value = EXPECTED["plate"]
    forms = {
        "": value,
        "/ome": {"ome": value, "other": 1},
        "/attributes/ome": whole(value),
    }
    for form in forms.values():
        report = check_json(json.dumps(form), registry=REGISTRY)
        assert (report.version, report.kind, report.issues) == ("0.5", "plate", [])
    for prefix, form in forms.items():
        wrong = json.loads(json.dumps(form).replace('"rowIndex": 1', '"rowIndex": "1"'))
        report = check_object(wrong, registry=REGISTRY)
        assert [(i.rule, i.pointer) for i in report.issues] == [("structure-type", f"{prefix}/plate/wells/2/rowIndex")]


def test_the_typed_object_is_that_of_the_form() -> None:
    value = EXPECTED["well"]
    assert type(validate_ome_object(value)) is v05.Well
    assert type(validate_ome_object({"ome": value})) is v05.OMEAttributes
    assert type(validate_ome_object(whole(value))) is v05.OMEZarrGroupJSON
    assert validate_ome_object(value, v05.Well) == OBJECTS["well"]
    assert validate_ome_object(whole(value), v05.Well) == OBJECTS["well"]


@pytest.mark.parametrize(
    ("value", "rule", "pointer"),
    [
        (
            {"zarr_format": 3, "node_type": "group", "attributes": {"ome": None}},
            "zarr-ome-namespace",
            "/attributes/ome",
        ),
        ({"ome": {"multiscales": []}}, "version-ome-present", "/ome"),
        ({"ome": {"version": 0.5, "labels": ["a"]}}, "structure-type", "/ome/version"),
        ({"ome": {"version": "0.5.1", "labels": ["a"]}}, "version-ome-value", "/ome/version"),
    ],
)
def test_what_is_wrong_with_the_wrapper(value: Any, rule: str, pointer: str) -> None:
    report = check_object(value, registry=REGISTRY)
    assert (rule, pointer) in [(i.rule, i.pointer) for i in report.issues]
    assert report.status == "invalid"


def test_a_version_can_be_forced() -> None:
    value = {"ome": {**EXPECTED["plate"], "version": "0.9"}}
    assert [i.rule for i in check_object(value, registry=REGISTRY).issues] == ["version-not-installed"]
    forced = check_object(value, version="0.5", registry=REGISTRY)
    assert [(i.rule, i.pointer) for i in forced.issues] == [("version-ome-value", "/ome/version")]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    sizes = (512, 256, 128)
    levels = {str(n): array((3, 50, size, size), names=("c", "z", "y", "x")) for n, size in enumerate(sizes)}
    documents = build_store(REGISTRY.spec("0.5"), {"": EXPECTED["image-from-dims"], **levels})
    return write_store(documents, tmp_path / "image.zarr")


def test_a_store_gives_its_typed_document(store: Path) -> None:
    expected = v05.OMEZarrGroupJSON(attributes={"ome": OBJECTS["image-from-dims"]})
    assert ngff_core.from_uri(store) == expected
    assert ngff_core.from_uri(str(store)) == expected
    assert ngff_core.validate_zarr_store(store) == expected
    assert ngff_core.check_store(store).valid


def test_a_broken_store_raises(store: Path) -> None:
    (store / "2" / "zarr.json").unlink()
    with pytest.raises(ValidationError) as caught:
        ngff_core.validate_zarr_store(store)
    assert [(i.rule, i.pointer) for i in caught.value.report.issues if i.severity.value == "error"] == [
        ("dataset-path-relative-resolves", "/attributes/ome/multiscales/0/datasets/2/path")
    ]
    assert ngff_core.from_uri(store).attributes.ome == OBJECTS["image-from-dims"]  # type: ignore[attr-defined]


def test_a_store_that_is_not_there_raises(tmp_path: Path) -> None:
    for call in (ngff_core.from_uri, ngff_core.validate_zarr_store):
        with pytest.raises(ValidationError, match="store-not-found"):
            call(tmp_path / "gone.zarr")


def test_a_group_can_be_looked_around_in(store: Path) -> None:
    group = ngff_core.open_group(store)
    assert (group.zarr_format, group.ome_version(), group.path) == (3, "0.5", "")
    assert group.attributes == {"ome": EXPECTED["image-from-dims"]}
    assert group.ome_metadata() == OBJECTS["image-from-dims"]
    level = group["1"]
    assert isinstance(level, ngff_core.Array)
    assert (level.shape, level.ndim, level.dtype, level.chunks) == ((3, 50, 256, 256), 4, "uint16", (3, 50, 256, 256))
    assert (level.shards, level.dimension_names, level.attributes) == (None, ["c", "z", "y", "x"], {})
    assert "1" in group
    assert "7" not in group
    for path in ("7", "../x", "/0"):
        with pytest.raises(KeyError):
            group[path]
    assert repr(group) == f"<Group {store}/ (Zarr format 3)>"
    assert repr(level) == f"<Array {store}/1 uint16 (3, 50, 256, 256)>"


def test_no_group_to_open(tmp_path: Path) -> None:
    with pytest.raises(ngff_core.NgffError, match="there is no Zarr group at "):
        ngff_core.open_group(tmp_path / "gone.zarr")
