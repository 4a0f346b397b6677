"""Rules of the early versions that no later one has."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.models.plate import PlateDef
from ngff_core.rules.common import odd_path
from ngff_core.rules.image.dataset import IMAGES, levels_of, yx
from ngff_core.rules.plate import groups
from ngff_core.rules.plate.examples import IMAGE, WELL, example, plate
from ngff_core.rules.plate.unlisted import named_wells
from ngff_core.words import counted

_IMAGE = {"multiscales": [{"datasets": [{"path": "0"}]}]}


def _at(path: str) -> Example:
    """Return a plate with one well, at a path."""
    well = path.strip("/")
    nodes = {"/".join(well.split("/")[:depth]): None for depth in range(1, well.count("/") + 1)}
    field = {f"{well}/0": IMAGE, f"{well}/0/0": yx(8, 8)}
    listed = plate(wells=[{**WELL, "path": path}])
    return Example({"": {"plate": listed}, **nodes, well: {"well": {"images": [{"path": "0"}]}}, **field})


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
    "plate-well-path-resolves",
    on=GroupNode,
    kinds=["plate"],
    requirement=MUST,
    valid=groups.well_resolves.valid,
    invalid=[*groups.well_resolves.invalid, Example(_at("A/1/").data, "a slash at the end: a warning")],
)
def well_resolves(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each well path leads to a group with well metadata below the plate.

    An error also while an acquisition still runs, by the text. Up to 0.3, where nothing is said of the form of a path,
    `..`, superfluous slashes and dots in one that leads to a well are a warning.

    Peers: ome-zarr-models 1.8.1 tolerates missing wells.
    """
    yield from groups.well_resolves.check(node, ctx) or ()
    for index, path, child in named_wells(node):
        if isinstance(child, GroupNode) and (odd := odd_path(path, ctx.spec.zarr_format, "plate")) is not None:
            yield ctx.at("plate", "wells", index, "path").issue(odd, found=path, severity=Severity.WARNING)


@rule(
    "plate-groups-above-images",
    on=GroupNode,
    kinds=["plate"],
    requirement=MUST,
    valid=[example(), _at("2020-10-10/A/1")],
    invalid=groups.groups_above_images.invalid,
)
def groups_above_images(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Three groups stand above each field image: the plate, a row, and the well.

    A row that is missing as a group is reported by zarr-image-is-group. Up to 0.3 there may be more on the way: the
    official example has a folder with a date before the row. From 0.4 on a well path is made of two names.
    """
    return groups.wells_at_depths(node, ctx, most=None)


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
