"""Fixes of the paths by which images name their levels."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.examples import image, multiscale
from ngff_core.fixes.places import members, nothing_at
from ngff_core.mending import REMOVED, SAFE, Edit, FixContext, FixExample, fix
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.keys import join

__all__ = ["PATH_FIXES"]

_KNOWN = frozenset(("path", "coordinateTransformations", "type", "scale", "translation", "input", "output", "name"))


def _example(*paths: str) -> FixExample:
    array = ExampleArray((8, 8), names=("y", "x"))
    return FixExample({"": multiscale(datasets=[*map(_level, paths)]), "0": array}, {"": multiscale(), "0": array})


def _level(path: str) -> JSONObject:
    return {**image()["multiscales"][0]["datasets"][0], "path": path}


@fix("dataset-path-relative-resolves", safety=SAFE, examples=[_example("0/"), _example("/0"), _example("0", "1")])
def path_of_level(path: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the path of a level without slashes at the ends, where its array is; take out a level that is not there.

    That is where others are, and nothing lies at the path: the names in the folder have to be known, and all keys.
    An array beside them that is no level of the image may be what was meant: then the level stays.
    """
    if not isinstance(path, str):
        return
    plain = _plain(path)
    if plain and plain != path and _array_at(ctx, plain):
        yield ctx.put(plain)
    elif plain == path and _is_known(ctx.above()) and nothing_at(ctx, join(ctx.node, path)) and _others(ctx):
        yield from [] if _unlisted(ctx, path) else [Edit(ctx.node, ctx.document, ctx.pointer[:-1], REMOVED)]


def _plain(path: str) -> str:
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _is_known(value: JSON) -> bool:
    """Tell whether a level says nothing but what the specification has, so that nothing else is lost with it."""
    if isinstance(value, dict):
        return _KNOWN.issuperset(value) and all(map(_is_known, value.values()))
    return all(map(_is_known, value)) if isinstance(value, list) else True


def _unlisted(ctx: FixContext, path: str) -> bool:
    """Tell whether an array beside the levels, or in the folder that a path leads to, is no level: it may be meant."""
    entries = [entry for _, image in members(ctx.ome(), "multiscales") for _, entry in members(image, "datasets")]
    listed = {_plain(entry["path"]) for entry in entries if isinstance(entry.get("path"), str)}
    for folder in sorted({"", path.rpartition("/")[0]}):
        names = ctx.reading.names(join(ctx.node, folder))
        if names is None or any(_array_at(ctx, p) for p in {join(folder, n.rstrip("/")) for n in names} - listed):
            return True
    return False


def _array_at(ctx: FixContext, path: str) -> bool:
    return ctx.reading.array(join(ctx.node, path)) is not None


def _others(ctx: FixContext) -> bool:
    """Tell whether some other level of the image is there."""
    datasets = ctx.above(2)
    paths = [entry.get("path") for entry in datasets if isinstance(entry, dict)] if isinstance(datasets, list) else []
    return any(isinstance(path, str) and _array_at(ctx, path) for path in paths)


PATH_FIXES = (path_of_level,)
