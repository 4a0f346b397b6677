"""What is found out while edits are made of settings: the edits, what is in the way, and what should be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.pointer import Part
from ngff_core.mending.edit import Edit, value_at
from ngff_core.migration.interface import Remark
from ngff_core.rules.common import equal_json

__all__ = ["Noted", "Ome"]


@attrs.define
class Noted:
    """Edits by the path of their group, obstacles, remarks, and the groups that each setting is for."""

    edits: dict[str, list[Edit]] = attrs.field(factory=dict)
    obstacles: list[Remark] = attrs.field(factory=list)
    remarks: list[Remark] = attrs.field(factory=list)
    paths: dict[str, list[str]] = attrs.field(factory=dict)

    def refuse(self, path: str, text: str) -> None:
        """Note what keeps a setting from being made."""
        self.obstacles.append(Remark(path, text))

    def remark(self, path: str, text: str) -> None:
        """Note what should be said."""
        self.remarks.append(Remark(path, text))


class Ome:
    """The OME metadata of one group: what it holds, and how changes of it are noted."""

    def __init__(self, node: GroupNode, noted: Noted) -> None:
        self.node = node
        self.path = node.path
        self.raw: Mapping[str, Any] = node.ome or {}
        self._document = node.document.name
        self._base = (*node.document.base, *node.base)
        self._noted = noted

    def at(self, *where: Part) -> Any:
        """Return what some keys and indexes lead to; `REMOVED` where there is nothing."""
        return value_at(self.raw, where)

    def put(self, value: Any, *where: Part) -> None:
        """Note that a value is to be where keys and indexes lead, unless it is there."""
        if equal_json(self.at(*where), value):
            return
        self._noted.edits.setdefault(self.path, []).append(
            Edit(self.path, self._document, (*self._base, *where), value)
        )

    def refuse(self, text: str) -> None:
        """Note what keeps a setting from being made."""
        self._noted.refuse(self.path, text)

    def remark(self, text: str) -> None:
        """Note what should be said."""
        self._noted.remark(self.path, text)
