"""Examples of shared rules as the early versions write them: axes are letters or not there, wells have no indexes."""

from __future__ import annotations

import attrs

from ngff_core.checking.example import ExampleArray
from ngff_core.models.early import LETTERS
from ngff_core.structure.values import JSON, JSONObject

__all__ = ["rewritten", "with_letters", "without_axes"]

_LATER = ("coordinateTransformations", "rowIndex", "columnIndex")


def with_letters(data: JSON) -> JSON:
    """Return an example as a version writes it whose axes are letters."""
    return rewritten(data, axes=True)


def without_axes(data: JSON) -> JSON:
    """Return an example as a version writes it whose axes go without saying."""
    return rewritten(data, axes=False)


def rewritten(data: JSON, *, axes: bool) -> JSON:
    """Return an example without what came later; ``axes``: axes are written down, as letters.

    Without them arrays get the five dimensions t, c, z, y, x, with one pixel along those that are not named.
    """
    if not axes and isinstance(data, dict):
        data = {**data, **_five_dimensional(data)}
    return _plain(data, axes)


def _plain(value: JSON, axes: bool) -> JSON:
    if isinstance(value, list):
        return [_plain(item, axes) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _plain(item, axes) for key, item in value.items() if key not in _LATER}
    named = value.get("axes")
    if isinstance(named, list) and any(isinstance(axis, dict) for axis in named):
        kept["axes"] = [axis.get("name") if isinstance(axis, dict) else axis for axis in named]
        if not axes:
            del kept["axes"]
    return kept


def _five_dimensional(nodes: JSONObject) -> dict[str, ExampleArray]:
    """Return the arrays of the images of a hierarchy whose axes are objects, by path."""
    found = {}
    for path, group in nodes.items():
        multiscales = group.get("multiscales") if isinstance(group, dict) else None
        for multiscale in multiscales if isinstance(multiscales, list) else ():
            names = [axis["name"] for axis in multiscale.get("axes", ()) if isinstance(axis, dict)]
            for dataset in multiscale.get("datasets", ()):
                level = "/".join(filter(None, (path, dataset["path"].strip("/"))))
                array = nodes.get(level)
                if isinstance(array, ExampleArray) and len(array.shape) == len(names) and set(names) <= set(LETTERS):
                    found[level] = _spread(array, names)
    return found


def _spread(array: ExampleArray, names: list[str]) -> ExampleArray:
    def along(sizes: tuple[int, ...]) -> tuple[int, ...]:
        known = dict(zip(names, sizes, strict=True))
        return tuple(known.get(letter, 1) for letter in LETTERS)

    chunks = array.chunks
    if chunks is not None and len(chunks) == len(names):
        chunks = along(chunks)
    return attrs.evolve(array, shape=along(array.shape), chunks=chunks)
