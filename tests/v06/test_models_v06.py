"""The typed models of 0.6: built, written as JSON, read back; names, versions, and images made from dimensions."""

from __future__ import annotations

import json
from typing import Any

import guide
import pytest

import ngff_v06 as v06
from ngff_core import DimSpec, UsageError, check_json, check_object, to_json, validate_ome_object
from ngff_core.plugins import Registry, discover
from ngff_core.structure import structure

REGISTRY = Registry(found=[found for found in discover() if found[0].distribution == "ngff-v06"])
MICRO = "micrometer"
DIMS = [
    DimSpec("t", scale=0.1, unit="second"),
    DimSpec("c"),
    DimSpec("z", scale=2, unit=MICRO, scale_factor=1),
    DimSpec("y", scale=0.5, unit=MICRO, translation=10.0),
    DimSpec("x", scale=0.5, unit=MICRO),
]
# names of 0.6 besides those of earlier versions
OWN_NAMES = {
    "Axis",
    "AffineTransformation", "ArrayAxis", "BijectionTransformation", "ByDimensionPart", "ByDimensionTransformation",
    "CoordinateAxis", "CoordinateGraph", "CoordinateSystem", "CoordinateSystemIdentifier",
    "CoordinatesTransformation", "DisplacementAxis", "DisplacementsTransformation", "GeometryError",
    "IdentityTransformation", "MapAxisTransformation", "OMEAttributes", "OMEMetadata", "OMEZarrGroupJSON",
    "OtherTransformation", "ProjectAxisTransformation", "RotationTransformation", "Scene", "SceneDef",
    "SequenceTransformation", "SystemKey", "Transformation",
}  # fmt: skip


