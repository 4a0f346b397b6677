"""Rules on the Zarr containers underneath: formats, groups, names of dimensions, chunks, consolidated metadata."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, FileNode, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD
from ngff_core.rules.group.arrays import array_dimensions as array_dimensions  # the import path of before
from ngff_core.rules.group.arrays import chunks_fit
from ngff_core.rules.group.groups import is_group
from ngff_core.rules.image.dataset import IMAGES, MOST_AXES, example, levels_of, yx
from ngff_core.structure.values import JSONObject
from ngff_core.words import abbreviate
from ngff_core.zarr.text import json_object

_IMAGE = example(yx(8, 8))
_V2_GROUP = {".zgroup": {"zarr_format": 2}}
_V3_GROUP = {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": {}}}


def _other_format(node: GroupNode, ctx: Context, wanted: int) -> Iterator[Issue]:
    document = node.document
    if document.zarr_format != wanted:
        if node.parent is None:
            yield ctx.at(top=True).issue(
                f"the hierarchy is stored as Zarr format {document.zarr_format}",
                shown=f"Zarr format {document.zarr_format}",
                expected=f"Zarr format {wanted}, as version {ctx.version} has it",
            )
        return
    for path, child in node.children.items():
        if isinstance(child, Absent) and child.why is Why.OTHER_FORMAT:
            yield ctx.at(top=True).issue(
                f"{path!r} is stored in the other Zarr format than the group above it",
                found=path,
                expected=f"Zarr format {wanted}",
            )


@rule(
    "zarr-format-2",
    on=GroupNode,
    requirement=MUST,
    valid=[_IMAGE],
    invalid=[
        Example(example(None).data, files={"0/zarr.json": {"zarr_format": 3, "node_type": "array"}}),
        Example(_IMAGE.data, "a group that says it is of another format", {".zgroup": {"zarr_format": 3}}),
    ],
)
def format_2(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Groups and arrays are stored as Zarr format 2, and each .zgroup says so.

    2.0 is 2, to JSON Schema as to zarr-python and tensorstore.

    Peers: yaozarrs 0.3.4 accepts 0.4 metadata in a zarr.json.
    """
    yield from _other_format(node, ctx, 2)
    document = node.document
    if document.zarr_format == 2 and document.marked and not any(p.document == ".zgroup" for p in document.problems):
        yield from _not_2(document.raw, "", ctx)
    for path, file in node.children.items():  # of groups on the way to a level
        if isinstance(file, FileNode) and path.endswith("/.zgroup") and (raw := json_object(file.data)) is not None:
            yield from _not_2(raw, path.rpartition("/")[0], ctx)


def _not_2(raw: JSONObject, path: str, ctx: Context) -> Iterator[Issue]:
    """Report a .zgroup that says something else than that it is one."""
    stated = raw.get("zarr_format")
    if isinstance(stated, bool) or stated != 2:
        there = "zarr_format" in raw
        at = ctx.at(*(("zarr_format",) if there else ()), node=path, document=".zgroup", top=True)
        yield at.issue(f"zarr_format is {abbreviate(stated) if there else 'missing'}", found=stated, expected="2")


