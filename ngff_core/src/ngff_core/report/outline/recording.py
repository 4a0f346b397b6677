"""Make the outline of a store from the nodes that a crawl tells of: groups that are alike are held once."""

from __future__ import annotations

from collections import defaultdict

from ngff_core.report.outline.nodes import Layout, Outline, OutlineNode, both, first_of
from ngff_core.report.outline.saying import layout_of, said_of, writers_of
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument

__all__ = ["Outliner"]

MOST = 50_000  # names that are held at the same time: what comes after is only counted
PLATES = 64  # whose layout is held

_Key = tuple[str, str, tuple[tuple[str, int], ...]]


class Outliner:
    """Is told of each node of a store, what is below a group before the group itself, as a rule.

    A plate of a thousand wells that are alike takes their names, and one well.
    """

    def __init__(self) -> None:
        self._open: defaultdict[str, dict[str, OutlineNode]] = defaultdict(dict)  # children, by the path of their group
        self._known: dict[_Key, OutlineNode] = {}
        self._room = MOST
        self._left_out = 0
        self._plates: dict[str, Layout] = {}
        self._creators: set[str] = set()
        self._methods: set[str] = set()
        self._root = OutlineNode("")

    def record(self, path: str, kind: str, document: GroupDocument | ArrayDocument | None) -> None:
        """Take a node that was evaluated."""
        if isinstance(document, GroupDocument):
            if kind == "plate" and len(self._plates) < PLATES and (layout := layout_of(document)) is not None:
                self._plates[path] = layout
            for known, writer in zip((self._creators, self._methods), writers_of(document), strict=True):
                if writer and len(known) < MOST:
                    known.add(writer)
        self._close(path, kind, said_of(kind, document))

    def outline(self) -> Outline:
        """Return the outline of all that was told."""
        depth = max((path.count("/") + 1 for path in self._open if path), default=0)
        while depth:  # folders on the way, which nobody has told of
            for path in [path for path in self._open if path and path.count("/") + 1 == depth]:
                self._close(path, "", "")
            depth -= 1
        if self._open:
            self._close("", "", "")
        creators, methods = first_of(self._creators), first_of(self._methods)
        return Outline(self._root, self._plates, creators, methods, self._left_out)

    def _close(self, path: str, kind: str, shown: str) -> None:
        """Put a node with all that was told of below it to its group; one that was told of before is both."""
        children = self._open.pop(path, {})
        parent, _, name = path.rpartition("/")
        known = self._open[parent].get(name) if path else self._root
        if known is not None:
            kind = kind if known.kind in ("", kind) else ", ".join(filter(None, (kind, known.kind)))
            children = dict(both(OutlineNode("", "", tuple(children.items())), known).children)
        node = self._once(kind, shown or (known.shown if known is not None else ""), children)
        if not path:
            self._root = node
        elif known is not None or self._room > 0:
            self._room -= known is None
            self._open[parent][name] = node
        else:
            self._left_out += 1

    def _once(self, kind: str, shown: str, children: dict[str, OutlineNode]) -> OutlineNode:
        key = (kind, shown, tuple((name, id(child)) for name, child in children.items()))
        node = self._known.get(key)
        if node is None:
            node = self._known[key] = OutlineNode(kind, shown, tuple(children.items()))
        else:
            self._room += len(children)
        return node
