"""Set what images say of themselves: names, axes and channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from ngff_core.editing.setting.keys import AXIS_TYPE, NAME, PIXEL_SIZE, UNIT, Setting, Window
from ngff_core.editing.setting.noted import Ome
from ngff_core.editing.setting.sizes import axis_names, put_sizes, shape_of, size_of_labels
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.models.image import DatasetMetadata, MultiscaleMetadata
from ngff_core.rules.common import sound
from ngff_core.words import counted, listed

__all__ = ["put_in_image"]


def put_in_image(ome: Ome, settings: Sequence[Setting], *, labels: bool = False) -> None:
    """Note the edits that settings take in an image; ``labels``: one that is chosen with the image it is of."""
    multiscales = list(sound(getattr(ome.node.model, "multiscales", None), MultiscaleMetadata))
    if not multiscales:
        ome.refuse("there is no image that could be read")
        return
    sizes = {setting.who: setting.value for setting in settings if setting.what == PIXEL_SIZE}
    sizes = size_of_labels(ome.node, sizes) if labels else sizes
    for m, multiscale in multiscales:
        if sizes:
            put_sizes(ome, m, multiscale, sizes)
        for setting in settings:
            if setting.what in (UNIT, AXIS_TYPE):
                _put_in_axes(ome, m, multiscale, setting, labels=labels)
    for setting in settings:
        if setting.what == NAME and len(multiscales) > 1:
            ome.refuse(f"there are {len(multiscales)} images in one group, of which each has a name of its own")
        elif setting.what == NAME:
            ome.put(setting.value, "multiscales", 0, NAME)
    channels = [setting for setting in settings if setting.member]
    if channels:
        _put_in_channels(ome, channels)


def _put_in_axes(ome: Ome, m: int, multiscale: MultiscaleMetadata, setting: Setting, *, labels: bool) -> None:
    where = ("multiscales", m, *multiscale.axes_pointer())
    written = ome.at(*where)
    if not isinstance(written, list) or not all(isinstance(axis, dict) for axis in written):
        ome.refuse("this version of OME-Zarr says nothing of axes but their names: upgrade it first (ngff upgrade)")
        return
    names = axis_names(multiscale)
    if not setting.who:
        chosen = [n for n, axis in enumerate(written) if axis.get("type") == "space"]
        if not chosen:
            ome.refuse("there is no axis of the type space: name the axis, as in unit.x")
    else:
        chosen = [n for n, name in enumerate(names) if name == setting.who]
        if not chosen and not labels:
            ome.refuse(f"there is no axis {setting.who!r}, but {listed(names) or 'none at all'}")
    member = "unit" if setting.what == UNIT else "type"
    for n in chosen:
        ome.put(setting.value, *where, n, member)


# --- channels -----------------------------------------------------------------------------------------


def _put_in_channels(ome: Ome, settings: Sequence[Setting]) -> None:
    omero = ome.at("omero")
    channels = omero.get("channels") if isinstance(omero, dict) else None
    made: list[dict[str, Any]] | None = None
    if not isinstance(channels, list):
        length = _channels_of(ome.node)
        if length is None:
            ome.refuse("it is not known how many channels there are")
            return
        channels = made = [{} for _ in range(length)]
    for setting in settings:
        number = _number_of(ome, channels, setting)
        if number is None:
            continue
        value = setting.value
        if isinstance(value, Window):
            value = _window(ome, value, channels[number].get("window"), setting.who)
        if made is not None:
            made[number][setting.member] = value
        elif value is not None:
            ome.put(value, "omero", "channels", number, setting.member)
    if made is not None:
        ome.put(made, "omero", "channels")


def _number_of(ome: Ome, channels: Sequence[Any], setting: Setting) -> int | None:
    """Return the number of the channel that is meant by its number or label; one may have its new label already."""
    who = setting.who
    if who.isascii() and who.isdecimal() and len(who) < 10:
        found = [int(who)] if int(who) < len(channels) else []
    else:
        found = _labelled(channels, who) or (_labelled(channels, setting.value) if setting.member == "label" else [])
    if len(found) == 1 and isinstance(channels[found[0]], dict):
        return found[0]
    labels = [str(channel.get("label", n)) for n, channel in enumerate(channels) if isinstance(channel, dict)]
    there = f"there are {counted(len(found), 'channel')} {who!r}" if found else f"there is no channel {who!r}"
    ome.refuse(f"{there}, but {counted(len(channels), 'channel')}: {listed(labels)}")
    return None


def _labelled(channels: Sequence[Any], label: str) -> list[int]:
    return [n for n, channel in enumerate(channels) if isinstance(channel, dict) and channel.get("label") == label]


def _window(ome: Ome, new: Window, old: object, who: str) -> dict[str, Any] | None:
    there: Mapping[str, Any] = old if isinstance(old, dict) else {}
    if new.min is None and not there.keys() >= {"min", "max"}:
        ome.refuse(f"channel {who} has no window with min and max yet: give START,END,MIN,MAX")
        return None
    return {**there, **{key: value for key, value in attrs.asdict(new).items() if value is not None}}


def _channels_of(node: GroupNode) -> int | None:
    """Return how many channels the first level of an image has: one where there is no axis of them."""
    for _, multiscale in sound(getattr(node.model, "multiscales", None), MultiscaleMetadata):
        types = [getattr(axis, "type", None) for axis in multiscale.array_axes() or ()]
        for _, dataset in sound(multiscale.datasets, DatasetMetadata):
            shape = shape_of(node, dataset)
            if shape is None or len(shape) != len(types):
                return None
            return shape[types.index("channel")] if "channel" in types else 1
    return None
