"""The nodes of a hierarchy, and their paths."""

from ngff_core.hierarchy.nodes import Absent, ArrayNode, FileNode, GroupNode, Hierarchy, Node, Why
from ngff_core.hierarchy.paths import resolve_path
from ngff_core.zarr.keys import join

__all__ = ["Absent", "ArrayNode", "FileNode", "GroupNode", "Hierarchy", "Node", "Why", "join", "resolve_path"]
