"""The nodes of a hierarchy, and their paths."""

from ngff_core.hierarchy.nodes import Absent, ArrayNode, FileNode, GroupNode, Hierarchy, Node, Why
from ngff_core.zarr.keys import join
from ngff_core.zarr.paths import resolve_path

__all__ = ["Absent", "ArrayNode", "FileNode", "GroupNode", "Hierarchy", "Node", "Why", "join", "resolve_path"]
