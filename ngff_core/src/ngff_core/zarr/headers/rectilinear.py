"""The chunk grid `rectilinear` of the registry of extensions: the edges of the chunks of each dimension."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.issues.pointer import Pointer
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import counted
from ngff_core.zarr.headers.problem import Problem, is_whole, wrong

__all__ = ["rectilinear_problems"]

KEYS = {"kind": '"inline"', "chunk_shapes": "an array of the edges of each dimension"}
EDGES = "an integer above 0, or an array of these and of [edge, how often]"


def rectilinear_problems(configuration: JSONObject, shape: JSON, rule: str, at: Pointer) -> Iterator[Problem]:
    """Yield what is wrong with the configuration of the grid of an array of a shape."""
    for key in KEYS:
        if key not in configuration:
            yield Problem(rule, at, f"the rectilinear chunk grid has no {key}", expected=f'"{key}": {KEYS[key]}')
    where = (*at, "configuration")
    for key in configuration:
        if key not in KEYS:
            message = f"a rectilinear chunk grid has no setting {key!r}"
            yield Problem(rule, (*where, key), message, key, ", ".join(KEYS))
    if configuration.get("kind", "inline") != "inline":
        yield wrong(rule, (*where, "kind"), configuration["kind"], KEYS["kind"])
    if "chunk_shapes" in configuration:
        yield from _shapes_problems(configuration["chunk_shapes"], shape, rule, (*where, "chunk_shapes"))


def _shapes_problems(shapes: JSON, shape: JSON, rule: str, at: Pointer) -> Iterator[Problem]:
    if not isinstance(shapes, list):
        yield wrong(rule, at, shapes, KEYS["chunk_shapes"])
        return
    extents = shape if isinstance(shape, list) else None
    if extents is not None and len(extents) != len(shapes):
        message = f"{counted(len(shapes), 'dimension')} in chunk_shapes for {counted(len(extents), 'dimension')}"
        yield Problem(rule, at, message, str(len(shapes)), str(len(extents)))
        extents = None
    for index, edges in enumerate(shapes):
        extent = extents[index] if extents is not None and is_whole(extents[index]) else None
        yield from _edge_problems(edges, extent, rule, (*at, index))


def _edge_problems(edges: JSON, extent: int | None, rule: str, at: Pointer) -> Iterator[Problem]:
    """Yield what is wrong with the edges of the chunks along a dimension; they may end behind it."""
    if _is_edge(edges):
        return
    if not isinstance(edges, list) or not all(_is_edge(edge) or _is_run(edge) for edge in edges):
        yield wrong(rule, at, edges, EDGES, "the edges of the chunks along a dimension")
        return
    covered = sum(edge[0] * edge[1] if isinstance(edge, list) else edge for edge in edges)
    if extent is not None and covered < extent:
        message = f"the chunks along a dimension of {extent} end at {covered}"
        yield Problem(rule, at, message, str(covered), f"at least {extent}")


def _is_edge(value: JSON) -> bool:
    return is_whole(value) and value > 0


def _is_run(value: JSON) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_edge, value))
