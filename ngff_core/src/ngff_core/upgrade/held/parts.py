"""Parts of a hierarchy that are taken to another version one by one, so that only one of them is held."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from ngff_core.migration.interface import NodeDocuments
from ngff_core.upgrade.held.nodes import Nodes, arrays_of

__all__ = ["ElsewhereError", "Part", "children_first", "parts_of"]

_NODES = 1024  # of a part, as far as they can be apart


class ElsewhereError(LookupError):
    """A step has looked for a node that is not in the same part: it cannot do with parts."""


class Part(dict[str, NodeDocuments]):
    """The documents of a part, for a step; ``whole`` is all paths."""

    def __init__(self, documents: Mapping[str, NodeDocuments], whole: Collection[str]) -> None:
        super().__init__(documents)
        self._whole = whole

    def get(self, path: str, default: object = None) -> NodeDocuments | None:  # type: ignore[override]
        """Return a node of the part; ``None`` where there is none at all, and ElsewhereError is raised for others."""
        return super().get(path) if path in self else None

    def __contains__(self, path: object) -> bool:
        """Tell whether there is a node; raises ElsewhereError for one outside of the part."""
        if super().__contains__(path):
            return True
        if path in self._whole:
            raise ElsewhereError(path)
        return False

    def __missing__(self, path: str) -> NodeDocuments:
        """Raise ElsewhereError, and KeyError where there is no such node."""
        raise ElsewhereError(path) if path in self._whole else KeyError(path)


def parts_of(nodes: Nodes) -> Iterator[list[str]]:
    """Yield the paths of parts: groups that hold arrays, with all below them, and then the other nodes.

    Whatever is in a group comes before it, or in the same part.
    """
    holders = {path.rpartition("/")[0] for path in arrays_of(nodes)}
    others: list[str] = []
    part: list[str] = []
    inside: str | None = None
    for path in sorted(nodes, key=_in_groups):
        if inside is None or not _is_below(path, inside):
            inside = path if path in holders else None
            if len(part) >= _NODES:
                yield sorted(part, key=children_first)
                part = []
        (others if inside is None else part).append(path)
    if part:
        yield sorted(part, key=children_first)
    rest = iter(sorted(others, key=children_first))
    while part := list(islice(rest, _NODES)):
        yield part


def children_first(path: str) -> tuple[int, str]:
    """Return what orders paths so that whatever is in a group comes before it."""
    return -(path.count("/") + bool(path)), path


def _in_groups(path: str) -> str:
    """Return what orders paths so that whatever is in a group comes right after it."""
    return path.replace("/", "\0")


def _is_below(path: str, group: str) -> bool:
    return not group or path == group or path.startswith(f"{group}/")
