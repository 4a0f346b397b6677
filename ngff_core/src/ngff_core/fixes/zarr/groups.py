"""Fixes of groups: documents that make one of a folder, and what these say of themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.fixes.examples import image, plate
from ngff_core.mending import REMOVED, SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.structure.values import JSON

__all__ = ["GROUP_FIXES"]

_V3_GROUP = {"zarr_format": 3, "node_type": "group"}
_WELL = {"A/1": {"well": {"images": [{"path": "0"}]}}}


@fix(
    "zarr-image-is-group",
    "zarr-intermediate-is-group",
    safety=SAFE,
    examples=[
        FixExample({"": plate(), **_WELL}, {"": plate(), "A": None, **_WELL}),
        FixExample({"": image()}, {"": image()}, {".zgroup": None}, {}, versions=("0.4",)),
    ],
)
def make_group(document: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the document that makes a group of a folder: `.zgroup` in Zarr v2, `zarr.json` in v3."""
    array = ctx.reading.text(ctx.node, ".zarray") is not None  # of which no group is to be made
    if document is REMOVED and ctx.document == ".zgroup" and not array:
        yield ctx.put({"zarr_format": 2})
    elif document is REMOVED and ctx.document == "zarr.json" and ctx.spec.zarr_format == 3:
        yield ctx.put({**_V3_GROUP, "attributes": {}})


def _saying(said: JSON) -> FixExample:
    return FixExample({"": image()}, {"": image()}, {".zgroup": said}, {}, versions=("0.4",))


@fix(
    "zarr-format-2", safety=SAFE, examples=[_saying({}), _saying({"zarr_format": "2"}), _saying({"zarr_format": None})]
)
def says_format_2(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the number 2 in a `.zgroup` that has no number there."""
    if ctx.document == ".zgroup":
        if ctx.pointer == ("zarr_format",) and (value is None or value == "2"):
            yield ctx.put(2)
        elif ctx.pointer == () and isinstance(value, dict) and "zarr_format" not in value:
            yield ctx.put(2, "zarr_format")


@fix("zarr-format-2", safety=UNSAFE, examples=[_saying({"zarr_format": 3})])
def says_other_format(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the number 2 in a `.zgroup` in place of another one.

    Not safe: the group may be meant for another format.
    """
    if ctx.document == ".zgroup" and ctx.pointer == ("zarr_format",):
        yield ctx.put(2)


def _with(**said: JSON) -> FixExample:
    files = {f"zarr.json#{key}": value for key, value in said.items()}
    return FixExample({"": image()}, {"": image()}, files, {}, versions=("0.5",))


@fix("zarr-format-3", safety=SAFE, examples=[_with(zarr_format="3"), _with(node_type="Group"), _with(node_type=None)])
def says_group(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write that the document is that of a group of Zarr v3, where it says nothing, or says so in other letters."""
    if ctx.document != "zarr.json":
        return
    for key, expected in _V3_GROUP.items():
        if ctx.pointer == () and isinstance(value, dict) and key not in value:
            yield ctx.put(expected, key)
        elif ctx.pointer == (key,) and (value is None or (isinstance(value, str) and value.lower() == str(expected))):
            yield ctx.put(expected)


GROUP_FIXES = (make_group, says_format_2, says_other_format, says_group)
