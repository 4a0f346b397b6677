"""Fixes of the paths by which images name their levels."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.examples import image, multiscale
from ngff_core.fixes.places import nothing_at
from ngff_core.mending import REMOVED, SAFE, Edit, FixContext, FixExample, fix
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.keys import join

__all__ = ["PATH_FIXES"]

_KNOWN = frozenset(("path", "coordinateTransformations"))


def _example(*paths: str) -> FixExample:
    array = ExampleArray((8, 8), names=("y", "x"))
    return FixExample({"": multiscale(datasets=[*map(_level, paths)]), "0": array}, {"": multiscale(), "0": array})


def _level(path: str) -> JSONObject:
    return {**image()["multiscales"][0]["datasets"][0], "path": path}


@fix("dataset-path-relative-resolves", safety=SAFE, examples=[_example("0/"), _example("/0"), _example("0", "1")])
def path_of_level(path: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the path of a level without slashes at the ends, where its array is; take out a level that is not there.

    That is where others are, and nothing lies at the path: the names in the folder have to be known, and all keys.
    """
    if not isinstance(path, str):
        return
    plain = "/".join(part for part in path.split("/") if part not in ("", "."))
    if plain and plain != path and _array_at(ctx, plain):
        yield ctx.put(plain)
    elif plain == path and _KNOWN.issuperset(ctx.above()) and nothing_at(ctx, join(ctx.node, path)) and _others(ctx):
        yield Edit(ctx.node, ctx.document, ctx.pointer[:-1], REMOVED)


def _array_at(ctx: FixContext, path: str) -> bool:
    return ctx.reading.array(join(ctx.node, path)) is not None


def _others(ctx: FixContext) -> bool:
    """Tell whether some other level of the image is there."""
    datasets = ctx.above(2)
    paths = [entry.get("path") for entry in datasets if isinstance(entry, dict)] if isinstance(datasets, list) else []
    return any(isinstance(path, str) and _array_at(ctx, path) for path in paths)


PATH_FIXES = (path_of_level,)
