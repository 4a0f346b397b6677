"""What core needs to know of OME-NGFF 0.4: kinds of groups, where versions stand, sections of the text."""

from __future__ import annotations

from collections.abc import Mapping

from ngff_core.spec import SECTIONS, Spec, patches_of, standard_kinds
from ngff_core.spec.kinds import EARLY_PLACES, PARTICULARS
from ngff_core.structure.values import JSON

__all__ = ["SPEC"]


def _resembles(ome: Mapping[str, JSON]) -> bool:
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
    kinds=standard_kinds("ngff_v04", strip=PARTICULARS),
    version_places=EARLY_PLACES,
    accepts=patches_of("0.4"),
    resembles=_resembles,
    sections={**SECTIONS, "zarr": "on-disk", "label": "label-md"},
    address="https://ngff.openmicroscopy.org/0.4/index.html",
)
