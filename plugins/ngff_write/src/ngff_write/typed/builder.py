"""What the builders of labels, plates and collections share: where they write, and what was written and noted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from ngff_write.target import local_path

__all__ = ["Builder"]

Noted = TypeVar("Noted")


class Builder(Generic[Noted]):
    """Adds members to a group at a path, one by one; those that are noted are made by ``prepare``."""

    _members: str

    def __init__(self, dest: str | os.PathLike[str], options: Mapping[str, Any]) -> None:
        self._dest = Path(local_path(dest))
        self._options = options
        self._written: list[str] = []
        self._added: dict[str, Noted] = {}

    @property
    def root_path(self) -> Path:
        """Where the group is."""
        return self._dest

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self._added) + len(self._written)} {self._members}>"
