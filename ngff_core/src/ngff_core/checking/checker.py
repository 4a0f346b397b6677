"""Run rules over typed documents and nodes; the one place where judgement happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ngff_core.checking.rule import Check, Context, Rule
from ngff_core.checking.settings import Settings
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode, Hierarchy
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer, pointer_order, to_pointer
from ngff_core.spec.spec import Spec
from ngff_core.structure.annotations import iter_models
from ngff_core.structure.faults import Fault, fault_issue
from ngff_core.structure.member import members_of
from ngff_core.structure.model import Model

if TYPE_CHECKING:
    from ngff_core.stores.zip.archive import Archive

__all__ = ["Checker", "Settings"]

Seen = set[tuple[str | None, type]]
Checks = tuple[tuple[Rule, Check], ...]


class _Plan:
    """What to run on objects of one model class, and which of its members to go on to."""

    __slots__ = ("checks", "children")

    def __init__(self, rules: Sequence[Rule], children: tuple[tuple[str, str], ...]) -> None:
        self.checks = _checks(rules)
        self.children = children


class _Rules:
    """The rules for groups of one kind, sorted by what they look at."""

    __slots__ = ("groups", "groups_alone", "models", "order", "plans")

    def __init__(self, rules: Sequence[Rule], kind: str | None) -> None:
        self.models = tuple(r for r in rules if issubclass(r.on, Model))
        groups = tuple(r for r in rules if r.on is GroupNode and (not r.kinds or kind in r.kinds))
        self.groups = _checks(groups)
        self.groups_alone = _checks([r for r in groups if r.alone])
        self.order = {r.id: index for index, r in enumerate(rules)}
        self.plans: dict[type, _Plan | None] = {}

    def plan(self, cls: type) -> _Plan | None:
        """Return what to do with objects of a model class; ``None``: nothing, not even below."""
        try:
            return self.plans[cls]
        except KeyError:
            pass
        rules = tuple(r for r in self.models if issubclass(cls, r.on))
        self.plans[cls] = _Plan(rules, ()) if rules else None  # for classes that have members of their own class
        children = [
            (declared.attribute, declared.json_name)
            for declared in members_of(cls)
            if [inner for inner in iter_models(declared.type) if self.plan(inner) is not None]  # makes the plans of all
        ]
        plan = _Plan(rules, tuple(children)) if rules or children else None
        self.plans[cls] = plan
        return plan


class Checker:
    """The rules of one version, ready to run. Holds no results: what it returns depends on what it is given.

    ``rules_for`` returns the rules for groups of one kind, and those for any group when given ``None``. Rules whose
    findings the user does not want are run all the same: what is not reported is counted. ``names`` are all the
    names of rules by id, ``rule_set`` the distributions that judge, with their versions.
    """

    def __init__(self, spec: Spec, rules_for: Callable[[str | None], Iterable[Rule]], settings: Settings) -> None:
        self.spec = spec
        self.settings = settings
        self._rules_for = rules_for
        self.names: dict[str, tuple[str, ...]] = {}
        self.rule_set: dict[str, str] = {}
        self._options = {rule: dict(given) for rule, given in settings.options}
        self._hidden: set[str] = set()  # rules whose findings nobody is shown
        self._general = self._kept(None)
        self._kinds: dict[str | None, _Rules] = {}
        self._on_arrays = _checks(r for r in self._general if r.on is ArrayNode)
        self._on_hierarchy = _checks(r for r in self._general if r.on is Hierarchy)

    @property
    def keeps_nodes(self) -> bool:
        """Tell whether some rule looks at whole hierarchies, so that all nodes have to be kept."""
        return bool(self._on_hierarchy)

    # --- what there is to check -----------------------------------------------------------------

    def check_model(
        self,
        obj: Any,
        faults: Sequence[Fault],
        *,
        base: Pointer,
        document: str | None,
        kind: str | None,
        seen: Seen | None = None,
    ) -> list[Issue]:
        """Report the faults of a document and run the rules on its models, in order of place.

        ``seen`` collects what there was to look at.
        """
        rules = self._rules(kind)
        context = self._context(document, kind)
        issues: list[Issue] = []
        plan = rules.plan(obj.__class__) if isinstance(obj, Model) else None
        if plan is not None:
            classes: set[type] = set()
            self._walk(obj, plan, base, rules.plans, context, issues, bool(faults), classes)
            if seen is not None:
                seen.update([(kind, cls) for cls in classes])
        if faults:
            places = [to_pointer((*base, *f.pointer)) for f in faults]
            wrong = [p for p, f in zip(places, faults, strict=True) if f.key is None]
            issues = [i for i in issues if not _within(i.pointer, wrong)]
            for place, fault in zip(places, faults, strict=True):
                section = self.spec.section_of(fault.entry) if fault.entry else None
                issues.append(fault_issue(fault, pointer=place, document=document, kind=kind, section=section))
        return self.in_order(issues, kind)

    def check_group(self, node: GroupNode, *, alone: bool = False) -> list[Issue]:
        """Run the rules on groups; ``alone``: those that look at nothing but the group's own document."""
        rules = self._rules(node.kind)
        context = self._context(node.document.name, node.kind)
        context._base = (*node.document.base, *node.base)
        return self._run(rules.groups_alone if alone else rules.groups, node, context, bool(node.faults), [])

    def check_array(self, node: ArrayNode) -> list[Issue]:
        """Run the rules on arrays."""
        context = self._context(node.document.name, "array")
        return self._run(self._on_arrays, node, context, bool(node.document.problems), [])

    def check_hierarchy(self, hierarchy: Hierarchy) -> list[Issue]:
        """Run the rules on whole hierarchies."""
        return self._run(self._on_hierarchy, hierarchy, self._context(None, None), False, [])

    def check_archive(self, archive: Archive, rules: Iterable[Rule] = ()) -> list[Issue]:
        """Run the rules on zip archives: those given, and those that plugins bring for any group."""
        wanted = [r for r in self._general if r.on is archive.__class__]
        wanted += self._note(rules)
        return self._run(_checks(wanted), archive, self._context(None, None), False, [])

    def in_order(self, issues: list[Issue], kind: str | None) -> list[Issue]:
        """Sort the issues of one node: by place, then in the order of the rules."""
        if len(issues) < 2:
            return issues
        order = self._rules(kind).order
        return sorted(issues, key=lambda i: (pointer_order(i.pointer), order.get(i.rule, -1)))

    def tally(self, seen: Seen) -> tuple[int, int]:
        """Return how many rules had something to look at, and how many of those for the kinds met had not."""
        run, skipped = self.rules_seen(seen)
        return len(run), len(skipped)

    def rules_seen(self, seen: Seen) -> tuple[set[str], set[str]]:
        """Return which rules had something to look at, and which of those for the kinds met had not."""
        run: set[str] = set()
        known: set[str] = set()
        for kind in {kind for kind, _ in seen}:
            rules = self._rules(kind)
            known.update(rules.order)
            for seen_kind, cls in seen:
                if seen_kind == kind:
                    checks = rules.groups if cls is GroupNode else self._on_arrays
                    looked = rules.models if issubclass(cls, Model) else [rule for rule, _ in checks]
                    run.update(r.id for r in looked if issubclass(cls, r.on))
        run -= self._hidden
        return run, known - run - self._hidden

    # --- how ------------------------------------------------------------------------------------

    def _kept(self, kind: str | None) -> tuple[Rule, ...]:
        return self._note(r for r in self._rules_for(kind) if not r.preview or self.settings.previews(r.ids))

    def _note(self, rules: Iterable[Rule]) -> tuple[Rule, ...]:
        """Take down the names of rules, and which of them nobody is shown the findings of."""
        rules = tuple(rules)
        self.names.update((r.id, r.ids) for r in rules)
        if not self.settings.plain:
            self._hidden.update(r.id for r in rules if self.settings.hides(r.ids))
        return rules

    def _rules(self, kind: str | None) -> _Rules:
        found = self._kinds.get(kind)
        if found is None:
            own: tuple[Rule, ...] = ()
            if kind is not None:
                own = self._kept(kind)
            found = self._kinds[kind] = _Rules((*self._general, *own), kind)
        return found

    def _context(self, document: str | None, kind: str | None) -> Context:
        lenient = self.settings.profile == "lenient"
        context = Context(self.spec, lenient=lenient, options=self._options)
        context._document = document
        context._kind = kind
        return context

    def _walk(
        self,
        obj: Model,
        plan: _Plan,
        place: Pointer,
        plans: Mapping[type, _Plan | None],
        context: Context,
        issues: list[Issue],
        faulty: bool,
        classes: set[type],
    ) -> None:
        classes.add(obj.__class__)
        if plan.checks:
            context._base = place
            self._run(plan.checks, obj, context, faulty, issues)
        for attribute, json_name in plan.children:
            value = getattr(obj, attribute)
            if value.__class__ is list:
                for index, item in enumerate(value):
                    below = plans.get(item.__class__)
                    if below is not None:
                        inside = (*place, json_name, index)
                        self._walk(item, below, inside, plans, context, issues, faulty, classes)
            else:
                below = plans.get(value.__class__)
                if below is not None:
                    self._walk(value, below, (*place, json_name), plans, context, issues, faulty, classes)

    def _run(self, checks: Checks, obj: Any, context: Context, faulty: bool, issues: list[Issue]) -> list[Issue]:
        for rule, check in checks:
            context._rule = rule
            try:
                found = check(obj, context)
                if found is not None:
                    for issue in found:  # cheaper than extend for the usual case, no issue
                        issues.append(issue)
            except Exception as error:
                if not faulty and rule.id not in self._hidden:  # it may stumble over what is reported as faulty
                    issues.append(_crash(rule, error, context))
        return issues


def _checks(rules: Iterable[Rule]) -> Checks:
    return tuple((rule, rule.check) for rule in rules)


def _crash(rule: Rule, error: Exception, context: Context) -> Issue:
    if isinstance(error, RecursionError):  # two values hundreds of levels deep cannot be compared
        return finding(
            "document-unreadable",
            f"the document is nested too deep for rule {rule.id!r}",
            pointer=to_pointer(context._base),
            document=context._document,
            kind=context._kind,
        )
    owner = rule.plugin or "an unnamed plugin"
    return finding(
        "rule-crashed",
        f"rule {rule.id!r} of {owner} failed: {type(error).__name__}: {error}",
        pointer=to_pointer(context._base),
        document=context._document,
        kind=context._kind,
        hint="report this to the makers of the plugin; it is no fault of the data",
    )


def _within(pointer: str, places: Sequence[str]) -> bool:
    return any(pointer == place or pointer.startswith(place + "/") for place in places)
