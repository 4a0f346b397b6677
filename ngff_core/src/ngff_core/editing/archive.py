"""Write a zip archive anew with some documents changed: the archive itself stays as it is."""

from __future__ import annotations

import os

from ngff_core.editing.plan import EditPlan
from ngff_core.errors import StoreError, UsageError
from ngff_core.issues.requirement import Severity
from ngff_core.report.report import ValidationError
from ngff_core.stores import Store
from ngff_core.stores.capabilities import archive_of, canonical_url_of
from ngff_core.stores.zip.archive import Archive
from ngff_core.stores.zip.packing import pack
from ngff_core.upgrade.held.packed import Changed
from ngff_core.upgrade.overlay import Overlay
from ngff_core.validation.calls import check_store

__all__ = ["write_archive"]


def write_archive(plan: EditPlan, out: str) -> None:
    """Write the archive that a plan is of to a file that is not there yet, with what the plan changes.

    Documents come first, those of the root before all, as RFC-9 wants them; all else follows in its order. The result
    is evaluated before it gets its name: ValidationError where it has more errors than planned. Raises UsageError where
    the store is no archive or the file is there, StoreError where not all of the archive could be taken over.
    """
    archive = archive_of(plan.store)
    if archive is None:
        raise UsageError(f"{plan.url} is no zip archive: it is changed in place, so leave --out away")
    _refuse_losses(plan.store, archive)
    if os.path.lexists(out):
        raise UsageError(f"{out} is there already: give the path of a file that is not")
    now = Overlay(plan.read.store, Changed(plan.writes))
    mode = os.stat(canonical_url_of(plan.store)).st_mode & 0o777
    pack(now, out, archive.comment, lambda part: _verify(plan, part), mode=mode)


def _refuse_losses(store: Store, archive: Archive) -> None:
    """Raise StoreError for what is in an archive and would not be in the new one."""
    problems = {
        "entries outside the folder of the hierarchy": 1 if archive.root else 0,
        "encrypted": archive.encrypted.total,
        "entries of the same name": archive.duplicates.total,
        "entries with names that lead out of it": archive.outside.total,
        "entries with unusual names": archive.unusual.total,
    }
    found = [name for name, number in problems.items() if number]
    if found or archive.split or not os.path.isfile(canonical_url_of(store)):
        why = ", ".join(found) or "it is no whole file of this machine"
        raise StoreError(f"{store.url} cannot be written anew without loss: {why}", hint="unpack it, and mend that")


def _verify(plan: EditPlan, part: str) -> None:
    report = check_store(part, version=plan.version)
    errors = [i for i in report.issues if i.severity is Severity.ERROR and not i.rule.startswith("zip-")]
    if len(errors) > plan.after.count(Severity.ERROR):
        raise ValidationError(report)
