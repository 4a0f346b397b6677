"""Whether chunks fit their array: as many extents as it has dimensions, none of them 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import Severity
from ngff_core.words import counted
from ngff_core.zarr.headers.problem import Problem

__all__ = ["chunk_problems"]


def chunk_problems(shape: Sequence[int], chunks: Sequence[int], at: Pointer, what: str = "chunk") -> Iterator[Problem]:
    """Yield what is wrong with the extents of chunks, of which an array needs as many as it has dimensions."""
    rule = "zarr-chunks-fit-array"
    message = f"a {what} of {list(chunks)} for an array of {list(shape)}"
    expected = f"{counted(len(shape), 'number')} above 0"
    if len(chunks) != len(shape) or any(c == 0 < n for c, n in zip(chunks, shape, strict=False)):
        yield Problem(rule, at, message, str(list(chunks)), expected)
    elif 0 in chunks:  # zarr-python writes these for dimensions that are empty
        yield Problem(rule, at, message, str(list(chunks)), expected, Severity.WARNING)
