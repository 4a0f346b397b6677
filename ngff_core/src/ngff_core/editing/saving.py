"""Save a document that was read from a store: the right file as a whole, and all that has a copy of it."""

from __future__ import annotations

import json

import attrs

from ngff_core.editing.copies import unkept, update_copies
from ngff_core.editing.held import TWICE, WRITE_ONCE, Held
from ngff_core.editing.plan import EditPlan
from ngff_core.editing.run import carry_out, finish
from ngff_core.editing.saver import Saver
from ngff_core.errors import UsageError
from ngff_core.mending.edit import Edit, value_at
from ngff_core.migration.interface import Remark
from ngff_core.report.report import Report, ValidationError
from ngff_core.stores.below import StoreBelow
from ngff_core.stores.writing import ConflictError
from ngff_core.structure.converter import unstructure
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSON
from ngff_core.upgrade.journal import steps_before
from ngff_core.upgrade.overlay import Recorder
from ngff_core.validation.calls import check_store
from ngff_core.words import printable
from ngff_core.zarr.written import is_finite

__all__ = ["save"]


def save(document: Model, place: Saver, *, allow_invalid: bool, break_lock: bool) -> tuple[Report, bytes | None]:
    """Write a document to its place; return the report on its group as it is then, and what the file holds.

    Raises ConflictError where the file holds something else than when it was read, ValidationError for what is not
    valid (unless ``allow_invalid``), RefusedError where copies of it cannot be kept right, UsageError and StoreError;
    nothing was changed then. A save that was interrupted is finished first. A document that says what the file says
    leaves that as it is written.
    """
    finish(place.store, "save", break_lock=break_lock)
    registry, read = place.registry, Recorder(place.store)
    if read.get(place.key) != place.raw:
        raise ConflictError(read.url, [place.key])
    converter = registry.converter(place.version)
    held = Held(read, converter, registry.spec(place.version).zarr_format)
    path, _, name = place.key.rpartition("/")
    edit = Edit(path, name, place.base, unstructure(converter, document))
    obstacles: list[Remark] = []
    if not _is_there(edit, held.document(path, name)):
        if held.loses(place.key):
            raise UsageError(printable(f"{place.key} {TWICE}"), WRITE_ONCE)
        if not held.apply(place.key, [edit]):
            raise UsageError(printable(f"{place.key} cannot hold this: it is too large, or has NaN or Infinity in it"))
        obstacles = unkept(update_copies(held, {place.key}))
    now = StoreBelow(held.now, path) if path else held.now
    report = attrs.evolve(check_store(now, version=place.version, registry=registry), url=read.url)
    if not (report.valid or allow_invalid):
        raise ValidationError(report)
    plan = EditPlan(command="save", url=read.url, read=read, before=report, after=report, writes=held.writes())
    plan.obstacles, plan.steps_before = obstacles, steps_before(read)
    carry_out(plan, break_lock=break_lock)
    return report, held.now.get(place.key)


def _is_there(edit: Edit, whole: object) -> bool:
    """Tell whether a document says just this already, whatever its layout and the order of its keys; 1 is not 1.0."""
    there = value_at(whole, edit.pointer)
    same = isinstance(there, dict) and is_finite(there) and is_finite(edit.value)
    return same and _plain(there) == _plain(edit.value)


def _plain(value: JSON) -> str:
    return json.dumps(value, sort_keys=True)
