"""Where an image lies, as its metadata says: to compare it with another one."""

from __future__ import annotations

from typing import Any

from ngff_core.structure.values import JSONObject

__all__ = ["Place", "place_of"]

_NUMBERS = {int, float}
_ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # of what is no metadata of an image

ByAxis = dict[str, tuple[float, float]]


class Place:
    """The place of the first level of an image; worked out when somebody asks, as few images are compared."""

    __slots__ = ("_axes", "_by_axis", "_common", "_own")

    def __init__(self, axes: list[Any], own: list[JSONObject], common: list[JSONObject]) -> None:
        self._axes = axes
        self._own = own
        self._common = common
        self._by_axis: ByAxis | None = None

    def by_axis(self) -> ByAxis:
        """Return the pixel size, and where the first pixel lies; empty where most images say it in another way."""
        if self._by_axis is None:
            try:
                self._by_axis = self._worked_out()
            except _ODD:
                self._by_axis = {}
        return self._by_axis

    def _worked_out(self) -> ByAxis:
        names = [axis["name"] for axis in self._axes]
        size, start = _scale_and_move(self._own)
        if self._common:
            scale, move = _scale_and_move(self._common)
            start = [a * b + c for a, b, c in zip(start, scale, move, strict=True)]
            size = [a * b for a, b in zip(size, scale, strict=True)]
        return dict(zip(names, zip(size, start, strict=True), strict=True))


def place_of(ome: JSONObject) -> Place | None:
    """Return where an image lies by its metadata, which may be changed afterwards; ``None``: it is no single image."""
    try:
        (multiscale,) = ome["multiscales"]
        own = [*map(dict, multiscale["datasets"][0]["coordinateTransformations"])]
        return Place(multiscale["axes"], own, [*map(dict, multiscale.get("coordinateTransformations") or ())])
    except _ODD:
        return None


def _scale_and_move(steps: list[JSONObject]) -> tuple[list[float], list[float]]:
    """Return the numbers of a scale and of the translation behind it, if any; raise ValueError for anything else."""
    kinds = [step["type"] for step in steps]
    scale = steps[0]["scale"]
    move = steps[1]["translation"] if len(steps) > 1 else [0.0] * len(scale)
    if kinds not in (["scale"], ["scale", "translation"]) or not {*map(type, scale), *map(type, move)} <= _NUMBERS:
        raise ValueError("it is said in another way")
    return scale, move
