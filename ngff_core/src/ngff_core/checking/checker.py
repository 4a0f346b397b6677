"""Run rules over typed documents and nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from typing import TYPE_CHECKING

from ngff_core.checking.rule import Rule
from ngff_core.checking.rules_for import RulesOfKind, checks_of
from ngff_core.checking.run import Run
from ngff_core.checking.settings import Settings
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode, Hierarchy
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer, pointer_order, to_pointer
from ngff_core.references import Reference
from ngff_core.report.partial import RulesSeen
from ngff_core.spec.spec import Spec
from ngff_core.structure.faults import Fault, fault_issue
from ngff_core.structure.model import Model

if TYPE_CHECKING:
    from cattrs import Converter

    from ngff_core.stores.zip.archive import Archive  # most stores are none

__all__ = ["Checker", "Seen", "Version"]

_hint_for = Reference("ngff_core.checking.fault_hints:hint_for")  # most documents have no faults

Seen = tuple[str | None, frozenset[type]]
"""What there was to look at: the classes of objects, and the kind of the group that they were in."""


class Checker:
    """The rules of one version, ready to run. Holds no results: what it returns depends on what it is given.

    ``rules_for`` returns the rules for groups of one kind, and those for any group when given ``None``. Rules whose
    findings the user does not want are run all the same: what is not reported is counted. ``names`` are all the
    names of rules by id, ``rule_set`` the distributions whose rules run, with their versions.
    """

    def __init__(
        self,
        spec: Spec,
        rules_for: Callable[[str | None], Iterable[Rule]],
        settings: Settings,
        rule_set: dict[str, str] | None = None,
    ) -> None:
        self.spec = spec
        self.settings = settings
        self.rule_set = rule_set or {}
        self.names: dict[str, tuple[str, ...]] = {}
        self._rules_for = rules_for
        self._hidden: set[str] = set()  # rules whose findings nobody is shown
        self._general = self._kept(rules_for(None))
        self._kinds: dict[str | None, RulesOfKind] = {}
        self._on_arrays = checks_of(r for r in self._general if r.on is ArrayNode)
        self._on_hierarchy = checks_of(r for r in self._general if r.on is Hierarchy)
        self._rules_seen: dict[frozenset[Seen], RulesSeen] = {}

    @property
    def keeps_nodes(self) -> bool:
        """Tell whether some rule looks at whole hierarchies, so that all nodes have to be kept."""
        return bool(self._on_hierarchy)

    def has_packs(self, kind: str | None) -> bool:
        """Tell whether rule packs look at groups of a kind, or at what is in their documents."""
        return self._rules(kind).of_packs

    # --- what there is to check -----------------------------------------------------------------

    def check_model(
        self, obj: object, faults: Sequence[Fault], *, base: Pointer, document: str | None, kind: str | None
    ) -> tuple[list[Issue], Seen]:
        """Report the faults of a document and run the rules on its models, in order of location.

        Returns the issues, and what there was to look at.
        """
        rules = self._rules(kind)
        run = self._run(document, kind, bool(faults))
        plan = rules.plan(obj.__class__) if isinstance(obj, Model) else None
        if plan is not None and isinstance(obj, Model):
            run.walk(obj, plan, base, rules.plans)
        issues = run.issues
        if faults:
            pointers = [to_pointer((*base, *f.pointer)) for f in faults]
            wrong = {p for p, f in zip(pointers, faults, strict=True) if f.key is None}
            issues = [i for i in issues if not _within(i.pointer, wrong)]
            for pointer, fault in zip(pointers, faults, strict=True):
                section = self.spec.section_of(fault.entry) if fault.entry else None
                where = {"pointer": pointer, "document": document, "kind": kind, "section": section}
                issues.append(fault_issue(fault, **where, hint=_hint_for(fault, obj)))
        return self.in_order(issues, kind), (kind, frozenset(run.classes))

    def check_group(self, node: GroupNode, *, alone: bool = False) -> list[Issue]:
        """Run the rules on groups; ``alone``: those that look at nothing but the group's own document."""
        rules = self._rules(node.kind)
        run = self._run(node.document.name, node.kind, bool(node.faults))
        run.base = (*node.document.base, *node.base)
        return run.check(rules.groups_alone if alone else rules.groups, node)

    def check_array(self, node: ArrayNode) -> list[Issue]:
        """Run the rules on arrays."""
        return self._run(node.document.name, "array", bool(node.document.problems)).check(self._on_arrays, node)

    def check_hierarchy(self, hierarchy: Hierarchy) -> list[Issue]:
        """Run the rules on whole hierarchies."""
        return self._run(None, None, False).check(self._on_hierarchy, hierarchy)

    def check_archive(self, archive: Archive, rules: Iterable[Rule] = ()) -> list[Issue]:
        """Run the rules on zip archives: those given, and those that plugins bring for any group."""
        wanted = [r for r in self._general if r.on is archive.__class__]
        wanted += self._kept(rules)
        return self._run(None, None, False).check(checks_of(wanted), archive)

    def in_order(self, issues: list[Issue], kind: str | None) -> list[Issue]:
        """Sort the issues of one node: by location, then in the order of the rules."""
        if len(issues) < 2:
            return issues
        order = self._rules(kind).order
        return sorted(issues, key=lambda i: (pointer_order(i.pointer), order.get(i.rule, -1)))

    def rules_seen(self, seen: Iterable[Seen]) -> RulesSeen:
        """Return which rules had something to look at, and which of those for the kinds met had not."""
        seen = frozenset(seen)
        known = self._rules_seen.get(seen)
        if known is None:
            known = self._rules_seen[seen] = self._find_rules_seen(seen)
        return known

    # --- how ------------------------------------------------------------------------------------

    def _run(self, document: str | None, kind: str | None, faulty: bool) -> Run:
        return Run(self.spec, self.settings, document, kind, faulty, self._hidden)

    def _kept(self, rules: Iterable[Rule]) -> tuple[Rule, ...]:
        """Leave out preview rules that were not asked for; record the names of the others, and who is not shown."""
        kept = tuple(r for r in rules if not r.preview or self.settings.previews(r.ids))
        self.names.update((r.id, r.ids) for r in kept)
        if not self.settings.plain:
            self._hidden.update(r.id for r in kept if self.settings.hides(r.ids))
        return kept

    def _rules(self, kind: str | None) -> RulesOfKind:
        found = self._kinds.get(kind)
        if found is None:
            own = self._kept(self._rules_for(kind)) if kind is not None else ()
            found = self._kinds[kind] = RulesOfKind((*self._general, *own), kind)
        return found

    def _find_rules_seen(self, seen: Iterable[Seen]) -> RulesSeen:
        run: set[str] = set()
        known: set[str] = set()
        for kind, classes in seen:
            rules = self._rules(kind)
            known.update(rules.order)
            for cls in classes:
                checks = rules.groups if cls is GroupNode else self._on_arrays
                looked = rules.models if issubclass(cls, Model) else [r for _, together in checks for r, _ in together]
                run.update(r.id for r in looked if issubclass(cls, r.on))
        run -= self._hidden
        return RulesSeen(frozenset(run), frozenset(known - run - self._hidden))


def _within(pointer: str, others: Set[str]) -> bool:
    """Tell whether a pointer is one of some others, or leads further down from one."""
    while pointer and pointer not in others:
        pointer = pointer.rpartition("/")[0]
    return pointer in others


class Version:
    """What a version states, the converter of its documents, and its rules with the settings of the user."""

    __slots__ = ("__weakref__", "checker", "converter", "spec")

    def __init__(self, spec: Spec, converter: Converter, checker: Checker) -> None:
        self.spec = spec
        self.converter = converter
        self.checker = checker
