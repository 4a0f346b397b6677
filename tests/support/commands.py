"""Running the command in the process of the test."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

__all__ = ["Ran", "Run"]


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def blocks(self) -> list[list[str]]:
        """The findings of a text report, each as its lines."""
        blocks = [block.splitlines() for block in self.out.rstrip("\n").split("\n\n")]
        return blocks[1:-1]  # between the headline and the verdict

    @property
    def heads(self) -> list[tuple[str, str]]:
        """Severity and rule of each finding of a text report."""
        return [(block[0].split()[0], block[0].split()[1]) for block in self.blocks]


Run = Callable[..., Ran]
