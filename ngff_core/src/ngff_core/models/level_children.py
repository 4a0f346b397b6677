"""Which arrays the metadata of an image names, and the groups on the way to these and to others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ngff_core.hierarchy.nodes import Absent, GroupNode
from ngff_core.spec.spec import Child, Role
from ngff_core.zarr.keys import is_left_over

__all__ = [
    "ARRAY_DIMENSIONS",
    "DIGITS",
    "MAX_PATH_DEPTH",
    "folders_in",
    "groups_between",
    "items_of",
    "level_children",
    "paths_of",
    "ways_to",
    "with_names_of_dimensions",
]

ARRAY_DIMENSIONS = "_ARRAY_DIMENSIONS"  # the attribute of arrays of v2 that names their dimensions to xarray

DIGITS = "0123456789"
MAX_FORMS = 8  # of levels that lie further below: what lies beside them is looked for in as many places
MAX_PATH_DEPTH = 64  # no path of more groups is followed


def items_of(obj: object, attribute: str) -> list[Any]:
    """Return a list that a model holds; an empty one where it holds anything else."""
    value = getattr(obj, attribute, None)
    return value if isinstance(value, list) else []


def paths_of(items: list[Any]) -> Iterator[str]:
    """Yield the paths of those that have one."""
    for item in items:
        path = getattr(item, "path", None)
        if isinstance(path, str):
            yield path


def folders_in(node: GroupNode | Absent) -> list[str]:
    """Return the names of the folders in a group, without hidden ones and those that somebody is writing, or was."""
    found = (name[:-1] for name in node.listing or () if name.endswith("/") and not name.startswith("."))
    return [name for name in found if not is_left_over(name)]


def level_children(node: GroupNode) -> list[Child]:
    """The arrays of all levels, groups on the way to them, and vectors that transformations keep in arrays."""
    children: list[Child] = []
    between: dict[str, None] = {}
    for multiscale in items_of(node.model, "multiscales"):
        datasets = items_of(multiscale, "datasets")
        children += [Child(path, Role.ARRAY) for path in paths_of(datasets)]
        ways = dict.fromkeys(way for path in paths_of(datasets) if "/" in path for way in groups_between(path))
        # a folder may pass for a group of Zarr v2: only an array is looked for there
        wanted = Role.GROUP if node.document.zarr_format == 3 else Role.ARRAY
        children += [Child(way, wanted, optional=True, follow=False) for way in ways]
        between |= ways
        for holder in (*datasets, multiscale):
            transformations = items_of(holder, "coordinateTransformations")
            children += [Child(path, Role.ARRAY, optional=True) for path in paths_of(transformations)]
    named = [child.path for child in children if child.role == Role.ARRAY and child.follow]
    if node.listing is None or not named:
        return children  # a document more for each costs too much
    beside = _attributes(named, between) if node.document.zarr_format == 2 else []
    return [*children, *beside, *_unlisted_levels(node, named)]


def _attributes(arrays: Iterable[str], between: Iterable[str] = ()) -> list[Child]:
    """Return the attributes of arrays of Zarr v2, and both documents of groups: readers open a node with all it has."""
    names = [*(f"{way}/.zgroup" for way in between), *(f"{path}/.zattrs" for path in (*between, *arrays))]
    return [Child(name, Role.FILE, optional=True) for name in names]


def _unlisted_levels(node: GroupNode, paths: list[str]) -> list[Child]:
    """Return what lies beside the levels and is called like them: ``3`` beside 0, 1 and 2."""
    paths = [path.strip("/") for path in paths]
    heads = {path.partition("/")[0] for path in paths}
    others = [name for name in folders_in(node) if name not in heads and name[-1].isdecimal()]
    if not others:
        return []
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        head = path.partition("/")[0]
        forms[head.rstrip(DIGITS)].add(path[len(head) :])
    few = {stem: sorted(rests)[:MAX_FORMS] for stem, rests in forms.items()}
    return [
        Child(f"{name}{rest}", Role.ARRAY, optional=True, follow=False)
        for name in others
        for rest in few.get(name.rstrip(DIGITS), ())
    ]


def groups_between(path: str) -> list[str]:
    """Return the groups on the way from a group to what a path without `..` names, which has no slashes at its ends."""
    parts = path.split("/") if path.count("/") <= MAX_PATH_DEPTH else [""]
    if any(part in ("", ".", "..") for part in parts):
        return []
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def ways_to(node: GroupNode, paths: Iterable[str]) -> list[Child]:
    """Return the groups on the way to others, in Zarr v3; a folder may pass for a group of v2."""
    between = dict.fromkeys(way for path in paths if "/" in path for way in groups_between(path))
    return [Child(way, Role.GROUP, optional=True, follow=False) for way in between if node.document.zarr_format == 3]


def with_names_of_dimensions(named: Iterator[Sequence[Child]]) -> Iterator[Sequence[Child]]:
    """Add the attributes of the levels, also where the store cannot list: they tell what xarray takes for the axes."""
    for batch in named:
        yield [*batch, *_attributes(child.path for child in batch if child.role == Role.ARRAY and child.follow)]
