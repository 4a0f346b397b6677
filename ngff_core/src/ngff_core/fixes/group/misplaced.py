"""Fixes of metadata that stands in the wrong place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ngff_core.fixes.examples import image, multiscale
from ngff_core.fixes.places import group_at, image_at
from ngff_core.issues.pointer import Pointer
from ngff_core.mending import REMOVED, SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.mending.edit import value_at
from ngff_core.migration.interface import Decision
from ngff_core.rules.common import equal_json
from ngff_core.rules.group.misplaced import OME_KEYS
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.keys import ATTRIBUTES_KEY, GROUP_KEYS, join

__all__ = ["MISPLACED_FIXES"]

_EARLY, _LATE = ("0.4",), ("0.5",)
_KEYS = (*(key for key in OME_KEYS if key != "ome"), "omero")
_OMERO = {"channels": [{"color": "FF0000", "window": {"min": 0, "start": 0, "end": 9, "max": 9}}]}
_PLAIN = multiscale(version=None)
_NAMED = {"version": "0.5", **_PLAIN}
_OTHER = {"multiscales": [{**_PLAIN["multiscales"][0], "name": "other"}]}


def _attributes(before: JSON, after: JSON, decisions: Mapping[str, str] | None = None) -> FixExample:
    """Return an example of all attributes of a group of 0.5."""
    files, files_after = {"zarr.json#attributes": before}, {"zarr.json#attributes": after}
    return FixExample({"": None}, {"": None}, files, files_after, decisions or {}, _LATE)


def _moved(ctx: FixContext, document: JSON, source: Pointer, keys: Iterable[str], target: Pointer) -> list[Edit]:
    """Return the edits that move members of an object into another one; none where that has another value for one.

    What both have is taken out of the first one, versions of parts aside.
    """
    held, holder = value_at(document, source), value_at(document, target)
    edits = []
    for key in keys:
        there = holder.get(key, REMOVED) if isinstance(holder, dict) else REMOVED
        if there is REMOVED:
            edits.append(Edit(ctx.node, ctx.document, (*target, key), held[key]))
        elif not equal_json(_unversioned(held[key]), _unversioned(there)):
            return []
        edits.append(Edit(ctx.node, ctx.document, (*source, key), REMOVED))
    return edits


def _unversioned(value: JSON) -> JSON:
    """Return a part of OME metadata without the version that it states for itself."""
    if isinstance(value, dict):
        return {key: member for key, member in value.items() if key != "version"}
    if isinstance(value, list):
        return [_unversioned(item) if isinstance(item, dict) else item for item in value]
    return value


@fix(
    "zarr-ome-namespace",
    safety=SAFE,
    versions=("0.5", "0.6"),
    examples=[
        _attributes({**_PLAIN, "lab": 3}, {"ome": _NAMED, "lab": 3}),
        _attributes({"ome": _NAMED, **multiscale()}, {"ome": _NAMED}),
        _attributes({"ome": _NAMED, "omero": _OMERO}, {"ome": {**_NAMED, "omero": _OMERO}}),
    ],
)
def into_namespace(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Move OME metadata that stands beside `ome` into it; a second copy that says the same goes."""
    document = ctx.reading.document(ctx.node, ctx.document)
    outside = ctx.base[:-1]
    attributes = value_at(document, outside)
    if isinstance(attributes, dict) and isinstance(attributes.get(ctx.base[-1], {}), dict):
        moved = _moved(ctx, document, outside, [key for key in _KEYS if key in attributes], ctx.base)
        yield from moved
        if moved and ctx.base[-1] not in attributes:
            yield Edit(ctx.node, ctx.document, (*ctx.base, "version"), ctx.version)


COPIES = Decision(
    "second-copy",
    "which of two copies of OME metadata that differ counts: that inside ome, or that beside it?",
    "inside",
    ("inside", "beside"),
)


