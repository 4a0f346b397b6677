"""Which fixes a finding has, which of them are asked for, and the edits that they propose."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, TypedDict

import attrs

from ngff_core.checking.settings import matches
from ngff_core.editing.held import Held
from ngff_core.errors import PluginError, ResultError, failure_of
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.mending.edit import Edit, is_sound
from ngff_core.mending.fix import Fix, FixContext, Reading, Safety
from ngff_core.plugins.registry import Registry
from ngff_core.report.report import Report
from ngff_core.spec.spec import Spec
from ngff_core.upgrade.overlay import Recorder

__all__ = ["About", "Asked", "AskedWords", "Fixes", "Key", "Proposal", "can_mend"]


About = tuple[str, str]
Key = tuple[Fix, str, str]
MOST = 100_000  # edits that a fix makes of one finding


class AskedWords(TypedDict, total=False):
    """What `Asked` is made of, as users say it."""

    unsafe: Iterable[str]
    decisions: Mapping[str, str]
    select: Iterable[str]
    ignore: Iterable[str]
    version: str | None


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


@attrs.frozen
class Asked:
    """What is to be mended.

    ``unsafe`` are rules (or what they begin with) whose fixes are made although they are not safe, ``decisions``
    answers by name, which ask for the fix, too; ``select`` and ``ignore`` are the rules whose findings are,
    or are not, to be mended. ``version`` is that by which the store is evaluated, whatever it says.
    """

    unsafe: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    decisions: Mapping[str, str] = attrs.field(factory=dict)
    select: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    ignore: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    version: str | None = None

    def wants(self, issue: Issue) -> bool:
        """Tell whether a finding is to be mended at all."""
        if self.select and not _any_matches(self.select, issue.ids):
            return False
        return not _any_matches(self.ignore, issue.ids)

    def allows(self, fix: Fix, issue: Issue) -> bool:
        """Tell whether a fix is to be made: it is safe, or was asked for."""
        if fix.safety is Safety.SAFE or _any_matches(self.unsafe, (*issue.ids, *fix.rules)):
            return True
        return fix.decision is not None and fix.decision.name in self.decisions


def _any_matches(patterns: Iterable[str], ids: Iterable[str]) -> bool:
    return any(matches(pattern, name) for pattern in patterns for name in ids)


def _sound(edits: Iterable[object]) -> Iterator[Edit]:
    """Yield what a fix made, as far as there can be so much of it; raise ResultError where it is none."""
    for number, edit in enumerate(edits):
        if number == MOST:
            raise ResultError(f"it yielded more than {MOST:,} edits of one finding")
        if not is_sound(edit):
            raise ResultError(f"it yielded {edit!r:.100}, expected edits of documents of Zarr")
        assert isinstance(edit, Edit)
        yield edit


@attrs.frozen
class Proposal:
    """A fix of a finding, and the edits that it proposes."""

    fix: Fix
    issue: Issue
    edits: tuple[Edit, ...]

    @property
    def about(self) -> About:
        """The rule in a node whose findings are to be mended."""
        return self.issue.ids[-1], self.issue.node

    @property
    def key(self) -> Key:
        """What is given up together where it turns out that nothing is gained: a fix of a rule in a node."""
        return self.fix, *self.about


class Fixes:
    """The fixes of a version by the ids of rules; the first that is brought for an id counts."""

    def __init__(self, fixes: Iterable[Fix], spec: Spec, asked: Asked) -> None:
        self._by_id: dict[str, list[Fix]] = {}
        for fix in fixes:
            for name in fix.rules:
                self._by_id.setdefault(name, []).append(fix)
        self._spec = spec
        self._asked = asked

    def proposals(
        self, issues: Iterable[Issue], reading: Reading, *, allowed: bool = True, refused: Container[Key] = ()
    ) -> Iterator[Proposal]:
        """Yield what there is for findings that are to be mended: the first fix of each that changes something.

        Those of the entry come before those of the rule; ``refused`` are given up. ``allowed``: those that are to be
        made, or else those that would have to be asked for.
        """
        for issue in issues:
            if not self._asked.wants(issue):
                continue
            for fix in (fix for name in issue.ids[::-1] for fix in self._by_id.get(name, ())):
                if self._asked.allows(fix, issue) is not allowed or (fix, issue.ids[-1], issue.node) in refused:
                    continue
                edits = self._edits(fix, issue, reading)
                if edits:
                    yield Proposal(fix, issue, edits)
                    break

    def _edits(self, fix: Fix, issue: Issue, reading: Reading) -> tuple[Edit, ...]:
        context = FixContext(issue, self._spec, reading, self._answer(fix))
        try:
            made = tuple(_sound(fix.mend(context.at(), context) or ()))
        except BaseException as error:  # whatever a plugin does
            by = fix.plugin or "an unnamed plugin"
            raise PluginError(f"the fix of {', '.join(fix.rules)} of {by} failed: {failure_of(error)}") from error
        return made

    def _answer(self, fix: Fix) -> Any:
        decision = fix.decision
        return None if decision is None else decision.read(self._asked.decisions.get(decision.name, decision.default))


def can_mend(report: Report, store: Recorder, registry: Registry) -> bool:
    """Tell whether there is a fix, safe or not, for an error that was found in a store."""
    if report.version is None:
        return False
    spec = registry.spec(report.version)
    fixes = Fixes(registry.fixes(spec.version), spec, Asked())
    held = Held(store, registry.converter(spec.version), spec.zarr_format)
    errors = [issue for issue in report.issues if issue.severity is Severity.ERROR]
    try:
        return any(any(fixes.proposals(errors, held, allowed=allowed)) for allowed in (True, False))
    except PluginError:  # `ngff fix` says so
        return False
