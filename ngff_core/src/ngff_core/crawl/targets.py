"""Children that a crawl looks at, and what comes of them for their group."""

from __future__ import annotations

from ngff_core.crawl.absence import is_missing
from ngff_core.crawl.scheduler import VisitResult
from ngff_core.hierarchy.nodes import GroupNode, parent_of
from ngff_core.spec.spec import Child

__all__ = ["Target", "attach"]


class Target:
    """A child to look at: its number among all children of its group, what the metadata says, and its path."""

    __slots__ = ("child", "path", "position")

    def __init__(self, position: int, child: Child, path: str) -> None:
        self.position = position
        self.child = child
        self.path = path


def attach(whole: VisitResult, target: Target, result: VisitResult) -> None:
    """Add what came of a child to what came of its group."""
    node = whole.node
    assert isinstance(node, GroupNode)
    if target.child.optional and is_missing(result.node):
        node.children.pop(target.child.path, None)
    else:
        node.children[target.child.path] = result.node
    if parent_of(node) is not None:
        whole.issues += result.issues
    elif result.issues:
        whole.sections.append((target.position, tuple(result.issues)))
    whole.counts += result.counts
