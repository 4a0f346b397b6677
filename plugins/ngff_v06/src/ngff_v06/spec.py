"""What core needs to know of OME-NGFF 0.6: kinds of groups, where versions stand, sections of the text."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ngff_core.hierarchy import GroupNode
from ngff_core.models import children
from ngff_core.spec import Children, Kind, Spec, models_of, rules_of
from ngff_v06.version import VERSION, is_accepted

__all__ = ["SPEC"]


_model = models_of("ngff_v06")
_rules = rules_of("ngff_v06")


def _children(name: str) -> Children:
    def load(node: GroupNode) -> Any:
        return getattr(import_module("ngff_v06.children"), name)(node)

    return load


def _resembles(ome: Mapping[str, Any]) -> bool:
    """Tell whether metadata without a version is of the shape of 0.6: named coordinate systems, or a scene."""
    multiscales = ome.get("multiscales")
    first = multiscales[0] if isinstance(multiscales, list) and multiscales else None
    return (isinstance(first, dict) and "coordinateSystems" in first) or "scene" in ome


SPEC = Spec(
    version=VERSION,
    zarr_format=3,
    namespace="ome",
    kinds=(
        Kind("plate", ("plate",), _model("plate", "Plate"), children.plate_children, _rules("plate")),
        Kind("well", ("well",), _model("plate", "Well"), children.well_children, _rules("well")),
        Kind(
            "label-image",
            ("image-label",),
            _model("labels", "LabelImage"),
            _children("label_image_children"),
            _rules("label_image"),
            expected_keys=("multiscales",),
        ),
        Kind("image", ("multiscales",), _model("image", "Image"), _children("image_children"), _rules("image")),
        Kind(
            "scene",
            ("scene", "coordinateSystems", "coordinateTransformations"),
            _model("scene", "Scene"),
            _children("scene_children"),
            _rules("scene"),
        ),
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
    accepts=is_accepted,
    resembles=_resembles,
    sections={
        "version": "metadata",
        "zarr": "storage-format",
        "multiscale": "multiscales-md",
        "dataset": "multiscales-md",
        "coordsys": "coordinate-systems-md",
        "axes": "axes-md",
        "transform": "coord-trafo-md",
        "scene": "scene-md",
        "omero": "omero-md",
        "labels": "labels-md",
        "label": "labels-md",
        "plate": "plate-md",
        "well": "well-md",
        "collection": "bf2raw",
        "series": "bf2raw",
    },
    address="https://ngff.openmicroscopy.org/0.6/index.html",
    load_document=_model("document", "OMEZarrGroupJSON"),
    load_attributes=_model("document", "OMEAttributes"),
    archive_rules=_rules("archive"),
)
