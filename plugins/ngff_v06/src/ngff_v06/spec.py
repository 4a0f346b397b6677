"""What core needs to know of OME-NGFF 0.6: kinds of groups, where versions stand, sections of the text."""

from __future__ import annotations

from collections.abc import Mapping

from ngff_core.references import Reference
from ngff_core.spec import SECTIONS, Kind, Spec, standard_kinds
from ngff_core.structure.values import JSON
from ngff_v06.version import DRAFTS, VERSION, is_accepted

__all__ = ["SPEC"]


def _resembles(ome: Mapping[str, JSON]) -> bool:
    """Tell whether metadata without a version is of the shape of 0.6: named coordinate systems, or a scene."""
    multiscales = ome.get("multiscales")
    first = multiscales[0] if isinstance(multiscales, list) and multiscales else None
    return (isinstance(first, dict) and "coordinateSystems" in first) or "scene" in ome


SPEC = Spec(
    version=VERSION,
    zarr_format=3,
    namespace="ome",
    kinds=standard_kinds(
        "ngff_v06.models",
        image=Reference("ngff_v06.children:image_children"),
        label_image=Reference("ngff_v06.children:label_image_children"),
        more=(
            Kind(
                "scene",
                ("scene", "coordinateSystems", "coordinateTransformations"),
                Reference("ngff_v06.models.scene:Scene"),
                Reference("ngff_v06.children:scene_children"),
            ),
        ),
    ),
    version_places=(("version",),),
    accepts=is_accepted,
    drafts=DRAFTS,
    resembles=_resembles,
    sections={
        **SECTIONS,
        "multiscale": "multiscales-md",
        "dataset": "multiscales-md",
        "coordsys": "coordinate-systems-md",
        "transform": "coord-trafo-md",
        "scene": "scene-md",
    },
    address="https://ngff.openmicroscopy.org/0.6/index.html",
    document=Reference("ngff_v06.models.document:OMEZarrGroupJSON"),
    attributes=Reference("ngff_v06.models.document:OMEAttributes"),
)
