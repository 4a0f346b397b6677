"""What the early versions have in common for core: the kinds of groups, and how metadata of their shape is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ngff_core.references import Reference
from ngff_core.spec.kinds import EARLY_PLACES, early_kinds
from ngff_core.spec.spec import Children, Look, Patches, Spec
from ngff_core.structure.values import JSONObject
from ngff_core.values import Value

__all__ = ["early_spec"]

_SECTIONS = {
    "version": "metadata",
    "zarr": "image-layout",
    "multiscale": "multiscale-md",
    "dataset": "multiscale-md",
    "axes": "multiscale-md",
    "omero": "omero-md",
    "labels": "labels-md",
    "label": "label-md",
    "plate": "plate-md",
    "well": "well-md",
}


def early_spec(
    version: str,
    package: str,
    address: str,
    *,
    axes: bool,
    separator: str | None = None,
    **children: Children,
) -> Spec:
    """Return the spec of a version whose models are in modules of ``package``: ``image``, ``labels`` and ``plate``.

    ``axes``: the version writes down the axes, as letters; ``separator`` is that of its chunk keys, where it takes
    that to know the version. ``image`` and ``label_image`` name the ``children`` of these kinds, where they are others.
    """
    accepts = Patches(version)
    return Spec(
        version=version,
        zarr_format=2,
        namespace=None,
        kinds=early_kinds(package, **children),
        version_places=EARLY_PLACES,
        accepts=accepts,
        resembles=_Resembles(axes),
        confirms=_Confirms(accepts, separator),
        sections=_SECTIONS,
        address=address,
        write_example=Reference(f"ngff_core.rules.early.examples:{'with_letters' if axes else 'without_axes'}"),
    )


def _first(ome: object, *keys: str) -> JSONObject | None:
    """Return the first entry of the list that keys lead to, if it is an object."""
    for key in keys:
        ome = ome.get(key) if isinstance(ome, dict) else None
    entry = ome[0] if isinstance(ome, list) and ome else None
    return entry if isinstance(entry, dict) else None


@attrs.define(frozen=True, eq=False, repr=False)
class _Resembles(Value):
    """Whether metadata without a version has no axes as objects, no transformations, no well indexes.

    Where there is an image its axes decide further: are there any or not.
    """

    axes: bool

    def __call__(self, ome: Mapping[str, object]) -> bool:
        first = _first(ome, "multiscales")
        if first is not None:
            if "coordinateTransformations" in (_first(first, "datasets") or {}) or _first(first, "axes") is not None:
                return False
            return ("axes" in first) is self.axes
        well = _first(ome, "plate", "wells") or {}
        return "rowIndex" not in well and "columnIndex" not in well


@attrs.define(frozen=True, eq=False, repr=False, slots=False)
class _Confirms(Value):
    """Whether what lies below is of a version, too: chunk keys of an image, the first well of a plate."""

    accepts: Patches
    separator: str | None

    def __call__(self, ome: Mapping[str, object], look: Look) -> bool:
        first = _first(ome, "multiscales")
        if first is not None:
            level = _below("", _first(first, "datasets"), ".zarray", look) if self.separator is not None else None
            return level is None or level.get("dimension_separator", ".") == self.separator
        entry = _first(ome, "plate", "wells") or {}
        well = (_below("", entry, ".zattrs", look) or {}).get("well")
        stated = well.get("version") if isinstance(well, dict) else None
        if stated is None:
            field = _below(entry.get("path", ""), _first(well, "images"), ".zattrs", look)
            stated = (_first(field, "multiscales") or {}).get("version")
        return not isinstance(stated, str) or self.accepts(stated)


def _below(base: str, entry: Mapping[str, object] | None, name: str, look: Look) -> Mapping[str, Any] | None:
    """Return a document of the node that the path of an entry leads to."""
    path = (entry or {}).get("path")
    return look("/".join(filter(None, (base, path, name)))) if isinstance(path, str) else None
