"""Fixes of faults of structure: numbers as text, text as numbers, keys without a value, and slips in required keys."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.fault_hints import as_expected, slip_in
from ngff_core.fixes.examples import image, multiscale
from ngff_core.mending import SAFE, Edit, FixContext, fix
from ngff_core.structure.values import JSON, JSONObject

__all__ = ["STRUCTURE_FIXES"]


def _scaled(scale: JSON) -> JSONObject:
    return multiscale(datasets=[{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": scale}]}])


def _with_channel(**members: JSON) -> JSONObject:
    window = {"start": 0, "end": 255, "min": 0, "max": 255}
    return image(omero={"channels": [{"color": "FF0000", "window": window, **members}]})


def _labeled(value: JSON) -> JSONObject:
    return image(**{"image-label": {"version": "0.4", "colors": [{"label-value": value, "rgba": [255, 0, 0, 255]}]}})


@fix(
    "structure-type",
    safety=SAFE,
    examples=[
        (multiscale(name=7), multiscale(name="7")),
        (_labeled("3"), _labeled(3)),
        (_scaled(["1.0", 2]), _scaled([1.0, 2])),
        (_with_channel(active=1, label=405), _with_channel(active=True, label="405")),
        (_with_channel(label=None), _with_channel()),
    ],
)
def type_as_expected(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write a number as text, text as a number, or what stands for true or false, as is expected; leave out null."""
    meant = as_expected(value, ctx.issue.expected or "")
    if meant is not None:
        yield ctx.put(meant)
    elif value is None and isinstance(ctx.above(), dict):
        yield ctx.remove()


def _without_path(key: str) -> JSONObject:
    data = image()
    (multiscale,) = data["multiscales"]
    (dataset,) = multiscale["datasets"]
    changed = {key if name == "path" else name: value for name, value in dataset.items()}
    return {**data, "multiscales": [{**multiscale, "datasets": [changed]}]}


@fix("structure-missing", safety=SAFE, examples=[(_without_path("Path"), _without_path("path"))])
def required_key(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Give a required key its name, where it is there under one that is a slip for it."""
    slip = slip_in(ctx.issue.hint)
    if slip is not None and isinstance(value, dict) and slip[0] not in value and slip[1] in value:
        yield ctx.put(value[slip[1]], slip[0])
        yield ctx.remove(slip[1])


STRUCTURE_FIXES = (type_as_expected, required_key)
