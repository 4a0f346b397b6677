"""Parts of documents by themselves: they become what they become inside of their document, or are refused."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from documents import valid_documents
from form06 import in_form_06
from hypothesis import given, settings
from older import only, package

pytest.importorskip("ngff_v01", reason="needs all versions: ngff_v01 is not installed")
pytest.importorskip("ngff_v02", reason="needs all versions: ngff_v02 is not installed")
pytest.importorskip("ngff_v03", reason="needs all versions: ngff_v03 is not installed")
pytest.importorskip("ngff_v04", reason="needs all versions: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs all versions: ngff_v05 is not installed")
pytest.importorskip("ngff_v06", reason="needs all versions: ngff_v06 is not installed")

import ngff_v03 as v03
import ngff_v04 as v04
import ngff_v05 as v05
import ngff_v06 as v06
from ngff_core import ConversionError, Model, UsageError, convert, plan_conversion
from ngff_core.structure import members_of, structure

REGISTRY = only("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")
STEPS = [("0.1", "0.2"), ("0.2", "0.3"), ("0.3", "0.4"), ("0.4", "0.5"), ("0.5", "0.6"), ("0.6", "0.5"), ("0.5", "0.4")]
PLATE = {"PlateDef", "Row", "Column", "Acquisition", "WellDef", "FieldOfView"}
LABEL = {"ImageLabel", "LabelColor", "LabelProperty", "LabelSource"}
OMERO = {"Omero", "OmeroChannel", "OmeroRenderingDefs", "OmeroWindow"}
AXES = {"SpaceAxis", "TimeAxis", "ChannelAxis", "CustomAxis"}
TRANSFORMATIONS = {"ScaleTransformation", "TranslationTransformation"}
COMMON = {*PLATE, "Multiscale", "ImageLabel", "LabelColor", "LabelSource", *OMERO}
BY_THEMSELVES = {
    ("0.1", "0.2"): {*COMMON, "Dataset", "PlateWell"},
    ("0.2", "0.3"): {*COMMON, "LabelProperty", "Dataset", "PlateWell"},
    ("0.3", "0.4"): {*COMMON, "LabelProperty"},
    ("0.4", "0.5"): {*COMMON, "LabelProperty", "Dataset", "PlateWell", *AXES, *TRANSFORMATIONS},
    ("0.5", "0.4"): {*COMMON, "LabelProperty", "Dataset", "PlateWell", *AXES, *TRANSFORMATIONS},
    ("0.5", "0.6"): {*COMMON, "LabelProperty", "Dataset", "PlateWell", *AXES},
    ("0.6", "0.5"): {*COMMON, "LabelProperty", "PlateWell"},
}


def inside(value: Any) -> Iterator[Model]:
    """Yield the models in a document, itself left out."""
    held = [getattr(value, m.attribute) for m in members_of(type(value))] if isinstance(value, Model) else value
    for item in held if isinstance(held, list) else ():
        if isinstance(item, Model):
            yield item
        yield from inside(item)


def everything(version: str) -> dict[str, dict[str, Any]]:
    """Return documents by kind that have all parts of a version in them."""
    stated = {"version": version} if version < "0.5" else {}
    axes = [{"name": "t", "type": "time"}, {"name": "c", "type": "channel"}, {"name": "a", "type": "angle"}]
    axes += [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    steps = [{"type": "scale", "scale": [1, 1, 1, 2, 2]}, {"type": "translation", "translation": [0, 0, 0, 1, 1]}]
    level: dict[str, Any] = {"path": "0", "coordinateTransformations": steps}
    if version < "0.4":
        level = {"path": "0"}
    multiscale = {**stated, "name": "m", "axes": ["c", "y", "x"] if version == "0.3" else axes, "datasets": [level]}
    if version < "0.3":
        del multiscale["axes"]
    channel = {"color": "FF0000", "window": {"min": 0, "start": 1, "end": 2, "max": 3}}
    image = {"multiscales": [multiscale], "omero": {"channels": [channel], "rdefs": {"model": "color"}}}
    label = {**stated, "colors": [{"label-value": 1, "rgba": [0, 1, 2, 3]}], "source": {"image": "../../"}}
    properties = {"properties": [{"label-value": 1, "area": 5}]} if version > "0.1" else {}
    index = {"rowIndex": 0, "columnIndex": 0} if version >= "0.4" else {}
    plate = {"rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": [{"path": "A/1", **index}]}
    plate |= {"acquisitions": [{"id": 0}], "name": "p", **stated}
    made: dict[str, dict[str, Any]] = {
        "image": image,
        "label-image": {**image, "image-label": {**label, **properties}},
        "plate": {"plate": plate},
        "well": {"well": {"images": [{"path": "0"}], **stated}},
    }
    return {kind: in_form_06(document) for kind, document in made.items()} if version >= "0.6" else made


def typed(version: str, kind: str, document: Any) -> Any:
    found = REGISTRY.spec(version).kind_named(kind)
    assert found is not None
    return structure(REGISTRY.converter(version), document, found.load())[0]


def compared(document: Any, target: str) -> Iterator[str]:
    """Yield the names of those parts of a document that are converted by themselves; compare each with the document."""
    whole = plan_conversion(document, target, registry=REGISTRY).model
    for part in inside(document):
        try:
            made = convert(part, target, allow_loss=True, registry=REGISTRY)
        except UsageError as error:
            if "depends on what stands around it" not in str(error) and " has no " not in str(error):
                raise
            continue
        except ConversionError:
            continue
        name = type(part).__name__
        yield name
        assert type(made) is getattr(import_module(package(target)), name)
        folded = document.VERSION == "0.5" and target == "0.6" and name == "Dataset"
        if whole is not None and not folded:
            assert any(other == made for other in inside(whole) if type(other) is type(made))


@pytest.mark.parametrize(("source", "target"), STEPS)
def test_parts_that_depend_on_nothing_around_them(source: str, target: str) -> None:
    documents = [typed(source, kind, document) for kind, document in everything(source).items()]
    assert {name for document in documents for name in compared(document, target)} == BY_THEMSELVES[source, target]


@pytest.mark.parametrize(("source", "target"), STEPS)
def test_parts_become_what_they_become_in_their_document(source: str, target: str) -> None:
    number = 0

    @given(valid_documents(source, ("image", "label-image", "plate", "well")))
    @settings(max_examples=15, deadline=None)
    def compare(drawn: tuple[str, Any]) -> None:
        nonlocal number
        number += len(list(compared(typed(source, *drawn), target)))

    compare()
    assert number > 10


# --- one by one -------------------------------------------------------------------------------------


def refusal(part: Model, to: str) -> str:
    with pytest.raises(UsageError) as caught:
        convert(part, to, registry=REGISTRY)
    return str(caught.value)


def test_what_depends_on_what_stands_around_it_is_refused_with_what_to_convert_instead() -> None:
    why = "by itself, as what becomes of it depends on what stands around it: convert what it is in"
    said = refusal(v03.PlateWell(path="B/3"), "0.4")
    assert said == f"a PlateWell cannot be converted from 0.3 to 0.4 {why} (PlateDef, Plate)"
    said = refusal(v03.Dataset(path="0"), "0.4")
    assert said == f"a Dataset cannot be converted from 0.3 to 0.4 {why} (Multiscale, LabelImage, Image)"
    said = refusal(v05.ScaleTransformation(scale=[1, 1]), "0.6")
    assert said == f"a ScaleTransformation cannot be converted from 0.5 to 0.6 {why} (Multiscale, LabelImage, Image)"
    assert refusal(v06.SpaceAxis(name="x", discrete=True), "0.5").startswith("a SpaceAxis cannot be converted")
    ends = {
        "input": v06.CoordinateSystemIdentifier(path="0"),
        "output": v06.CoordinateSystemIdentifier(name="physical"),
    }
    scale = v06.ScaleTransformation(scale=[1, 1], **ends)
    said = refusal(v06.Dataset(path="0", coordinateTransformations=[scale]), "0.5")
    assert said == f"a Dataset cannot be converted from 0.6 to 0.5 {why} (Multiscale, LabelImage, Image)"
    assert refusal(v06.CoordinateSystem(name="a", axes=[]), "0.5") == "0.5 has no CoordinateSystem"
    assert refusal(v06.SceneDef(coordinateTransformations=[]), "0.5") == "0.5 has no SceneDef"


def test_decisions_are_those_of_the_whole_document() -> None:
    level = v05.Dataset(path="0", coordinateTransformations=[v05.ScaleTransformation(scale=[1, 2])])
    planned = plan_conversion(level, "0.6", decisions={"coordinate-system": "stage"}, registry=REGISTRY)
    assert [(made.decision.name, made.answer, made.paths) for made in planned.decisions] == [
        ("coordinate-system", "stage", [""])
    ]
    assert isinstance(planned.model, v06.Dataset)
    assert planned.model.coordinateTransformations[0].output == v06.CoordinateSystemIdentifier(name="stage")
    old = v03.Multiscale(axes=["y", "x"], datasets=[v03.Dataset(path="0")])
    made = convert(old, v04.Multiscale, decisions={"pixel-size": "y=2micrometer,x=3micrometer"}, registry=REGISTRY)
    assert made.datasets[0].level_scale(2) == [2.0, 3.0]
    assert [axis.unit for axis in made.axes] == ["micrometer"] * 2


def test_shapes_of_arrays_are_not_known() -> None:
    old = v03.Multiscale(axes=["y", "x"], datasets=[v03.Dataset(path="0"), v03.Dataset(path="1")])
    for model in (old, v03.Image(multiscales=[old])):
        with pytest.raises(ConversionError) as caught:
            convert(model, "0.5", allow_loss=True, registry=REGISTRY)
        assert [obstacle.text for obstacle in caught.value.obstacles] == [
            f"the shape of level {level} of image 0 is not known, and so its scale is not" for level in (0, 1)
        ]


def test_losses_of_parts() -> None:
    systems = [v06.CoordinateSystem(name="physical", axes=[v06.SpaceAxis(name=n, longName=n * 2) for n in "yx"])]
    scale = v06.ScaleTransformation(scale=[1, 2], input=v06.CoordinateSystemIdentifier(path="0"))
    scale.output = v06.CoordinateSystemIdentifier(name="physical")
    level = v06.Dataset(path="0", coordinateTransformations=[scale])
    part = v06.Multiscale(name="a", coordinateSystems=systems, datasets=[level])
    with pytest.raises(ConversionError) as caught:
        convert(part, "0.5", registry=REGISTRY)
    assert [loss.text for loss in caught.value.losses] == [
        f'`longName` "{n}{n}" of the axis "{n}" of multiscales[0]' for n in "yx"
    ]
    made = convert(part, v05.Multiscale, allow_loss=True, registry=REGISTRY)
    assert made.axes == [v05.SpaceAxis(name="y"), v05.SpaceAxis(name="x")]
    counted = v03.PlateDef(rows=[], columns=[], wells=[], field_count=0)
    with pytest.raises(ConversionError, match="field_count 0 of the plate, which is not above 0"):
        convert(counted, "0.4", registry=REGISTRY)


def test_errors_of_parts_do_not_keep_them_from_being_converted() -> None:
    planned = plan_conversion(v05.FieldOfView(path="a b"), "0.4", registry=REGISTRY)
    assert planned.model == v04.FieldOfView(path="a b")
    assert [remark.text for remark in planned.remarks] == [
        "it has 1 error in 0.4: well-image-path-alphanumeric (it had 1 error in 0.5)"
    ]
    assert planned.obstacles == []


def test_what_is_sound_does_not_become_what_is_not() -> None:
    with pytest.raises(ConversionError, match="the well names an image"):
        convert(v06.FieldOfView(path="a-b"), "0.5", registry=REGISTRY)
    with pytest.raises(ConversionError, match='has the custom type "array"'):
        convert(v05.CustomAxis(name="a", type="array"), "0.6", registry=REGISTRY)
