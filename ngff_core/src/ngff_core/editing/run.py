"""Carry out what was planned within a version, and take up what was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Unpack

from ngff_core.editing.fixing import plan_fix
from ngff_core.editing.offering import AskedWords
from ngff_core.editing.plan import EditPlan
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.report.partial import ReadStats
from ngff_core.stores import Store
from ngff_core.stores.writing import writer_of
from ngff_core.upgrade.in_place import clear_up, write_in_place
from ngff_core.upgrade.journal import resume
from ngff_core.upgrade.run import RefusedError, interrupted, refuse_other
from ngff_core.validation.opening import store_of

__all__ = ["carry_out", "change_store", "finish", "fix_store"]

ACTIONS = {
    "fix": "a fix",
    "set": "a change of settings",
    "save": "a change",
    "rebuild": "a rebuild",
    "pyramid": "new levels",  # of the plugin ngff-write
}


def fix_store(
    uri: object,
    *,
    break_lock: bool = False,
    storage_options: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    on_progress: Callable[[ReadStats], None] | None = None,
    **asked: Unpack[AskedWords],
) -> EditPlan:
    """Mend what is found in a store, in place: safe fixes, and those that are asked for. Metadata only.

    Returns the plan that was carried out. ``unsafe`` and ``decisions`` ask for further fixes, ``select`` and ``ignore``
    are the rules whose findings are, or are not, mended (see `Asked`). A fix that was interrupted is finished first.
    Raises ConflictError when the store changes meanwhile, UsageError and StoreError.
    """
    plan = partial(plan_fix, on_progress=on_progress, **asked)
    return change_store(uri, "fix", plan, break_lock=break_lock, storage_options=storage_options, registry=registry)


def change_store(
    uri: object,
    command: str,
    plan: Callable[..., EditPlan],
    *,
    break_lock: bool,
    storage_options: Mapping[str, object] | None,
    registry: Registry | None,
) -> EditPlan:
    """Finish what such a command was interrupted in, then plan a change of a store, carry it out and return the plan.

    ``plan`` is called with the store, ``storage_options`` and ``registry``.
    """
    registry = registry or default_registry()
    finish(store_of(uri, registry, storage_options), command, break_lock=break_lock)
    planned = plan(uri, storage_options=storage_options, registry=registry)
    carry_out(planned, break_lock=break_lock)
    return planned


def carry_out(plan: EditPlan, *, break_lock: bool = False) -> None:
    """Write what was planned, in place; raises RefusedError, ConflictError and StoreError: then nothing was changed."""
    reasons = plan.refusals()
    if reasons:
        raise RefusedError(plan, reasons, "changed")
    if not plan.writes:
        clear_up(plan.store, ACTIONS[plan.command], break_lock=break_lock)
        return
    about = {"from": plan.version, "to": plan.version, "command": plan.command, "kept": plan.command != "save"}
    # nothing more to verify: what will be there was evaluated when it was planned
    write_in_place(plan, about, ACTIONS[plan.command], lambda writer, done: None, break_lock=break_lock)


def finish(store: Store, command: str, *, break_lock: bool = False) -> bool:
    """Finish what such a command has begun and was interrupted in; False: there is nothing.

    Raises StoreError where it was another command.
    """
    if interrupted(store) is None:
        return False
    writer = writer_of(store)
    with writer.lock(ACTIONS[command], break_lock=break_lock):
        about = interrupted(store)  # as it is with the lock: what another command was at may be done now
        if about is None:
            return False
        refuse_other(store, about, command)
        return resume(writer, lambda done: None) is not None
