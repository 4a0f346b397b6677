"""Plan the metadata of a plate from the folders that are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from ngff_core.checking.settings import Settings
from ngff_core.editing.copies import unkept, update_copies
from ngff_core.editing.held import Held
from ngff_core.editing.plan import LISTED, EditPlan, more_errors
from ngff_core.editing.rebuilding.documents import edits_of_plate
from ngff_core.editing.rebuilding.tree import Tree, tree_of
from ngff_core.editing.run import change_store
from ngff_core.errors import StoreError
from ngff_core.mending.edit import Edit
from ngff_core.migration.interface import Remark
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.report.partial import ReadStats
from ngff_core.spec.spec import Spec
from ngff_core.stores.capabilities import get_rare
from ngff_core.upgrade.journal import steps_before
from ngff_core.upgrade.overlay import Recorder
from ngff_core.validation.opening import store_of
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator
from ngff_core.words import counted
from ngff_core.zarr.keys import DOCUMENTS, join
from ngff_core.zarr.text import json_object

__all__ = ["plan_rebuild", "rebuild_plate"]

OnProgress = Callable[[ReadStats], None] | None


def rebuild_plate(
    uri: object,
    *,
    break_lock: bool = False,
    storage_options: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    on_progress: OnProgress = None,
) -> EditPlan:
    """Write the metadata that `plan_rebuild` proposes, in place; returns the plan that was carried out.

    Raises RefusedError where the plan says why it cannot be, ConflictError when the store changes meanwhile, and
    StoreError.
    """
    plan = partial(plan_rebuild, on_progress=on_progress)
    return change_store(uri, "rebuild", plan, break_lock=break_lock, storage_options=storage_options, registry=registry)


def plan_rebuild(
    uri: object,
    *,
    storage_options: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    on_progress: OnProgress = None,
) -> EditPlan:
    """Plan the metadata of a plate and its wells from its folders: ROW/COLUMN/FIELD, an image in each; reads only.

    What metadata is there already and agrees with the folders stays. Images that are not whole are left out, and named.
    Nothing is to be written where a plate says already what there is. What keeps the plan from being carried out is in
    its `EditPlan.refusals`.
    """
    registry = registry or default_registry()
    store = Recorder(store_of(uri, registry, storage_options))
    validator, listeners = Validator(registry, Settings.of(max_findings=LISTED)), Listeners(on_progress=on_progress)
    before = validator.store(store, None, listeners)
    plan = EditPlan(command="rebuild", url=store.url, read=store, before=before, after=before)
    plan.steps_before = steps_before(store)
    if before.version is not None and before.kind not in (None, "plate", "collection"):
        plan.obstacles = [Remark("", f"there is metadata of another kind than a plate already: {before.kind}")]
        return plan
    tree = tree_of(store, registry)
    plan.remarks, obstacles = tree.left_out, [*tree.unread]
    plan.obstacles = obstacles
    spec = _spec_of(tree, registry, obstacles) if store.list("") else None
    if spec is None or obstacles:
        return plan
    remarks = plan.remarks = [Remark("", _sizes(tree)), *tree.left_out]
    held = Held(store, registry.converter(spec.version), spec.zarr_format)
    edits = _edits(held, spec, tree, remarks, obstacles)
    written = _written(held, edits, obstacles)
    if written and not obstacles:
        plan.writes = held.writes()
        plan.after = validator.store(held.now, None, listeners)
        obstacles += more_errors(before, plan.after, written)
    return plan


def _spec_of(tree: Tree, registry: Registry, obstacles: list[Remark]) -> Spec | None:
    """Return the version that all fields are of."""
    versions = dict.fromkeys(field.version for fields in tree.wells.values() for field in fields)
    if not versions:
        obstacles.append(Remark("", "there is no well: no folder ROW/COLUMN/FIELD, such as A/1/0, with a whole image"))
        return None
    if len(versions) > 1:
        obstacles.append(Remark("", f"there are images of several versions: {', '.join(versions)}"))
        return None
    return registry.spec(next(iter(versions)))


def _sizes(tree: Tree) -> str:
    rows, columns = ({names[n] for names in tree.wells} for n in (0, 1))
    most = max(map(len, tree.wells.values()))
    wells = f"{counted(len(tree.wells), 'well')} in {counted(len(rows), 'row')} and {counted(len(columns), 'column')}"
    return f"{wells}, with up to {counted(most, 'field')} each"


def _edits(held: Held, spec: Spec, tree: Tree, remarks: list[Remark], obstacles: list[Remark]) -> list[Edit]:
    """Return the edits that there have to be; none where something is in the way."""
    _refuse_unreadable(held.store, tree, obstacles)
    return [] if obstacles else list(edits_of_plate(held, spec, tree.wells, remarks))


def _written(held: Held, edits: Iterable[Edit], obstacles: list[Remark]) -> set[str]:
    """Make the edits; return the paths of groups in which something is written."""
    by_key: defaultdict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_key[join(edit.node, edit.document)].append(edit)
    for key, some in by_key.items():
        if not held.apply(key, some):
            obstacles.append(Remark(some[0].node, held.refusal(key)))
    changed = [key for key in by_key if key in held.changed]
    obstacles += unkept(update_copies(held, changed))
    return {key.rpartition("/")[0] for key in changed}


def _refuse_unreadable(store: Recorder, tree: Tree, obstacles: list[Remark]) -> None:
    """Note documents that are there and hold no object: nothing is put in their place."""
    folders = ["", *dict.fromkeys(row for row, _ in tree.wells), *(join(row, column) for row, column in tree.wells)]
    keys = [join(folder, name) for folder in folders for name in DOCUMENTS]
    for key, answer in zip(keys, get_rare(store, keys), strict=True):
        folder, _, name = key.rpartition("/")
        if isinstance(answer, StoreError):
            obstacles.append(Remark(folder, f"{name} could not be read: {answer}"))
        elif answer is not None:
            value = json_object(answer)
            if value is None:
                obstacles.append(Remark(folder, f"{name} is there, and holds no JSON object: mend or remove it first"))
            elif name == ".zarray" or value.get("node_type") == "array":
                obstacles.append(Remark(folder, "there is an array where a group of the plate would be"))
