"""The nodes of a hierarchy: groups, arrays, and what was named but is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from ngff_core.hierarchy.places import Place
from ngff_core.structure.faults import Fault
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSONObject
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument

__all__ = [
    "Absent",
    "ArrayNode",
    "FileNode",
    "GroupMetadata",
    "GroupNode",
    "Hierarchy",
    "LaterMetadata",
    "Node",
    "Why",
    "ancestor_at",
    "is_unread",
    "parent_of",
    "path_of",
]


class Why(StrEnum):
    """Why a node that was named is not there."""

    MISSING = "missing"
    GROUP = "group"  # an array was expected
    ARRAY = "array"  # a group was expected
    OTHER_FORMAT = "other-format"  # it is stored in the other Zarr format
    OUTSIDE = "outside"  # its path leads out of the store
    UNREADABLE = "unreadable"  # reported on its own


class Absent:
    """A node that was named but could not be had; ``listing`` holds the names in a folder that is there instead."""

    __slots__ = ("listing", "path", "why")

    def __init__(self, path: str, why: Why, listing: tuple[str, ...] = ()) -> None:
        self.path = path
        self.why = why
        self.listing = listing


class ArrayNode:
    """An array; ``path`` is relative to the root of the store."""

    __slots__ = ("document", "path")

    def __init__(self, path: str, document: ArrayDocument) -> None:
        self.path = path
        self.document = document


class FileNode:
    """A file that is no Zarr metadata, such as OME-XML."""

    __slots__ = ("data", "path")

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data


class GroupMetadata:
    """What the documents of a group say, typed; the same for all groups with equal documents.

    ``base`` leads from the attributes to the OME metadata, which is ``namespaced`` where it stands in an object of its
    own; ``ome`` is ``None`` where there is none. ``place`` is where an image lies, as far as that was looked for.
    """

    __slots__ = ("base", "document", "faults", "kind", "model", "namespaced", "ome", "place")

    def __init__(self, document: GroupDocument, kind: str | None = None) -> None:
        self.document = document
        self.kind = kind
        self.ome: JSONObject | None = None
        self.base: tuple[str, ...] = ()
        self.namespaced = False
        self.model: Model | None = None
        self.faults: list[Fault] = []
        self.place: Place | None = None


class LaterMetadata(GroupMetadata):
    """The metadata of a group that is ``like`` another: read when somebody looks at what is its own."""

    __slots__ = ("_read",)

    def __init__(self, like: GroupMetadata, place: Place | None, read: Callable[[], GroupMetadata]) -> None:
        self.kind = like.kind
        self.base = like.base
        self.namespaced = like.namespaced
        self.place = place
        self._read = read

    def __getattr__(self, name: str) -> Any:
        """Read the metadata when the first of its own attributes is looked at."""
        if name not in _OWN:
            raise AttributeError(name)
        read = self._read()
        for own in _OWN:
            setattr(self, own, getattr(read, own))
        return getattr(self, name)


_OWN = ("document", "faults", "model", "ome")


class GroupNode:
    """A group: its document, the kind that its keys make it, and the typed metadata.

    ``children`` holds the nodes that its metadata names, by the paths used there; ``listing`` the names in
    it where the store can list. The other attributes are those of `GroupMetadata`.
    Rules that read ``path`` or ``root`` are run for every group; the outcome of the others is shared between groups
    with equal documents, in one parent if they read ``parent``. ``shared`` stands for what is the same for all of them.
    """

    __slots__ = (
        "_later",
        "_parent",
        "_path",
        "_worked_out",
        "base",
        "children",
        "document",
        "faults",
        "kind",
        "listing",
        "model",
        "namespaced",
        "ome",
        "place",
        "read_parent",
        "read_surroundings",
        "role",
        "shared",
    )

    def __init__(
        self,
        path: str,
        metadata: GroupMetadata,
        *,
        role: str | None = None,
        parent: GroupNode | None = None,
        listing: tuple[str, ...] | None = None,
    ) -> None:
        self._path = path
        self._parent = parent
        self.kind = metadata.kind
        self.base = metadata.base
        self.namespaced = metadata.namespaced
        self.place = metadata.place
        self._later: GroupMetadata | None = None
        if metadata.__class__ is GroupMetadata:
            self._take(metadata)
        else:
            self._later = metadata
        self.role = role
        self.listing = listing
        self.children: dict[str, Node] = {}
        self.shared: object = None
        self.read_parent = False
        self.read_surroundings = False
        self._worked_out: dict[object, Any] | None = None

    def _take(self, metadata: GroupMetadata) -> None:
        self.document = metadata.document
        self.ome = metadata.ome
        self.model = metadata.model
        self.faults = metadata.faults

    def __getattr__(self, name: str) -> Any:
        """Read the metadata of a group that is like another when somebody looks at it."""
        if name not in _OWN or self._later is None:
            raise AttributeError(name)
        self._take(self._later)
        self._later = None
        return getattr(self, name)

    @property
    def path(self) -> str:
        """The path below the root of the store; ``""`` is the root."""
        self.read_surroundings = True
        return self._path

    @property
    def name(self) -> str:
        """The last component of the path."""
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> GroupNode | None:
        """The group through which this one was reached."""
        self.read_parent = True
        return self._parent

    @property
    def root(self) -> GroupNode:
        """The group that the crawl began with."""
        self.read_surroundings = True
        node = self
        while node._parent is not None:
            node = node._parent
        return node

    def groups(self, kind: str | None = None) -> Iterator[tuple[str, GroupNode]]:
        """Yield the child groups (of a kind) with the paths that name them."""
        for path, child in self.children.items():
            if isinstance(child, GroupNode) and kind in (None, child.kind):
                yield path, child

    def arrays(self) -> Iterator[tuple[str, ArrayNode]]:
        """Yield the child arrays with the paths that name them."""
        for path, child in self.children.items():
            if isinstance(child, ArrayNode):
                yield path, child

    @property
    def worked_out(self) -> dict[object, Any]:
        """What was worked out of the group once, for all that ask for it: rules on the groups below, above all."""
        if self._worked_out is None:
            self._worked_out = {}
        return self._worked_out

    def __repr__(self) -> str:
        return f"GroupNode({self._path!r}, kind={self.kind!r})"


Node = GroupNode | ArrayNode | FileNode | Absent


def path_of(node: GroupNode) -> str:
    """Return the path of a group for those who run rules: it does not count as a look around of a rule."""
    return node._path


def parent_of(node: GroupNode) -> GroupNode | None:
    """Return the parent of a group for those who run rules: it does not count as a look around of a rule."""
    return node._parent


def is_unread(node: GroupNode) -> bool:
    """Tell whether a group is like another, and nobody has looked at what is its own yet."""
    return node._later is not None


def ancestor_at(node: GroupNode, path: str) -> GroupNode | None:
    """Return the group of a path that a group was reached through, or that group itself."""
    above: GroupNode | None = node
    while above is not None and above._path != path:
        above = above._parent
    return above


class Hierarchy:
    """All nodes that a crawl met, by path; only kept when something asks for it."""

    __slots__ = ("nodes", "root")

    def __init__(self, root: GroupNode, nodes: Mapping[str, GroupNode | ArrayNode]) -> None:
        self.root = root
        self.nodes = nodes
