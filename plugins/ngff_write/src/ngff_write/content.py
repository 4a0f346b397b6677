"""What a new group is filled with: documents first, which are evaluated, then pixels."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import attrs

from ngff_core.zarr.keys import join
from ngff_write.backends import Backend
from ngff_write.documents import Writing
from ngff_write.target import NewGroup

__all__ = ["LABELS", "Content", "Document", "Done", "WithLabels", "adding_up", "fill", "make", "opened", "parts_of"]

LABELS = "labels"

Document = dict[str, Any]
Done = Callable[[int], object]  # is told how many pixels were written


class Content(Protocol):
    """An image, or several: writes documents below a path of a group, and then the pixels."""

    @property
    def writing(self) -> Writing:
        """The version that it is written in."""
        ...

    @property
    def pixels(self) -> int:
        """The number of pixels that `write` tells of."""
        ...

    def make(self, group: NewGroup, path: str) -> dict[str, Document]:
        """Write all documents below a path of a group; returns those of the arrays by their paths."""
        ...

    def write(self, group: NewGroup, path: str, arrays: Mapping[str, Any], backend: Backend, done: Done) -> None:
        """Write the pixels to the arrays, which are given by their paths."""
        ...


@attrs.frozen
class WithLabels:
    """An image, and its labels by their names."""

    image: Content
    labels: Mapping[str, Content]
    writing: Writing

    @property
    def pixels(self) -> int:
        """The number of pixels of the first levels."""
        return self.image.pixels + sum(labels.pixels for labels in self.labels.values())

    def make(self, group: NewGroup, path: str) -> dict[str, Document]:
        """Write all documents below a path of a group; returns those of the arrays by their paths."""
        arrays = self.image.make(group, path)
        group.add(join(path, LABELS), self.writing.documents(self.writing.models.LabelsGroup(labels=list(self.labels))))
        for name, labels in self.labels.items():
            arrays |= labels.make(group, join(path, f"{LABELS}/{name}"))
        return arrays

    def write(self, group: NewGroup, path: str, arrays: Mapping[str, Any], backend: Backend, done: Done) -> None:
        """Write the pixels of the image, then those of its labels."""
        self.image.write(group, path, arrays, backend, done)
        for name, labels in self.labels.items():
            labels.write(group, join(path, f"{LABELS}/{name}"), arrays, backend, done)


Progress = Callable[[int, int], object] | None


def parts_of(progress: Progress, shapes: Callable[[], Iterable[Sequence[int]]]) -> Callable[[], Progress]:
    """Return what gives the progress of one image after the other, where that of all of them is asked for."""
    if progress is None:
        return lambda: None
    total, before, now = sum(map(math.prod, shapes())), 0, 0

    def of_all(written: int, _: int) -> None:
        nonlocal now
        now = written
        progress(before + now, total)

    def next_one() -> Progress:
        nonlocal before, now
        before, now = before + now, 0
        return of_all

    return next_one


def adding_up(progress: Progress, total: int) -> Done:
    """Return what is told of pixels as they are written, and tells the progress: how many of all there are by then."""
    written = 0

    def done(pixels: int) -> None:
        nonlocal written
        written += pixels
        if progress is not None:
            progress(written, total)

    return done


def make(group: NewGroup, content: Content) -> dict[str, Document]:
    """Write all documents of a group; returns those of the arrays by their paths.

    Raises ValidationError where they have errors.
    """
    documents = content.make(group, "")
    group.judge(content.writing.version)
    return documents


def opened(folder: str, documents: Mapping[str, Document], backend: Backend) -> dict[str, Any]:
    """Return the arrays below a folder that have such documents, by their paths."""
    return {path: backend.create(os.path.join(folder, path), document) for path, document in documents.items()}


def fill(group: NewGroup, content: Content, backend: Backend, progress: Progress = None) -> None:
    """Fill a group; raises ValidationError where the metadata has errors, before any pixels are written."""
    arrays = opened(group.folder, make(group, content), backend)
    try:
        content.write(group, "", arrays, backend, adding_up(progress, content.pixels))
    except BaseException:
        backend.close()  # the folder is taken away, and what is still written would come into it after that
        raise
