"""Plan the fixes of a store: what each finding has for a fix, until nothing is left that one mends."""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Unpack

import attrs

from ngff_core.checking.settings import Settings
from ngff_core.editing.copies import update_copies
from ngff_core.editing.held import Held
from ngff_core.editing.offering import About, Asked, AskedWords, Fixes, Key, Proposal
from ngff_core.editing.plan import LISTED, EditPlan, Mended
from ngff_core.errors import UsageError
from ngff_core.issues.bounding import MAX_FINDINGS
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import Severity
from ngff_core.mending.edit import Edit
from ngff_core.mending.fix import Fix
from ngff_core.migration.interface import Decision
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.references import Reference
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import Report
from ngff_core.stores.capabilities import archive_of
from ngff_core.stores.zip.archive import Archive
from ngff_core.upgrade.journal import steps_before
from ngff_core.upgrade.overlay import Recorder
from ngff_core.upgrade.plan import Made
from ngff_core.validation.opening import store_of
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator
from ngff_core.words import suggestion
from ngff_core.zarr.keys import above, join

__all__ = ["plan_fix"]

_archive_findings = Reference("ngff_core.validation.archive:archive_findings")
ROUNDS = 12  # of fixes that mend what others have brought to light

Tried = tuple[Held, Report, list[Proposal]]


def plan_fix(
    uri: object,
    *,
    storage_options: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    on_progress: Callable[[ReadStats], None] | None = None,
    **words: Unpack[AskedWords],
) -> EditPlan:
    """Plan what mends a store: safe fixes, and those that are asked for; reads only, and metadata only.

    What is asked for is said in the words of `Asked`, such as ``unsafe``. What leaves a node with worse findings, or as
    many of the same rule, is not in the plan. Raises UsageError for decisions that no fix asks for, and PluginError for
    a fix that fails.
    """
    asked, registry = Asked(**words), registry or default_registry()
    store = Recorder(store_of(uri, registry, storage_options))
    settings = Settings.of(version=asked.version, max_findings=LISTED)
    evaluate = _Evaluation(Validator(registry, settings), on_progress, archive_of(store.store))
    before = evaluate(store)
    plan = EditPlan(command="fix", url=store.url, read=store, before=before, after=before)
    plan.steps_before = steps_before(store)
    if before.version is None:
        return plan
    spec = registry.spec(before.version)
    known = registry.fixes(spec.version)
    _refuse_unknown(known, asked)
    fixes = Fixes(known, spec, asked)

    held = Held(store, registry.converter(spec.version), spec.zarr_format)
    held, after, made = _all_settled(held, before, fixes, evaluate)
    plan.after, plan.writes = after, held.writes()
    plan.made = list(_mended(made))
    plan.offered = list(_mended(fixes.proposals(after.issues, held, allowed=False)))
    plan.decisions = list(_answers(made, asked))
    return plan


class _Evaluation:
    """Evaluates a store as it is, and as it would be.

    What is wrong with an archive whatever is in it is no view's, and no fix mends it: it is found each time.
    """

    def __init__(
        self, validator: Validator, on_progress: Callable[[ReadStats], None] | None, archive: Archive | None
    ) -> None:
        self._validator = validator
        self._listeners = Listeners(on_progress=on_progress)
        self._found: list[Issue] = [*_archive_findings(archive)] if archive is not None else []

    def __call__(self, store: object) -> Report:
        report = self._validator.store(store, None, self._listeners)
        return attrs.evolve(report, issues=[*self._found, *report.issues]) if self._found else report

    def reached(self, store: object, paths: Collection[str]) -> set[str]:
        """Return those of some nodes that are evaluated in a store."""
        found: set[str] = set()

        def look(path: str, kind: str, document: object) -> None:
            if path in paths:
                found.add(path)

        self._validator.store(store, None, Listeners(on_path=look))
        return found


