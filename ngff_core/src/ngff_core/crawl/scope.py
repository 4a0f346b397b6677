"""Scope: which part of a hierarchy is evaluated."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.spec.spec import Child, Kind, Role
from ngff_core.values import Value
from ngff_core.zarr.paths import resolve_path

__all__ = ["WHOLE", "Scope", "branches_of", "is_branch"]


@attrs.frozen(eq=False, repr=False, slots=False)
class Scope(Value):
    """Which children of the root are evaluated here, with all below them.

    ``branches`` are the paths of those children that can be evaluated apart from each other (the wells of a plate);
    ``None``: all of them. ``trunk``: the root itself, and whatever else there is; its rules look at the documents of
    all branches, also of those that are evaluated elsewhere.
    """

    trunk: bool = True
    branches: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """True when all of the hierarchy is evaluated here."""
        return self.trunk and self.branches is None

    def covers(self, kind: Kind, child: Child, target: str) -> bool:
        """Tell whether a child of the root is evaluated here."""
        if is_branch(kind, child):
            return self.branches is None or target in self.branches
        return self.trunk


WHOLE = Scope()


def is_branch(kind: Kind, child: Child) -> bool:
    """Tell whether a child of a group can be evaluated apart from the others."""
    return kind.parts is not None and child.role == kind.parts and child.follow


def branches_of(kind: Kind, root: GroupNode, parts: int) -> list[frozenset[str]]:
    """Divide the branches that the metadata of a root names into parts, by turns.

    The first part is evaluated with the trunk. A branch that the metadata also names in another role belongs to it.
    """
    children = _named_first(kind, root)
    targets = [(child, resolve_path("", child.path)) for child in children]
    common = {"", *(t for c, t in targets if t is not None and not is_branch(kind, c))}
    branches = list(dict.fromkeys(t for c, t in targets if t is not None and is_branch(kind, c)))
    owners: dict[str, int] = {}
    for target in branches:
        owners[target] = 0 if target in common else len(owners) % parts
    return [frozenset(t for t, owner in owners.items() if owner == part) for part in range(parts)]


def _named_first(kind: Kind, root: GroupNode) -> Sequence[Child]:
    """Return the children that are named before any of them was looked at."""
    batch: Sequence[Child] = next(iter(kind.children(root)), ())
    return [child for child in batch if child.role not in (Role.ARRAY, Role.FILE)]
