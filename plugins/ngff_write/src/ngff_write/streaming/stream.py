"""Stream an image: append frames as they are taken; all levels are written meanwhile, and the metadata at the end."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, Self, Unpack

import attrs
import numpy as np

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec
from ngff_write.arrays.headers import document_name
from ngff_write.arrays.layout import shape_of
from ngff_write.backends import Backend, backend_named
from ngff_write.content import Document, opened
from ngff_write.documents import name_of, writing_of
from ngff_write.image import ArrayOptions, ImagePlan, array_options, plan_image
from ngff_write.options import check_options
from ngff_write.pixels.levels import Level, ended_levels
from ngff_write.pixels.push import Push
from ngff_write.pixels.slabs import Gathering, Slab
from ngff_write.pixels.sources import pixel_type
from ngff_write.streaming.background import Background
from ngff_write.streaming.journal import Journal
from ngff_write.streaming.resuming import Broken, LeftOver, begun, broken_off, how_of
from ngff_write.streaming.stored import sync_files
from ngff_write.target import NewGroup, local_path
from ngff_write.units import with_known_units

__all__ = ["ImageStream", "StreamOptions", "stream_image"]

BUFFERED = 1 << 27  # bytes of frames that wait to be written at most, or two slabs of them
MOST_BUFFERS = 4096


class StreamOptions(ArrayOptions, total=False):
    """How an image is streamed: as `write_image` writes it, but for labels.

    ``resume`` goes on with what was broken off at the same path, where there is something. Else it is in the way,
    unless ``overwrite`` says that it is discarded when this image has its place.
    """

    version: str | None
    name: str | None
    members: Mapping[str, Any] | None
    extra_attributes: Mapping[str, Any] | None
    writer: Literal["auto", "tensorstore", "zarrista", "zarr"]
    workers: int | None
    overwrite: bool
    resume: bool


def stream_image(
    path: str | os.PathLike[str],
    shape: Sequence[int | None],
    dims: Sequence[DimSpec],
    dtype: Any,
    **options: Unpack[StreamOptions],
) -> ImageStream:
    """Return an image that frames are appended to, as a context manager: they are written while others are taken.

    The first number of ``shape`` may be ``None``: the image has as many time points, planes or positions then as are
    appended. ``dtype`` is the type of its pixels. What is written has no metadata until the end, and is not at ``path``
    until then. Raises UsageError for what does not fit together and where something is at the path already, StoreError
    where nothing can be written there.

    Frames wait in memory until they fill what is written at once: a chunk or shard of them, 16 MB unless ``chunks`` or
    ``shards`` say more. Call ``flush`` where they come slowly. At most 128 MB of frames wait to be written, or twice
    what is written at once; ``append`` waits when there are more. Half as much again is held of the smaller levels.
    """
    check_options(options, StreamOptions)
    path, writing = local_path(path), writing_of(options.get("version"))
    dims = with_known_units(dims)
    plan = plan_image(shape_of(shape, dims), pixel_type(dtype), dims, writing, **array_options(options))
    backend = backend_named(options.get("writer", "auto"), options.get("workers"), every_chunk=True)
    overwrite = options.get("overwrite", False)
    broken, discarded = broken_off(path, plan, resume=bool(options.get("resume")), overwrite=overwrite)
    try:
        group = NewGroup.at(
            path, writing.zarr_format, overwrite=overwrite, part=broken.name if broken is not None else None
        )
    except BaseException:
        for one in discarded if broken is None else [broken]:
            one.journal.close()
        raise
    end = _End(plan, options.get("name") or name_of(path), options.get("members"), options.get("extra_attributes"))
    return ImageStream(group, end, backend, broken, discarded)


@attrs.frozen
class _End:
    """What an image is to be when it ends."""

    plan: ImagePlan
    name: str
    members: Mapping[str, Any] | None
    extra: Mapping[str, Any] | None

    def documents(self, levels: Sequence[Level]) -> dict[str, Document]:
        """Return the documents of the group of an image with such levels."""
        plan = self.plan
        model = plan.writing.image(plan.dims, levels, plan.kernel, self.name, self.members)
        return plan.writing.documents(model, self.extra)


class ImageStream:
    """An image whose frames are appended one by one. A context manager; made by `stream_image`.

    At the end of the block the image gets its metadata and its place, also where that ends with an error: what was
    appended is data, and is kept. Only an error of writing leaves it as it is, in ``folder``, to be gone on with.
    """

    def __init__(
        self,
        group: NewGroup,
        end: _End,
        backend: Backend,
        broken: Broken | None,
        discarded: Sequence[LeftOver] = (),
    ) -> None:
        plan = end.plan
        self._discarded = discarded
        self._group, self._end, self._backend, self._plan = group, end, backend, plan
        self._closed = False
        try:
            group.begin()
            self._journal = broken.journal if broken is not None else Journal.new(group.folder, how_of(plan))
            self._documents = begun(group, plan, broken)
            group.add("", end.documents(plan.levels))
            group.judge(plan.writing.version)
            arrays = opened(group.folder, self._documents, backend)
        except BaseException:
            self._let_go(keep=broken is not None)
            raise
        self._push = Push([*plan.levels], [*arrays.values()], plan.slabs, plan.kernel, backend)
        slabs, shape = plan.slabs, (plan.slabs.most_frames, *plan.slabs.frame)
        most = max(min(BUFFERED // (math.prod(shape) * plan.dtype.itemsize), MOST_BUFFERS), 2)
        self._background = Background(self._write, lambda: np.empty(shape, plan.dtype), most)
        first = broken.first_slab if broken is not None else 0
        self._gathering = Gathering(slabs, plan.dtype, self._background.take, first)
        try:
            self._go_on(broken)
        except BaseException:
            self._let_go(keep=True)
            raise

    @property
    def path(self) -> str:
        """Where the image is at the end."""
        return self._group.path

    @property
    def folder(self) -> str:
        """Where the image is until then: the arrays in it, named by their levels, can be looked at meanwhile."""
        return self._group.folder

    @property
    def frames(self) -> int:
        """How many frames the image has by now, those that were there included where it is gone on with."""
        return self._gathering.frames

    def append(self, frames: Any) -> None:
        """Append a frame, which is an array of the last two axes, or several: of more axes, in C order.

        The pixels are copied. Waits where frames come faster than they are written, and raises StoreError where one
        before could not be; UsageError for what is no frame of the image, and for more of them than there are to be.
        """
        self._check("appended")
        for slab in self._gathering.add(frames):
            self._background.put(slab)

    def flush(self) -> None:
        """Write all frames that were appended, and wait until they are; raises StoreError where they cannot be.

        They are there then whatever becomes of this process. A chunk or shard that is not full yet is written again.
        """
        self._check("flushed")
        if (rest := self._gathering.rest()) is not None:
            self._background.put(rest)
        self._background.wait()

    def close(self) -> None:
        """Write what was appended, and give the image its metadata and its place.

        It becomes smaller along the first axis where fewer frames were appended than it was to have; what is missing
        of the last time point, or whatever the first axis is of, is 0. Raises StoreError where something could not be
        written, ValidationError where the metadata has errors, and UsageError where there are no frames.
        """
        if self._closed:
            return
        finished = False
        try:
            if not self.frames:
                raise UsageError(f"no frames were appended, so that there is no {self.path}")
            self._background.wait()
            self._finish()
            finished = True
        finally:
            self._let_go(keep=bool(self.frames) and not finished)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and (not self.frames or error is self._background.error):
            self._let_go(keep=bool(self.frames))
        else:
            self.close()

    def _check(self, what: str) -> None:
        if self._closed:
            raise UsageError(f"{self.path} has ended: nothing can be {what} any more")
        self._background.check()

    # --- what the thread does -----------------------------------------------------------------------

    def _write(self, slabs: Sequence[Slab]) -> None:
        for slab in slabs:
            self._push.put(slab)
        self._backend.flush()
        if slabs[-1].frames > self._journal.frames:
            self._journal.note(slabs[-1].frames)
        for level, size in enumerate(self._push.reached):
            self._resize(level, size)

    def _resize(self, level: int, size: int) -> None:
        """State how far the array of a level goes along the first axis."""
        path = str(level)
        document = self._documents[path]
        if document["shape"][0] != size:
            document["shape"][0] = size
            self._group.add(path, {document_name(self._plan.writing.zarr_format): document})

    # --- beginning and end --------------------------------------------------------------------------

    def _go_on(self, broken: Broken | None) -> None:
        """Make anew what was only in memory: slabs of smaller levels, and one of frames that is not full."""
        reached = broken.reached if broken is not None else [0] * len(self._plan.levels)
        self._push.reached = reached
        for level, size in enumerate(reached):
            self._resize(level, size)
        for frames in broken.again() if broken is not None else ():
            for slab in self._gathering.add(frames):
                self._background.put(attrs.evolve(slab, stored=True))
        self._background.wait()
        if broken is not None and broken.held is not None:
            self.append(broken.held)
            self.flush()

    def _finish(self) -> None:
        plan, slabs = self._plan, self._plan.slabs
        size = math.ceil(self.frames / (slabs.frames // slabs.shape[0]))
        levels = ended_levels(plan.levels, size, plan.kernel)
        self._fit(levels)
        rest = self._gathering.rest()
        if rest is not None and rest.number > self._background.last:
            self._push.put(attrs.evolve(rest, full=True))
        self._push.end()
        self._backend.flush()
        self._journal.note(self.frames)
        for number, level in enumerate(levels):
            self._resize(number, level.shape[0])
        self._group.remove(str(number) for number in range(len(levels), len(plan.levels)))
        self._group.add("", self._end.documents(levels))
        self._group.judge(plan.writing.version)
        sync_files(self.folder)
        self._group.finish()
        self._journal.remove(self.path)
        for left_over in self._discarded:
            left_over.discard()

    def _fit(self, levels: Sequence[Level]) -> None:
        """Make the arrays anew that are shorter than one chunk or shard came to be: nothing of them is stored yet."""
        for number, level in enumerate(levels):
            path, document = str(number), self._plan.document(level)
            same = {**self._documents[path], "shape": document["shape"]} == document
            if not same and not (number == 0 and self._journal.frames):
                self._documents[path] = document
                self._group.add(path, {document_name(self._plan.writing.zarr_format): document})
                self._push.arrays[number] = self._backend.create(os.path.join(self.folder, path), document)
                self._push.levels[number] = level

    def _let_go(self, *, keep: bool) -> None:
        self._closed = True
        if hasattr(self, "_background"):
            self._background.end()
        self._backend.close()
        if hasattr(self, "_journal"):
            self._journal.close()
        for left_over in self._discarded:
            left_over.journal.close()
        if not keep:
            self._group.discard()
