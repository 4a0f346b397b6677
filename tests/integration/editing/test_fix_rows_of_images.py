"""The rows of deviations seen in real data, on versions, places, axes, levels and rendering, that have one repair."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from ngff_core.editing.fixing import plan_fix
from ngff_core.json_text import loads
from ngff_core.plugins import Registry
from ngff_core.stores import MemoryStore
from ngff_core.testing.documents import array, build_store

REGISTRY = Registry()
KEY = "coordinateTransformations"
BOTH, EARLY, LATE = ("0.4", "0.5"), ("0.4",), ("0.5",)
_WINDOW = {"min": 0, "start": 0, "end": 255, "max": 255}
_CHANNEL = {"label": "DAPI", "color": "0000FF", "window": _WINDOW}
_OMERO = {"channels": [_CHANNEL] * 3, "vendor": 1}

Attributes = dict[str, Any]
Edit = Callable[[Attributes], object]


def _sound(version: str) -> Attributes:
    """Return the attributes of an image without any finding, with keys that nobody knows."""
    kinds = {"c": "channel"}
    units = {"c": {}}
    multiscale: dict[str, Any] = {
        "name": "cells",
        "type": "gaussian",
        "metadata": {"method": "mean"},
        "axes": [
            {"name": n, "type": kinds.get(n, "space"), **units.get(n, {"unit": "micrometer"}), "_lab": n} for n in "cyx"
        ],
        "datasets": [
            {"path": str(n), KEY: [{"type": "scale", "scale": [1.0, 2.0**n, 2.0**n]}], "_lab": n} for n in range(2)
        ],
        "_creator": {"name": "a program"},
    }
    if version == "0.4":
        return {"multiscales": [{"version": "0.4", **multiscale}], "omero": copy.deepcopy(_OMERO), "vendor": 1}
    ome = {"version": "0.5", "multiscales": [multiscale], "omero": copy.deepcopy(_OMERO)}
    return {"ome": ome, "vendor": 1}


def _m(attributes: Attributes) -> Attributes:
    found: Attributes = attributes.get("ome", attributes)["multiscales"][0]
    return found


def _channel(attributes: Attributes) -> Attributes:
    found: Attributes = attributes.get("ome", attributes)["omero"]["channels"][1]
    return found


def _level(attributes: Attributes, index: int = 0) -> Attributes:
    found: Attributes = _m(attributes)["datasets"][index]
    return found


@attrs.frozen
class Row:
    """A deviation: how sound metadata is changed, and what fixes make of it where that is not what it was."""

    number: int
    title: str
    before: Edit
    after: Edit = lambda attributes: None
    versions: tuple[str, ...] = BOTH
    left: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.number}-{self.title}"


def _axis(index: int, **members: Any) -> Edit:
    """Return what puts members into an axis; an ellipsis takes one out."""

    def change(attributes: Attributes) -> None:
        axis = _m(attributes)["axes"][index]
        axis.update(members)
        for key in [key for key, value in members.items() if value is ...]:
            del axis[key]

    return change


def _both(*edits: Edit) -> Edit:
    def change(attributes: Attributes) -> None:
        for edit in edits:
            edit(attributes)

    return change


def _omero(attributes: Attributes) -> None:
    attributes["omero"] = attributes["ome"].pop("omero")


def _flat(attributes: Attributes) -> None:
    ome = attributes.pop("ome")
    attributes.update({"multiscales": [{"version": "0.4", **ome["multiscales"][0]}], "omero": ome["omero"]})


def _moved(attributes: Attributes) -> None:
    moves = {"type": "translation", "translation": [0, 3, 3]}
    for index in range(2):
        _level(attributes, index)[KEY].insert(0, {**moves, "translation": [0, 6 >> index, 6 >> index]})


def _behind(attributes: Attributes) -> None:
    for index in range(2):
        _level(attributes, index)[KEY].append({"type": "translation", "translation": [0.0, 6.0, 6.0]})


def _window(attributes: Attributes, *keys: str) -> None:
    _channel(attributes)["window"] = {key: value for key, value in _WINDOW.items() if key not in keys}


_WHOLE = {"min": 0, "start": 0, "end": 65535, "max": 65535}
UNITS = ("um", "µm", "μm", "micron", "microns", "Micrometer")

ROWS = [
    Row(1, "no version", lambda a: _m(a).pop("version"), versions=EARLY),
    Row(2, "version as number", lambda a: _m(a).update(version=0.4), versions=EARLY),
    Row(2, "version as number", lambda a: a["ome"].update(version=0.5), versions=LATE),
    Row(3, "version null", lambda a: _m(a).update(version=None), versions=EARLY),
    Row(3, "version null", lambda a: a["ome"].update(version=None), versions=LATE),
    Row(5, "no version", lambda a: a["ome"].pop("version"), versions=LATE),
    Row(
        6,
        "version in multiscales alone",
        _both(lambda a: a["ome"].pop("version"), lambda a: _m(a).update(version="0.5")),
        lambda a: _m(a).update(version="0.5"),
        LATE,
    ),
    Row(7, "version left in multiscales", lambda a: _m(a).update(version="0.4"), versions=LATE),
    Row(12, "keys of 0.4 in Zarr v3", _flat, versions=LATE),
    Row(13, "two copies", lambda a: a.update(multiscales=[{"version": "0.4", **_m(a)}]), versions=LATE),
    Row(13, "two copies", lambda a: a.update(ome={"multiscales": copy.deepcopy(a["multiscales"])}), versions=EARLY),
    Row(14, "omero beside ome", _omero, versions=LATE),
    Row(19, "a collection's mark", lambda a: a.get("ome", a).update({"bioformats2raw.layout": 3})),
    Row(25, "no type", _axis(1, type=...)),
    Row(25, "no type of the channel", _axis(0, type=...)),
    Row(25, "type null", _axis(2, type=None)),
    Row(25, "type in capitals", _axis(2, type="Space")),
    Row(
        27,
        "axes as text",
        lambda a: _m(a).update(axes=["c", "y", "x"]),
        lambda a: _m(a).update(axes=[{"name": n, "type": "channel" if n == "c" else "space"} for n in "cyx"]),
        left=("axes-unit-present",) * 2,
    ),
    *(Row(31, f"unit {unit}", _axis(1, unit=unit)) for unit in UNITS),
    *(
        Row(number, f"unit {unit!r}", _axis(1, unit=unit), _axis(1, unit=...), left=("axes-unit-present",))
        for number, unit in ((32, "pixel"), (33, " "), (34, None))
    ),
    Row(35, "units", _both(_axis(1, unit=...), _axis(1, units="micrometer"))),
    Row(
        36,
        "unit in a transformation",
        _both(_axis(1, unit=...), lambda a: _level(a)[KEY][0].update(unit="um")),
        lambda a: _level(a)[KEY][0].update(unit="um"),
    ),
    Row(37, "translation before scale", _moved, _behind),
    Row(39, "empty list", lambda a: _m(a).update({KEY: []})),
    Row(39, "null", lambda a: _m(a).update({KEY: None})),
    Row(48, "coarse level first", lambda a: _m(a)["datasets"].reverse()),
    Row(61, "no window", lambda a: _channel(a).pop("window"), lambda a: _channel(a).update(window=_WHOLE)),
    Row(62, "no min and max", lambda a: _window(a, "min", "max")),
    Row(62, "no start and end", lambda a: _window(a, "start", "end")),
    Row(63, "no color", lambda a: _channel(a).pop("color"), lambda a: _channel(a).update(color="FFFFFF")),
    Row(63, "color with a hash", lambda a: _channel(a).update(color="#0000ff")),
    Row(63, "color as a number", lambda a: _channel(a).update(color=255)),
    Row(66, "NaN in a window", lambda a: _channel(a)["window"].update(max=float("nan"))),
]


def _documents(attributes: Attributes, version: str) -> dict[str, bytes]:
    nodes = {"": None, **{str(n): array((3, 8 >> n, 8 >> n), "uint16", ("c", "y", "x")) for n in range(2)}}
    group = {"zarr_format": 3, "node_type": "group", "attributes": attributes}
    name, value = (".zattrs", attributes) if version == "0.4" else ("zarr.json", group)
    return build_store(REGISTRY.spec(version), nodes, {name: json.dumps(value).encode()})


@pytest.mark.parametrize("version", BOTH)
def test_the_image_is_sound(version: str) -> None:
    plan = plan_fix(MemoryStore(_documents(_sound(version), version)), registry=REGISTRY)
    assert not plan.before.issues
    assert not list(plan.writes)


@pytest.mark.parametrize(("row", "version"), [(row, version) for row in ROWS for version in row.versions], ids=str)
def test_a_row_is_mended_and_nothing_else_changes(row: Row, version: str) -> None:
    broken, expected = _sound(version), _sound(version)
    row.before(broken)
    row.after(expected)
    plan = plan_fix(MemoryStore(_documents(broken, version)), registry=REGISTRY)
    (write,) = plan.writes
    value = loads(write.new or b"")
    assert (value if version == "0.4" else value["attributes"]) == expected
    assert sorted(issue.ids[-1] for issue in plan.after.issues) == list(row.left)
    again = plan_fix(MemoryStore({**_documents(broken, version), write.key: write.new or b""}), registry=REGISTRY)
    assert not list(again.writes)
