"""Rules on what arrays say of themselves: the shape of their chunks, and the names of dimensions for xarray."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import ArrayNode, FileNode, GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import SHOULD, Severity
from ngff_core.models.children import ARRAY_DIMENSIONS
from ngff_core.rules.image.dataset import IMAGES, example, levels_of, yx
from ngff_core.words import abbreviate
from ngff_core.zarr.headers.chunks import chunk_problems
from ngff_core.zarr.text import json_object

_IMAGE = example(yx(8, 8))


@rule(
    "zarr-array-dimensions-repeat-axes",
    on=GroupNode,
    kinds=IMAGES,
    requirement=SHOULD,
    valid=[
        Example(_IMAGE.data, files={".zattrs#_ARRAY_DIMENSIONS": ["y", "x"]}),
        Example(_IMAGE.data, "on the array, where xarray looks", {"0/.zattrs": {ARRAY_DIMENSIONS: ["y", "x"]}}),
    ],
    invalid=[
        Example(_IMAGE.data, files={".zattrs#_ARRAY_DIMENSIONS": ["x", "y"]}),
        Example(_IMAGE.data, "on the array", {"0/.zattrs": {ARRAY_DIMENSIONS: ["z", "y", "x"]}}),
    ],
)
def array_dimensions(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The xarray attribute `_ARRAY_DIMENSIONS`, where a group or a level has it, repeats the names of the axes.

    Levels are not looked at where a store cannot list what is in it.
    """
    attributes = node.document.attributes
    for _, multiscale, levels in ctx.shared(levels_of, node):
        known = multiscale.array_axes()
        if known is None:
            continue
        axes = [getattr(axis, "name", axis) for axis in known]
        message = f"{ARRAY_DIMENSIONS} contradicts the axes"
        places = [(ctx.at(ARRAY_DIMENSIONS, top=True), attributes)]
        for d, path, _ in levels:
            file = node.children.get(f"{multiscale.datasets[d].path}/.zattrs")
            held = json_object(file.data) if isinstance(file, FileNode) else None
            places.append((ctx.at(ARRAY_DIMENSIONS, node=path, document=".zattrs"), held or {}))
        for at, held in places:
            if ARRAY_DIMENSIONS in held and held[ARRAY_DIMENSIONS] != axes:
                shown = abbreviate(held[ARRAY_DIMENSIONS])
                yield at.issue(message, shown=shown, expected=abbreviate(axes))


@rule(
    "zarr-chunks-fit-array",
    on=ArrayNode,
    requirement=SHOULD,
    valid=[example(yx(8, 8)), example(yx(0, 8, chunks=(8, 8)))],
    invalid=[
        example(yx(8, 8, chunks=(16, 8))),
        Example(example(yx(8, 8, chunks=(8,))).data, "another number of dimensions: an error"),
    ],
)
def chunks_fit(array: ArrayNode, ctx: Context) -> Iterator[Issue]:
    """Chunks have as many dimensions as the array and are not larger than it.

    A larger chunk wastes space and memory in every file. A shard may be larger: chunks that are not there take no space
    in it. A chunk size of zero is an error, and a warning where the array has no pixels along that dimension; there any
    other size will do.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    document = array.document
    shape, chunks = document.shape, document.shards or document.chunks
    if shape is None or chunks is None:
        return
    what = "shard" if document.shards else "chunk"
    where = ("chunks",) if document.zarr_format == 2 else ("chunk_grid",)
    wrong = list(chunk_problems(shape, chunks, where, what))
    for problem in wrong:
        severity = Severity.ERROR if problem.is_error else None
        yield ctx.at(*where).issue(problem.message, found=list(chunks), expected=problem.expected, severity=severity)
    held = document.chunks or chunks
    if not wrong and len(held) == len(shape) and any(n and c > n for c, n in zip(held, shape, strict=True)):
        where = ("codecs",) if document.shards else where
        yield ctx.at(*where).issue(
            "the chunk is larger than the array", found=list(held), expected=f"at most {list(shape)}"
        )
