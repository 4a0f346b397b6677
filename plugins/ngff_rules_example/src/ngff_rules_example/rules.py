"""The rules: one on a model class, one on arrays."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from ngff_core import SHOULD, ArrayNode, Context, Example, Issue, Rule, rule
from ngff_core.model.image import MultiscaleMetadata
from ngff_core.rule import Array

__all__ = ["RULES", "array_chunk_size", "multiscale_name_convention"]

MEGABYTE = 1_000_000
LARGEST_CHUNK = 64 * MEGABYTE
NAME = re.compile(r"[0-9]{8}_[a-z]{2,3}_[A-Za-z0-9-]+")

_AXES = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
_DATASETS = [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]}]


@rule(
    "lab/multiscale-name-convention",
    on=MultiscaleMetadata,
    requirement=SHOULD,
    valid=[
        Example({"name": "20260114_ab_fly-brain-3", "axes": _AXES, "datasets": _DATASETS}),
        Example({"axes": _AXES, "datasets": _DATASETS}, "no name: multiscale-name-present says so already"),
    ],
    invalid=[Example({"name": "test2_final", "axes": _AXES, "datasets": _DATASETS})],
)
def multiscale_name_convention(multiscale: MultiscaleMetadata, ctx: Context) -> Iterator[Issue]:
    """Images are named by date, initials and subject.

    The date is written YYYYMMDD and the initials in two or three small letters, so that names sort by date and every
    image leads to a person: `20260114_ab_fly-brain-3`.
    """
    name = multiscale.name
    # a model can hold what its types exclude: the structure layer reports a name that is no string
    if isinstance(name, str) and not NAME.fullmatch(name):
        yield ctx.issue(
            f"name {name!r} does not follow the convention of the lab",
            "name",
            found=name,
            expected="YYYYMMDD_initials_subject",
        )


@rule(
    "lab/array-chunk-size",
    on=ArrayNode,
    requirement=SHOULD,
    valid=[
        Example(
            {
                "": {"multiscales": [{"axes": _AXES, "datasets": _DATASETS}]},
                "0": Array((4000, 4000), "uint16", names=("y", "x"), chunks=(2000, 2000)),
            }
        )
    ],
    invalid=[
        Example(
            {
                "": {"multiscales": [{"axes": _AXES, "datasets": _DATASETS}]},
                "0": Array((8000, 8000), "uint16", names=("y", "x"), chunks=(8000, 8000)),
            },
            "128 MB",
        )
    ],
)
def array_chunk_size(array: ArrayNode, ctx: Context) -> Iterator[Issue]:
    """Chunks hold at most 64 MB before compression.

    A viewer reads whole chunks, so a larger one makes it slow even where it shows a corner of the image.
    """
    chunks, itemsize = array.document.chunks, _bytes_of(array.document.dtype)
    if chunks is None or itemsize is None:
        return  # unknown: the rules of the specification say why
    size = math.prod(chunks) * itemsize
    if size > LARGEST_CHUNK:
        yield ctx.issue(
            f"a chunk holds {size / MEGABYTE:.0f} MB",
            found=list(chunks),
            expected=f"at most {LARGEST_CHUNK / MEGABYTE:.0f} MB",
            hint="choose smaller chunks; shards keep the number of files low",
        )


def _bytes_of(dtype: str | None) -> int | None:
    """Return the bytes of one pixel, by the NumPy name of its type."""
    if dtype == "bool":
        return 1
    bits = re.search(r"[0-9]+$", dtype or "")
    return int(bits[0]) // 8 if bits else None


RULES: tuple[Rule, ...] = (multiscale_name_convention, array_chunk_size)
