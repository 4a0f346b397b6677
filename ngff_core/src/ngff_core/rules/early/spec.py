"""What the early versions have in common for core: the kinds of groups, and how metadata of their shape is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ngff_core.models import children
from ngff_core.spec.spec import Children, Kind, Look, Spec, models_of, patches_of, rules_of

__all__ = ["early_spec"]


def early_spec(
    version: str,
    package: str,
    address: str,
    *,
    axes: bool,
    separator: str | None = None,
    image: Children = children.image_children,
    label_image: Children = children.label_image_children,
) -> Spec:
    """Return the spec of a version whose models and rules are in modules of ``package``.

    Those modules are ``image``, ``labels`` and ``plate``, and ``rules`` with a function for each kind. ``axes``:
    the version writes down the axes, as letters; ``separator`` is that of its chunk keys, where it takes that to know
    the version. ``image`` and ``label_image`` name the children of these kinds.
    """

    load, rules, accepts = models_of(package), rules_of(package), patches_of(version)
    return Spec(
        version=version,
        zarr_format=2,
        namespace=None,
        kinds=(
            Kind("plate", ("plate",), load("plate", "Plate"), children.early_plate_children, rules("plate")),
            Kind("well", ("well",), load("plate", "Well"), children.well_children, rules("well")),
            Kind(
                "label-image",
                ("image-label",),
                load("labels", "LabelImage"),
                label_image,
                rules("label_image"),
                expected_keys=("multiscales",),
            ),
            Kind("image", ("multiscales",), load("image", "Image"), image, rules("image")),
            Kind(
                "labels-group",
                ("labels",),
                load("labels", "LabelsGroup"),
                children.labels_children,
                rules("labels_group"),
                always_as="labels-group",
            ),
        ),
        version_places=(
            ("multiscales", 0, "version"),
            ("plate", "version"),
            ("well", "version"),
            ("image-label", "version"),
        ),
        accepts=accepts,
        resembles=lambda ome: _resembles(ome, axes),
        confirms=lambda ome, look: _confirms(ome, look, accepts, separator),
        sections=_SECTIONS,
        address=address,
        write_example=lambda data: _rewritten(data, axes),
    )


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


def _first(ome: Any, *keys: str) -> dict[str, Any] | None:
    """Return the first entry of the list that keys lead to, if it is an object."""
    for key in keys:
        ome = ome.get(key) if isinstance(ome, dict) else None
    entry = ome[0] if isinstance(ome, list) and ome else None
    return entry if isinstance(entry, dict) else None


def _resembles(ome: Mapping[str, Any], axes: bool) -> bool:
    """Tell whether metadata without a version has no axes as objects, no transformations, no well indexes.

    Where there is an image its axes decide further: are there any or not.
    """
    first = _first(ome, "multiscales")
    if first is not None:
        if "coordinateTransformations" in (_first(first, "datasets") or {}) or _first(first, "axes") is not None:
            return False
        return ("axes" in first) is axes
    well = _first(ome, "plate", "wells") or {}
    return "rowIndex" not in well and "columnIndex" not in well


def _confirms(ome: Mapping[str, Any], look: Look, accepts: Callable[[str], bool], separator: str | None) -> bool:
    """Tell whether what lies below is of a version, too: chunk keys of an image, the first well of a plate."""
    first = _first(ome, "multiscales")
    if first is not None:
        level = _below("", _first(first, "datasets"), ".zarray", look) if separator is not None else None
        return level is None or level.get("dimension_separator", ".") == separator
    entry = _first(ome, "plate", "wells") or {}
    well = (_below("", entry, ".zattrs", look) or {}).get("well")
    stated = well.get("version") if isinstance(well, dict) else None
    if stated is None:
        field = _below(entry.get("path", ""), _first(well, "images"), ".zattrs", look)
        stated = (_first(field, "multiscales") or {}).get("version")
    return not isinstance(stated, str) or accepts(stated)


def _below(base: str, entry: Mapping[str, Any] | None, name: str, look: Look) -> Mapping[str, Any] | None:
    """Return a document of the node that the path of an entry leads to."""
    path = (entry or {}).get("path")
    return look("/".join(filter(None, (base, path, name)))) if isinstance(path, str) else None


def _rewritten(data: Any, axes: bool) -> Any:
    from ngff_core.rules.early.examples import rewritten

    return rewritten(data, axes=axes)
