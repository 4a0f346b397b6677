"""The nodes of a store, made from its documents when they are looked at: what is held is which they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from ngff_core.migration.interface import NodeDocuments
from ngff_core.spec.spec import Role
from ngff_core.structure.values import JSONObject, nested_deeper
from ngff_core.upgrade.held.packed import NOTHING, Packed
from ngff_core.zarr.keys import ARRAY_KEY, GROUP_KEYS, join
from ngff_core.zarr.text import json_object, may_be_deeper

__all__ = ["Nodes", "Stored", "arrays_of", "kind_of", "token_of"]

_KNOWN = 256  # documents of arrays, of which most are equal


@attrs.frozen(eq=False)
class Stored:
    """All nodes of one kind and Zarr format; ``number`` tells that of the packed document under a key."""

    kind: str
    zarr_format: int
    foreign: bool
    packed: Packed = attrs.field(repr=False)
    number: Callable[[str], int] = attrs.field(repr=False)
    _known: dict[tuple[int, ...], tuple[JSONObject, JSONObject]] = attrs.field(factory=dict, repr=False, init=False)

    def numbers(self, path: str) -> tuple[int, ...]:
        """Return the numbers of the documents of a node."""
        number = self.number
        if self.zarr_format == 3:
            return (number(join(path, "zarr.json")),)
        first = ARRAY_KEY[2] if self.kind == Role.ARRAY else GROUP_KEYS[2][0]
        return number(join(path, first)), number(join(path, ".zattrs"))

    def node(self, path: str) -> NodeDocuments:
        """Return the documents of a node; those of equal arrays are shared as a rule."""
        numbers = self.numbers(path)
        found = self._known.get(numbers)
        if found is None:
            found = self._read(numbers)
            if self.kind == Role.ARRAY:
                if len(self._known) >= _KNOWN:
                    self._known.clear()
                self._known[numbers] = found
        return NodeDocuments(path, self.kind, self.zarr_format, *found, foreign=self.foreign)

    def _read(self, numbers: tuple[int, ...]) -> tuple[JSONObject, JSONObject]:
        first, *second = (json_object(self.packed.get(number)) or {} for number in numbers)
        if numbers[0] == NOTHING or (self.zarr_format == 2 and not first):
            first = _marker(self.zarr_format)
        if second:
            return first, second[0]
        attributes = first.get("attributes")
        kept = {key: value for key, value in first.items() if key not in ("attributes", "consolidated_metadata")}
        return kept, attributes if isinstance(attributes, dict) else {}

    def is_deeper(self, number: int, levels: int) -> bool:
        """Tell whether values in a document are nested deeper than that."""
        data = self.packed.get(number) or b""
        if data.count(b"[") + data.count(b"{") <= levels or not may_be_deeper(data, levels):
            return False
        return nested_deeper(json_object(data), levels)


class Nodes(Mapping[str, NodeDocuments]):
    """Nodes by path: their documents, or what makes them."""

    def __init__(self, sources: Mapping[str, Stored | NodeDocuments]) -> None:
        self.sources = dict(sources)

    def __getitem__(self, path: str) -> NodeDocuments:
        """Return the documents of a node."""
        found = self.sources[path]
        return found if isinstance(found, NodeDocuments) else found.node(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self.sources)

    def __len__(self) -> int:
        return len(self.sources)

    def __contains__(self, path: object) -> bool:
        """Tell whether there is a node, without making it."""
        return path in self.sources

    def only(self, paths: Iterable[str]) -> Nodes:
        """Return some of them, in that order."""
        return Nodes({path: self.sources[path] for path in paths})

    def is_array(self, path: str) -> bool:
        """Tell whether a node is an array, without making it."""
        return self.sources[path].kind == Role.ARRAY

    def deeper(self, levels: int) -> Iterator[str]:
        """Yield the nodes in whose documents values are nested deeper than that."""
        known: dict[int, bool] = {NOTHING: False}
        for path, found in self.sources.items():
            if isinstance(found, Stored):
                is_deeper = False
                for number in found.numbers(path):
                    if number not in known:
                        known[number] = found.is_deeper(number, levels)
                    is_deeper = is_deeper or known[number]
                if is_deeper:
                    yield path
            elif nested_deeper((found.metadata, found.attributes), levels):
                yield path


def kind_of(nodes: Mapping[str, NodeDocuments], path: str) -> str:
    """Return the kind of a node, without making it."""
    return nodes.sources[path].kind if isinstance(nodes, Nodes) else nodes[path].kind


def arrays_of(nodes: Mapping[str, NodeDocuments]) -> Iterator[str]:
    """Yield the paths of arrays."""
    return (path for path in nodes if kind_of(nodes, path) == Role.ARRAY)


def token_of(nodes: Mapping[str, NodeDocuments], path: str) -> tuple[int, ...]:
    """Return what is equal for nodes with equal documents, as long as they are held."""
    found = nodes.sources[path] if isinstance(nodes, Nodes) else nodes[path]
    if isinstance(found, Stored):
        return (id(found), *found.numbers(path))
    return id(found.metadata), id(found.attributes)


def _marker(zarr_format: int) -> JSONObject:
    """Return the document of a group that has none yet."""
    return {"zarr_format": 2} if zarr_format == 2 else {"zarr_format": 3, "node_type": "group"}
