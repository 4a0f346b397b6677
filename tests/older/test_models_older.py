"""The typed models of 0.1 to 0.3: built, written as JSON, read back."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest
from older import INSTALLED, only, package

from ngff_core import DimSpec, UsageError, ValidationError
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.validation.calls import check_json, check_object, check_store, validate_ome_object

pytestmark = [
    pytest.mark.skipif(not INSTALLED, reason="none of ngff-v01, ngff-v02 and ngff-v03 is installed"),
    pytest.mark.parametrize("version", INSTALLED),
]
NAMES = {
    "Acquisition", "Column", "Dataset", "FieldOfView", "Image", "ImageLabel", "LabelColor", "LabelImage",
    "LabelProperty", "LabelSource", "LabelsGroup", "Multiscale", "Omero", "OmeroChannel", "OmeroRenderingDefs",
    "OmeroWindow", "Plate", "PlateDef", "PlateWell", "Row", "Well", "WellDef",
}  # fmt: skip


def models(version: str) -> Any:
    return import_module(package(version))


def multiscale(version: str) -> Any:
    m = models(version)
    axes = {"axes": ["c", "y", "x"]} if version == "0.3" else {}
    return m.Multiscale(name="cells", datasets=[m.Dataset(path="0")], **axes)


def written(version: str) -> dict[str, Any]:
    axes = {"axes": ["c", "y", "x"]} if version == "0.3" else {}
    return {"version": version, "name": "cells", **axes, "datasets": [{"path": "0"}]}


def objects(version: str) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Return an object of each kind of group, and the JSON it stands for."""
    m = models(version)
    image = {"multiscales": [written(version)]}
    color = m.LabelColor(label_value=1, rgba=[0, 0, 0, 255])
    label = m.ImageLabel(colors=[color], source=m.LabelSource(image="../../"))
    colors = [{"label-value": 1, "rgba": [0, 0, 0, 255]}]
    plate = m.PlateDef(
        name="p",
        rows=[m.Row(name="A")],
        columns=[m.Column(name="1")],
        wells=[m.PlateWell(path="A/1")],
        acquisitions=[m.Acquisition(id=0, name="run", maximumfieldcount=1)],
    )
    layout = {"rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": [{"path": "A/1"}]}
    runs = [{"id": 0, "name": "run", "maximumfieldcount": 1}]
    well = m.WellDef(images=[m.FieldOfView(path="0", acquisition=0)])
    fields = [{"path": "0", "acquisition": 0}]
    return {
        "image": (m.Image(multiscales=[multiscale(version)]), image),
        "label-image": (
            m.LabelImage(multiscales=[multiscale(version)], image_label=label),
            {**image, "image-label": {"version": version, "colors": colors, "source": {"image": "../../"}}},
        ),
        "labels-group": (m.LabelsGroup(labels=["cells"]), {"labels": ["cells"]}),
        "plate": (
            m.Plate(plate=plate),
            {"plate": {"version": version, "name": "p", **layout, "acquisitions": runs}},
        ),
        "well": (m.Well(well=well), {"well": {"version": version, "images": fields}}),
    }


KINDS = ("image", "label-image", "labels-group", "plate", "well")


def test_every_public_name_is_exported(version: str) -> None:
    m = models(version)
    names = NAMES - {"LabelProperty"} if version == "0.1" else NAMES
    assert set(m.__all__) == names
    assert {name: getattr(m, name).__name__ for name in names} == {name: name for name in names}
    with pytest.raises(AttributeError, match=f"module '{package(version)}' has no attribute 'ScaleTransformation'"):
        _ = m.ScaleTransformation


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_is_valid_json_and_back(version: str, kind: str) -> None:
    obj, expected = objects(version)[kind]
    assert json.loads(obj.to_json()) == expected
    report = check_json(obj.to_json(), version=version, registry=only(version))
    assert (report.version, report.kind, report.status) == (version, kind, "valid")
    read = validate_ome_object(expected, version=version)
    assert type(read) is type(obj)
    assert read == obj


def test_wrong_objects_are_not_written_by_accident(version: str) -> None:
    m = models(version)
    image = m.Image(multiscales=[])
    with pytest.raises(ValidationError, match="multiscale-nonempty-array"):
        image.to_json()
    assert json.loads(image.to_json(validate=False)) == {"multiscales": []}


