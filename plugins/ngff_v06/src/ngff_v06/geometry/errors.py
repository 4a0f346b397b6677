"""The exception of transformations that cannot be computed with."""

from __future__ import annotations

from ngff_core.errors import NgffError

__all__ = ["GeometryError"]


class GeometryError(NgffError, ValueError):
    """A transformation has no matrix, no inverse or no chain, or does not take the point it was given."""
