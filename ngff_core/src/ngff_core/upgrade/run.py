"""Carry out what was planned, take up what was interrupted, and take back what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from ngff_core.errors import NgffError, NotFoundError, StoreError
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.references import Reference
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import ValidationError
from ngff_core.stores import Store
from ngff_core.stores.answers import names_in, values_of
from ngff_core.stores.writing import Writer, writer_of
from ngff_core.upgrade.held.packed import Changed
from ngff_core.upgrade.in_place import Planned, clear_up, write_in_place, writer_in_place
from ngff_core.upgrade.journal import (
    DONE,
    Journal,
    read_journal,
    refuse_chunks,
    resume,
    rollback,
)
from ngff_core.upgrade.others import refuse_links
from ngff_core.upgrade.overlay import Overlay
from ngff_core.upgrade.plan import Plan, plan_upgrade
from ngff_core.upgrade.proof.pixels import Compare, DifferentPixelsError, comparer
from ngff_core.validation.calls import check_store
from ngff_core.validation.opening import store_of
from ngff_core.validation.typos import suggestion_of_store
from ngff_core.version_order import plain_version
from ngff_core.zarr.keys import DOCUMENTS

__all__ = [
    "DifferentPixelsError",
    "RefusedError",
    "carry_out",
    "command_of",
    "finish",
    "interrupted",
    "last_upgrade",
    "look_ahead",
    "open_out",
    "refuse_other",
    "rollback_store",
    "upgrade_store",
]

# not for upgrades in place
_copy_to = Reference("ngff_core.upgrade.copy:copy_to")
_open_out = Reference("ngff_core.upgrade.copy:open_out")


class RefusedError(NgffError):
    """A change that was not begun, such as an upgrade; ``plan`` says why. Nothing was written."""

    def __init__(self, plan: Planned, reasons: list[str], what: str) -> None:
        self.plan: Any = plan  # of its own class for each command
        super().__init__(f"{plan.url} was not {what}: {'; '.join(reasons)}")


def upgrade_store(
    uri: object,
    to: str,
    out: object = None,
    *,
    decisions: Mapping[str, str] | None = None,
    allow_loss: bool = False,
    remove_old: bool = False,
    verify: str | None = None,
    break_lock: bool = False,
    storage_options: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    on_progress: Callable[[ReadStats], None] | None = None,
) -> Plan:
    """Move a whole hierarchy to another version of the specification: metadata only, pixels stay as they are.

    In place, or with ``out`` as a copy; returns the plan that was carried out. Raises RefusedError when there are
    errors, obstacles or losses (``allow_loss`` drops exactly those), ConflictError when the store changes meanwhile,
    and StoreError. ``verify`` reads pixels before and after, some of each array (``"sample"``) or ``"all"``, and raises
    DifferentPixelsError where they are not the same. An upgrade to the same version that was interrupted is finished
    first. One command at a time writes to a store; ``break_lock`` takes over the lock that another machine left. The
    other arguments are those of `plan_upgrade`.
    """
    registry = registry or default_registry()
    if out is None and isinstance(to, str):
        opened = store_of(uri, registry, storage_options)
        finish(opened, plain_version(to), registry, verify=verify, break_lock=break_lock)
    plan = plan_upgrade(
        uri,
        to,
        decisions=decisions,
        remove_old=remove_old,
        storage_options=storage_options,
        registry=registry,
        on_progress=on_progress,
    )
    place = open_out(out, registry, storage_options)
    carry_out(plan, place, allow_loss=allow_loss, verify=verify, break_lock=break_lock, registry=registry)
    return plan


def open_out(
    out: object, registry: Registry | None = None, storage_options: Mapping[str, object] | None = None
) -> Store | None:
    """Open the store that a copy is written to; ``None``: there is none. Raises UsageError for archives."""
    if out is None:
        return None
    store: Store = _open_out(out, registry or default_registry(), storage_options)
    return store


def carry_out(
    plan: Plan,
    out: object = None,
    *,
    allow_loss: bool = False,
    verify: str | None = None,
    break_lock: bool = False,
    registry: Registry | None = None,
) -> None:
    """Write what was planned, in place or to ``out``, which may be a store; raises what `upgrade_store` does."""
    reasons = plan.refusals(allow_loss=allow_loss, in_place=out is None)
    if reasons:
        raise RefusedError(plan, reasons, f"upgraded to {plan.target}")
    if out is not None:
        _copy_to(plan, open_out(out, registry), registry=registry, verify=verify, break_lock=break_lock)
        return
    if not plan.writes:
        clear_up(plan.store, f"an upgrade to {plan.target}", break_lock=break_lock)
        return
    compare = comparer(plan.store, plan.documents, verify, plan.remark)

    def check(writer: Writer, done: Journal) -> None:
        _verify(writer, done, plan.target, registry, compare)

    about = {"from": plan.source, "to": plan.target}
    write_in_place(plan, about, f"an upgrade to {plan.target}", check, break_lock=break_lock)


def look_ahead(plan: Plan, *, in_place: bool) -> None:
    """Raise the StoreError for what would keep a plan from being carried out, before anything is written."""
    if not in_place:
        refuse_links(plan.store)
    elif plan.writes:
        writer = writer_in_place(plan)
        for rename in plan.renames:
            refuse_chunks(writer, rename)


def interrupted(store: Store) -> Mapping[str, Any] | None:
    """Return what the journal of an upgrade that was interrupted says of it; ``None``: there is none."""
    journal = read_journal(store)
    return journal.about if journal is not None else None


def command_of(about: Mapping[str, Any]) -> str:
    """Return the command of ngff that a journal is of, by what it says of itself."""
    command = about.get("command", "upgrade")
    return command if isinstance(command, str) and command.isidentifier() else "upgrade"


def refuse_other(store: Store, about: Mapping[str, Any], command: str) -> None:
    """Raise StoreError where what was interrupted was begun by another command than this one."""
    begun = command_of(about)
    if begun == "save" != command:  # of a program, and no command that somebody could call
        hint = "take it back with --rollback (rollback_store), and save it again"
        raise StoreError(f"saving a document of {store.url} was interrupted", hint=hint)
    if begun != command:
        again = f"ngff upgrade --to {about.get('to')}" if begun == "upgrade" else f"ngff {begun}"
        back = f", or take it back with ngff {begun} --rollback" if about.get("kept", True) else ""
        hint = f"finish it with {again}{back}"
        raise StoreError(f"ngff {begun} of {store.url} was interrupted", hint=hint)


def finish(
    store: Store,
    to: str,
    registry: Registry | None = None,
    *,
    verify: str | None = None,
    break_lock: bool = False,
) -> bool:
    """Finish an upgrade to a version that was interrupted; False: there is none.

    Raises StoreError where it was to another version, or pixels are to be verified: they cannot be read any more as
    they were before.
    """
    if interrupted(store) is None:
        return False
    if verify is not None:
        hint = "finish it without --verify (verify=None), or take it back with --rollback first"
        raise StoreError(f"an upgrade of {store.url} was interrupted, so that its pixels cannot be verified", hint=hint)
    writer = writer_of(store)
    with writer.lock(f"an upgrade to {to}", break_lock=break_lock):
        about = interrupted(store)  # as it is with the lock: what another command was at may be done now
        refuse_other(store, about or {}, "upgrade")
        if about is not None and about.get("to") != to:
            raise StoreError(
                f"an upgrade of {store.url} from {about.get('from')} to {about.get('to')} was interrupted",
                hint=f"finish it with --to {about.get('to')}, or take it back with --rollback",
            )
        return resume(writer, lambda done: _verify(writer, done, to, registry)) is not None


def last_upgrade(uri: object, *, storage_options: Mapping[str, object] | None = None) -> Mapping[str, Any] | None:
    """Return what the journal says of the upgrade that `rollback_store` would take back; ``None``: there is none."""
    store = store_of(uri, default_registry(), storage_options)
    journal = read_journal(store) or read_journal(store, DONE)
    return journal.about if journal is not None else None


def rollback_store(
    uri: object, *, break_lock: bool = False, storage_options: Mapping[str, object] | None = None
) -> Mapping[str, Any] | None:
    """Take back the last upgrade of a store, finished or not; returns what its journal says of it.

    Called again it takes back the upgrade before that, and so on to the first state. ``None``: there is none. Raises
    NotFoundError where there is no store, ConflictError where documents were changed since, and StoreError.
    """
    store = store_of(uri, default_registry(), storage_options)
    if not any(values_of(store, DOCUMENTS)) and not names_in(store, ""):
        raise NotFoundError(f"there is nothing at {store.url}{suggestion_of_store(store)}")
    writer = writer_of(store)
    with writer.lock("a rollback", break_lock=break_lock):
        journal = rollback(writer)
    return journal.about if journal is not None else None


def _verify(
    writer: Writer, journal: Journal, version: str, registry: Registry | None, compare: Compare | None = None
) -> None:
    """Evaluate what will be there when all is done, and compare pixels; raises ValidationError, DifferentPixelsError.

    What only adds documents was evaluated when it was planned.
    """
    if journal.deletes or journal.renames:
        report = check_store(Overlay(writer, Changed(journal.deletes)), version=version, registry=registry)
        if not report.valid:
            raise ValidationError(attrs.evolve(report, url=writer.url))
    if compare is not None:
        compare(writer)
