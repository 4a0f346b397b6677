"""Make the outline of a store from the nodes that a crawl tells of: groups that are alike are held once."""

from __future__ import annotations

from collections import defaultdict

from ngff_core.report.outline.nodes import ALL_WRITERS, Layout, Outline, OutlineNode
from ngff_core.report.outline.saying import layout_of, said_of, writer_of
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
        self._writers: dict[bool, set[str]] = {True: set(), False: set()}
        self._root = OutlineNode("")

    def record(self, path: str, kind: str, document: GroupDocument | ArrayDocument | None) -> None:
        """Take a node that was evaluated."""
        if isinstance(document, GroupDocument):
            if kind == "plate" and len(self._plates) < PLATES and (layout := layout_of(document)) is not None:
                self._plates[path] = layout
            if (writer := writer_of(document)) is not None and len(self._writers[writer[0]]) < MOST:
                self._writers[writer[0]].add(writer[1])
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
        writers = sorted(self._writers[True] or self._writers[False])[:ALL_WRITERS]
        return Outline(self._root, self._plates, tuple(writers), self._left_out)

    def _close(self, path: str, kind: str, shown: str) -> None:
        """Put a node with all that was told of below it to its group; one that was told of before is both."""
        children = self._open.pop(path, {})
        parent, _, name = path.rpartition("/")
        known = self._open[parent].get(name) if path else self._root
        if known is not None:
            children = {**dict(known.children), **children}
            kind = kind if not known.kind or known.kind == kind else ", ".join(filter(None, (kind, known.kind)))
            shown = shown or known.shown
        node = self._once(kind, shown, children)
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
