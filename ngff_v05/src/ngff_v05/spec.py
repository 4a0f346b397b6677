"""What core needs to know of OME-NGFF 0.5: kinds of groups, where versions stand, sections of the text."""

from __future__ import annotations

from collections.abc import Mapping

from ngff_core.references import Reference
from ngff_core.spec import SECTIONS, Spec, patches_of, standard_kinds
from ngff_core.spec.kinds import PARTICULARS
from ngff_core.structure.values import JSON

__all__ = ["SPEC"]


def _resembles(ome: Mapping[str, JSON]) -> bool:
    """Tell whether metadata without a version is of the shape of 0.5: no named coordinate systems."""
    multiscales = ome.get("multiscales")
    first = multiscales[0] if isinstance(multiscales, list) and multiscales else None
    return not (isinstance(first, dict) and "coordinateSystems" in first) and "scene" not in ome


SPEC = Spec(
    version="0.5",
    zarr_format=3,
    namespace="ome",
    kinds=standard_kinds("ngff_v05", strip=PARTICULARS),
    version_places=(("version",),),
    accepts=patches_of("0.5"),
    resembles=_resembles,
    sections=SECTIONS,
    address="https://ngff.openmicroscopy.org/0.5/index.html",
    document=Reference("ngff_v05.document:OMEZarrGroupJSON"),
    attributes=Reference("ngff_v05.document:OMEAttributes"),
)
