"""Fixes of the text of documents: how it is written, keys that stand there twice, and numbers that JSON has not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ngff_core.mending import SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.migration.interface import Decision
from ngff_core.structure.values import JSON
from ngff_core.zarr.twice import loses_values, with_values

__all__ = ["DOCUMENT_FIXES", "without_nan"]

_GROUP = b'{"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5", "labels": ["a"]}}%s}'
_OTHER = _GROUP.replace(b'["a"]', b'["a"], "labels": ["b"]') % b""


def _examples(of_v2: bytes, of_v3: bytes, **more: JSON) -> list[FixExample]:
    """Return the examples of a document of either Zarr format that is written otherwise, and means the same."""
    return [
        FixExample({"": {}}, {"": {}}, {".zattrs": of_v2}, {".zattrs": {"labels": ["a"]}}, versions=("0.4",), **more),
        FixExample(
            {"": {}},
            {"": {}},
            {"zarr.json": of_v3},
            {"zarr.json": _GROUP % b""},
            versions=("0.5",),
            **more,
        ),
    ]


@fix(
    "document-encoding",
    "zarr-json-no-comments",
    safety=SAFE,
    examples=[
        *_examples(b'\xef\xbb\xbf{"labels": ["a"]}', b"\xef\xbb\xbf" + _GROUP % b""),
        *_examples(b'{"labels": ["a"] /* all */}', _GROUP % b" // all\n"),
    ],
)
def plain_text(document: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the document as plain JSON, in UTF-8 without a byte order mark and without comments."""
    if isinstance(document, dict) and not _loses(ctx, document):
        yield ctx.put(document)


def _loses(ctx: FixContext, document: JSON) -> bool:
    data = ctx.reading.text(ctx.node, ctx.document)
    return data is None or loses_values(data, document)


@fix(
    "document-keys-unique",
    safety=SAFE,
    examples=_examples(b'{"labels": ["a"], "labels": ["a"]}', _GROUP % b', "zarr_format": 3'),
)
def once_of_equal(document: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write a key once that stands in one object several times with the same value."""
    if isinstance(document, dict) and not _loses(ctx, document):
        yield ctx.put(document)


_WHICH = Decision(
    "repeated-key",
    "Of several values that a key has in one object, which one is meant?",
    "last",
    ("first", "last"),
)


@fix(
    "document-keys-unique",
    safety=UNSAFE,
    decision=_WHICH,
    examples=[
        *_examples(b'{"labels": ["b"], "labels": ["a"]}', _GROUP % b', "node_type": "group"'),
        *_examples(b'{"labels": ["a"], "labels": ["b"]}', _OTHER, decisions={"repeated-key": "first"}),
    ],
)
def once_of_differing(document: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write a key once that stands in one object several times: with its last value, or with the first."""
    data = ctx.reading.text(ctx.node, ctx.document)
    if isinstance(document, dict) and data is not None:
        yield ctx.put(with_values(data, first=ctx.answer == "first")[0])


@fix(
    "document-nan",
    safety=SAFE,
    examples=[
        FixExample(
            {"": {"multiscales": [{"datasets": [{"path": "0"}]}]}},
            {"": {"multiscales": [{"datasets": [{"path": "0"}]}]}},
            {"0/.zarray": b'{"zarr_format": 2, "shape": [8, 8], "chunks": [8, 8], "dtype": "<f4", "fill_value": NaN}'},
            {
                "0/.zarray": {
                    "zarr_format": 2,
                    "shape": [8, 8],
                    "chunks": [8, 8],
                    "dtype": "<f4",
                    "fill_value": "NaN",
                }
            },
            versions=("0.4",),
        )
    ],
)
def fill_values_as_text(document: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write fill values that JSON has no number for as the strings `"NaN"`, `"Infinity"` and `"-Infinity"`.

    A limit of a display window that is NaN goes. Where such numbers stand elsewhere nothing is written.
    """
    if isinstance(document, dict) and not _loses(ctx, document):
        yield ctx.put(without_nan(document))


def without_nan(value: JSON, place: tuple[str, ...] = ()) -> JSON:
    """Return a document with its fill values written as Zarr has them; NaN stays where it is no fill value."""
    if isinstance(value, dict):
        kept = {key: without_nan(member, (*place, key)) for key, member in value.items() if not _is_idle(member, place)}
        if "shape" in value and "fill_value" in value:
            kept["fill_value"] = _as_text(value["fill_value"])
        return kept
    return [without_nan(item, place) for item in value] if isinstance(value, list) else value


def _is_idle(value: JSON, place: tuple[str, ...]) -> bool:
    """Tell whether a value is that of a window, and says nothing."""
    return place[-3:] == ("omero", "channels", "window") and isinstance(value, float) and math.isnan(value)


def _as_text(value: JSON) -> JSON:
    if isinstance(value, list):
        return [_as_text(part) for part in value]
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


DOCUMENT_FIXES = (plain_text, once_of_equal, once_of_differing, fill_values_as_text)