@fix(
    "zarr-ome-namespace",
    safety=UNSAFE,
    decision=COPIES,
    versions=("0.5", "0.6"),
    examples=[
        _attributes({"ome": _NAMED, **_OTHER}, {"ome": _NAMED}),
        _attributes(
            {"ome": _NAMED, **_OTHER},
            {"ome": {"version": "0.5", **_OTHER}},
            {"second-copy": "beside"},
        ),
    ],
)
def one_of_two(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Let one of two copies of OME metadata stand, inside `ome`."""
    outside = ctx.base[:-1]
    attributes = value_at(ctx.reading.document(ctx.node, ctx.document), outside)
    if not isinstance(attributes, dict) or not isinstance(inside := attributes.get(ctx.base[-1]), dict):
        return
    for key in [key for key in _KEYS if key in attributes]:
        if key not in inside or ctx.answer == "beside":
            yield Edit(ctx.node, ctx.document, (*ctx.base, key), attributes[key])
        yield Edit(ctx.node, ctx.document, (*outside, key), REMOVED)


def _in_04(before: JSON, after: JSON, **files: JSON) -> FixExample:
    return FixExample(before, after, versions=_EARLY, **files)


@fix(
    "zarr-metadata-in-group-attributes",
    safety=SAFE,
    examples=[
        _in_04({"": None}, {"": image()}, files={".zattrs": {"ome": image()}}, files_after={}),
        _in_04({"ome": image(), **image()}, image()),
        _in_04({"": image()}, {"": image()}, files={".zgroup": {"zarr_format": 2, **image()}}, files_after={}),
        FixExample({"": _PLAIN}, {"": _PLAIN}, {"zarr.json#multiscales": _PLAIN["multiscales"]}, {}, versions=_LATE),
    ],
)
def into_attributes(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Move OME metadata to where the version has it in the attributes; a second copy that says the same goes."""
    if ctx.pointer == ("ome",) and ctx.document == ATTRIBUTES_KEY[2]:
        keys = [key for key in value if key != "version"]
        moved = _moved(ctx, ctx.reading.document(ctx.node, ctx.document), ctx.pointer, keys, ())
        if value.get("version") in (None, ctx.version) and len(moved) >= len(keys):
            yield from (edit for edit in moved if edit.value is not REMOVED)
            yield ctx.remove()
    elif len(ctx.pointer) == 1 and ctx.document == GROUP_KEYS[ctx.spec.zarr_format][0]:
        key = str(ctx.pointer[0])
        where = (*(ctx.base if key != "ome" else ctx.base[:-1]), key)
        document = ATTRIBUTES_KEY[ctx.spec.zarr_format]
        there = value_at(ctx.reading.document(ctx.node, document), where)
        if there is REMOVED or equal_json(_unversioned(there), _unversioned(value)):
            yield ctx.remove()
            if there is REMOVED:
                yield Edit(ctx.node, document, where, value)


@fix(
    "labels-group-beside-levels",
    safety=SAFE,
    examples=[
        (
            {"": image(labels=["cells"]), "labels": {"labels": ["nuclei"]}},
            {"": image(), "labels": {"labels": ["nuclei", "cells"]}},
        ),
        (
            {"": image(labels=["cells"]), "labels/cells": image(**{"image-label": {"version": "0.4"}})},
            {
                "": image(),
                "labels": {"labels": ["cells"]},
                "labels/cells": image(**{"image-label": {"version": "0.4"}}),
            },
        ),
    ],
)
def labels_into_group(names: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Move the list of label images from an image into the group labels below it."""
    path = join(ctx.node, "labels")
    listed = ctx.ome(path).get("labels", [])
    if ctx.pointer[-1:] != ("labels",) or not isinstance(ctx.ome().get("multiscales"), list):
        return
    if not _are_names(names) or not _are_names(listed):
        return
    missing = [name for name in dict.fromkeys(names) if name not in listed]
    if missing and not group_at(ctx, path) and not all(image_at(ctx, join(path, name)) for name in names):
        return
    if missing:
        yield from _as_group(ctx, path)
        yield ctx.put_ome([*listed, *missing], "labels", node=path)
    yield ctx.remove()


def _as_group(ctx: FixContext, path: str) -> Iterator[Edit]:
    """Yield the edits that make documents of a group, as far as there are none."""
    whole: tuple[str, JSONObject] = ("zarr.json", {"zarr_format": 3, "node_type": "group"})
    for name, value in ((".zgroup", {"zarr_format": 2}), (".zattrs", {})) if ctx.spec.zarr_format == 2 else (whole,):
        if ctx.reading.document(path, name) is REMOVED:
            yield Edit(path, name, (), value)
    if ctx.spec.namespace is not None and "version" not in ctx.ome(path):
        yield ctx.put_ome(ctx.version, "version", node=path)


def _are_names(value: JSON) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


@fix(
    "collection-layout-on-image",
    safety=SAFE,
    examples=[(image(**{"bioformats2raw.layout": 3}), image())],
)
def layout_out(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Leave out the mark of a collection in the metadata of an image, a label image or a well."""
    yield ctx.remove()


MISPLACED_FIXES = (into_namespace, one_of_two, into_attributes, labels_into_group, layout_out)
