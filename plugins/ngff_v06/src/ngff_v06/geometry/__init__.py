"""Computing with the transformations of 0.6: matrices, points, inverses, and chains between coordinate systems.

Matrices, points and inverses are methods of the transformations; only plain numbers are needed.
"""

from ngff_v06.geometry.errors import GeometryError
from ngff_v06.geometry.graph import CoordinateGraph, SystemKey

__all__ = ["CoordinateGraph", "GeometryError", "SystemKey"]
