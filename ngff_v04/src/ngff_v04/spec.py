"""What core needs to know of OME-NGFF 0.4: kinds of groups, where versions stand, sections of the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ngff_core.models import children
from ngff_core.spec import Kind, Spec, models_of, patches_of, rules_of

__all__ = ["SPEC"]


_model = models_of("ngff_v04")
_rules = rules_of("ngff_v04")


def _resembles(ome: Mapping[str, Any]) -> bool:
    """Tell whether metadata without a version is of the shape of 0.4: axes as objects, well indexes."""
    multiscales = ome.get("multiscales")
    first = multiscales[0] if isinstance(multiscales, list) and multiscales else None
    if isinstance(first, dict):
        axes, datasets = first.get("axes"), first.get("datasets")
        dataset = datasets[0] if isinstance(datasets, list) and datasets else None
        transformed = isinstance(dataset, dict) and "coordinateTransformations" in dataset
        objects = isinstance(axes, list) and any(isinstance(axis, dict) for axis in axes)
        return transformed or objects
    plate = ome.get("plate")
    wells = plate.get("wells") if isinstance(plate, dict) else None
    if isinstance(wells, list) and wells and isinstance(wells[0], dict):
        return "rowIndex" in wells[0] or "columnIndex" in wells[0]
    return True


SPEC = Spec(
    version="0.4",
    zarr_format=2,
    namespace=None,
    kinds=(
        Kind("plate", ("plate",), _model("plate", "Plate"), children.plate_children, _rules("plate")),
        Kind("well", ("well",), _model("plate", "Well"), children.well_children, _rules("well")),
        Kind(
            "label-image",
            ("image-label",),
            _model("labels", "LabelImage"),
            children.label_image_children,
            _rules("label_image"),
            expected_keys=("multiscales",),
        ),
        Kind("image", ("multiscales",), _model("image", "Image"), children.image_children, _rules("image")),
        Kind(
            "collection",
            ("bioformats2raw.layout",),
            _model("collection", "Bf2Raw"),
            children.collection_children,
            _rules("collection"),
        ),
        Kind(
            "labels-group",
            ("labels",),
            _model("labels", "LabelsGroup"),
            children.labels_children,
            _rules("labels_group"),
            always_as="labels-group",
        ),
        Kind("series", ("series",), _model("collection", "Series"), children.series_children, _rules("series")),
    ),
    version_places=(
        ("multiscales", 0, "version"),
        ("plate", "version"),
        ("well", "version"),
        ("image-label", "version"),
    ),
    accepts=patches_of("0.4"),
    resembles=_resembles,
    sections={
        "version": "metadata",
        "zarr": "on-disk",
        "multiscale": "multiscale-md",
        "dataset": "multiscale-md",
        "axes": "axes-md",
        "transform": "trafo-md",
        "omero": "omero-md",
        "labels": "labels-md",
        "label": "label-md",
        "plate": "plate-md",
        "well": "well-md",
        "collection": "bf2raw",
        "series": "bf2raw",
    },
    address="https://ngff.openmicroscopy.org/0.4/index.html",
)
