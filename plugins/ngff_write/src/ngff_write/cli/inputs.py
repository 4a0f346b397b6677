"""The files that are named on the command line, as the images that they hold."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import attrs

from ngff_core.errors import UsageError
from ngff_write.inputs.arranging import Given
from ngff_write.inputs.base import Found
from ngff_write.inputs.files import opened
from ngff_write.inputs.stack import files_in, one_of, stacked

__all__ = ["Inputs"]

_STACK = "--stack z, t or c says what they are, one after the other"


@attrs.frozen
class Inputs:
    """Files, or a folder of them; what they are along, and which image of each; and what is said of it besides."""

    paths: Sequence[str]
    stack: str | None
    series: int | None
    given: Given

    @contextmanager
    def opened(self, *, one: bool) -> Iterator[tuple[Sequence[Found], Given]]:
        """Give the images, and what is still to be said of them; raises UsageError for several where ``one`` is asked.

        Several files are one image, and what makes them one has to be told.
        """
        if "" in self.paths:
            raise UsageError("INPUT is empty: say which file it is")
        if self.stack is not None:
            with stacked(self._files(), self.stack, self.given, self.series) as found:
                yield [found], attrs.evolve(self.given, axes=None)  # which are those of each file
            return
        if len(self.paths) > 1:
            raise UsageError(f"{len(self.paths)} files are given: {_STACK}")
        (path,) = self.paths
        if os.path.isdir(path):
            raise UsageError(f"{path} is a folder, of {len(files_in(path))} TIFF and .npy files: {_STACK}")
        with opened(path) as images:
            if self.series is None and len(images) > 1 and self.given.name is not None:
                raise UsageError(f"--name is for one image, and {path} has {len(images)}: --series chooses one")
            yield [one_of(images, self.series)] if one or self.series is not None else images, self.given

    def _files(self) -> list[str]:
        return [file for path in self.paths for file in (files_in(path) if os.path.isdir(path) else [path])]
