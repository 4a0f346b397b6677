"""Faults of the field, A8: a part of a document is said the same of by itself as in its document, in every version."""

from __future__ import annotations

import copy
import importlib
import json
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

import ngff_core
from ngff_core import Model, Registry, ValidationError
from ngff_core.errors import VersionNotInstalledError
from ngff_core.plugins.registry import BLOCK_VARIABLE, default_registry
from ngff_core.structure.own_classes import package_of

VERSIONS = [v for v in ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6") if find_spec(f"ngff_v{v.replace('.', '')}")]
SCALE = {"type": "scale", "scale": [1, 1]}
WHOLE = {"zarr_format": 3, "node_type": "group"}
Path = tuple[str | int, ...]


@pytest.fixture(scope="module", autouse=True)
def _only_our_plugins() -> Iterator[None]:
    """Use all versions that are installed, in place of the fixture of this name for all other tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(BLOCK_VARIABLE, raising=False)
        default_registry.cache_clear()
        yield
    default_registry.cache_clear()


def package(version: str) -> Any:
    return importlib.import_module(f"ngff_v{version.replace('.', '')}")


def models(version: str) -> dict[str, type[Model]]:
    """Return the public model classes of a version."""
    found = {name: getattr(package(version), name) for name in package(version).__all__}
    return {name: cls for name, cls in found.items() if isinstance(cls, type) and issubclass(cls, Model)}


# --- documents that hold every part -------------------------------------------------------------------


def image(version: str) -> dict[str, Any]:
    multiscale: dict[str, Any] = {"name": "image", "datasets": [{"path": "0"}]}
    if version == "0.3":
        multiscale["axes"] = ["y", "x"]
    axes = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
    if version in ("0.4", "0.5"):
        multiscale |= {"axes": axes, "datasets": [{"path": "0", "coordinateTransformations": [SCALE]}]}
    if version == "0.6":
        link = {**SCALE, "input": {"path": "0"}, "output": {"name": "a"}}
        multiscale |= {
            "coordinateSystems": [{"name": "a", "axes": axes}, {"name": "b", "axes": axes}],
            "datasets": [{"path": "0", "coordinateTransformations": [link]}],
            "coordinateTransformations": [{**SCALE, "input": {"name": "a"}, "output": {"name": "b"}}],
        }
    channel = {"color": "FF0000", "window": {"start": 0, "end": 1, "min": 0, "max": 1}}
    rendering = {"channels": [channel], "rdefs": {"defaultT": 0, "defaultZ": 0, "model": "color"}}
    return {**stated(version), "multiscales": [{**stated_inside(version), **multiscale}], "omero": rendering}


def label_image(version: str) -> dict[str, Any]:
    label: dict[str, Any] = {"colors": [{"label-value": 1, "rgba": [0, 0, 0, 0]}], "source": {"image": "../../"}}
    if version != "0.1":
        label["properties"] = [{"label-value": 1}]
    return {**image(version), "image-label": {**stated_inside(version), **label}}


def plate(version: str) -> dict[str, Any]:
    well = {"path": "A/1"} if version < "0.4" else {"path": "A/1", "rowIndex": 0, "columnIndex": 0}
    definition = {"name": "plate", "rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": [well]}
    definition["acquisitions"] = [{"id": 1, "name": "first"}]
    return {**stated(version), "plate": {**stated_inside(version), **definition}}


def well(version: str) -> dict[str, Any]:
    return {**stated(version), "well": {**stated_inside(version), "images": [{"path": "0", "acquisition": 1}]}}


def scene(version: str) -> dict[str, Any]:
    link = {"type": "identity", "input": {"path": "0", "name": "a"}, "output": {"path": "1", "name": "a"}}
    return {**stated(version), "scene": {"coordinateTransformations": [link]}}


def stated(version: str) -> dict[str, Any]:
    return {"version": version} if version > "0.4" else {}


def stated_inside(version: str) -> dict[str, Any]:
    return {"version": version} if version <= "0.4" else {}


def others(version: str) -> dict[str, dict[str, Any]]:
    return {
        "labels": {**stated(version), "labels": ["cells"]},
        "collection": {**stated(version), "bioformats2raw.layout": 3},
        "series": {**stated(version), "series": ["0"]},
    }


def document(version: str, kind: str) -> dict[str, Any]:
    makers = {"image": image, "label": label_image, "plate": plate, "well": well, "scene": scene}
    return copy.deepcopy(makers[kind](version) if kind in makers else others(version)[kind])


def put(document: Any, path: Path, part: Any) -> Any:
    """Put a part into a document; return the document, or the part where there is no path to it."""
    if not path:
        return part
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = part
    return document


# --- the faults ---------------------------------------------------------------------------------------

MULTISCALE: Path = ("multiscales", 0)
DATASET: Path = (*MULTISCALE, "datasets", 0)
STEPS: Path = (*DATASET, "coordinateTransformations")
CHANNEL: Path = ("omero", "channels", 0)
LABEL: Path = ("image-label",)
AXIS: dict[str, Path] = {"0.6": (*MULTISCALE, "coordinateSystems", 0, "axes", 0)}
LINK: Path = (*MULTISCALE, "coordinateTransformations", 0)  # between coordinate systems, in 0.6
ENDS = {"input": {"name": "a"}, "output": {"name": "b"}}

# name of the class: kind of document, path in it, part, rule or entry that is broken, pointer below the part
Case = tuple[str, Path, dict[str, Any], str, str]
ALL: dict[str, Case] = {
    "Acquisition": ("plate", ("plate", "acquisitions", 0), {"id": "a"}, "plate-acquisition-id-integer", "/id"),
    "Column": ("plate", ("plate", "columns", 0), {"name": "1-1"}, "plate-column-name-alphanumeric", "/name"),
    "Row": ("plate", ("plate", "rows", 0), {"name": ""}, "plate-row-name-alphanumeric", "/name"),
    "Dataset": ("image", DATASET, {"path": 5}, "dataset-path-string", "/path"),
    "FieldOfView": ("well", ("well", "images", 0), {"path": "a/b"}, "well-image-path-alphanumeric", "/path"),
    "ImageLabel": ("label", LABEL, {"colors": []}, "label-colors-nonempty", "/colors"),
    "LabelColor": ("label", (*LABEL, "colors", 0), {"label-value": 1, "rgba": [0, 0]}, "label-colors-rgba", "/rgba"),
    "LabelProperty": ("label", (*LABEL, "properties", 0), {}, "label-properties-label-value-present", ""),
    "LabelSource": ("label", (*LABEL, "source"), {"image": 5}, "label-source-image-string", "/image"),
    "Multiscale": ("image", MULTISCALE, {"datasets": []}, "dataset-list-nonempty", "/datasets"),
    "Omero": ("image", ("omero",), {"channels": "many"}, "omero-channels-present", "/channels"),
    "OmeroChannel": ("image", CHANNEL, {"color": "red"}, "omero-channel-color-hex6", "/color"),
    "OmeroRenderingDefs": ("image", ("omero", "rdefs"), {"model": "rainbow"}, "omero-rdefs-model", "/model"),
    "OmeroWindow": ("image", (*CHANNEL, "window"), {"start": 0, "end": 1, "min": 0}, "omero-window-keys-present", ""),
    "PlateDef": ("plate", ("plate",), {"rows": [], "columns": [], "wells": []}, "plate-rows-nonempty", "/rows"),
    "PlateWell": ("plate", ("plate", "wells", 0), {"path": 5}, "plate-well-path-string", "/path"),
    "WellDef": ("well", ("well",), {"images": []}, "well-images-nonempty", "/images"),
    "Image": ("image", (), {"multiscales": []}, "multiscale-nonempty-array", "/multiscales"),
    "LabelImage": ("label", (), {"multiscales": [], "image-label": {}}, "multiscale-nonempty-array", "/multiscales"),
    "LabelsGroup": ("labels", (), {"labels": 5}, "labels-is-array-of-strings", "/labels"),
    "Plate": ("plate", (), {"plate": 5}, "plate-key-present", "/plate"),
    "Well": ("well", (), {"well": 5}, "well-key-present", "/well"),
    "Bf2Raw": ("collection", (), {"bioformats2raw.layout": 4}, "collection-layout-is-3", "/bioformats2raw.layout"),
    "Series": ("series", (), {"series": [5]}, "series-array-of-strings", "/series/0"),
}


EARLY: dict[str, Case] = {
    "Column": ("plate", ("plate", "columns", 0), {"name": 5}, "plate-column-name-string", "/name"),
    "Row": ("plate", ("plate", "rows", 0), {"name": 5}, "plate-row-name-string", "/name"),
    "ImageLabel": ("label", LABEL, {"colors": 5}, "label-colors-array", "/colors"),
    "OmeroChannel": ("image", CHANNEL, {"color": 5}, "omero-channel-color-string", "/color"),
}


def axes(version: str) -> dict[str, Case]:
    path = AXIS.get(version, (*MULTISCALE, "axes", 0))
    kinds = {"SpaceAxis": "space", "TimeAxis": "time", "ChannelAxis": "channel", "CustomAxis": "other"}
    if version == "0.6":
        kinds |= {"ArrayAxis": "array", "CoordinateAxis": "coordinate", "DisplacementAxis": "displacement"}
    return {
        name: ("image", path, {"name": 5, "type": kind}, "axes-name-string", "/name") for name, kind in kinds.items()
    }


def transformations(version: str) -> dict[str, Case]:
    if version < "0.6":
        return {
            "Dataset": ("image", DATASET, {"path": "0", STEPS[-1]: []}, "transform-list-nonempty", f"/{STEPS[-1]}"),
            "ScaleTransformation": (
                "image",
                (*STEPS, 0),
                {**SCALE, "scale": [1, -1]},
                "transform-scale-positive",
                "/scale/1",
            ),
            "TranslationTransformation": (
                "image",
                (*STEPS, 0),
                {"type": "translation"},
                "transform-parameter-present",
                "",
            ),
            "OtherTransformation": ("image", (*STEPS, 0), {"type": "affine"}, "transform-type-known", "/type"),
        }
    one, square = [[1, 0], [0, 1]], [[2, 0], [0, 2]]
    cases = {
        "AffineTransformation": ({"type": "affine", "affine": [[1, 0], [0]]}, "transform-affine-shape", "/affine"),
        "BijectionTransformation": ({"type": "bijection"}, "transform-bijection-parts-present", ""),
        "ByDimensionTransformation": ({"type": "byDimension"}, "transform-bydimension-items", ""),
        "CoordinatesTransformation": ({"type": "coordinates"}, "transform-field-path-present", ""),
        "DisplacementsTransformation": ({"type": "displacements"}, "transform-field-path-present", ""),
        "IdentityTransformation": ({"type": "identity", "name": 5}, "transform-name-string", "/name"),
        "MapAxisTransformation": ({"type": "mapAxis", "mapAxis": [0, 0]}, "transform-mapaxis-permutation", "/mapAxis"),
        "OtherTransformation": ({"type": "warp"}, "transform-type-known", "/type"),
        "ProjectAxisTransformation": ({"type": "projectAxis"}, "transform-projectaxis-operation-present", ""),
        "RotationTransformation": (
            {"type": "rotation", "rotation": square},
            "transform-rotation-orthonormal",
            "/rotation",
        ),
        "ScaleTransformation": ({**SCALE, "scale": ["a", 1]}, "transform-scale-values-numbers", "/scale/0"),
        "SequenceTransformation": (
            {"type": "sequence", "transformations": []},
            "transform-sequence-nonempty",
            "/transformations",
        ),
        "Transformation": (
            {"type": "translation", "translation": "far"},
            "transform-translation-values-numbers",
            "/translation",
        ),
        "TranslationTransformation": ({"type": "translation"}, "transform-translation-parameter", ""),
    }
    found: dict[str, Case] = {n: ("image", LINK, {**part, **ENDS}, rule, at) for n, (part, rule, at) in cases.items()}
    part: dict[str, Any] = {
        "transformation": {"type": "rotation", "rotation": one},
        "inputAxes": [0.5],
        "outputAxes": [0],
    }
    found["ByDimensionPart"] = (
        "image",
        (*LINK, "transformations", 0),
        part,
        "transform-bydimension-axes-integers",
        "/inputAxes/0",
    )
    return found


def cases(version: str) -> dict[str, Case]:
    known = {**ALL, **(EARLY if version < "0.4" else {})}
    found = {name: case for name, case in known.items() if name in models(version)}
    if version >= "0.4":
        found |= axes(version) | transformations(version)
        found["PlateWell"] = (
            "plate",
            ("plate", "wells", 0),
            {"path": "A/1", "rowIndex": -1, "columnIndex": 0},
            "plate-well-index-nonnegative-integer",
            "/rowIndex",
        )
    if version >= "0.5":
        nonempty = "multiscale-nonempty-array"
        attributes = {"ome": {"version": version, "multiscales": []}}
        found["OMEAttributes"] = ("image", (), attributes, nonempty, "/ome/multiscales")
        whole = {**WHOLE, "attributes": attributes}
        found["OMEZarrGroupJSON"] = ("image", (), whole, nonempty, "/attributes/ome/multiscales")
    if version == "0.6":
        field = {"path": "a/b"}
        found["FieldOfView"] = ("well", ("well", "images", 0), field, "well-image-path-node-name", "/path")
        system = (*MULTISCALE, "coordinateSystems", 0)
        found["CoordinateSystem"] = (
            "image",
            system,
            {"name": "", "axes": []},
            "coordsys-name-nonempty-string",
            "/name",
        )
        found["CoordinateSystemIdentifier"] = (
            "image",
            (*LINK, "input"),
            {"name": 5},
            "transform-input-output-object",
            "/name",
        )
        found["Scene"] = ("scene", (), {"version": "0.6", "scene": 5}, "scene-key-present", "/scene")
        found["SceneDef"] = (
            "scene",
            ("scene",),
            {"coordinateTransformations": 5},
            "scene-transformations-present",
            "/coordinateTransformations",
        )
    return found


EVERY = [(version, name) for version in VERSIONS for name in models(version)]
every = pytest.mark.parametrize(("version", "name"), EVERY)


def broken(report: ngff_core.Report) -> set[tuple[str, str]]:
    """Return the rules and entries that are broken, with the pointers."""
    return {(name, issue.pointer) for issue in report.issues for name in issue.ids}


@every
def test_a8_a_part_is_said_the_same_of_by_itself_as_in_its_document(version: str, name: str) -> None:
    kind, path, part, rule, pointer = cases(version)[name]
    whole = document(version, kind)
    if name == "ByDimensionPart":
        put(whole, LINK, {"type": "byDimension", "transformations": [{}], **ENDS})
    whole = put(whole, path, part)
    bare = version >= "0.5" and not name.startswith("OME")
    above = "".join(f"/{key}" for key in (("ome",) if bare else ()) + path)
    inside = ngff_core.check_object({"ome": whole} if bare else whole, version=version)
    alone = ngff_core.check_object(part, cls=models(version)[name])
    found = {(rule, at.removeprefix(above)) for rule, at in broken(inside) if f"{at}/".startswith(f"{above}/")}
    assert (rule, pointer) in found
    assert broken(alone) == found
    assert alone.version == version


@every
def test_a8_parts_are_written_only_when_they_are_valid(version: str, name: str) -> None:
    _, _, part, rule, pointer = cases(version)[name]
    cls = models(version)[name]
    made = default_registry().converter(version).get_structure_hook(cls)
    try:
        obj = made(part, cls)
    except Exception as error:
        obj = error.partial  # type: ignore[attr-defined]
    if rule in ("omero-rdefs-model", "transform-scale-positive"):  # which are no errors
        obj.to_json()
        return
    with pytest.raises(ValidationError) as caught:
        obj.to_json()
    assert (rule, pointer) in broken(caught.value.report)
    assert json.loads(obj.to_json(validate=False)) == part


SOUND: dict[str, dict[str, Any]] = {
    "TranslationTransformation": {"type": "translation", "translation": [1, 1]},
    "AffineTransformation": {"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]]},
    "BijectionTransformation": {"type": "bijection", "forward": SCALE, "inverse": SCALE},
    "ByDimensionTransformation": {"type": "byDimension", "transformations": []},
    "CoordinatesTransformation": {"type": "coordinates", "path": "field"},
    "DisplacementsTransformation": {"type": "displacements", "path": "field"},
    "IdentityTransformation": {"type": "identity"},
    "MapAxisTransformation": {"type": "mapAxis", "mapAxis": [1, 0]},
    "ProjectAxisTransformation": {"type": "projectAxis", "droppedInputs": [0]},
    "RotationTransformation": {"type": "rotation", "rotation": [[0, -1], [1, 0]]},
    "SequenceTransformation": {"type": "sequence", "transformations": [SCALE]},
    "ByDimensionPart": {"transformation": SCALE, "inputAxes": [0, 1], "outputAxes": [0, 1]},
}


@every
def test_a8_a_sound_part_is_valid_by_itself(version: str, name: str) -> None:
    kind, path, part, _, _ = cases(version)[name]
    sound: Any = document(version, kind)
    if name == "OtherTransformation":
        pytest.skip("no transformation of another type is sound")
    if name in SOUND:
        sound = SOUND[name]
    elif name.endswith("Axis"):
        sound = {**part, "name": "y"}
    elif name.startswith("OME"):
        sound = {"ome": sound} if name == "OMEAttributes" else {"attributes": {"ome": sound}, **WHOLE}
    else:
        for key in path:
            sound = sound[key]
    report = ngff_core.check_object(sound, cls=models(version)[name])
    assert [issue for issue in report.issues if issue.severity == "error"] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a8_every_class_of_a_version_is_its_own(version: str) -> None:
    name = package(version).__name__
    assert {package_of(cls) for cls in models(version).values()} == {name}
    made = ngff_core.validate_ome_object(document(version, "well"), version=version) if version < "0.5" else None
    if made is not None:
        assert type(made.well.images[0]) is package(version).FieldOfView  # type: ignore[attr-defined]


@pytest.mark.skipif("0.5" not in VERSIONS, reason="ngff-v05 is not installed")
def test_a8_the_smallest_inputs() -> None:
    import ngff_v05 as v05

    axes = [{"name": "x", "type": "space"}, {"name": "x", "type": "space"}]
    report = ngff_core.check_object({"axes": axes, "datasets": []}, cls=v05.Multiscale)
    assert (report.valid, report.version) == (False, "0.5")
    assert {("axes-names-unique", "/axes/1/name"), ("dataset-list-nonempty", "/datasets")} < broken(report)
    assert report.rules[0] > 0
    report = ngff_core.check_object({"path": "fov_0"}, cls=v05.FieldOfView)
    assert broken(report) == {("well-image-path-alphanumeric", "/path")}
    report = ngff_core.check_json('{"color": "red"}', cls=v05.OmeroChannel)
    assert ("omero-channel-color-hex6", "/color") in broken(report)
    report = ngff_core.check_object(v05.Dataset(path="0", coordinateTransformations=[]))
    assert broken(report) == {("transform-list-nonempty", "/coordinateTransformations")}


@pytest.mark.skipif("0.6" not in VERSIONS, reason="ngff-v06 is not installed")
def test_a8_what_only_one_version_forbids_is_asked_of_that_version() -> None:
    import ngff_v05 as v05
    import ngff_v06 as v06

    assert not ngff_core.check_object(v05.FieldOfView(path="fov_0")).valid
    assert ngff_core.check_object(v06.FieldOfView(path="fov_0")).valid
    assert ngff_core.check_object(v06.FieldOfView(path="fov_0"), version="0.5").version == "0.5"
    assert not ngff_core.check_object(v06.FieldOfView(path="fov_0"), version="0.5").valid


@pytest.mark.skipif("0.5" not in VERSIONS, reason="ngff-v05 is not installed")
def test_a8_a_part_is_never_evaluated_by_another_version() -> None:
    import ngff_v05 as v05

    class Mine(v05.FieldOfView):
        """A class of a user."""

    assert ngff_core.check_object({"path": "fov_0"}, cls=Mine).version == "0.5"
    with pytest.raises(VersionNotInstalledError, match=r"version '0\.5' is not installed"):
        ngff_core.check_object({"path": "0"}, cls=v05.FieldOfView, registry=Registry(blocked=["ngff-v05"]))


def test_a8_parts_of_versions_are_equal_and_travel() -> None:
    import pickle

    for version in VERSIONS:
        field = package(version).FieldOfView(path="0", acquisition=1)
        assert field == package(VERSIONS[0]).FieldOfView(path="0", acquisition=1)
        assert type(pickle.loads(pickle.dumps(field))) is type(field)
        assert field != package(version).Row(name="0")


@pytest.mark.skipif(not {"0.4", "0.5"} <= set(VERSIONS), reason="ngff-v04 and ngff-v05 are not installed")
def test_a20_parts_of_another_version_are_written_as_what_they_are_part_of() -> None:
    import ngff_v04 as v04
    import ngff_v05 as v05

    dims = [ngff_core.DimSpec("y", unit="micrometer"), ngff_core.DimSpec("x", unit="micrometer")]
    old = v04.Image(multiscales=[v04.Multiscale.from_dims(dims, name="image")])
    assert '"version": "0.4"' in old.to_json()
    new = v05.Image(multiscales=old.multiscales)
    assert '"version": "0.4"' not in new.to_json()
    report = ngff_core.check_json(new.to_json())
    assert (report.version, report.valid) == ("0.5", True)
    label = v05.LabelImage(
        multiscales=old.multiscales, image_label=v04.ImageLabel(source=v04.LabelSource(image="../.."))
    )
    assert json.loads(label.to_json())["image-label"] == {"source": {"image": "../.."}}
    well = v05.Well(well=v04.WellDef(images=[v04.FieldOfView(path="0")]))
    assert json.loads(well.to_json()) == {"version": "0.5", "well": {"images": [{"path": "0"}]}}
    whole = v05.OMEZarrGroupJSON(attributes={"ome": new})
    assert ngff_core.check_json(whole.to_json()).version == "0.5"
    assert old.multiscales[0].version == "0.4"  # what was given stays as it is


@pytest.mark.skipif(not {"0.1", "0.4"} <= set(VERSIONS), reason="ngff-v01 and ngff-v04 are not installed")
def test_a20_a_part_of_its_own_version_keeps_what_it_states() -> None:
    import ngff_v04 as v04

    dims = [ngff_core.DimSpec("y", unit="micrometer"), ngff_core.DimSpec("x", unit="micrometer")]
    multiscale = v04.Multiscale.from_dims(dims)
    assert json.loads(multiscale.to_json())["version"] == "0.4"
    assert "version-multiscales-present" not in {issue.rule for issue in ngff_core.check_object(multiscale).issues}
    assert ngff_core.validate_ome_object(multiscale) == multiscale


@pytest.mark.skipif(not {"0.3", "0.5", "0.6"} <= set(VERSIONS), reason="ngff-v03, v05 and v06 are not all installed")
def test_a20_parts_of_another_shape_are_refused() -> None:
    import ngff_v03 as v03
    import ngff_v05 as v05
    import ngff_v06 as v06

    dims = [ngff_core.DimSpec("y"), ngff_core.DimSpec("x")]
    for other in (v03, v06):
        with pytest.raises(ValidationError):
            v05.Image(multiscales=[other.Multiscale.from_dims(dims)]).to_json()