def test_unknown_members_are_kept(version: str) -> None:
    document = {"multiscales": [{**written(version), "coordinateTransformations": [{"type": "identity"}]}], "x": None}
    image = validate_ome_object(document, version=version)
    assert image.multiscales[0].extra == {"coordinateTransformations": [{"type": "identity"}]}  # type: ignore[attr-defined]
    assert json.loads(image.to_json()) == document


def test_from_dims(version: str) -> None:
    m = models(version)
    dims = [DimSpec(name) for name in ("cyx" if version == "0.3" else "tczyx")]
    made = m.Multiscale.from_dims(dims, name="cells", n_levels=2)
    assert json.loads(m.Image(multiscales=[made]).to_json()) == {
        "multiscales": [{**written(version), "datasets": [{"path": "0"}, {"path": "1"}]}]
    }


@pytest.mark.parametrize("more", [{"scale": 0.5}, {"unit": "micrometer"}, {"translation": 1.0}])
def test_from_dims_refuses_what_cannot_be_written(version: str, more: dict[str, Any]) -> None:
    dims = [DimSpec(name, **(more if name == "x" else {})) for name in "tczyx"]
    message = "dimension 'x' has a scale, unit or translation, which this version has no place for"
    with pytest.raises(UsageError, match=message):
        models(version).Multiscale.from_dims(dims)


def test_from_dims_refuses_fewer_dimensions_where_there_are_five(version: str) -> None:
    if version == "0.3":
        pytest.skip("0.3 has any of the five")
    with pytest.raises(UsageError, match="the dimensions are t, c, z, y, x, got y, x"):
        models(version).Multiscale.from_dims([DimSpec("y"), DimSpec("x")])


def test_axes_have_types_whether_they_are_written_or_not(version: str) -> None:
    found = [(axis.name, axis.type) for axis in multiscale(version).array_axes()]
    named = [("c", "channel"), ("y", "space"), ("x", "space")]
    assert found == (named if version == "0.3" else [("t", "time"), named[0], ("z", "space"), *named[1:]])


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        ({"id": 1.5}, "0.2"),
        ({"id": 1, "maximumfieldcount": 2.5}, "0.2"),
        ({"id": 1, "starttime": "1343731272"}, "0.2"),
        ({"id": -1}, "0.4"),
        ({"id": 1, "maximumfieldcount": 0}, "0.4"),
        ({"id": "1"}, "0.1"),
        ({"id": 1, "starttime": -1}, "0.1"),
        ({"id": 1, "endtime": "yesterday"}, "0.1"),
        ({"id": 1, "endtime": None}, "0.1"),
    ],
)
def test_numbers_of_acquisitions_became_stricter(version: str, changes: dict[str, Any], since: str) -> None:
    plate = {"version": version, "rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": [{"path": "A/1"}]}
    document = {"plate": {**plate, "acquisitions": [{"name": "run", "maximumfieldcount": 1, **changes}]}}
    report = check_object(document, registry=only(version))
    assert report.status == ("invalid" if version >= since else "valid")


class Counting(MemoryStore):
    """Remembers what was asked for; cannot list, as stores behind plain HTTP."""

    def __init__(self, documents: dict[str, bytes]) -> None:
        super().__init__(documents)
        self.asked: list[str] = []
        self.lists_cheaply = False

    def get_many(self, keys: Any) -> Any:
        self.asked += keys
        return super().get_many(keys)

    def list(self, prefix: str) -> list[str] | None:
        return None


@pytest.mark.parametrize("repeated", [True, False])
def test_attributes_of_arrays_are_read_where_they_may_repeat_the_axes(version: str, repeated: bool) -> None:
    document = {"multiscales": [written(version)], **({"_ARRAY_DIMENSIONS": ["c", "y", "x"]} if repeated else {})}
    shape = (3, 8, 8) if version == "0.3" else (1, 3, 1, 8, 8)
    level = array(shape, members={"dimension_separator": "." if version == "0.1" else "/"})
    registry = only(version)
    store = Counting(build_store(registry.spec(version), {"": document, "0": level}))
    assert check_store(store, registry=registry).status == "valid"
    expected = ["zarr.json", ".zgroup", ".zattrs", ".zmetadata", "0/.zarray", "labels/.zgroup", "labels/.zattrs"]
    assert sorted(store.asked) == sorted([*expected, *(["0/.zattrs"] if version == "0.3" else [])])
