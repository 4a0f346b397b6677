"""What becomes of a store part by part: its nodes as they will be, and what was noted on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ngff_core.migration.interface import Documents, Notes, Remark
from ngff_core.upgrade.held.nodes import Nodes, Stored
from ngff_core.upgrade.held.packed import Changed, Writes
from ngff_core.upgrade.overlay import Recorder

__all__ = ["After", "Told"]


class After(Nodes):
    """The nodes of a store as they will be; those of the part that is worked on are held."""

    def __init__(self, store: Recorder, before: Nodes) -> None:
        super().__init__(before.sources)
        self.changed = Changed(Writes(store.packed))
        self._store = store
        self._before = before
        self._kinds: dict[tuple[str, int, bool], Stored] = {}

    def store(self, old: Documents, new: Documents) -> None:
        """Hold no longer what can be made of the documents that are there, or are going to be."""
        for path, node in new.items():
            if node is old[path]:
                self.sources[path] = self._before.sources[path]
                continue
            kind = (node.kind, node.zarr_format, node.foreign)
            if kind not in self._kinds:
                self._kinds[kind] = Stored(*kind, self._store.packed, self._number)
            self.sources[path] = self._kinds[kind]

    def _number(self, key: str) -> int:
        changed = self.changed.number(key)
        return self._store.number(key) if changed is None else changed


class Told:
    """What is noted, by what was done: parts are told one after the other, and each step of all of them together."""

    def __init__(self, goal_format: int, answers: Mapping[str, Any]) -> None:
        def notes() -> Notes:
            return Notes(goal_format, answers=answers)

        self.first, self.files, self.chunks, self.pixels = notes(), notes(), notes(), notes()
        self._notes = notes
        self._steps: dict[tuple[int, int], Notes] = {}

    def step(self, way: int, number: int) -> Notes:
        """Return the notes of a step on one of the ways."""
        return self._steps.setdefault((way, number), self._notes())

    def joined(self, order: Callable[[str], Any] | None) -> Notes:
        """Return all of them, in an order of paths for each that came in parts."""
        joined = self.first
        for notes in (*self._steps.values(), self.files, self.chunks, self.pixels):
            for name, paths in notes.asked.items():
                for path in paths if order is None else sorted(paths, key=order):
                    joined.choose(name, path)
            for into, remarks in (
                (joined.losses, notes.losses),
                (joined.obstacles, notes.obstacles),
                (joined.remarks, notes.remarks),
            ):
                into += remarks if order is None else sorted(remarks, key=lambda remark: _placed(remark, order))
        return joined


def _placed(remark: Remark, order: Callable[[str], Any]) -> Any:
    return order(remark.path)
