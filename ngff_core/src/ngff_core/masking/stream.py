"""A stream of text that shows no secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ngff_core.masking.text import masked

__all__ = ["MaskedStream"]

_COMMANDS = r"\x1b(?!\[[0-9;]*[mK])|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]"


class MaskedStream:
    """A stream of text, such as standard error, through which no secret goes, and no command to the terminal.

    Colours, and what clears a line, go through; all else is that of the stream. It shows no ``buffer``, so that nobody
    writes past it, and stays open: it is shared by all that runs here.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text without its secrets."""
        written: int = self._stream.write(_harmless(masked(text)) if isinstance(text, str) else text)
        return written

    def close(self) -> None:
        """Do nothing but write what is not written yet."""
        self._stream.flush()

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts without their secrets."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name in ("buffer", "detach", "_stream"):
            raise AttributeError(name)
        return getattr(self._stream, name)


def _harmless(text: str) -> str:
    """Return a text with characters escaped that a terminal takes for commands, but for colours."""
    if text.isprintable():
        return text
    return re.sub(_COMMANDS, lambda found: f"\\x{ord(found[0]):02x}", text)
