"""Run rules over typed documents and nodes; the one place where judgement happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from ngff_core.errors import UsageError
from ngff_core.findings import fault_issue, finding
from ngff_core.hierarchy import ArrayNode, GroupNode, Hierarchy
from ngff_core.issue import Issue
from ngff_core.pointer import Pointer, pointer_order, to_pointer
from ngff_core.requirement import Severity
from ngff_core.rule import Context, Rule
from ngff_core.spec import Spec
from ngff_core.structure import Fault, Model, iter_models, members_of

__all__ = ["Checker", "Settings"]

PROFILES = ("spec", "lenient")


@attrs.frozen(kw_only=True)
class Settings:
    """What the user chose: a profile, and which findings to keep (rule ids, or prefixes that end at a dash)."""

    profile: str = "spec"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    version: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise UsageError(f"unknown profile {self.profile!r}, expected one of {', '.join(PROFILES)}")

    def keeps(self, ids: Iterable[str]) -> bool:
        """Tell whether findings with these ids are wanted; the longest prefix decides."""
        ids = tuple(ids)
        chosen = _best(self.select, ids) if self.select else 0
        return chosen >= 0 and chosen >= _best(self.ignore, ids)


def _best(patterns: Sequence[str], ids: Sequence[str]) -> int:
    fits = [len(p) for p in patterns for i in ids if matches(p, i)]
    return max(fits, default=-1)


def matches(pattern: str, rule_id: str) -> bool:
    """Tell whether a pattern names a rule: its id, or the beginning of it up to a ``-`` or ``/``."""
    return rule_id == pattern or (
        rule_id.startswith(pattern) and (pattern[-1:] in "-/" or rule_id[len(pattern)] in "-/")
    )


class _Plan:
    """What to run on objects of one model class, and which of its members to go on to."""

    __slots__ = ("children", "rules")

    def __init__(self, rules: tuple[Rule, ...], children: tuple[tuple[str, str], ...]) -> None:
        self.rules = rules
        self.children = children


class Checker:
    """The rules of one version, ready to run. Holds no results: what it returns depends on what it is given."""

    def __init__(self, spec: Spec, rules: Iterable[Rule], settings: Settings) -> None:
        self.spec = spec
        self.settings = settings
        self.rules = tuple(rules)
        self._kept = tuple(r for r in self.rules if settings.keeps(r.ids))
        self._plans: dict[type, _Plan | None] = {}
        self._on_groups: dict[tuple[str | None, bool], tuple[Rule, ...]] = {}
        self._on_arrays = tuple(r for r in self._kept if r.on is ArrayNode)
        self.on_hierarchy = tuple(r for r in self._kept if r.on is Hierarchy)
        self._order = {r.id: index for index, r in enumerate(self.rules)}
        self.ran: set[str] = set()

    # --- what there is to check -----------------------------------------------------------------

    def check_model(
        self, obj: Any, faults: Sequence[Fault], *, base: Pointer, document: str | None, kind: str | None
    ) -> list[Issue]:
        """Report the faults of a document and run the rules on its models, in order of place."""
        context = self._context(document, kind)
        issues: list[Issue] = []
        if isinstance(obj, Model):
            self._walk(obj, base, context, issues, bool(faults))
        if faults:
            places = [to_pointer((*base, *f.pointer)) for f in faults]
            wrong = [p for p, f in zip(places, faults, strict=True) if f.key is None]
            issues = [i for i in issues if not _within(i.pointer, wrong)]
            for place, fault in zip(places, faults, strict=True):
                section = self.spec.section_of(fault.entry) if fault.entry else None
                found = fault_issue(fault, pointer=place, document=document, kind=kind, section=section)
                if self.settings.keeps(found.ids):
                    issues.append(found)
        return self.in_order(issues)

    def check_group(self, node: GroupNode, *, alone: bool = False) -> list[Issue]:
        """Run the rules on groups; ``alone``: those that look at nothing but the group's own document."""
        rules = self._on_groups.get((node.kind, alone))
        if rules is None:
            rules = tuple(
                r
                for r in self._kept
                if r.on is GroupNode and (not r.kinds or node.kind in r.kinds) and (r.alone or not alone)
            )
            self._on_groups[node.kind, alone] = rules
        context = self._context(node.document.name, node.kind)
        context._base = (*node.document.base, *node.base)
        return self._run(rules, node, context, bool(node.faults))

    def check_array(self, node: ArrayNode) -> list[Issue]:
        """Run the rules on arrays."""
        context = self._context(node.document.name, "array")
        return self._run(self._on_arrays, node, context, bool(node.document.problems))

    def check_hierarchy(self, hierarchy: Hierarchy) -> list[Issue]:
        """Run the rules on whole hierarchies."""
        return self._run(self.on_hierarchy, hierarchy, self._context(None, None), False)

    def in_order(self, issues: list[Issue]) -> list[Issue]:
        """Sort the issues of one node: by place, then in the order of the rules."""
        if len(issues) < 2:
            return issues
        return sorted(issues, key=lambda i: (pointer_order(i.pointer), self._order.get(i.rule, -1)))

    def keep(self, issues: Iterable[Issue]) -> list[Issue]:
        """Return the issues that the settings keep."""
        return [issue for issue in issues if not issue.judged or self.settings.keeps(issue.ids)]

    @property
    def skipped(self) -> list[str]:
        """The rules that had nothing to look at so far."""
        return [r.id for r in self._kept if r.id not in self.ran]

    # --- how ------------------------------------------------------------------------------------

    def _context(self, document: str | None, kind: str | None) -> Context:
        context = Context(
            self.spec.version, self.spec.section_of, lenient=self.settings.profile == "lenient"
        )
        context._document = document
        context._kind = kind
        return context

    def _walk(self, obj: Model, place: Pointer, context: Context, issues: list[Issue], faulty: bool) -> None:
        plan = self._plan(obj.__class__)
        if plan is None:
            return
        if plan.rules:
            context._base = place
            for rule in plan.rules:
                context._rule = rule
                try:
                    for found in rule.check(obj, context) or ():
                        issues.append(found)
                except Exception as error:
                    if not faulty:  # a rule may stumble over a value that is reported as faulty
                        issues.append(_crash(rule, error, context))
        for attribute, json_name in plan.children:
            value = getattr(obj, attribute)
            if value.__class__ is list:
                for index, item in enumerate(value):
                    if isinstance(item, Model):
                        self._walk(item, (*place, json_name, index), context, issues, faulty)
            elif isinstance(value, Model):
                self._walk(value, (*place, json_name), context, issues, faulty)

    def _plan(self, cls: type) -> _Plan | None:
        try:
            return self._plans[cls]
        except KeyError:
            pass
        rules = tuple(r for r in self._kept if issubclass(cls, r.on))
        children = []
        for declared in members_of(cls):
            if any(self._plan(inner) is not None for inner in iter_models(declared.type)):
                children.append((declared.attribute, declared.json_name))
        plan = _Plan(rules, tuple(children)) if rules or children else None
        self._plans[cls] = plan
        self.ran.update(r.id for r in rules)
        return plan

    def _run(self, rules: Sequence[Rule], obj: Any, context: Context, faulty: bool) -> list[Issue]:
        issues: list[Issue] = []
        for rule in rules:
            self.ran.add(rule.id)
            context._rule = rule
            try:
                for found in rule.check(obj, context) or ():
                    issues.append(found)
            except Exception as error:
                if not faulty:
                    issues.append(_crash(rule, error, context))
        return issues


def _crash(rule: Rule, error: Exception, context: Context) -> Issue:
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
