"""A stream of text that shows no secrets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ngff_core.masking.text import masked

__all__ = ["MaskedStream"]


class MaskedStream:
    """A stream of text, such as standard error, through which no secret goes; all else is that of the stream.

    It shows no ``buffer``, so that nobody writes past it.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text without its secrets."""
        written: int = self._stream.write(masked(text) if isinstance(text, str) else text)
        return written

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts without their secrets."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name in ("buffer", "_stream"):
            raise AttributeError(name)
        return getattr(self._stream, name)
