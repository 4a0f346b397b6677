"""Fixes of consolidated metadata: what a copy says is what the documents hold. These are never changed."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.fixes.examples import image
from ngff_core.fixes.zarr.documents import without_nan
from ngff_core.mending import REMOVED, SAFE, Edit, FixContext, FixExample, fix
from ngff_core.mending.edit import value_at
from ngff_core.rules.common import equal_json
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.consolidated import consolidated_v2, consolidated_v3
from ngff_core.zarr.keys import CONSOLIDATED_KEY, above, join

__all__ = ["COPY_FIXES"]

_INLINE = "consolidated_metadata"
_MARK = {"zarr_format": 2}
_GONE = {"zarr_format": 3, "node_type": "group", "attributes": {}}


def _v2(before: JSONObject, after: JSONObject) -> FixExample:
    old, new = ({".zmetadata": consolidated_v2({".zgroup": _MARK, **entries})} for entries in (before, after))
    return FixExample({"": image()}, {"": image()}, old, new, versions=("0.4",))


def _v3(before: JSON, after: JSON) -> FixExample:
    old, new = ({} if inline is REMOVED else {f"zarr.json#{_INLINE}": inline} for inline in (before, after))
    return FixExample({"": image()}, {"": image()}, old, new, versions=("0.5",))


@fix(
    "zarr-consolidated-current",
    safety=SAFE,
    examples=[
        _v2({".zattrs": {}, "a/.zgroup": _MARK}, {".zattrs": image()}),
        _v3(consolidated_v3({"a": _GONE}), consolidated_v3({})),
    ],
)
def copy_of_document(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Bring the copies of a document up to what it holds; those of a document that is not there go."""
    document = ctx.reading.document(ctx.node, ctx.document)
    if document is REMOVED and ctx.reading.text(ctx.node, ctx.document) is not None:
        return  # it cannot be read, and a copy may be all that is left of it
    zarr_format = 3 if ctx.document == "zarr.json" else 2
    for group in (ctx.node, *above(ctx.node)) if zarr_format == 2 else above(ctx.node):
        holder = CONSOLIDATED_KEY[zarr_format]
        way = ("metadata",) if zarr_format == 2 else (_INLINE, "metadata")
        entries = value_at(ctx.reading.document(group, holder), way)
        place = ctx.node[len(join(group, "")) if group else 0 :]
        place = join(place, ctx.document) if zarr_format == 2 else place
        if isinstance(entries, dict):
            copy = _copy(document, entries.get(place))
            if not equal_json(entries.get(place, REMOVED), copy):
                yield Edit(group, holder, (*way, place), copy)


def _copy(document: JSON, old: JSON) -> JSON:
    """Return a document without the copies that it holds itself, but with those that its own copy has."""
    if not isinstance(document, dict):
        return document
    inside = old.get(_INLINE) if isinstance(old, dict) else None
    copy = {key: value for key, value in document.items() if key != _INLINE}
    return copy if inside is None else {**copy, _INLINE: inside}


@fix(
    "zarr-consolidated-readable",
    safety=SAFE,
    examples=[
        _v3(None, REMOVED),
        _v3({"metadata": {}}, consolidated_v3({})),
        _v3({**consolidated_v3({}), "must_understand": True}, consolidated_v3({})),
        _v3(consolidated_v3({"/a": _GONE}), consolidated_v3({})),
    ],
)
def readable_copies(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the members that consolidated metadata has to have; null, and copies of no node or no document, go."""
    if ctx.pointer == () and isinstance(value, dict):
        yield ctx.put({**without_nan(value), "zarr_consolidated_format": 1})
    elif ctx.pointer == ("zarr_consolidated_format",) and value in (None, "1"):
        yield ctx.put(1)
    elif ctx.pointer == (_INLINE,) and isinstance(value, dict):
        if "metadata" not in value and not set(value) - {"kind", "must_understand"}:
            yield ctx.remove()
        for key, expected in (("kind", "inline"), ("must_understand", False)):
            if key not in value and "metadata" in value:
                yield ctx.put(expected, key)
    elif ctx.pointer == (_INLINE,):
        yield from [ctx.remove()] if value is None else []
    elif ctx.pointer in ((_INLINE, "kind"), (_INLINE, "must_understand")):
        yield ctx.put("inline" if ctx.pointer[1] == "kind" else False)
    elif ctx.pointer[-2:-1] == ("metadata",):
        yield ctx.remove()


COPY_FIXES = (copy_of_document, readable_copies)
