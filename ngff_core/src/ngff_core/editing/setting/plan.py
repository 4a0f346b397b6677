"""Plan what sets values throughout a store, and carry it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Unpack

from ngff_core.checking.settings import Settings
from ngff_core.editing.copies import unkept, update_copies
from ngff_core.editing.held import Held
from ngff_core.editing.plan import LISTED, EditPlan, Given, more_errors
from ngff_core.editing.run import change_store
from ngff_core.editing.setting.chosen import Chooser, Where, WhereWords
from ngff_core.editing.setting.keys import read_settings
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.report.partial import ReadStats
from ngff_core.upgrade.journal import steps_before
from ngff_core.upgrade.overlay import Recorder
from ngff_core.validation.opening import store_of
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator
from ngff_core.zarr.keys import join

__all__ = ["plan_set", "set_values"]

OnProgress = Callable[[ReadStats], None] | None


def set_values(
    uri: object,
    values: Mapping[str, Any],
    *,
    break_lock: bool = False,
    storage_options: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    on_progress: OnProgress = None,
    **where: Unpack[WhereWords],
) -> EditPlan:
    """Set values of the metadata of a store, in place: all of them, or none. Metadata only.

    ``values`` are by key, such as ``{"pixel-size.x": 0.65, "unit": "micrometer"}`` (docs/set.md lists them). They are
    for the group at the root, or those ``at`` some paths; ``images=True``: for all images below, which ``wells`` and
    ``fields`` limit to some; ``labels=True``: for their label images as well. Returns the plan that was carried out.
    Raises UsageError for keys and values that there are not, RefusedError where one cannot be set or there would be
    more errors then, ConflictError when the store changes meanwhile, and StoreError.
    """
    read_settings(values)
    plan = partial(plan_set, values=values, on_progress=on_progress, **where)
    return change_store(uri, "set", plan, break_lock=break_lock, storage_options=storage_options, registry=registry)


def plan_set(
    uri: object,
    values: Mapping[str, Any],
    *,
    storage_options: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    on_progress: OnProgress = None,
    **where: Unpack[WhereWords],
) -> EditPlan:
    """Plan what `set_values` sets in a store, for the same arguments; reads only, and metadata only.

    What keeps it from being carried out is in its `EditPlan.refusals`. Raises UsageError for keys and values that there
    are not.
    """
    settings, registry = read_settings(values), registry or default_registry()
    store = Recorder(store_of(uri, registry, storage_options))
    validator = Validator(registry, Settings.of(max_findings=LISTED))
    chooser = Chooser(settings, Where(**where))
    before = validator.store(store, None, Listeners(on_node=chooser, on_progress=on_progress))
    plan = EditPlan(command="set", url=store.url, read=store, before=before, after=before)
    plan.steps_before = steps_before(store)
    if before.version is None:
        return plan
    chooser.end()
    noted, spec = chooser.noted, registry.spec(before.version)
    plan.obstacles, plan.remarks = noted.obstacles, list(dict.fromkeys(noted.remarks))
    plan.given = [Given(str(setting), sorted(noted.paths.get(str(setting), []))) for setting in settings]
    held = Held(store, registry.converter(spec.version), spec.zarr_format)
    changed = []
    for path, edits in noted.edits.items():
        key = join(path, edits[0].document)
        if not held.apply(key, edits):
            noted.refuse(path, held.refusal(key))
        elif key in held.changed:
            changed.append(key)
    noted.obstacles += unkept(update_copies(held, changed))
    if changed and not noted.obstacles:
        plan.writes = held.writes()
        plan.after = validator.store(held.now, None, Listeners(on_progress=on_progress))
        noted.obstacles += more_errors(before, plan.after)
    if noted.obstacles:
        plan.remarks = []  # on what is not done
    return plan
