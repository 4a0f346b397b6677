"""Files that reports are written to: what was there before stays until the new one is whole."""

from __future__ import annotations

from ngff_core.cli.screen.writing import fitted
from ngff_core.errors import OutputError, UsageError
from ngff_core.report.writing_files import CarefulFile

__all__ = ["WholeFile"]


class WholeFile:
    """A file that a report is written to, beside the one that it replaces; what goes wrong is an OutputError.

    Devices and pipes, and files in folders where nothing else can be written, are written to at once.
    """

    def __init__(self, path: str) -> None:
        self._shown = path
        try:
            self._file = CarefulFile(path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(f"{path} cannot be written: {reason[:1].lower()}{reason[1:]}") from None

    def write(self, text: str) -> None:
        """Write a piece at once: secrets were taken out of the report before it was rendered."""
        try:
            self._file.write(fitted(text, "utf-8"))
        except OSError as error:
            raise OutputError(error, self._shown) from None

    def discard(self) -> None:
        """Leave what was there before: what was written is no report."""
        self._file.discard()

    def __enter__(self) -> WholeFile:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._file.finish()
        except OSError as error:
            raise OutputError(error, self._shown) from None
        finally:
            self._file.discard()
