"""What reading has cost."""

from __future__ import annotations

import attrs

__all__ = ["ReadStats"]


@attrs.define(eq=False, repr=False)  # made on every start
class ReadStats:
    """What reading has cost so far: keys asked for and listings, and the bytes that came; ``found`` counts issues."""

    requests: int = 0
    bytes: int = 0
    found: int = 0

    def add(self, other: ReadStats) -> None:
        """Count what reading something else has cost as well."""
        self.requests += other.requests
        self.bytes += other.bytes
        self.found += other.found
