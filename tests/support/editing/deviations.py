"""What real data does that the specification does not say, and that has one obvious repair: done to sound metadata."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

__all__ = ["OF_IMAGES", "OF_PLATES", "Attributes", "Deviation"]

KEY = "coordinateTransformations"
Attributes = dict[str, Any]
Deviation = Callable[[st.DrawFn, Attributes, str], None]
"""Changes the attributes of a group of a version; leaves them alone where they have nothing to do it to."""


def _ome(attributes: Attributes) -> dict[str, Any]:
    found: dict[str, Any] = attributes.get("ome", attributes)
    return found


def _multiscale(attributes: Attributes) -> dict[str, Any]:
    found: dict[str, Any] = _ome(attributes)["multiscales"][0]
    return found


def _axis(draw: st.DrawFn, attributes: Attributes) -> dict[str, Any]:
    axis: dict[str, Any] = draw(st.sampled_from(_multiscale(attributes)["axes"]))
    return axis if isinstance(axis, dict) else {}


def _channels(attributes: Attributes) -> list[Any]:
    return list(_ome(attributes).get("omero", {}).get("channels", ()))


# --- versions and places ------------------------------------------------------------------------------


def _no_version(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    (_multiscale(attributes) if version == "0.4" else _ome(attributes)).pop("version", None)


def _version_as(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    value = draw(st.sampled_from([float(version), None]))
    (_multiscale(attributes) if version == "0.4" else _ome(attributes))["version"] = value


def _version_inside(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    if version != "0.4":
        _multiscale(attributes)["version"] = draw(st.sampled_from(["0.4", 0.4, version]))


def _flat(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    if version != "0.4":
        ome = attributes.pop("ome", {})
        ome.pop("version", None)
        attributes.update({key: ome.pop(key) for key in ("multiscales", "omero", "image-label") if key in ome})
        attributes.update(ome)


def _twice(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    other = copy.deepcopy(_multiscale(attributes))
    if version == "0.4":
        attributes["ome"] = {"multiscales": [other]}
    elif "ome" in attributes:
        attributes["multiscales"] = [{**other, "version": "0.4"}]


def _omero_beside(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    if "omero" in attributes.get("ome", {}):
        attributes["omero"] = attributes["ome"].pop("omero")


def _layout(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    _ome(attributes)["bioformats2raw.layout"] = 3


# --- axes ---------------------------------------------------------------------------------------------


def _no_type(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    axis = _axis(draw, attributes)
    if axis.get("name") in ("t", "c", "z", "y", "x"):
        if draw(st.booleans()):
            axis["type"] = None
        else:
            axis.pop("type", None)


def _axes_as_text(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    axes = _multiscale(attributes)["axes"]
    if not any(isinstance(axis, dict) and (axis.get("name") == "angle" or "unit" in axis) for axis in axes):
        _multiscale(attributes)["axes"] = [axis["name"] if isinstance(axis, dict) else axis for axis in axes]


def _unit(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    axis = _axis(draw, attributes)
    if axis.get("unit") == "micrometer":
        axis["unit"] = draw(st.sampled_from(["um", "µm", "μm", "micron", "Microns", "micrometre", "Micrometer "]))
    elif axis.get("unit") == "second":
        axis["unit"] = draw(st.sampled_from(["s", "sec", "Seconds"]))


def _no_unit(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    axis = _axis(draw, attributes)
    if axis.get("type") in ("space", "time") and "unit" not in axis:
        axis["unit"] = draw(st.sampled_from(["pixel", " ", "", None]))


def _units(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    axis = _axis(draw, attributes)
    if isinstance(axis.get("unit"), str):
        axis["units"] = axis.pop("unit")


# --- levels and transformations -----------------------------------------------------------------------


def _translation_first(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    level = draw(st.sampled_from(_multiscale(attributes)["datasets"]))
    level[KEY].reverse()


def _empty_list(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    if KEY not in _multiscale(attributes):
        _multiscale(attributes)[KEY] = draw(st.sampled_from([[], None]))


def _coarse_first(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    _multiscale(attributes)["datasets"] = draw(st.permutations(_multiscale(attributes)["datasets"]))


def _numbers_as_text(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    scale = draw(st.sampled_from(_multiscale(attributes)["datasets"]))[KEY][0].get("scale")
    index = draw(st.integers(0, 4))
    if isinstance(scale, list) and index < len(scale) and isinstance(scale[index], int):
        scale[index] = str(scale[index])


# --- rendering settings -------------------------------------------------------------------------------


def _window(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    for channel in _channels(attributes):
        broken = draw(st.sampled_from(["none", "null", "min", "max", "start", "end", "nan"]))
        if broken == "none":
            channel.pop("window", None)
        elif broken == "null":
            channel["window"] = None
        elif broken == "nan":
            channel["window"] = {**(channel.get("window") or {}), "max": None}
        elif isinstance(channel.get("window"), dict):
            channel["window"].pop(broken, None)


def _color(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    for channel in _channels(attributes):
        color = draw(st.sampled_from(["#FF0000", 255, [0, 255, 0], None, "", "red", "f0f"]))
        if color == "":
            channel.pop("color", None)
        else:
            channel["color"] = color


# --- plates -------------------------------------------------------------------------------------------


def _well(draw: st.DrawFn, attributes: Attributes) -> dict[str, Any]:
    well: dict[str, Any] = draw(st.sampled_from(_ome(attributes)["plate"]["wells"]))
    return well


def _no_index(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    _well(draw, attributes).pop(draw(st.sampled_from(["rowIndex", "columnIndex"])), None)


def _index_as(draw: st.DrawFn, attributes: Attributes, version: str) -> None:
    well, key = _well(draw, attributes), draw(st.sampled_from(["rowIndex", "columnIndex"]))
    if isinstance(well.get(key), int):
        well[key] = str(well[key])


OF_IMAGES: tuple[Deviation, ...] = (
    _no_version,
    _version_as,
    _version_inside,
    _layout,
    _no_type,
    _axes_as_text,
    _unit,
    _no_unit,
    _units,
    _translation_first,
    _empty_list,
    _coarse_first,
    _numbers_as_text,
    _window,
    _color,
    _omero_beside,
    _twice,
    _flat,
)
"""Those that concern all metadata come last: of two copies that differ, none is the obvious one."""

OF_PLATES: tuple[Deviation, ...] = (_no_index, _index_as)
