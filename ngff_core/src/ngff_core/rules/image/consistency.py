"""Rules on what the arrays of all levels have in common."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD
from ngff_core.rules.image.levels import IMAGES, example, levels_of, yx
from ngff_core.words import counted, listed


@rule(
    "dataset-ndim-consistent",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    valid=[example(yx(8, 8), yx(4, 4))],
    invalid=[
        Example(
            {
                "": {
                    "multiscales": [
                        {
                            "datasets": [
                                {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]},
                                {"path": "1", "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]},
                            ]
                        }
                    ]
                },
                "0": yx(8, 8),
                "1": yx(1, 8, 8),
            },
            "axes missing",
        )
    ],
)
def ndim_consistent(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """All levels of an image have the same number of dimensions.

    Where the axes are known each level is compared with them (dataset-ndim-matches-axes); this rule speaks where
    they are not.
    """
    for _, multiscale, levels in ctx.shared(levels_of, node):
        if multiscale.array_axes() is not None:
            continue
        shapes = [(path, document) for _, path, document in levels if document.shape is not None]
        for path, document in shapes[1:]:
            first = shapes[0][1].shape
            assert document.shape is not None
            assert first is not None
            if len(document.shape) != len(first):
                yield ctx.at("shape", node=path, document=document.name).issue(
                    f"the level has {counted(len(document.shape), 'dimension')}, the first has {len(first)}",
                    found=list(document.shape),
                    expected=counted(len(first), "dimension"),
                )


@rule(
    "dataset-dtype-consistent",
    on=GroupNode,
    kinds=IMAGES,
    requirement=SHOULD,
    valid=[example(yx(8, 8), yx(4, 4))],
    invalid=[example(yx(8, 8), yx(4, 4, dtype="uint8"))],
)
def dtype_consistent(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """All levels of an image have the same data type.

    Demanded from 0.6 on, a warning before.

    Peers: ome-ngff-validator 5b28b6b has it as an error from 0.5 on.
    """
    for _, _, levels in ctx.shared(levels_of, node):
        known = [(path, document) for _, path, document in levels if document.dtype is not None]
        for path, document in known[1:]:
            first = known[0][1].dtype
            if document.dtype != first:
                key = "dtype" if document.zarr_format == 2 else "data_type"
                yield ctx.at(key, node=path, document=document.name).issue(
                    f"the level is {document.dtype}, the first is {first}", found=document.dtype, expected=first
                )


_COMPRESSED = [
    {"name": "bytes", "configuration": {"endian": "little"}},
    {"name": "zstd", "configuration": {"level": 3, "checksum": False}},
]


@rule(
    "dataset-codecs-consistent",
    on=GroupNode,
    kinds=IMAGES,
    requirement=SHOULD,
    valid=[example(yx(8, 8), yx(4, 4))],
    invalid=[example(yx(8, 8), yx(4, 4, members={"codecs": _COMPRESSED, "compressor": {"id": "zlib"}}))],
)
def codecs_consistent(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """All levels of an image are compressed with the same codecs.

    Not demanded anywhere; a pyramid whose levels come from two programs often shows it here. Sharding is left out of
    the comparison.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    for _, _, levels in ctx.shared(levels_of, node):
        known = [(path, document) for _, path, document in levels if document.codecs is not None]
        for path, document in known[1:]:
            first = known[0][1].codecs
            if document.codecs != first:
                key = "compressor" if document.zarr_format == 2 else "codecs"
                yield ctx.at(key, node=path, document=document.name).issue(
                    "the level has other codecs than the first",
                    shown=listed(document.codecs or ()) or "none",
                    expected=listed(first or ()) or "none",
                )
