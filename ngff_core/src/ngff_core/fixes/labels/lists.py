"""Fixes of the groups that list label images: what is there is listed, and what is not there is not."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.examples import image
from ngff_core.fixes.places import group_at, image_at, nothing_at
from ngff_core.mending import REMOVED, SAFE, Edit, FixContext, FixExample, fix
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.keys import NODE_KEYS, join
from ngff_core.zarr.paths import resolve_path

__all__ = ["LABEL_LIST_FIXES"]

_GROUP = "labels"


def _example(before: JSON, after: JSON, *names: str) -> FixExample:
    images: JSONObject = {f"labels/{name}": image(**{"image-label": {}}) for name in names}
    images |= {f"labels/{name}/0": ExampleArray((8, 8), "uint32", ("y", "x")) for name in names}
    return FixExample({"": image(), _GROUP: before, **images}, {"": image(), _GROUP: after, **images})


def _images(ctx: FixContext) -> list[str] | None:
    """Return the names of the images directly in the group, numbers in their order; ``None``: they are not known."""
    names = ctx.reading.names(ctx.node)
    if names is None:
        return None
    folders = [name[:-1] for name in names if name.endswith("/") and not name.startswith(".")]
    there = [name for name in folders if image_at(ctx, join(ctx.node, name)) and group_at(ctx, join(ctx.node, name))]
    return sorted(there, key=lambda name: (not name.isdecimal(), int(name) if name.isdecimal() else 0, name))


def _unlisted(listed: JSON, ctx: FixContext) -> list[str]:
    """Return the names of images that are there and are not in a list."""
    entries = listed if isinstance(listed, list) else []
    plain = [resolve_path("", entry.strip("/")) or "" for entry in entries if isinstance(entry, str)]
    firsts = {path.partition("/")[0] for path in plain}
    return [name for name in _images(ctx) or () if name not in firsts]


@fix(
    "labels-all-listed",
    safety=SAFE,
    examples=[_example({"labels": ["cells"]}, {"labels": ["cells", "nuclei"]}, "cells", "nuclei")],
    versions=("0.5", "0.6"),
)
def list_images(listed: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Add the label images that are there to the list."""
    missing = _unlisted(listed, ctx)
    if missing and isinstance(listed, list):
        yield ctx.put([*listed, *missing])


@fix(
    "labels-key-present",
    safety=SAFE,
    examples=[
        _example({"note": "a"}, {"note": "a", "labels": ["cells"]}, "cells"),
        _example({}, {"labels": ["a"]}, "a"),
    ],
)
def make_list(group: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the list of the label images that are there; a group in which nothing is at all goes."""
    there = _images(ctx)
    if there:
        yield ctx.put_ome(there, "labels")
    elif there == []:
        yield from _take_away(ctx)


@fix(
    "labels-nonempty",
    safety=SAFE,
    examples=[
        _example({"labels": []}, {"labels": ["cells"]}, "cells"),
        FixExample({"": image(), _GROUP: {"labels": []}}, {"": image()}),
    ],
)
def empty_group(listed: JSON, ctx: FixContext) -> Iterator[Edit]:
    """List the label images that are there; a group in which nothing is at all goes, unless it has other metadata."""
    there = _images(ctx)
    if listed == [] and there:
        yield ctx.put(there)
    elif listed == [] and there == []:
        yield from _take_away(ctx)


def _take_away(ctx: FixContext) -> Iterator[Edit]:
    """Yield the edits that take the documents of an empty group away, which say nothing of their own."""
    documents = NODE_KEYS[ctx.spec.zarr_format]
    if not ctx.node or set(ctx.reading.names(ctx.node) or ()) - set(documents):
        return
    held = {name: ctx.reading.document(ctx.node, name) for name in documents}
    there = {name: value for name, value in held.items() if value is not REMOVED}
    if all(_says_nothing(value, ctx) for value in there.values()):
        yield from [Edit(ctx.node, name, (), REMOVED) for name in there]


def _says_nothing(document: JSON, ctx: FixContext) -> bool:
    """Tell whether a document of a labels group holds nothing but that it is one, of a version, with an empty list."""
    if not isinstance(document, dict):
        return False
    attributes = document.get("attributes", {}) if ctx.spec.zarr_format == 3 else document
    ome = attributes.get(ctx.spec.namespace, {}) if ctx.spec.namespace and isinstance(attributes, dict) else attributes
    more = set(document) - {"zarr_format", "node_type", "attributes", "labels"}
    beside = set(attributes) - {ctx.spec.namespace, "zarr_format", "labels"} if isinstance(attributes, dict) else {"?"}
    known = (
        isinstance(ome, dict) and not set(ome) - {"version", "labels", "zarr_format"} and ome.get("labels", []) == []
    )
    return known and not beside and not (more if ctx.spec.zarr_format == 3 else set())


@fix(
    "labels-paths-resolve",
    safety=SAFE,
    examples=[
        _example({"labels": ["cells", "gone"]}, {"labels": ["cells"]}, "cells"),
        _example({"labels": ["/cells/"]}, {"labels": ["cells"]}, "cells"),
        _example({"labels": ["./cells"]}, {"labels": ["cells"]}, "cells"),
    ],
)
def unlist(path: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Take a label image out of the list of which nothing is there; write its path without slashes and dots too many.

    Only where the names in its folder are known: something may be there that has lost its document. Nor while there is
    an image that is not listed: it may be the one that is meant.
    """
    if not isinstance(path, str):
        return
    plain = resolve_path("", path.strip("/"))
    if plain and plain != path and image_at(ctx, join(ctx.node, plain)):
        listed = ctx.above()
        yield ctx.remove() if isinstance(listed, list) and plain in listed else ctx.put(plain)
    elif plain and plain == path and nothing_at(ctx, join(ctx.node, plain)) and not _unlisted(ctx.above(), ctx):
        yield ctx.remove()


LABEL_LIST_FIXES = (list_images, make_list, empty_group, unlist)
