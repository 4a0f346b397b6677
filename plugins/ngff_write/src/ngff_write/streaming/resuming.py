"""Go on with an image that was being streamed when something was killed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from typing import Any

import attrs
import numpy as np

from ngff_core.errors import StoreError, UsageError
from ngff_core.json_text import loads
from ngff_core.stores.local.tree import why
from ngff_core.zarr.keys import join, meant_by
from ngff_write.arrays.headers import document_name
from ngff_write.backends import backend_named
from ngff_write.content import Document
from ngff_write.image import ImagePlan
from ngff_write.pixels.sources import source_of
from ngff_write.streaming.journal import JOURNAL, Journal
from ngff_write.streaming.stored import Stored
from ngff_write.target import NewGroup

__all__ = ["Broken", "LeftOver", "begun", "broken_off", "how_of"]


def how_of(plan: ImagePlan) -> dict[str, Any]:
    """Return what decides about the pixels of the levels of an image, as journals hold it."""
    return {"kernel": plan.kernel.name, "factors": [list(level.factors) for level in plan.levels]}


@attrs.define
class Broken:
    """An image that was broken off: the name of its folder, its journal, and how much of it is stored.

    The smaller levels are made anew from ``first_slab`` on, which is not after the one that holds the last frame.
    ``held`` are frames that were stored as the image was about to end, and have to be stored anew.
    """

    name: str
    journal: Journal
    plan: ImagePlan
    folder: str
    frames: int = 0
    first_slab: int = 0
    held: np.ndarray[Any, Any] | None = attrs.field(default=None, repr=False)
    _array: Any = attrs.field(default=None, repr=False)

    @property
    def reached(self) -> list[int]:
        """How far each level goes along the first axis."""
        slabs = self.plan.slabs
        before, begin = slabs.split(self.first_slab)
        sizes = [before[0] if before else begin]
        for level in self.plan.levels[1:]:
            sizes.append(sizes[-1] // level.factors[0])
        per_item = slabs.frames // slabs.shape[0]
        return [-(-self.frames // per_item), *sizes[1:]]

    def again(self) -> Iterator[Any]:
        """Yield the frames that are stored from the first slab on."""
        slabs = self.plan.slabs
        if self.frames:
            for slab in range(self.first_slab, slabs.holding(self.frames - 1) + 1):
                yield self.read(slab)[: self.frames - slabs.frames_before(slab)]

    def read(self, slab: int) -> np.ndarray[Any, Any]:
        """Return the frames of a slab of the first level; raises StoreError where it is damaged."""
        slabs = self.plan.slabs
        if self._array is None:  # opened once, while its document still says how long it may become
            self._array = self._opened(self.plan.document(self.plan.levels[0]))
        return self._read(self._array, slabs.region(slabs.shape, *slabs.split(slab)))

    def hold(self, document: Document) -> None:
        """Take the frames out of an array that was made for no more of them; raises StoreError."""
        region = tuple(slice(0, size) for size in document["shape"])
        self.held = self._read(self._opened(document), region)[: self.journal.frames]

    def _opened(self, document: Document) -> Any:
        return backend_named("tensorstore").create(os.path.join(self.folder, "0"), document)

    def _read(self, array: Any, region: tuple[slice, ...]) -> np.ndarray[Any, Any]:
        try:
            return source_of(array).read(region).reshape(-1, *self.plan.slabs.frame)
        except Exception as error:  # ValueError and others, with a long message
            raise StoreError(f"the pixels in {self.folder} are damaged: {error}") from error


@attrs.frozen
class LeftOver:
    """What is left of a stream that was broken off: a folder, whose journal is held open so that nobody else has it."""

    name: str
    folder: str
    journal: Journal

    def discard(self) -> None:
        """Take it away, where it is certain that no other process writes it."""
        if self.journal.locked:
            shutil.rmtree(self.folder, ignore_errors=True)


def broken_off(path: str, plan: ImagePlan, *, resume: bool, overwrite: bool) -> tuple[Broken | None, list[LeftOver]]:
    """Return the image to ``resume``, if there is one, and those to discard when there is another in their place.

    Raises UsageError where it is not said which, or what of both, LockedError where one is still being written, and
    StoreError where that cannot be told.
    """
    found = _left_overs(path)
    if not found or (overwrite and not resume):
        return None, found
    if resume and len(found) == 1:
        return Broken(found[0].name, found[0].journal, plan, found[0].folder), []
    _close(found)
    shown = ", ".join(f"{one.folder} ({one.journal.frames} frames)" for one in found)
    if resume:
        raise UsageError(f"several images were broken off there: {shown}; put all but one of these folders aside")
    raise UsageError(
        f"an image was broken off there: {shown}; go on with it (resume=True), or begin a new one, for which it is"
        " discarded at the end (overwrite=True)"
    )


def _left_overs(path: str) -> list[LeftOver]:
    """Return what was broken off at a path.

    Raises LockedError where another process still writes there, StoreError where that cannot be told.
    """
    root, name = os.path.split(path)
    try:
        names = sorted(part for part in os.listdir(root) if meant_by(part) == name)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"{root} cannot be read: {why(error)}") from error
    found: list[LeftOver] = []
    try:
        for part in names:
            folder = os.path.join(root, part)
            if not os.path.islink(folder) and os.path.lexists(os.path.join(folder, JOURNAL)):
                found.append(LeftOver(part, folder, Journal.of(folder)))
    except BaseException:
        _close(found)
        raise
    return found


def _close(found: Iterable[LeftOver]) -> None:
    for one in found:
        one.journal.close()


def begun(group: NewGroup, plan: ImagePlan, broken: Broken | None) -> dict[str, Document]:
    """Write the documents of the arrays of an image, also where they are there; returns them by their paths.

    Raises UsageError where what was broken off is another image, and StoreError for what no stream has left.
    """
    if broken is None:
        return plan.add(group, "")
    most = broken.journal.frames
    there = [
        group.read(join(str(number), document_name(plan.writing.zarr_format))) for number in range(len(plan.levels))
    ]
    unknown = [number for number, level in enumerate(plan.levels) if not _is_of(there[number], plan.document(level))]
    if most and (0 in unknown or broken.journal.how != how_of(plan)):
        broken.hold(_ended_document(there[0], plan, broken))
        most = 0
    stored = Stored(plan, broken.folder, unknown)
    group.delete(stored.of_group)  # before all else: it is not complete any more
    arrays = plan.add(group, "")
    broken.frames = stored.frames(most)
    broken.frames = _readable(broken)
    broken.first_slab = stored.first_slab(broken.frames)
    broken.journal.note(broken.frames, how_of(plan))
    group.delete(stored.stale(broken.frames, broken.first_slab))
    return arrays


def _readable(broken: Broken) -> int:
    """Return how many frames can be read, where the last slab, and no other, was perhaps not written as a whole.

    Raises StoreError where one before cannot be read either: that is no work of a crash, and nothing is taken away.
    """
    slabs, frames = broken.plan.slabs, broken.frames
    if not frames:
        return 0
    last = slabs.holding(frames - 1)
    try:
        broken.read(last)
    except StoreError:
        if last:
            broken.read(last - 1)
        return slabs.frames_before(last)
    return frames


def _is_of(text: bytes | None, document: Document) -> bool:
    """Tell whether a document is another one, but for its size along the first axis."""
    found = _parsed(text)
    return found is not None and {**found, "shape": [document["shape"][0], *found["shape"][1:]]} == document


def _ended_document(text: bytes | None, plan: ImagePlan, broken: Broken) -> Document:
    """Return the document of the first level of an image that was about to end with few frames; raises UsageError."""
    found = _parsed(text)
    if found is not None and broken.journal.how == how_of(plan):
        level = attrs.evolve(plan.levels[0], shape=(found["shape"][0], *plan.levels[0].shape[1:]))
        if plan.document(level) == found:
            return found
    raise UsageError(
        f"what was broken off in {broken.folder} is another image: give the same shape, dtype and options, or put that "
        "folder aside"
    )


def _parsed(text: bytes | None) -> Document | None:
    """Return the document of an array that has a shape."""
    try:
        found: Document = loads(text or b"")
        size = found["shape"][0]
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    return found if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None