def test_names() -> None:
    assert set(v06.__all__) == guide.NAMES | OWN_NAMES
    assert all(getattr(v06, name) is not None for name in v06.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Axes'"):
        _ = v06.Axes


def test_an_image_from_dimensions_is_valid() -> None:
    image = v06.Image(multiscales=[v06.Multiscale.from_dims(DIMS, name="cells", n_levels=2)])
    written = json.loads(image.to_json())
    report = check_object({"ome": written}, registry=REGISTRY)
    assert (report.version, report.kind, report.status) == ("0.6", "image", "valid")
    assert {i.rule for i in report.issues} == {"multiscale-type-present", "multiscale-metadata-present"}
    assert written["multiscales"][0] == {
        "name": "cells",
        "coordinateSystems": [
            {
                "name": "physical",
                "axes": [
                    {"name": "t", "type": "time", "unit": "second"},
                    {"name": "c", "type": "channel"},
                    *({"name": name, "type": "space", "unit": MICRO} for name in "zyx"),
                ],
            }
        ],
        "datasets": [
            {
                "path": str(n),
                "coordinateTransformations": [
                    {
                        "type": "sequence",
                        "transformations": [
                            {"type": "scale", "scale": scale},
                            {"type": "translation", "translation": [0.0, 0.0, 0.0, 10.0, 0.0]},
                        ],
                        "input": {"path": str(n)},
                        "output": {"name": "physical"},
                    }
                ],
            }
            for n, scale in enumerate([[0.1, 1.0, 2.0, 0.5, 0.5], [0.1, 1.0, 2.0, 1.0, 1.0]])
        ],
    }


def test_an_image_from_dimensions_without_translation_has_plain_scales() -> None:
    made = v06.Multiscale.from_dims([DimSpec("y"), DimSpec("x"), DimSpec("angle")], system="stage")
    assert made.datasets[0].coordinateTransformations == [
        v06.ScaleTransformation(
            scale=[1.0, 1.0, 1.0],
            input=v06.CoordinateSystemIdentifier(path="0"),
            output=v06.CoordinateSystemIdentifier(name="stage"),
        )
    ]
    assert made.coordinateSystems[0].axes[2] == v06.CustomAxis(name="angle")
    assert made.intrinsic_system is made.coordinateSystems[0]
    assert made.array_axes() is made.coordinateSystems[0].axes
    with pytest.raises(UsageError, match="n_levels is at least 1"):
        v06.Multiscale.from_dims(DIMS, n_levels=0)


PARTS = {
    name: make(v06)
    for name, make in {
        "labels-group": guide.labels_group,
        "plate": guide.plate,
        "plate-of-96": guide.plate_of_96,
        "well": guide.well,
        "collection": guide.collection,
        "series": guide.series,
    }.items()
}


@pytest.mark.parametrize("name", PARTS)
def test_the_other_kinds_are_built_as_ever(name: str) -> None:
    expected = {"version": "0.6", **guide.written()[name]}
    assert json.loads(to_json(PARTS[name])) == expected
    read = validate_ome_object({"ome": expected}, version="0.6")
    assert read == v06.OMEAttributes(ome=PARTS[name])


def scene() -> v06.Scene:
    axes = [v06.SpaceAxis(name=name, unit=MICRO, discrete=False, longName=f"stage {name}") for name in "yx"]
    tiles = [
        v06.TranslationTransformation(
            translation=[0, 100 * n],
            input=v06.CoordinateSystemIdentifier(name="physical", path=f"tile_{n}"),
            output=v06.CoordinateSystemIdentifier(name="world"),
        )
        for n in range(2)
    ]
    systems = [v06.CoordinateSystem(name="world", axes=axes)]
    return v06.Scene(scene=v06.SceneDef(coordinateSystems=systems, coordinateTransformations=tiles))


def test_a_scene_is_written_and_read() -> None:
    written = json.loads(scene().to_json())
    assert written["scene"]["coordinateTransformations"][1] == {
        "type": "translation",
        "translation": [0, 100],
        "input": {"name": "physical", "path": "tile_1"},
        "output": {"name": "world"},
    }
    report = check_object({"ome": written}, registry=REGISTRY)
    assert (report.kind, report.status, report.issues) == ("scene", "valid", [])
    assert validate_ome_object({"ome": written}, version="0.6").ome == scene()


def test_a_whole_zarr_json_is_read() -> None:
    whole = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": json.loads(scene().to_json())}}
    read = validate_ome_object(whole, version="0.6")
    assert isinstance(read, v06.OMEZarrGroupJSON)
    assert read.attributes.ome == scene()


@pytest.mark.parametrize("kind", ["identity", "mapAxis", "byDimension", "bijection", "unheard-of"])
def test_transformations_are_told_apart_by_type(kind: str) -> None:
    values: dict[str, Any] = {
        "identity": {"type": "identity"},
        "mapAxis": {"type": "mapAxis", "mapAxis": [1, 0]},
        "byDimension": {"type": "byDimension", "transformations": []},
        "bijection": {"type": "bijection", "forward": {"type": "identity"}, "inverse": {"type": "identity"}},
        "unheard-of": {"type": "unheard-of", "strength": 3},
    }
    classes = {
        "identity": v06.IdentityTransformation,
        "mapAxis": v06.MapAxisTransformation,
        "byDimension": v06.ByDimensionTransformation,
        "bijection": v06.BijectionTransformation,
        "unheard-of": v06.OtherTransformation,
    }
    sequence = {"type": "sequence", "transformations": [values[kind]]}
    made, faults = structure(REGISTRY.converter("0.6"), sequence, v06.SequenceTransformation)
    assert faults == []
    assert type(made.transformations[0]) is classes[kind]


# --- versions -----------------------------------------------------------------------------------------


def stating(version: Any) -> str:
    image = json.loads(v06.Image(multiscales=[v06.Multiscale.from_dims(DIMS, name="cells")]).to_json())
    if version is None:
        del image["version"]
    else:
        image["version"] = version
    return json.dumps({"ome": image})


def test_the_version() -> None:
    report = check_json(stating("0.6"), registry=REGISTRY)
    assert [i for i in report.issues if i.rule.startswith("version")] == []


def test_the_candidate_has_the_same_rules_and_is_noted() -> None:
    report = check_json(stating("0.6rc0"), registry=REGISTRY)
    (issue,) = [i for i in report.issues if i.rule.startswith("version")]
    assert (report.version, report.status) == ("0.6", "valid")
    assert (issue.rule, issue.severity.value, issue.pointer) == ("version-ome-value", "info", "/ome/version")
    assert issue.expected == '"0.6"'


def test_the_last_draft_is_read_by_the_rules_of_the_release_with_a_warning() -> None:
    report = check_json(stating("0.6.dev4"), registry=REGISTRY)
    (issue,) = [i for i in report.issues if i.rule.startswith("version")]
    assert (report.version, report.status) == ("0.6", "valid")
    assert (issue.rule, issue.severity.value, issue.pointer) == ("version-ome-value", "warning", "/ome/version")


@pytest.mark.parametrize("version", ["0.6.dev3", "0.6.dev2", "0.6.dev1", "0.6dev1", "0.6dev2"])
def test_earlier_drafts_are_not_supported(version: str) -> None:
    for text in (stating(version), json.dumps({"zarr_format": 3, "attributes": json.loads(stating(version))})):
        report = check_json(text, registry=REGISTRY)
        (issue,) = report.issues
        assert (issue.rule, issue.judged, issue.expected) == ("version-not-supported", False, '"0.6"')
        assert report.exit_code() == 3
    asked = check_json(stating(version), registry=REGISTRY, version="0.6")
    assert [i.severity.value for i in asked.issues if i.rule == "version-ome-value"] == ["error"]


NEVER_WERE = ("0.6rc1", "0.6rc2", "0.6rc02", "0.6.rc1", "0.6-dev", "0.6-dev2", "0.6.0", "0.6.1", "0.6.dev5", "0.6dev3")
NOR_WERE = ("0.6rc", "0.6 ", "0.6beta", "0.6-rc1", "0.6-dev.3+abc")


@pytest.mark.parametrize("version", [*NEVER_WERE, *NOR_WERE])
def test_tags_that_never_existed_are_errors_that_name_the_likely_one(version: str) -> None:
    report = check_json(stating(version), registry=REGISTRY)
    (issue,) = [i for i in report.issues if i.rule.startswith("version")]
    assert (report.version, report.status) == ("0.6", "invalid")
    assert (issue.rule, issue.severity.value) == ("version-ome-value", "error")
    assert issue.message == f"there is no version {version!r} of OME-Zarr; it is judged as 0.6"
    assert (issue.expected, issue.hint) == ('"0.6"', 'did you mean "0.6"?')


@pytest.mark.parametrize("version", ["0.60", "0.61rc1", "0.7", "1.0.6"])
def test_other_versions_are_not_installed(version: str) -> None:
    report = check_json(stating(version), registry=REGISTRY)
    assert [i.rule for i in report.issues] == ["version-not-installed"]


def test_without_a_version_the_shape_tells() -> None:
    report = check_json(stating(None), registry=REGISTRY)
    assert report.version == "0.6"
    assert [i.rule for i in report.issues if i.severity.value == "error"] == ["version-ome-present"]


def test_a_number_is_no_version() -> None:
    report = check_json(stating(0.6), registry=REGISTRY)
    assert [(i.rule, i.entry) for i in report.issues if i.severity.value == "error"] == [
        ("structure-type", "version-ome-value")
    ]


def test_d13_transformations_know_how_many_axes_they_take() -> None:
    from ngff_v06.models import transformations as t

    scale = t.ScaleTransformation(scale=[1.0, 2.0])
    known = [
        scale,
        t.AffineTransformation(affine=[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        t.RotationTransformation(rotation=[[1.0, 0.0], [0.0, 1.0]]),
        t.MapAxisTransformation(mapAxis=[1, 0]),
        t.SequenceTransformation(transformations=[t.IdentityTransformation(), scale]),
        t.BijectionTransformation(forward=scale, inverse=scale),
    ]
    assert [transformation.ndim for transformation in known] == [2] * len(known)
    assert [t.IdentityTransformation().ndim, t.OtherTransformation(type="x").ndim] == [0, 0]
