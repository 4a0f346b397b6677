"""Carry out what was planned within a version, and take up what was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Unpack

from ngff_core.editing.fixing import plan_fix
from ngff_core.editing.offering import AskedWords
from ngff_core.editing.plan import EditPlan
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.report.partial import ReadStats
from ngff_core.stores import Store
from ngff_core.stores.writing import Writer, writer_of
from ngff_core.upgrade.in_place import clear_up, write_in_place
from ngff_core.upgrade.journal import Journal, resume
from ngff_core.upgrade.run import RefusedError, interrupted, refuse_other
from ngff_core.validation.opening import store_of

__all__ = ["carry_out", "finish", "fix_store"]

ACTIONS = {"fix": "a fix", "set": "a change of settings", "save": "a change", "rebuild": "a rebuild"}


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
    registry = registry or default_registry()
    finish(store_of(uri, registry, storage_options), "fix", break_lock=break_lock)
    plan = plan_fix(uri, storage_options=storage_options, registry=registry, on_progress=on_progress, **asked)
    carry_out(plan, break_lock=break_lock)
    return plan


def carry_out(plan: EditPlan, *, break_lock: bool = False) -> None:
    """Write what was planned, in place; raises RefusedError, ConflictError and StoreError: then nothing was changed."""
    reasons = plan.refusals()
    if reasons:
        raise RefusedError(plan, reasons, "changed")
    if not plan.writes:
        clear_up(plan.store, ACTIONS[plan.command], break_lock=break_lock)
        return
    about = {"from": plan.version, "to": plan.version, "command": plan.command, "kept": plan.command != "save"}
    write_in_place(plan, about, ACTIONS[plan.command], _nothing_more, break_lock=break_lock)


def _nothing_more(writer: Writer, journal: Journal) -> None:
    """Look at nothing: what will be there was evaluated when it was planned."""


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
        return resume(writer, lambda done: _nothing_more(writer, done)) is not None
