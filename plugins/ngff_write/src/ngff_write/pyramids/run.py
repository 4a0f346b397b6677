"""Give images levels that are right: find the images of a store, plan each, and carry it out."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from functools import partial

import attrs

from ngff_core.checking.settings import Settings
from ngff_core.editing.outside import copies_outside
from ngff_core.errors import StoreError, UsageError
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.plugins.registry import default_registry
from ngff_core.report.report import Report
from ngff_core.stores.base import Store
from ngff_core.stores.below import StoreBelow
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.upgrade.run import interrupted
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator
from ngff_write.backends import Backend
from ngff_write.content import adding_up
from ngff_write.documents import writing_of
from ngff_write.pyramids.commit import Change, commit
from ngff_write.pyramids.further import Asked
from ngff_write.pyramids.holes import holes
from ngff_write.pyramids.making import clear_leftovers, making, names_of
from ngff_write.pyramids.planning import Planned, plan_levels_of
from ngff_write.pyramids.removal import removable, remove_chunks
from ngff_write.pyramids.state import State, state_of

__all__ = ["Mended", "clear", "images_in", "mend", "plan"]

_KINDS = ("image", "label-image")
Done = Callable[[int, int], object]


@attrs.frozen
class Mended:
    """What is to become, or became, of the image at a path: ``names`` are those of the new levels."""

    path: str
    state: State
    planned: Planned
    names: list[str]
    change: Change
    remarks: list[str]


def images_in(store: Store) -> tuple[list[tuple[str, int]], Report]:
    """Return the paths of all images in a store, and the number of each multiscale that they have; and its report.

    Label images come after the images that they are of.
    """
    found: list[tuple[str, int]] = []

    def look(node: GroupNode | ArrayNode) -> None:
        if isinstance(node, GroupNode) and node.kind in _KINDS:
            every = getattr(node.model, "multiscales", None)
            found.extend((node.path, n) for n in range(len(every) if isinstance(every, list) and every else 1))

    report = _validator().store(store, None, Listeners(on_node=look))
    return sorted(dict.fromkeys(found)), report


def _validator() -> Validator:
    return Validator(default_registry(), Settings.of(max_findings=100_000))


def clear(root: str, path: str) -> None:
    """Take away what is left of levels of an image that were being made when something was killed; the lock is held."""
    clear_leftovers(_folder(root, path))


def plan(root: str, path: str, asked: Asked, number: int = 0) -> Mended:
    """Plan the levels of a multiscale of an image; reads the pixels of those that are there.

    Raises UsageError where that cannot be, and StoreError.
    """
    folder = _folder(root, path)
    store = LocalStore(root)
    node, before = _image(store, path)
    state = state_of(node, folder, number)
    writing = writing_of(before.version)
    outside = next(iter(copies_outside(store, [f"{path}/{node.document.name}" if path else node.document.name])), None)
    if outside is not None:
        raise UsageError(outside.text)
    planned = plan_levels_of(state, asked)
    removed, remarks = removable(state, planned)
    names = names_of(state, planned)
    change = Change(path, state, planned, writing, names, removed, before, partial(_evaluated, path))
    return Mended(path, state, planned, names, change, [*holes(state), *planned.remarks, *remarks])


def _folder(root: str, path: str) -> str:
    """Return the folder of an image; raises UsageError where a link leads out of the store to it."""
    real = os.path.realpath(root)
    folder = os.path.realpath(os.path.join(real, path))
    if folder != real and not folder.startswith(real.rstrip(os.sep) + os.sep):
        raise UsageError("it is behind a symbolic link that leads out of the store: name it by itself")
    return folder


def _image(store: Store, path: str) -> tuple[GroupNode, Report]:
    found: list[GroupNode] = []

    def look(node: GroupNode | ArrayNode) -> None:
        if isinstance(node, GroupNode) and node.kind in _KINDS and not node.path:
            found.append(node)

    report = _validator().store(StoreBelow(store, path) if path else store, None, Listeners(on_node=look))
    if not found or report.version is None:
        raise UsageError("there is no image any more")
    return found[0], report


def _evaluated(path: str, store: Store) -> Report:
    return _validator().store(StoreBelow(store, path) if path else store)


def mend(root: str, found: Mended, compression: str | None, backend: Backend, progress: Done) -> Iterator[str]:
    """Make the new levels of an image, let its metadata name them, and take the old ones away; the lock is held.

    Yields what is to be said. Raises what `commit` raises; then all is as it was.
    """
    state, planned, writer = found.state, found.planned, LocalWriter(root)
    done = adding_up(progress, math.prod(planned.levels[planned.kept - 1].shape))
    if not found.names:
        commit(found.change, writer)
    else:
        with making(state, planned, found.change.writing, compression, backend, done) as part:
            placed = _placed(state.folder, part, found.names)
            try:
                commit(found.change, writer)
            except BaseException:
                if interrupted(writer) is None:  # else they are what its journal names
                    placed()
                raise
    for level in found.change.removed:
        said = remove_chunks(state.folder, level)
        if said is not None:
            yield said


def _placed(folder: str, part: str, names: list[str]) -> Callable[[], None]:
    """Give new levels their names; returns what takes them back."""
    done: list[tuple[str, str]] = []

    def take_back() -> None:
        for new, old in done:
            os.rename(old, new)

    try:
        for place, name in enumerate(names):
            new, old = os.path.join(folder, part, str(place)), os.path.join(folder, name)
            if os.path.lexists(old):
                raise StoreError(f"{old} is there by now")
            os.rename(new, old)
            done.append((new, old))
    except BaseException:
        take_back()
        raise
    return take_back
