"""What reading has cost."""

from __future__ import annotations

__all__ = ["ReadStats"]


class ReadStats:
    """What reading has cost so far: keys asked for and listings, and the bytes that came; ``found`` counts issues."""

    __slots__ = ("bytes", "found", "requests")

    def __init__(self) -> None:
        self.requests = 0
        self.bytes = 0
        self.found = 0