@rule(
    "zarr-format-3",
    on=GroupNode,
    requirement=MUST,
    valid=[_IMAGE],
    invalid=[
        Example(example(None).data, files={"0/.zarray": {"zarr_format": 2}}),
        Example(_IMAGE.data, "a group that says it is something else", {"zarr.json#node_type": "folder"}),
    ],
    alone=True,
)
def format_3(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Groups and arrays are stored as Zarr format 3, each zarr.json with zarr_format 3 and the right node_type.

    3.0 is 3, to JSON Schema as to zarr-python and tensorstore.
    """
    yield from _other_format(node, ctx, 3)
    raw = node.document.raw
    if node.document.zarr_format == 3 and not node.document.marked:
        for key, expected in (("zarr_format", 3), ("node_type", "group")):
            if raw.get(key) != expected:
                says = f"{key} is {abbreviate(raw[key])}" if key in raw else f"{key} is missing"
                yield ctx.at(*((key,) if key in raw else ()), top=True).issue(
                    says, found=raw.get(key), expected=abbreviate(expected)
                )


@rule(
    "zarr-no-side-by-side",
    on=GroupNode,
    requirement=SHOULD,
    valid=[_IMAGE],
    invalid=[Example(_IMAGE.data, files={**_V2_GROUP, **_V3_GROUP})],
)
def no_side_by_side(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """One group does not carry metadata of both Zarr formats, except during a migration.

    A reader that meets both prefers the newer. `ngff upgrade` leaves the documents of Zarr v2 where they are until
    `--remove-old` deletes them. Needs a store that can list.

    Peers: yaozarrs 0.3.4 and ome-zarr-models 1.8.1 read one and never notice the other.
    """
    listing = node.listing or ()
    if "zarr.json" in listing:
        old = [name for name in (".zgroup", ".zattrs", ".zarray") if name in listing]
        if old:
            yield ctx.at(top=True).issue(
                f"zarr.json and {', '.join(old)} stand side by side",
                shown=f"zarr.json, {', '.join(old)}",
                expected="one of the two formats",
                # whether there was an upgrade says the root, and then no two groups would be alike
                hint=f"if those of Zarr v3 are meant, as after an upgrade, `ngff upgrade STORE --to {ctx.version}"
                " --remove-old` deletes the others",
            )


def separator_is(node: GroupNode, ctx: Context, wanted: str) -> Iterator[Issue]:
    """Yield an issue for every level (Zarr v2) whose chunk keys have another separator."""
    for _, _, levels in ctx.shared(levels_of, node):
        for _, path, document in levels:
            if document.zarr_format == 2 and document.shape is not None and document.separator != wanted:
                written = "dimension_separator" in document.raw
                yield ctx.at(*(("dimension_separator",) if written else ()), node=path, document=document.name).issue(
                    f"chunk keys are separated by {document.separator!r}" + ("" if written else ", the default"),
                    found=document.separator,
                    expected=f'"dimension_separator": "{wanted}"',
                    hint="the chunk files have to be renamed, too, if they are there",
                )


@rule(
    "zarr-chunk-separator-slash",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    valid=[_IMAGE],
    invalid=[example(yx(8, 8, members={"dimension_separator": "."}))],
)
def separator_slash(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Chunk keys of image arrays use the nested layout: `dimension_separator` is "/".

    Stated in the layout diagram only.

    Peers: yaozarrs 0.3.4 and ome-zarr-models 1.8.1 do not check it.
    """
    return separator_is(node, ctx, "/")


@rule(
    "zarr-dimension-names-present",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    valid=[_IMAGE],
    invalid=[example(yx(8, 8, names=None))],
)
def dimension_names_present(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The zarr.json of every resolution level has `dimension_names`.

    Peers: yaozarrs 0.3.4 has a warning.
    """
    for _, multiscale, levels in ctx.shared(levels_of, node):
        names = [getattr(axis, "name", None) for axis in multiscale.array_axes() or []]
        expected = f'"dimension_names": {names[:MOST_AXES]}'.replace("'", '"')
        for _, path, document in levels:
            known = document.zarr_format == 3 and document.raw and not _named_wrongly(document.raw)
            if known and document.dimension_names is None:
                null = "dimension_names" in document.raw
                yield ctx.at(*(("dimension_names",) if null else ()), node=path, document=document.name).issue(
                    "dimension_names is null" if null else "the array has no dimension_names",
                    shown="null" if null else None,
                    expected=expected,
                )


def _named_wrongly(raw: dict[str, object]) -> bool:
    value = raw.get("dimension_names")
    return value is not None and not isinstance(value, list)  # reported as a structure fault


@rule(
    "zarr-dimension-names-match-axes",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    valid=[_IMAGE],
    invalid=[example(yx(8, 8, names=("x", "y")))],
)
def dimension_names_match(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """`dimension_names` of each resolution level equal the names of the axes, in order."""
    for _, multiscale, levels in ctx.shared(levels_of, node):
        known = multiscale.array_axes()
        if known is None:
            continue
        axes = [getattr(axis, "name", axis) for axis in known]
        for _, path, document in levels:
            names = document.dimension_names
            if names is None or len(names) != len(axes) or not all(isinstance(name, str | None) for name in names):
                continue  # told by zarr-dimension-names-valid
            if names != axes and len(document.shape or axes) == len(axes):
                yield ctx.at("dimension_names", node=path, document=document.name).issue(
                    "dimension_names differ from the axes", found=names, expected=abbreviate(axes)
                )


ZARR_RULES = (is_group, chunks_fit)
