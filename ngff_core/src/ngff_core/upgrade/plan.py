"""Plan an upgrade: everything that would be written, decided and lost, known before anything is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from ngff_core.errors import StoreError, UsageError
from ngff_core.issues.bounding import MOST
from ngff_core.issues.requirement import Severity
from ngff_core.migration.answers import Made, answers_to, decisions_made, decisions_of, no_way
from ngff_core.migration.interface import DEEPEST, Decision, Documents, Migration, Remark
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import Report
from ngff_core.stores import Store
from ngff_core.stores.answers import names_in
from ngff_core.upgrade.attempt import UNCONVERTED, Case, Way, attempt, ways_of
from ngff_core.upgrade.files import Built
from ngff_core.upgrade.gather import gather, hierarchy_around
from ngff_core.upgrade.held.nodes import Nodes
from ngff_core.upgrade.held.packed import Changed, Writes, packed_writes
from ngff_core.upgrade.journal import JOURNAL, Rename, refuse_upgraded, steps_before
from ngff_core.upgrade.overlay import Overlay, Recorder
from ngff_core.upgrade.proof.beside import superseded_in
from ngff_core.validation.calls import check_store
from ngff_core.validation.opening import store_of
from ngff_core.validation.typos import suggestion_of_store
from ngff_core.version_order import plain_version
from ngff_core.words import counted, listed
from ngff_core.zarr.keys import OTHER_FORMAT, above

__all__ = ["DECISIONS", "Made", "Plan", "plan_upgrade"]

DECISIONS = (
    Decision(
        "consolidated",
        "what becomes of consolidated metadata, which would be out of date?",
        "rebuild",
        ("rebuild", "drop"),
    ),
    Decision(
        "existing",
        "what becomes of documents in the other Zarr format that are there already, and differ?",
        "refuse",
        ("refuse", "replace"),
    ),
    UNCONVERTED,
    Decision(
        "part",
        "what becomes of a store that is a part of a hierarchy of another version, and is changed in place?",
        "refuse",
        ("refuse", "alone"),
    ),
)
"""What is asked whatever the versions."""


_BLIND = (
    "the store cannot be listed: groups and arrays that neither OME metadata nor consolidated metadata of the root"
    " names, such as tables, are not seen, so they are neither converted nor copied"
)


@attrs.define(kw_only=True)
class Plan:
    """What an upgrade would do to a store.

    ``before`` is the report on the store as it is, ``after`` the report on what it would hold (``None`` where there
    is nothing to do, or nothing could be planned). ``writes`` and ``renames`` are in the order in which they are made;
    writes of ``None`` take a document away. ``left`` are nodes, by their Zarr format, beside whose documents those of
    the other one stay. ``documents`` are the nodes before and after, ``read`` is what was read of
    the store. ``around`` is a hierarchy of another version that the store is a part of, ``steps_before`` the number of
    upgrades that were made before.
    Nothing is written while `refusals` has anything to say.
    """

    url: str
    source: str | None
    target: str
    read: Recorder = attrs.field(eq=False, repr=False)
    before: Report
    after: Report | None = None
    steps: Sequence[Migration] = ()
    documents: tuple[Documents, Documents] = attrs.field(default=({}, {}), repr=False)
    writes: Writes = attrs.field(factory=Writes, converter=packed_writes, repr=False)
    left: Mapping[int, Sequence[str]] = attrs.field(factory=dict, repr=False)
    renames: Sequence[Rename] = ()
    decisions: Sequence[Made] = ()
    losses: Sequence[Remark] = ()
    obstacles: Sequence[Remark] = ()
    remarks: Sequence[Remark] = ()
    unnamed: Sequence[str] = ()
    around: str | None = None
    steps_before: int = 0

    @property
    def store(self) -> Store:
        """The store that the URL stands for."""
        return self.read.store

    @property
    def superseded(self) -> Iterator[str]:
        """The keys of documents that become useless, and stay."""
        return superseded_in(self.read, self.left)

    @property
    def nothing_to_do(self) -> bool:
        """True where nothing would be written."""
        return self.source == self.target and not self.writes

    def remark(self, text: str) -> None:
        """Add what was found out while it was carried out."""
        self.remarks = [*self.remarks, Remark("", text)]

    def refusals(self, *, allow_loss: bool = False, in_place: bool = True) -> list[str]:
        """Say in one sentence each why the plan cannot be carried out; nothing: it can.

        ``in_place`` tells that it is to be carried out where the store is, and not in another place.
        """
        if self.source is None:
            return [f"the store has no OME-Zarr metadata that could be read{suggestion_of_store(self.store)}"]
        if self.nothing_to_do:
            return [] if self.before.valid else [self._mends_nothing()]
        found = []
        if self.around is not None and in_place:
            found.append(f"the store is a part of {self.around}, which another version in it would make invalid")
        unread = sum(not i.judged and i.severity is Severity.ERROR for i in self.before.issues)
        if unread:
            found.append(f"{counted(unread, 'document')} could not be read")
        if self.obstacles:
            found.append(f"{counted(len(self.obstacles), 'thing')} cannot be expressed in {self.target}")
        if self.losses and not allow_loss:
            found.append(f"{counted(len(self.losses), 'thing')} would be lost")
        if not found and self.after is not None and not self.after.valid:
            found.append(self._invalid(self.after))
        return found

    def _mends_nothing(self) -> str:
        errors = self.before.said(Severity.ERROR)
        return f"the store is OME-Zarr {self.target} already, and an upgrade does not mend its {errors}"

    def _invalid(self, after: Report) -> str:
        apart = list(self._of_other_format())
        if apart:
            own = self.documents[0][""].zarr_format
            inside = f"{listed(apart, 3)} {'is' if len(apart) == 1 else 'are'} of Zarr v{OTHER_FORMAT[own]}"
            return f"the root is of Zarr v{own} and {inside}: no version has both, and the result would not be valid"
        if not self.before.valid:
            errors = self.before.said(Severity.ERROR)
            return f"the store has {errors} in {self.source}, to be mended first"
        return f"the result would have {after.said(Severity.ERROR)} in {self.target}"

    def _of_other_format(self) -> Iterator[str]:
        """Yield the nodes of another Zarr format than the root in groups that this is reported of."""
        before = self.documents[0]
        own = before[""].zarr_format
        reported = {issue.node for issue in self.before.issues if issue.rule == f"zarr-format-{own}"}
        for path in sorted(before if reported else (), key=lambda path: (path.count("/"), path)):
            if before[path].zarr_format != own and not reported.isdisjoint(above(path)):
                yield path


def plan_upgrade(
    uri: object,
    to: str,
    *,
    decisions: Mapping[str, str] | None = None,
    remove_old: bool = False,
    storage_options: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    on_progress: Callable[[ReadStats], None] | None = None,
) -> Plan:
    """Plan the upgrade (or downgrade) of a whole hierarchy to another version; reads only.

    ``decisions`` are answers by the name of the decision, ``remove_old`` takes the documents of the old Zarr
    format away in the end. Raises UsageError for a version that is not installed or that no steps lead to, and for
    answers that no step asks for, ConflictError where another upgrade was under way meanwhile that stands in the way.
    """
    registry = registry or default_registry()
    to = registry.spec(_goal(to)).version
    store = Recorder(store_of(uri, registry, storage_options))
    plan = _plan(store, to, decisions or {}, remove_old, registry, on_progress)
    if not plan.before.valid or (plan.after is not None and not plan.after.valid):
        _refuse_moving(store)
    return plan


def _refuse_moving(store: Recorder) -> None:
    """Raise StoreError where what was read is perhaps of two versions, as another upgrade was under way."""
    names = names_in(store.store, "") or ()
    if JOURNAL in names:
        hint = "wait for the command that is at it; if there is none, finish it by the same one, or use --rollback"
        raise StoreError(f"an upgrade of {store.url} is under way, or was interrupted", hint=hint)
    refuse_upgraded(store.store, steps_before(store))


def _plan(
    store: Recorder,
    to: str,
    decisions: Mapping[str, str],
    remove_old: bool,
    registry: Registry,
    on_progress: Callable[[ReadStats], None] | None,
) -> Plan:
    spec = registry.spec(to)
    gathered = gather(store, registry, lambda f: f != spec.zarr_format or remove_old, on_progress)
    documents = gathered.documents
    source = gathered.report.version if documents else None
    plan = Plan(url=store.url, source=source, target=to, read=store, before=gathered.report)
    plan.unnamed, plan.steps_before = gathered.unnamed, steps_before(store)
    plan.documents = (documents, documents)
    plan.obstacles = list(_too_deep(documents))
    if source is None or plan.obstacles:
        return plan
    ways = ways_of(gathered, registry, to)
    plan.steps = _steps(registry, ways[0], source, to)
    if not remove_old and not any(way.steps for way in ways):
        return plan
    every = list(dict.fromkeys(step for way in ways for step in way.steps or ()))
    asked = [*DECISIONS, *decisions_of(every)]
    answers = answers_to(asked, decisions, decisions_of(registry.migrations()))
    tried = attempt(Case(store, registry, gathered, ways, to, answers, remove_old))
    notes, built = tried.notes, tried.built
    plan.documents = (documents, tried.documents)
    plan.writes, plan.left, plan.renames = built.writes, built.superseded, built.renames
    plan.decisions = list(decisions_made(asked, decisions, notes))
    plan.losses, plan.obstacles = notes.losses, notes.obstacles
    plan.remarks = [*notes.remarks, *([Remark("", _BLIND)] if gathered.blind else [])]
    if plan.writes and answers["part"] == "refuse":
        plan.around = hierarchy_around(store, registry, to)
    if not plan.obstacles and not plan.nothing_to_do:
        plan.after = _check(store, built, registry, to)
    return plan


def _too_deep(documents: Nodes) -> Iterator[Remark]:
    for path in documents.deeper(DEEPEST):
        yield Remark(path, f"its metadata is nested more than {DEEPEST} deep, and cannot be written anew")


def _goal(to: object) -> str:
    if not isinstance(to, str):
        raise UsageError(f"expected a version such as '0.5', got {type(to).__name__}")
    return plain_version(to)


def _check(store: Store, built: Built, registry: Registry, version: str) -> Report:
    """Evaluate what the store would hold."""
    result = Overlay(store, Changed(built.writes))
    report = check_store(result, version=version, registry=registry, max_findings=MOST)
    return attrs.evolve(report, url=store.url)


def _steps(registry: Registry, way: Way, source: str, target: str) -> Sequence[Migration]:
    if way.steps is None:
        raise no_way(registry.migrations(), source, target)
    return way.steps
