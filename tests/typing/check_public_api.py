"""Statements about types that type checkers hold the public interface to; checked, never run.

Checked with mypy (strict) and with pyright. The file has no test in its name: pytest does not collect it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, assert_type

import ngff_core
import ngff_v04 as v04
import ngff_v05 as v05
from ngff_core import MUST, Array, Context, DimSpec, Example, Group, ImageView, Issue, Model, Report, Rule, Severity
from ngff_core.models.image import AnyAxis, AnyTransformation, Multiscale
from ngff_core.testing import ExampleCase, example_cases

# --- models -----------------------------------------------------------------------------------------


def image_by_hand() -> None:
    image = v04.Image(
        multiscales=[
            v04.Multiscale(
                version="0.4",
                axes=[v04.ChannelAxis(name="c"), v04.SpaceAxis(name="y"), v04.SpaceAxis(name="x", unit="micrometer")],
                datasets=[
                    v04.Dataset(path="0", coordinateTransformations=[v04.ScaleTransformation(scale=[1, 0.5, 0.5])])
                ],
            )
        ],
        omero=v04.Omero(channels=[v04.OmeroChannel(color="FF0000")]),
    )
    assert_type(image, v04.Image)
    assert_type(image.multiscales[0].axes, list[AnyAxis])
    assert_type(image.multiscales[0].axes[0].name, str)
    assert_type(image.multiscales[0].datasets[0].coordinateTransformations, list[AnyTransformation])
    assert_type(image.multiscales[0].name, str | None)
    assert_type(image.omero, v04.Omero | None)
    assert_type(image.extra, dict[str, Any])
    assert_type(image.to_json(indent=2), str)
    assert_type(image.to_json(validate=False), str)


def image_from_dims() -> None:
    dims = [DimSpec(name="t", size=3, scale=0.5, unit="second"), DimSpec(name="x", size=512, scale=0.1)]
    multiscale = v05.Multiscale.from_dims(dims, name="image", n_levels=3)
    assert_type(multiscale, Multiscale)
    image = v05.Image(multiscales=[multiscale])
    assert_type(image.version, str)
    wrapped = v05.OMEZarrGroupJSON(attributes=v05.OMEAttributes(ome=image))
    assert_type(wrapped.zarr_format, Literal[3])
    assert_type(
        wrapped.attributes.ome,
        v05.Image | v05.LabelImage | v05.LabelsGroup | v05.Plate | v05.Well | v05.Bf2Raw | v05.Series,
    )


def plate_by_hand() -> None:
    plate = v05.Plate(
        plate=v05.PlateDef(
            columns=[v05.Column(name="1")],
            rows=[v05.Row(name="A")],
            wells=[v05.PlateWell(path="A/1", rowIndex=0, columnIndex=0)],
        )
    )
    assert_type(plate.plate.wells[0].rowIndex, int)
    well = v05.Well(well=v05.WellDef(images=[v05.FieldOfView(path="0")]))
    assert_type(well.well.images[0].path, str)


def wrong_arguments() -> None:
    v04.SpaceAxis(nme="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    v04.SpaceAxis(name=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    v04.Image()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


# --- calls ------------------------------------------------------------------------------------------


def checks(text: str, data: bytes, obj: Mapping[str, Any], folder: Path) -> None:
    assert_type(ngff_core.check_json(text), Report)
    assert_type(ngff_core.check_json(data, version="0.4", profile="lenient"), Report)
    assert_type(ngff_core.check_object(obj), Report)
    report = ngff_core.check_store(folder)
    assert_type(report.valid, bool)
    assert_type(report.issues, list[Issue])
    assert_type(report.version, str | None)
    assert_type(report.issues[0].severity, Severity)
    assert_type(report.issues[0].pointer, str)


def typed_objects(text: str, obj: dict[str, Any], folder: Path) -> None:
    assert_type(ngff_core.validate_ome_json(text, v04.Image), v04.Image)
    assert_type(ngff_core.validate_ome_json(text, cls=v05.Plate, version="0.5"), v05.Plate)
    assert_type(ngff_core.validate_ome_json(text), Model)
    assert_type(ngff_core.validate_ome_object(obj, v05.OMEZarrGroupJSON), v05.OMEZarrGroupJSON)
    assert_type(ngff_core.validate_ome_object(obj), Model)
    assert_type(ngff_core.validate_zarr_store(folder), Model)
    assert_type(ngff_core.from_uri(folder), Model)
    assert_type(ngff_core.to_json(v04.Bf2Raw(), indent=None), str)
    assert_type(ngff_core.to_dict(v04.Bf2Raw()), dict[str, Any])


def opened(folder: Path) -> None:
    group = ngff_core.open_group(folder)
    assert_type(group, Group)
    assert_type(group["0"], Group | Array)
    assert_type(group.ome_version(), str | None)
    assert_type(group.ome_metadata(), Model | None)
    array = group["0"]
    if isinstance(array, Array):
        assert_type(array.shape, tuple[int, ...])
        assert_type(array.dtype, str)
        assert_type(array.chunks, tuple[int, ...] | None)
    assert_type(list(group), list[str])
    assert_type([each.shape for _, each in group.arrays()], list[tuple[int, ...]])
    assert_type(ngff_core.from_uri(folder).uri, str | None)


def documented(folder: Path) -> None:
    """D9: what the documentation calls has the types that it needs."""
    group = ngff_core.open_group(folder)
    assert_type(group.array("0"), Array)
    assert_type(group.array("0").shape, tuple[int, ...])
    assert_type(group.group("labels"), Group)
    assert_type(group.group("labels").group("cells").ome_version(), str | None)
    assert_type(group.get("0"), Group | Array | None)
    assert_type(group.get("0", 5), Group | Array | int)
    assert_type(group.get_many(["0"]), list[Group | Array | None])
    assert_type(group.attrs, dict[str, Any])
    assert_type(group.check(), Report)
    assert_type(group.validate(), Model | None)
    assert_type(group.tree(), str)
    document = ngff_core.from_uri(folder, v05.OMEZarrGroupJSON)
    assert_type(document, v05.OMEZarrGroupJSON)
    assert_type(document.attributes, v05.OMEAttributes)
    assert_type(ngff_core.from_uri(folder), Model)
    assert_type(ngff_core.validate_ome_uri(folder, v04.Image).multiscales, list[v04.Multiscale])
    assert_type(ngff_core.validate_ome_uri(folder), Model)
    assert_type(ngff_core.from_uri(folder, v05.Image), v05.Image)
    assert_type(group.ome_metadata(v05.Image), v05.Image)
    assert_type(group.ome_structure(v04.Plate), v04.Plate)
    assert_type(group.ome_structure(), Model | None)


def unions(folder: Path, text: str) -> None:
    """D13: a union of classes is taken where a class is."""
    ngff_core.check_json(text, cls=v04.OMEZarrGroupJSON)
    ngff_core.check_object({}, cls=v05.Axis)
    models: list[Model] = [
        ngff_core.validate_ome_json(text, v04.OMEZarrGroupJSON),
        ngff_core.validate_ome_object({}, v05.OMEMetadata),
        ngff_core.from_uri(folder, v04.OMEZarrGroupJSON),
        ngff_core.validate_ome_uri(folder, v04.OMEMetadata),
    ]
    assert models


def many(folder: Path) -> None:
    """D6: a path by itself is one store."""
    for uris in (folder, "a.zarr", [folder, "a.zarr"], iter([folder])):
        assert_type([report.valid for report in ngff_core.check_stores(uris)], list[bool])


def viewed(folder: Path) -> None:
    image = ngff_core.open_image(folder)
    assert_type(image, ImageView)
    assert_type(image.array(0), Array)
    assert_type(image.level(0).pixel_size, tuple[float, ...] | None)
    assert_type(image.levels[0].translation, tuple[float, ...] | None)
    assert_type(image.pixel_sizes(), dict[str, tuple[float | None, str | None]])
    assert_type(image.problem, str | None)
    group = ngff_core.open_group(folder)
    assert_type([view.array().dtype for view in group.images()], list[str])
    assert_type([well.path for well in group.wells()], list[str])
    assert_type([field.acquisition for field in group.fields()], list[int | None])
    assert_type([run.name for run in group.acquisitions()], list[str | None])


def made() -> None:
    assert_type(v05.Bf2Raw(bioformats2raw_layout=3), v05.Bf2Raw)
    assert_type(v05.Multiscale.from_dims([DimSpec("x")]).ndim, int)
    scale = v05.Dataset(path="0", coordinateTransformations=[]).scale_transform
    assert_type(scale, v05.ScaleTransformation | None)
    assert_type(v05.LabelsGroup(labels=[]).model_dump_json(exclude_unset=True, indent=2), str)
    assert_type(DimSpec("x").infer_type(), str | None)


def converted(image: v04.Image) -> None:
    assert_type(ngff_core.convert(image, "0.5"), Model)
    assert_type(ngff_core.convert(image, v05.Image), v05.Image)
    assert_type(ngff_core.convert(image, v05.OMEZarrGroupJSON, allow_loss=True).attributes.ome.version, str)
    planned = ngff_core.plan_conversion(image.multiscales[0], "0.5", decisions={"codecs": "numcodecs"})
    assert_type(planned.model, Model | None)
    assert_type([loss.text for loss in planned.losses], list[str])


def counted(report: Report) -> None:
    assert_type(report.count("error") + report.count(Severity.ERROR), int)


def narrowed(model: Model) -> None:
    if isinstance(model, v05.Image):
        assert_type(model.multiscales, list[Multiscale])


# --- rules and plugins ------------------------------------------------------------------------------


@ngff_core.rule(
    "lab/image-named", on=Multiscale, requirement=MUST, valid=[Example({"name": "a"})], invalid=[Example({})]
)
def image_named(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Images have a name."""
    if multiscale.name is None:
        yield ctx.issue("no name", expected="a name", severity=Severity.INFO)


def rules() -> None:
    assert_type(image_named, Rule)
    assert_type(image_named.id, str)
    assert_type(image_named.evolve(section="multiscale-md"), Rule)
    assert_type(example_cases([image_named], "0.5"), list[ExampleCase])
