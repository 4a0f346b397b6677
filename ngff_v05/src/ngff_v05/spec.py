"""What core needs to know of OME-NGFF 0.5: kinds of groups, where versions stand, sections of the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ngff_core.models import children
from ngff_core.spec import Kind, Spec, models_of, patches_of, rules_of

__all__ = ["SPEC"]


_model = models_of("ngff_v05")
_rules = rules_of("ngff_v05")


def _resembles(ome: Mapping[str, Any]) -> bool:
    """Tell whether metadata without a version is of the shape of 0.5: no named coordinate systems."""
    multiscales = ome.get("multiscales")
    first = multiscales[0] if isinstance(multiscales, list) and multiscales else None
    return not (isinstance(first, dict) and "coordinateSystems" in first) and "scene" not in ome


SPEC = Spec(
    version="0.5",
    zarr_format=3,
    namespace="ome",
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
    version_places=(("version",),),
    accepts=patches_of("0.5"),
    resembles=_resembles,
    sections={
        "version": "metadata",
        "zarr": "storage-format",
        "multiscale": "multiscale-md",
        "dataset": "multiscale-md",
        "axes": "axes-md",
        "transform": "trafo-md",
        "omero": "omero-md",
        "labels": "labels-md",
        "label": "labels-md",
        "plate": "plate-md",
        "well": "well-md",
        "collection": "bf2raw",
        "series": "bf2raw",
    },
    address="https://ngff.openmicroscopy.org/0.5/index.html",
    load_document=_model("document", "OMEZarrGroupJSON"),
    load_attributes=_model("document", "OMEAttributes"),
    archive_rules=_rules("archive"),
)
