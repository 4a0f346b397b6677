"""Let the metadata of an image say what its levels are: in one step, with a journal; old levels go after that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs

from ngff_core.editing.copies import unkept, update_copies
from ngff_core.editing.held import Held
from ngff_core.editing.plan import EditPlan, more_errors
from ngff_core.issues.pointer import Pointer
from ngff_core.mending.edit import REMOVED, Edit, value_at
from ngff_core.migration.interface import Remark
from ngff_core.plugins.registry import default_registry
from ngff_core.report.report import Report
from ngff_core.rules.common import equal_json
from ngff_core.stores.base import Store
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.writing import ConflictError
from ngff_core.upgrade.in_place import keep_modes, writer_in_place
from ngff_core.upgrade.journal import Journal, apply, refuse_upgraded, steps_before
from ngff_core.upgrade.overlay import Recorder
from ngff_core.upgrade.run import RefusedError
from ngff_core.zarr.keys import ARRAY_KEY, NODE_KEYS, join
from ngff_write.documents import Writing
from ngff_write.pyramids.datasets import datasets_of, described_by
from ngff_write.pyramids.planning import Planned
from ngff_write.pyramids.state import State, Stored

__all__ = ["COMMAND", "Change", "commit"]

COMMAND = "pyramid"
Evaluate = Callable[[Store], Report]


@attrs.frozen
class Change:
    """A change of the image at a path of a store: new levels by their names, and old ones that are taken away.

    ``evaluate`` returns the report on the image in a store; ``before`` is that of now.
    """

    path: str
    state: State
    planned: Planned
    writing: Writing
    names: Sequence[str]
    removed: Sequence[Stored]
    before: Report
    evaluate: Evaluate

    @property
    def key(self) -> str:
        """The document of the image."""
        return join(self.path, self.state.node.document.name)

    def edits(self) -> Iterator[Edit]:
        """Yield what is to be in the document of the image."""
        node = self.state.node
        base: Pointer = (*node.document.base, *node.base, "multiscales", self.state.number)
        values: dict[str, Any] = {"datasets": datasets_of(self.state, self.planned, self.names, self.writing)}
        if self.names:
            values |= described_by(self.planned.kernel, self.state.multiscale)
        for key, value in values.items():
            yield Edit(self.path, node.document.name, (*base, key), value)


def commit(change: Change, writer: LocalWriter) -> None:
    """Write the document of an image, and all that has a copy of it; the lock is held.

    Raises ConflictError where it was changed meanwhile, RefusedError where there would be more errors than now, or
    copies could not be kept right, and StoreError: then all is as it was.
    """
    plan = plan_of(change, writer)
    reasons = plan.refusals()
    if reasons:
        raise RefusedError(plan, reasons, "changed")
    writer_in_place(plan)  # which looks for links
    keep_modes(plan, writer)
    about = {"from": change.writing.version, "to": change.writing.version, "command": COMMAND, "kept": False}
    refuse_upgraded(writer, plan.steps_before)
    apply(writer, Journal(about, plan.writes), lambda journal: None)


def plan_of(change: Change, store: Store) -> EditPlan:
    """Plan the change of documents; raises ConflictError where the one of the image is another than it was."""
    zarr_format = change.writing.zarr_format
    read = Recorder(store)
    held = Held(read, default_registry().converter(change.writing.version), zarr_format)
    node = change.state.node
    now = value_at(held.document(change.path, node.document.name), (*node.document.base, *node.base))
    if now is REMOVED or not equal_json(now, node.ome):
        raise ConflictError(store.url, [change.key])
    obstacles: list[Remark] = []
    if not held.apply(change.key, list(change.edits())):
        obstacles.append(Remark(change.path, "its metadata cannot be changed as it is: ngff validate says why"))
    changed = [change.key, *(join(change.path, join(name, ARRAY_KEY[zarr_format])) for name in change.names)]
    for level in change.removed:
        keys = [join(change.path, join(level.path, name)) for name in NODE_KEYS[zarr_format]]
        for key, data in zip(keys, read.get_many(keys), strict=True):
            if data is not None:
                held.put(key, REMOVED)
        changed += keys  # also those of which there are only copies
    obstacles += unkept(update_copies(held, changed))
    after = change.evaluate(held.now)
    own = {"", *change.names, *(level.path for level in change.state.levels)}  # labels have their turn
    obstacles += more_errors(change.before, after, own)
    plan = EditPlan(command=COMMAND, url=store.url, read=read, before=change.before, after=after, writes=held.writes())
    plan.obstacles, plan.steps_before = obstacles, steps_before(read)
    return plan
