"""Rules of the early versions that no later one has."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.models.plate import PlateDef
from ngff_core.rules.image.dataset import IMAGES, levels_of
from ngff_core.rules.plate.examples import plate
from ngff_core.words import counted

_IMAGE = {"multiscales": [{"datasets": [{"path": "0"}]}]}


@rule(
    "dataset-ndim-is-5",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    section="image-layout",
    valid=[Example({"": _IMAGE, "0": ExampleArray((1, 2, 1, 8, 8))})],
    invalid=[Example({"": _IMAGE, "0": ExampleArray((8, 8))})],
)
def ndim_is_5(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every array of an image has five dimensions: t, c, z, y, x.

    Shown in the diagram of the layout.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    for _, _, levels in ctx.shared(levels_of, node):
        for _, path, document in levels:
            if document.shape is not None and len(document.shape) != 5:
                yield ctx.at("shape", node=path, document=document.name).issue(
                    f"the array has {counted(len(document.shape), 'dimension')}",
                    found=list(document.shape),
                    expected="5 dimensions: t, c, z, y, x",
                )


@rule(
    "plate-acquisitions-nonempty",
    on=PlateDef,
    requirement=MUST,
    valid=[plate(acquisitions=[{"id": 0}])],
    invalid=[plate(acquisitions=[])],
)
def acquisitions_nonempty(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """`acquisitions`, when present, is not empty.

    Allowed from 0.4 on.

    Peers: ome-zarr-models 1.8.1 and yaozarrs 0.3.4 do not read these versions.
    """
    if definition.acquisitions == []:
        yield ctx.at("acquisitions").issue("acquisitions is empty", shown="[]", hint="leave the key out")
