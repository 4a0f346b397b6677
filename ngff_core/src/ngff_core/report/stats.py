"""What reading has cost."""

from __future__ import annotations

__all__ = ["ReadStats"]


class ReadStats:
    """What reading has cost so far: keys asked for and listings, and the bytes that came; ``found`` counts issues."""

    __slots__ = ("bytes", "found", "requests")

    def __init__(self, requests: int = 0, bytes: int = 0, found: int = 0) -> None:
        self.requests = requests
        self.bytes = bytes
        self.found = found

    def add(self, other: ReadStats) -> None:
        """Count what reading something else has cost as well."""
        self.requests += other.requests
        self.bytes += other.bytes
        self.found += other.found
