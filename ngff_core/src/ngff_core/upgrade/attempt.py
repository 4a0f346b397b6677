"""Take all documents of a store to another version; what cannot be taken along stays, where that was decided.

The hierarchy of the root is taken there, or nothing is. Beside it there may be hierarchies of versions of their own,
and nodes that are not of OME-Zarr; of these each is taken along as a whole, or left as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import takewhile
from typing import Any

import attrs

from ngff_core.errors import failure_of
from ngff_core.issues.bounding import MOST
from ngff_core.issues.requirement import Severity
from ngff_core.migration.interface import Decision, Documents, Migration, NodeDocuments, Notes, Remark, chain
from ngff_core.plugins.registry import Registry
from ngff_core.report.report import Report
from ngff_core.stores.below import StoreBelow
from ngff_core.upgrade.after import After, Told
from ngff_core.upgrade.files import Builder, Built, refuse_nodes_among_chunks
from ngff_core.upgrade.gather import Gathered
from ngff_core.upgrade.held.nodes import Nodes
from ngff_core.upgrade.held.packed import Changed
from ngff_core.upgrade.held.parts import ElsewhereError, Part, children_first, parts_of
from ngff_core.upgrade.held.steps import step_failed, stepped
from ngff_core.upgrade.overlay import Overlay, Recorder
from ngff_core.upgrade.proof.arrays import Planned, refuse_other_pixels
from ngff_core.validation.calls import check_store
from ngff_core.zarr.keys import above

__all__ = ["UNCONVERTED", "Attempt", "Case", "Way", "attempt", "ways_of"]

UNCONVERTED = Decision(
    "unconverted",
    "what becomes of groups and arrays beside the images that cannot be taken along?",
    "refuse",
    ("refuse", "keep"),
)
_KEEP = f"{UNCONVERTED.name}=keep"


@attrs.frozen
class Way:
    """The documents of one version in a store, and the steps that they take; ``None``: there is no way."""

    version: str | None
    steps: Sequence[Migration] | None
    paths: list[str]


@attrs.frozen
class Attempt:
    """What came of it: the documents after all steps, what was noted on the way, and the files."""

    documents: Documents
    notes: Notes
    built: Built


def ways_of(gathered: Gathered, registry: Registry, to: str) -> list[Way]:
    """Return how the documents of a store are taken to a version, those of its root first."""
    root = gathered.hierarchies[0]
    paths: dict[str | None, list[str]] = {root.report.version: list(root.documents)}
    for hierarchy in gathered.hierarchies[1:]:
        paths.setdefault(hierarchy.report.version, []).extend(hierarchy.documents)
    own, goal = root.documents[""].zarr_format, registry.spec(to).zarr_format
    migrations = registry.migrations()
    for path, node in gathered.others.nodes.items():
        version = root.report.version if node.zarr_format == own else None
        if version is None and node.zarr_format != goal:
            version = _version_of(registry, migrations, node.zarr_format, to)
        if version is not None:
            paths.setdefault(version, []).append(path)
    return [
        Way(version, chain(migrations, version, to) if version else None, sorted(some, key=children_first))
        for version, some in paths.items()
    ]


def _version_of(registry: Registry, migrations: Sequence[Migration], zarr_format: int, to: str) -> str | None:
    """Return a version in a Zarr format that leads to another one: nodes that are not of OME-Zarr take its way."""
    specs = [spec for spec in registry.specs.values() if spec.zarr_format == zarr_format]
    leading = [spec for spec in specs if chain(migrations, spec.version, to) is not None]
    return max(leading, key=lambda spec: spec.order).version if leading else None


# --- trying -----------------------------------------------------------------------------------------


@attrs.frozen
class Case:
    """All that an attempt starts from; ``answers`` are those to all decisions on the ways."""

    store: Recorder
    registry: Registry
    gathered: Gathered
    ways: Sequence[Way]
    to: str
    answers: Mapping[str, Any]
    remove_old: bool


def attempt(case: Case) -> Attempt:
    """Take all ways to their end; what stands in the way is noted."""
    before, units = case.gathered.documents, _units(case.gathered)
    lenient = _left_behind(case)
    kept: dict[str, list[Remark]] = {}
    while True:
        tried = _try(case, before, units, kept)
        failing: dict[str, list[Remark]] = {}
        for obstacle in tried.notes.obstacles:
            unit = units.get(obstacle.path)
            if unit is not None and unit not in kept:
                failing.setdefault(unit, []).append(obstacle)
        given_up = [u for u in failing if u in lenient or case.answers[UNCONVERTED.name] == "keep"]
        if not given_up:
            break
        kept |= {unit: failing[unit] for unit in given_up}
    for unit, obstacles in kept.items():
        tried.notes.remark(unit, f"stays as it is, with all that is in it: {_why(unit, obstacles[0])}")
    return attrs.evolve(tried, notes=_advised(tried.notes, failing))


def _why(unit: str, obstacle: Remark) -> str:
    return obstacle.text if obstacle.path == unit else f"{obstacle.path[len(unit) + 1 :]}: {obstacle.text}"


def _advised(notes: Notes, failing: Mapping[str, Sequence[Remark]]) -> Notes:
    """Return the notes with what becomes of nodes beside the images asked where that would help."""
    for unit in failing:
        notes.choose(UNCONVERTED.name, unit)
    in_units = {id(obstacle) for obstacles in failing.values() for obstacle in obstacles}
    advised = [attrs.evolve(o, decide=o.decide or _KEEP) if id(o) in in_units else o for o in notes.obstacles]
    return attrs.evolve(notes, obstacles=advised)


def _try(case: Case, before: Nodes, units: Mapping[str, str], kept: Mapping[str, object]) -> Attempt:
    first, *others = case.ways
    if not others and len(first.paths) == len(before) and all(step.apart for step in first.steps or ()):
        with suppress(ElsewhereError):
            return _in_parts(case, list(parts_of(before)), units, kept)
    return _in_parts(case, [list(before)], units, kept)


def _in_parts(case: Case, parts: list[list[str]], units: Mapping[str, str], kept: Mapping[str, object]) -> Attempt:
    store, before = case.store, case.gathered.documents
    told = Told(case.registry.spec(case.to).zarr_format, case.answers)
    notes = told.first
    for path in kept:
        notes.choose(UNCONVERTED.name, path)
    _tell_obstacles(case, units, kept, notes)
    _tell_ways(case, kept, notes)
    staying = {path for path, unit in units.items() if unit in kept}
    settling = _Settling(case, staying)
    builder = Builder(store, told.files, remove_old=case.remove_old)
    after = After(store, before)
    for part in parts:
        old = {path: before[path] for path in part}
        new = _migrated(case, old, told, staying, before if len(parts) > 1 else None)
        after.sources |= new
        number = len(builder.renames)
        try:
            written = builder.take(old, new, after, settling.settled(old, new))
        except (TypeError, ValueError, RecursionError) as error:  # of what is no JSON
            raise step_failed([s for way in case.ways for s in way.steps or ()], failure_of(error)) from error
        after.changed.take(written)
        refuse_other_pixels(Planned(store, after.changed, builder.renames[number:]), old, new, told.pixels)
        after.store(old, new)
    built = builder.built()
    refuse_nodes_among_chunks(built.renames, after, told.chunks)
    notes = told.joined(children_first if len(parts) > 1 else None)
    if not notes.obstacles:
        _check_others(case, built, kept, notes)
    return Attempt(after, notes, built)


def _migrated(
    case: Case, old: dict[str, NodeDocuments], told: Told, staying: set[str], whole: Nodes | None
) -> dict[str, NodeDocuments]:
    """Return some nodes after the steps of their ways; ``whole`` are all nodes where these are a part of them."""
    new = dict(old)
    for place, way in enumerate(case.ways):
        paths = way.paths if whole is None else old
        documents: Documents = {path: old[path] for path in paths if path not in staying}
        for number, step in enumerate(way.steps or ()):
            seen = documents if whole is None else Part(documents, whole.keys() - staying if staying else whole)
            documents = {**documents, **stepped(step, seen, told.step(place, number))}
        new |= documents
    return new


def _tell_obstacles(case: Case, units: Mapping[str, str], kept: Mapping[str, object], notes: Notes) -> None:
    """Note what could not be read, or not looked into, and documents that are left where they are."""
    if case.gathered.documents[""].zarr_format != notes.goal_format:
        notes.remarks += case.gathered.others.bare
    for hierarchy in case.gathered.hierarchies:
        if units.get(hierarchy.path) not in kept:
            notes.obstacles += hierarchy.obstacles
    for obstacle in case.gathered.others.unseen:
        unit = units.get(obstacle.path)
        if unit is None:
            answer = notes.choose(UNCONVERTED.name, obstacle.path)
            (notes.remarks if answer == "keep" else notes.obstacles).append(attrs.evolve(obstacle, decide=_KEEP))
        elif unit not in kept:
            notes.obstacles.append(obstacle)


def _tell_ways(case: Case, kept: Mapping[str, object], notes: Notes) -> None:
    """Note from where nothing leads to the version."""
    no_way = {way.version for way in case.ways if way.steps is None}
    for hierarchy in case.gathered.hierarchies[1:]:
        version = hierarchy.report.version
        if hierarchy.path in kept:
            continue
        if not hierarchy.documents:
            notes.refuse(hierarchy.path, f"its OME-Zarr metadata could not be read: {_errors(hierarchy.report)}")
        elif version in no_way:
            notes.refuse(hierarchy.path, f"no installed plugin leads from its version {version} to {case.to}")


def _check_others(case: Case, built: Built, kept: Mapping[str, object], notes: Notes) -> None:
    """Note which of the other hierarchies would not be valid."""
    result = Overlay(case.store, Changed(built.writes))
    moving = {way.version for way in case.ways if way.steps}
    for hierarchy in case.gathered.hierarchies[1:]:
        before = hierarchy.report
        if hierarchy.path in kept or before.version not in moving:
            continue
        below = StoreBelow(result, hierarchy.path)
        after = check_store(below, version=case.to, registry=case.registry, max_findings=MOST)
        if not after.valid and before.valid:
            notes.refuse(hierarchy.path, f"it would not be valid in {case.to}: {_errors(after)}")
        elif not after.valid:
            notes.refuse(hierarchy.path, f"it is not valid in {before.version}: {_errors(before)}")


def _errors(report: Report) -> str:
    rules = dict.fromkeys(issue.rule for issue in report.issues if issue.severity is Severity.ERROR)
    return ", ".join(rules)


# --- what stays, and what belongs together ----------------------------------------------------------


def _units(gathered: Gathered) -> dict[str, str]:
    """Return for each node beside the hierarchy of the root the outermost of those that it lies in."""
    others = gathered.hierarchies[1:]
    paths = {*gathered.others.nodes, *(hierarchy.path for hierarchy in others)}
    inside = {path for hierarchy in others for path in hierarchy.documents}
    unseen = {remark.path for remark in gathered.others.unseen}
    units = {}
    for path in paths | inside | unseen:
        around = [way for way in (path, *above(path)) if way in paths]
        if around:
            units[path] = around[-1]
    return units


def _left_behind(case: Case) -> set[str]:
    """Return the nodes of another Zarr format than the root where that keeps its own: what an upgrade has left."""
    own = case.gathered.documents[""].zarr_format
    if case.registry.spec(case.to).zarr_format != own:
        return set()
    return {path for path, node in case.gathered.others.nodes.items() if node.zarr_format != own}


class _Settling:
    """Tells the nodes whose files are not looked at: what stays, and what nothing changes in or below."""

    def __init__(self, case: Case, staying: set[str]) -> None:
        self._staying = staying
        self._idle = {path for way in case.ways if not way.steps or way.version == case.to for path in way.paths}
        self._idle |= case.gathered.others.nodes.keys()
        self._moved: set[str] = set()

    def settled(self, old: Documents, new: Documents) -> set[str]:
        """Return those among some nodes, children before their parents; those below them were seen before."""
        settled = set()
        for path, node in new.items():
            idle = path in self._idle and node is old[path] and path not in self._moved
            if idle or path in self._staying:
                settled.add(path)
            else:
                self._moved.update(takewhile(lambda way: way not in self._moved, above(path)))
        return settled