class _GiveUpError(Exception):
    """Some fixes lead to nothing that could be written."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = set(keys)
        super().__init__()


def _all_settled(held: Held, report: Report, fixes: Fixes, evaluate: _Evaluation) -> Tried:
    """Return the store after all fixes that are worth it, also once others have been made: none is left for later.

    What those have brought to light would count against fixes of it, as it was not known before.
    """
    made: list[Proposal] = []
    for _ in range(ROUNDS):
        held, report, more = _settled(held, report, fixes, evaluate)
        made += more
        if not more:
            break
    return held, report, made


def _settled(start: Held, before: Report, fixes: Fixes, evaluate: _Evaluation) -> Tried:
    """Return the store with all fixes that are worth it: those that lead to nothing better are given up."""
    refused: set[Key] = set()
    while True:
        try:
            held, after, made = _tried(start.copy(), before, fixes, evaluate, refused)
        except _GiveUpError as error:
            refused |= error.keys
            continue
        reached = functools.partial(evaluate.reached, start.now)
        hides = _hides(before, after, len(held.bared) - len(start.bared))
        idle = {proposal.key for proposal in (made if hides else _idle(made, before, after, reached))}
        if not idle:
            return held, after, made
        refused |= idle


def _tried(held: Held, report: Report, fixes: Fixes, evaluate: _Evaluation, refused: set[Key]) -> Tried:
    """Return the store after rounds of fixes, with the report on it and the fixes that were made."""
    made: list[Proposal] = []
    for _ in range(ROUNDS):
        chosen = list(_apart(fixes.proposals(report.issues, held, refused=refused)))
        if not chosen:
            break
        keys = _applied(held, chosen)
        if not keys:
            raise _GiveUpError(proposal.key for proposal in chosen)
        _refuse_below(update_copies(held, keys), chosen)
        made += chosen
        report = evaluate(held.now)
    return held, report, made


def _apart(proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """Yield those that can be made at once: none changes what another one does, or what that is in."""
    taken: dict[tuple[str, str], dict[Pointer, bool]] = {}  # True: the place itself, False: something in it
    for proposal in proposals:
        places = [((e.node, e.document), tuple(map(str, e.pointer))) for e in proposal.edits]
        if any(_is_taken(taken.get(document, {}), pointer) for document, pointer in places):
            continue
        for document, pointer in places:
            of_document = taken.setdefault(document, {})
            for length in range(len(pointer)):
                of_document.setdefault(pointer[:length], False)
            of_document[pointer] = True
        yield proposal


def _is_taken(taken: Mapping[Pointer, bool], pointer: Pointer) -> bool:
    return pointer in taken or any(taken.get(pointer[:length]) for length in range(len(pointer)))


def _applied(held: Held, proposals: Sequence[Proposal]) -> set[str]:
    """Make the edits of fixes; return the keys of documents that hold something else then."""
    by_key: dict[str, list[Edit]] = {}
    for edit in (edit for proposal in proposals for edit in proposal.edits):
        by_key.setdefault(join(edit.node, edit.document), []).append(edit)
    failed = {key for key, edits in by_key.items() if not held.apply(key, edits)}
    if failed:
        keys = ((p, {join(e.node, e.document) for e in p.edits}) for p in proposals)
        raise _GiveUpError(p.key for p, of_it in keys if of_it & failed)
    return {key for key in by_key if key in held.changed}


def _refuse_below(groups: Iterable[str], proposals: Iterable[Proposal]) -> None:
    """Give up what is in groups that cannot keep their copies of it right."""
    within = tuple(join(group, "") for group in groups)
    if within:
        raise _GiveUpError(p.key for p in proposals if any(join(e.node, "").startswith(within) for e in p.edits))


# --- what is worth it -------------------------------------------------------------------------------

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
Score = tuple[int, int, int]  # how many of each: the first that differs counts


def _idle(
    made: Sequence[Proposal], before: Report, after: Report, reached: Callable[[set[str]], set[str]]
) -> Iterator[Proposal]:
    """Yield the fixes that are not worth it: of nodes that are worse then, or have as many findings of the same rule.

    Where all of these gain and others lose more, those that the others lie in, or all. ``reached`` returns those of
    some nodes that were evaluated before.
    """
    old, new = _scores(before), _scores(after)
    old_of, new_of = _numbers(before), _numbers(after)
    idle = []
    for proposal in made:
        node = proposal.issue.node
        if new[node] > old[node] or new_of[proposal.about] >= max(1, old_of[proposal.about]):
            idle.append(proposal)
    if idle or not made or _score(after) <= _score(before):
        yield from idle
        return
    worse = {node for node in new if new[node] > old[node]}
    first = worse - reached(worse)  # nothing led to these before, and what could be better in them could be so then
    errors, warnings, notes = _score(after)
    if (errors, warnings - sum(new[n][1] for n in first), notes - sum(new[n][2] for n in first)) <= _score(before):
        return
    lost = {way for node in worse - first for way in (node, *above(node))}
    yield from [proposal for proposal in made if proposal.issue.node in lost] or made


def _hides(before: Report, after: Report, bared: int) -> bool:
    """Tell whether less is evaluated than before, but for groups that were taken away: what is not has no findings."""
    unread = [sum(not issue.judged for issue in report.issues) for report in (before, after)]
    nodes = [sum(report.counts.values()) for report in (before, after)]
    return after.version is None or unread[1] > unread[0] or nodes[1] < nodes[0] - bared


def _scores(report: Report) -> Mapping[str, Score]:
    """Return how many findings of each severity there are, by node."""
    numbers = Counter((issue.node, issue.severity) for issue in report.issues)
    scores: dict[str, Score] = defaultdict(lambda: (0, 0, 0))
    for node, _ in numbers:
        scores[node] = (numbers[node, _ERROR], numbers[node, _WARNING], numbers[node, _INFO])
    return scores


def _score(report: Report) -> Score:
    more = report.suppressed_by.get(MAX_FINDINGS, 0)
    return report.count(_ERROR), report.count(_WARNING), report.count(_INFO) + more


def _numbers(report: Report) -> Counter[About]:
    """Return how many findings there are of each rule in each node."""
    return Counter((issue.ids[-1], issue.node) for issue in report.issues)


# --- what is said of it -----------------------------------------------------------------------------


def _mended(proposals: Iterable[Proposal]) -> Iterator[Mended]:
    """Yield what the fixes are, those of one rule together."""
    groups: dict[tuple[str, Fix], list[Proposal]] = {}
    for proposal in proposals:
        groups.setdefault((proposal.issue.ids[-1], proposal.fix), []).append(proposal)
    for (rule, fix), some in groups.items():
        paths = list(dict.fromkeys(proposal.issue.node for proposal in some))
        question = fix.decision
        yield Mended(rule, fix.summary, fix.safety, len(some), paths, question.name if question else "")


def _answers(made: Iterable[Proposal], asked: Asked) -> Iterator[Made]:
    paths: dict[str, tuple[Decision, dict[str, None]]] = {}
    for proposal in made:
        decision = proposal.fix.decision
        if decision is not None:
            paths.setdefault(decision.name, (decision, {}))[1][proposal.issue.node] = None
    for name, (decision, nodes) in paths.items():
        yield Made(decision, asked.decisions.get(name, decision.default), list(nodes))


def _refuse_unknown(fixes: Iterable[Fix], asked: Asked) -> None:
    """Raise UsageError for answers that no fix asks for, or that are none of its answers."""
    known = {fix.decision.name: fix.decision for fix in fixes if fix.decision is not None}
    for name, answer in asked.decisions.items():
        if name not in known:
            there = f"there are {', '.join(sorted(known))}" if known else "there is none"
            raise UsageError(f"there is no decision {name!r} of a fix{suggestion(name, known, there)}")
        known[name].read(answer)
