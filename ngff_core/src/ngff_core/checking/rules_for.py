"""The rules for groups of one kind, sorted by what they look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from ngff_core.checking.rule import Check, Rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.references import Reference
from ngff_core.structure.member import members_of
from ngff_core.structure.model import Model

__all__ = ["Checks", "ClassPlan", "RulesOfKind", "checks_of"]

_guest_check = Reference("ngff_core.checking.guest:GuestCheck")  # for rule packs

Checks = tuple[tuple[Callable[[Any], bool] | None, tuple[tuple[Rule, Check], ...]], ...]
"""Rules with their functions, as they are run: those beside each other that have the same ``unless`` together."""


class ClassPlan:
    """What to run on objects of one model class, and which of its members to go on to: attribute and JSON name."""

    __slots__ = ("checks", "children")

    def __init__(self, checks: Checks, children: tuple[tuple[str, str], ...]) -> None:
        self.checks = checks
        self.children = children


class Plans(dict[type, "ClassPlan | None"]):
    """The plans for model classes; one that is not there is made when the first object of its class is met."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[type], ClassPlan | None]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, cls: type) -> ClassPlan | None:
        self[cls] = made = self._make(cls) if issubclass(cls, Model) else None
        return made


class RulesOfKind:
    """The rules for groups of one kind, sorted by what they look at; ``order`` is that in which they were brought.

    ``of_packs`` tells whether some are of rule packs.
    """

    __slots__ = ("_on", "groups", "groups_alone", "models", "of_packs", "order", "plans")

    def __init__(self, rules: Sequence[Rule], kind: str | None) -> None:
        self.models = tuple(r for r in rules if issubclass(r.on, Model))
        groups = tuple(r for r in rules if r.on is GroupNode and (not r.kinds or kind in r.kinds))
        self.groups = checks_of(groups)
        self.groups_alone = checks_of([r for r in groups if r.alone])
        self.of_packs = any(_is_of_pack(rule) for rule in (*self.models, *groups))
        self.order = {r.id: index for index, r in enumerate(rules)}
        self.plans = Plans(self.plan)
        self._on = {rule.on for rule in self.models}

    def plan(self, cls: type) -> ClassPlan | None:
        """Return what to do with objects of a model class; ``None``: nothing, not even below."""
        if cls in self.plans:
            return self.plans[cls]
        on = {c for c in self._on if issubclass(cls, c)}
        rules = tuple(r for r in self.models if r.on in on) if on else ()
        checks = checks_of(rules)
        self.plans[cls] = ClassPlan(checks, ()) if rules else None  # for classes that have members of their own class
        children = [
            (declared.attribute, declared.json_name)
            for declared in members_of(cls)
            if [inner for inner in declared.models if self.plan(inner) is not None]  # makes the plans of all
        ]
        plan = ClassPlan(checks, tuple(children)) if rules or children else None
        self.plans[cls] = plan
        return plan


def checks_of(rules: Iterable[Rule]) -> Checks:
    """Return rules with their functions beside them, as they are run; those of rule packs look at copies."""
    return tuple(
        (unless, tuple((rule, _guest_check(rule.check) if _is_of_pack(rule) else rule.check) for rule in together))
        for unless, together in groupby(rules, lambda rule: None if _is_of_pack(rule) else rule.unless)
    )


def _is_of_pack(rule: Rule) -> bool:
    return "/" in rule.id
