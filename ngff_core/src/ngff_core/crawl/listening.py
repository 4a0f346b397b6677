"""Who listens to a crawl, and what they are told of each node once it is evaluated."""

from __future__ import annotations

from collections.abc import Callable

from ngff_core.crawl.evaluator import StructuredDocument
from ngff_core.crawl.repeats import Outcome
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode, path_of
from ngff_core.spec.spec import Role
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument
from ngff_core.zarr.keys import join

__all__ = ["NOBODY", "Listener", "Listening", "PathListener"]

Listener = Callable[[GroupNode | ArrayNode], None]
PathListener = Callable[[str, str, GroupDocument | ArrayDocument], None]


class Listening:
    """Who listens: ``on_node`` is called with each node, and ``nodes`` holds them all by path.

    ``on_path`` is called with the path and the kind of each (``"array"``, ``"row"``, ``"group"`` for any other), and
    with its document, for groups one that differs from theirs in nothing that rules tell apart: so groups that are
    alike need not be looked at one by one.
    """

    __slots__ = ("nodes", "on_node", "on_path")

    def __init__(self, on_node: Listener | None, on_path: PathListener | None, *, keeps_nodes: bool) -> None:
        self.on_node = on_node
        self.on_path = on_path
        self.nodes: dict[str, GroupNode | ArrayNode] | None = {} if keeps_nodes else None

    @property
    def wants_nodes(self) -> bool:
        """Tell whether somebody looks at each node."""
        return self.on_node is not None or self.nodes is not None

    def tell(self, node: GroupNode | ArrayNode, path: str) -> None:
        """Tell of a node that was evaluated."""
        if self.on_node is not None:
            self.on_node(node)
        if self.nodes is not None:
            self.nodes[path] = node
        if self.on_path is not None:
            self._tell_path(self.on_path, node, path)

    def tell_again(self, node: GroupNode, known: Outcome) -> None:
        """Tell of a group, and of the arrays in it, for which the outcome of another one was taken over."""
        if self.on_path is not None:
            path = path_of(node)
            for array in known.arrays:
                self.on_path(join(path, array.path), Role.ARRAY, array.document)
            self._tell_path(self.on_path, node, path)

    def _tell_path(self, listener: PathListener, node: GroupNode | ArrayNode, path: str) -> None:
        if isinstance(node, ArrayNode):
            listener(path, Role.ARRAY, node.document)
        else:
            kind = node.kind or (Role.ROW if node.role == Role.ROW else Role.GROUP)
            like = node.shared.metadata if isinstance(node.shared, StructuredDocument) else node
            listener(path, kind, like.document)


NOBODY = Listening(None, None, keeps_nodes=False)
