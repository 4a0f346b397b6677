"""Children that a crawl looks at, and what comes of them for their group."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import Any

import attrs

from ngff_core.crawl.absence import is_missing, not_listed
from ngff_core.crawl.scheduler import Answer, Fetch, Listed, Listing, VisitResult
from ngff_core.crawl.scope import is_branch
from ngff_core.errors import StoreError
from ngff_core.hierarchy.nodes import Absent, ArrayNode, GroupNode, Node, Why, ancestor_at, parent_of, path_of
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.models.children import MAX_PATH_DEPTH
from ngff_core.spec.spec import Child, Kind, Role
from ngff_core.zarr.keys import ARRAY_KEY, join
from ngff_core.zarr.paths import resolve_path

__all__ = [
    "Branches",
    "Target",
    "attach",
    "is_listed",
    "is_on_the_way",
    "not_among",
    "reached_twice",
    "read_group",
    "targets_of",
]


def read_group(
    path: str, names: Sequence[str], lists: bool, far_down: bool, unlisted: list[Issue]
) -> Generator[Fetch, Any, tuple[Sequence[Answer], Listing]]:
    """Read the documents of a group, and the names in it if it ``lists``; fewer documents where the first is absent.

    ``far_down`` there are many such groups and most are not there: one key tells. ``unlisted`` is told where listing
    fails.
    """
    keys = [join(path, name) for name in names]
    prefix = path if lists else None
    if not far_down:
        (values, names_there), _ = yield Fetch(keys, prefix)
        return values, _listing(path, names_there, unlisted)
    (values, names_there), _ = yield Fetch(keys[:1], prefix)
    if keys[1:] and isinstance(values[0], bytes):
        (more, _), _ = yield Fetch(keys[1:])
        values = [*values, *more]
    return values, _listing(path, names_there, unlisted)


def _listing(path: str, listed: Listed, unlisted: list[Issue]) -> Listing:
    if not isinstance(listed, StoreError):
        return listed
    unlisted.append(not_listed(path, listed))
    return None


class Target:
    """A child to look at: its number among all children of its group, what the metadata says, and its path."""

    __slots__ = ("child", "path", "position")

    def __init__(self, position: int, child: Child, path: str) -> None:
        self.position = position
        self.child = child
        self.path = path

    @property
    def leaves_group(self) -> bool:
        """Tell whether the path leads out of the group, if only to come back: to one place from each group."""
        return ".." in self.child.path

    def key(self, zarr_format: int) -> str:
        """Return the key of an array, or of a file."""
        return self.path if self.child.role == Role.FILE else join(self.path, ARRAY_KEY[zarr_format])


class Branches(set[str]):
    """The paths of the branches of the root: see `Scope`."""

    def of(self, path: str) -> str:
        """Return the branch that a path lies in, or ``""``."""
        if not self:
            return ""
        while path and path not in self:
            path = path.rpartition("/")[0]
        return path


def targets_of(
    node: GroupNode, kind: Kind, children: Sequence[Child], before: int, branches: Branches
) -> tuple[list[Target], list[Target]]:
    """Sort out what to fetch for the children of a group, numbered from ``before`` on: leaves, and groups.

    What cannot be there, or is known, goes to the node at once; the branches of the root are added to ``branches``.
    """
    base, parent = path_of(node), parent_of(node)
    branch = branches.of(base)
    leaves: list[tuple[Child, str]] = []
    groups: list[tuple[Child, str]] = []
    for path, child in {child.path: child for child in reversed(children)}.items():
        known = node.children.get(path)
        if known is not None and not (isinstance(known, Absent) and known.listing):
            continue  # a folder that is no group may be an array to what the group is besides
        target = resolve_path(base, path)
        if target is None or target.count("/") > MAX_PATH_DEPTH:
            node.children[path] = Absent(path, Why.OUTSIDE)
        elif child.role in (Role.ARRAY, Role.FILE):
            leaves.append((child, target))
        elif not child.follow and (above := ancestor_at(node, target)) is not None:
            node.children[path] = above  # a label image names the image that it lies in
        elif child.follow and parent is not None and branches.of(target) != branch:
            groups.append((attrs.evolve(child, follow=False), target))  # evaluated in its own branch, if at all
        else:
            groups.append((child, target))
    if parent is None:
        branches.update(target for child, target in groups if is_branch(kind, child) and target)
    found = [Target(n, *pair) for n, pair in enumerate([*leaves[::-1], *groups[::-1]], before + 1)]
    return found[: len(leaves)], found[len(leaves) :]


def attach(whole: VisitResult, outcomes: Iterable[tuple[Target, VisitResult]]) -> None:
    """Add what came of children to what came of their group."""
    node, counts = whole.node, whole.counts
    assert isinstance(node, GroupNode)
    is_root = parent_of(node) is None
    arrays = [*whole.arrays]
    for target, result in outcomes:
        child = target.child
        if child.optional and is_missing(result.node) and not _is_in_the_way(child, result.node):
            node.children.pop(child.path, None)
        else:
            node.children[child.path] = result.node
        if not is_root:
            whole.issues += result.issues
        elif result.issues:
            whole.sections.append((target.position, tuple(result.issues)))
        if isinstance(result.node, ArrayNode) and result.counts:
            arrays.append(result.node)
        for kind, number in result.counts.items():  # `+=` looks at all counts every time, to drop those below one
            counts[kind] += number
    whole.arrays = arrays


NAMES = "names"  # of what is in a group, as they are looked for


def _is_in_the_way(child: Child, node: Node) -> bool:
    """Tell whether there is something else where a group may be.

    By its place, such as labels, on a way down, or a folder whose names are wanted.
    """
    if not isinstance(node, Absent) or child.role in (Role.ARRAY, Role.FILE):
        return False
    if node.listing:
        return True
    return (is_on_the_way(child) and node.why is Why.ARRAY) or (child.follow and node.why is not Why.MISSING)


def is_on_the_way(child: Child | None) -> bool:
    """Tell whether a child is only looked at because something lies below it."""
    return child is not None and child.role == Role.GROUP and not child.follow and not child.lists


def reached_twice(path: str, child: Child | None) -> list[Issue]:
    """Say that metadata leads to a group that was visited before, unless that is no news."""
    if child is not None and child.again:
        return []
    message = "the metadata leads to this group a second time; it is judged once"
    return [finding("node-reached-twice", message, node=path)]


def is_listed(parent: GroupNode | None, child: Child | None) -> bool:
    """Tell whether something is there by the name of a child, as far as its parent was listed."""
    if parent is None or child is None or parent.listing is None:
        return False
    names = parent.worked_out.get(NAMES)
    if names is None:
        names = parent.worked_out[NAMES] = frozenset(parent.listing)
    return child.path in names or f"{child.path}/" in names


def not_among(known: Iterable[Issue], more: Iterable[Issue]) -> list[Issue]:
    """Leave out findings on what all kinds of groups have, such as the version."""
    said = {(issue.rule, issue.node, issue.pointer, issue.message) for issue in known}
    return [issue for issue in more if (issue.rule, issue.node, issue.pointer, issue.message) not in said]
