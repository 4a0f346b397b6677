"""Files that reports are written to: what was there before stays until the new one is whole."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TextIO

from ngff_core.cli.screen.writing import NO_ROOM, OutputError, fitted
from ngff_core.errors import UsageError
from ngff_core.masking import hidden

__all__ = ["WholeFile"]

PART = ".part"


class WholeFile:
    """A file that a report is written to, beside the one that it replaces; what goes wrong is an OutputError.

    Devices and pipes, and files in folders where nothing else can be written, are written to at once.
    """

    def __init__(self, path: str) -> None:
        self._shown = path
        self._path = os.path.realpath(path)  # a link stays one
        self._part = self._path + PART if self._replaceable() else self._path
        try:
            self._file: TextIO = open(self._part, "w", encoding="utf-8", newline="\n")  # noqa: SIM115  closed by __exit__
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(f"{path} cannot be written: {reason[:1].lower()}{reason[1:]}") from None

    def _replaceable(self) -> bool:
        if not os.path.exists(self._path):
            return True
        here = os.access(self._path, os.W_OK)  # else opening it says why not
        return here and os.path.isfile(self._path) and os.access(os.path.dirname(self._path), os.W_OK)

    def write(self, text: str) -> None:
        """Write a piece at once, without secrets."""
        try:
            self._file.write(fitted(hidden(text), "utf-8"))
            self._file.flush()
        except OSError as error:
            raise OutputError(error, self._shown) from None

    def __enter__(self) -> WholeFile:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            self._file.close()
            if kind is None and self._part != self._path:
                with suppress(FileNotFoundError):
                    os.chmod(self._part, stat.S_IMODE(os.stat(self._path).st_mode))
                os.replace(self._part, self._path)
        except OSError as error:  # what is still kept was refused before, and said
            if error.errno not in NO_ROOM or kind is None:
                raise OutputError(error, self._shown) from None
        finally:
            if self._part != self._path:
                with suppress(OSError):
                    os.remove(self._part)
