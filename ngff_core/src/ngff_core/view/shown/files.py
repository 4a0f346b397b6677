"""The files of metadata below a group as a tree, each with what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ngff_core.errors import NgffError, StoreError
from ngff_core.report.report import ValidationError
from ngff_core.stores.answers import names_in, values_of
from ngff_core.view.groups import Group
from ngff_core.view.nodes import Array
from ngff_core.words import printable
from ngff_core.zarr.keys import NODE_KEYS, join

__all__ = ["file_tree"]

LISTED = 200  # folders that are listed in a group
_CLOSED = "(not looked at)"


def file_tree(group: Group, depth: int | None = None) -> Iterator[str]:
    """Yield the lines of the tree: the group, its files, then the groups and arrays below, as deep as ``depth``."""
    url = group.store.url
    yield printable(f"{group.path.rpartition('/')[2] or url.rstrip('/').rpartition('/')[2] or url}/")
    waiting = [_inside(group, "", depth)]
    while waiting:  # without recursion: groups may lie a thousand levels deep
        met = next(waiting[-1], None)
        if met is None:
            waiting.pop()
        elif isinstance(met, str):
            yield printable(met)
        else:
            waiting.append(_inside(*met))


_Below = tuple[Group | Array | NgffError, str, int | None]
"""A node, how far its lines are indented, and how many levels below it are looked at."""


def _inside(node: Group | Array | NgffError, indent: str, depth: int | None) -> Iterator[str | _Below]:
    """Yield the lines of a node, and in their places the nodes below it."""
    files = list(_files(node)) if not isinstance(node, NgffError) else []
    below: list[tuple[str, Group | Array | NgffError]] = []
    if isinstance(node, Group) and depth != 0:
        below = _below(node)
    elif isinstance(node, Group):
        files.append(("...", _CLOSED))
    width = max((len(name) for name, _ in files), default=0)
    last = len(files) + len(below) - 1
    for number, (name, text) in enumerate(files):
        branch = "└── " if number == last else "├── "
        yield f"{indent}{branch}{name:{width}}  # {text}" if text else f"{indent}{branch}{name}"
    for number, (name, found) in enumerate(below, start=len(files)):
        branch, rest = ("└── ", "    ") if number == last else ("├── ", "│   ")
        problem = f"  # {_problem(found)}" if isinstance(found, NgffError) else ""
        yield f"{indent}{branch}{name}/{problem}"
        yield found, indent + rest, None if depth is None else depth - 1


def _problem(error: NgffError) -> str:
    return error.report.issues[0].message if isinstance(error, ValidationError) else str(error)


def _below(group: Group) -> list[tuple[str, Group | Array | NgffError]]:
    try:
        names = group.keys()
        names = [*names, *_in_folders(group, names)]
    except StoreError as error:
        return [("...", error)]
    found = zip(names, group.try_many(names), strict=True)
    return [(name, node) for name, node in found if node is not None]


def _in_folders(group: Group, known: Sequence[str]) -> Iterator[str]:
    """Yield the paths of nodes in folders that are none, where the store lists cheaply."""
    if not group.store.lists_cheaply:
        return
    waiting = [name for name in _folders(group, "") if name not in known]
    for folder in islice(waiting, LISTED):  # which grows meanwhile
        paths = _folders(group, folder)
        for path, found in zip(paths, group.try_many(paths), strict=True):
            if found is None:
                waiting.append(path)
            else:
                yield path


def _folders(group: Group, folder: str) -> list[str]:
    names = names_in(group.store, join(group.path, folder) if folder else group.path) or ()
    return [join(folder, name[:-1]) for name in names if name.endswith("/") and not name.startswith(".")]


def _files(node: Group | Array) -> Iterator[tuple[str, str]]:
    """Yield the names of a node's files, with what each holds."""
    names = NODE_KEYS[node.zarr_format]
    keys = [join(node.path, name) for name in names]
    there = [name for name, value in zip(names, values_of(node.store, keys), strict=True) if isinstance(value, bytes)]
    shown = _described(node)
    for name in there:
        yield name, shown if name == (node.document.name or name) else ""


def _described(node: Group | Array) -> str:
    if isinstance(node, Array):
        return f"{node.dtype} {' x '.join(map(str, node.shape)) or 'scalar'}"
    model = node.ome_structure()
    return f"{type(model).__name__} ({node.ome_version()})" if model is not None else "group"
