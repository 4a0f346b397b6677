"""Rules on images that only 0.1 has."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.rules.group.zarr import separator_is
from ngff_core.rules.image.dataset import IMAGES
from ngff_v01.image import Multiscale

_ENTRY = {"name": "image", "datasets": [{"path": "0"}]}
_IMAGE = {"multiscales": [_ENTRY]}


def _array(separator: str) -> ExampleArray:
    return ExampleArray((1, 1, 1, 8, 8), members={"dimension_separator": separator})


@rule(
    "zarr-chunk-separator-dot",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    valid=[Example({"": _IMAGE, "0": _array(".")})],
    invalid=[Example({"": _IMAGE, "0": _array("/")})],
)
def separator_dot(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Chunk keys of image arrays use the flat layout: `dimension_separator` is "." or left out.

    Stated in the layout diagram only.
    """
    return separator_is(node, ctx, ".")


@rule(
    "multiscale-metadata-object",
    on=Multiscale,
    requirement=MUST,
    valid=[{**_ENTRY, "metadata": {"method": "mean", "version": "1", "args": [2]}}],
    invalid=[{**_ENTRY, "metadata": {"method": 5}}, {**_ENTRY, "metadata": {"version": 1.0}}],
)
def metadata_texts(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """In `metadata`, an object, `method` and `version` are strings when they are there."""
    metadata = multiscale.metadata if isinstance(multiscale.metadata, dict) else {}
    for key in ("method", "version"):
        if key in metadata and not isinstance(metadata[key], str):
            yield ctx.at("metadata", key).issue(f"{key} is no string", found=metadata[key], expected="string")
