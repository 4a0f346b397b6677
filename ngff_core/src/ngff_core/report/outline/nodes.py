"""The outline of a store: its groups and arrays by name, those that are alike held once, and its plates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs

from ngff_core.structure.values import JSONObject

__all__ = ["Layout", "Outline", "OutlineNode", "both", "first_of", "merged", "with_names"]

ALL_WRITERS = 8  # that are named of one store


@attrs.frozen
class Layout:
    """A plate: the names of its rows and columns, and its wells, each a path with the numbers of row and column.

    ``entries`` are the numbers of these wells in the metadata, which may list others of which the place is not known.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    wells: tuple[tuple[str, int, int], ...]
    entries: tuple[int, ...] = attrs.field(
        default=attrs.Factory(lambda self: tuple(range(len(self.wells))), takes_self=True)
    )

    def to_dict(self) -> JSONObject:
        """Return the JSON form (docs/report.md)."""
        wells = [[*well, entry] for well, entry in zip(self.wells, self.entries, strict=True)]
        return {"rows": [*self.rows], "columns": [*self.columns], "wells": wells}


@attrs.frozen(eq=False)
class OutlineNode:
    """A group or an array: its kind, a few words on it, and what is below it by name, in the order of the crawl.

    ``kind`` is empty for a folder on the way that was not looked at itself.
    """

    kind: str
    shown: str = ""
    children: tuple[tuple[str, OutlineNode], ...] = ()


@attrs.frozen(eq=False)
class Outline:
    """What is in a store: its root, the plates by path, what has written it as its documents say.

    ``creators`` is what they name so, ``methods`` what has made the levels of images. ``left_out`` counts nodes that
    there was no room for.
    """

    root: OutlineNode
    plates: Mapping[str, Layout] = attrs.field(factory=dict)
    creators: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def has_nodes(self) -> bool:
        """Whether it tells of nodes; the report of a shard tells of the plate alone."""
        return bool(self.root.kind or self.root.children)

    @property
    def writers(self) -> tuple[str, ...]:
        """What has written the store, as far as its documents tell."""
        return self.creators or self.methods


def merged(outlines: Iterable[Outline | None]) -> Outline | None:
    """Return the outline of a store from those of its parts; ``None`` where no part has one."""
    there = [outline for outline in outlines if outline is not None]
    if len(there) < 2:
        return there[0] if there else None
    root = there[0].root
    for other in there[1:]:
        root = both(root, other.root)
    return Outline(
        root,
        {path: layout for outline in there for path, layout in outline.plates.items()},
        first_of({name for outline in there for name in outline.creators}),
        first_of({name for outline in there for name in outline.methods}),
        sum(outline.left_out for outline in there),
    )


def first_of(writers: Iterable[str]) -> tuple[str, ...]:
    """Return as many names of writers as are held of one store."""
    return tuple(sorted(writers)[:ALL_WRITERS])


def both(first: OutlineNode, second: OutlineNode) -> OutlineNode:
    """Return what two say of one node, with what is below it in either."""
    children = dict(first.children)
    for name, node in second.children:
        children[name] = both(children[name], node) if name in children else node
    return OutlineNode(first.kind or second.kind, first.shown or second.shown, tuple(children.items()))


def with_names(outline: Outline, change: Callable[[str], str]) -> Outline:
    """Return an outline with all of its texts changed; nodes that were held once are again."""
    known: dict[int, OutlineNode] = {}

    def node(old: OutlineNode) -> OutlineNode:
        if id(old) not in known:
            children = tuple((change(name), node(child)) for name, child in old.children)
            known[id(old)] = OutlineNode(old.kind, change(old.shown), children)
        return known[id(old)]

    def layout(old: Layout) -> Layout:
        wells = tuple((change(path), row, column) for path, row, column in old.wells)
        return Layout(tuple(map(change, old.rows)), tuple(map(change, old.columns)), wells, old.entries)

    plates = {change(path): layout(plate) for path, plate in outline.plates.items()}
    creators, methods = (tuple(map(change, names)) for names in (outline.creators, outline.methods))
    return Outline(node(outline.root), plates, creators, methods, outline.left_out)
