"""The rules of one version, as plugins bring them: kind by kind, when the first group of a kind is met."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from ngff_core.checking.brought import checked_rules
from ngff_core.checking.rule import Rule
from ngff_core.errors import failure_of
from ngff_core.spec.spec import Spec

__all__ = ["ARCHIVE", "Bringer", "RuleBook", "RuleSource"]

ARCHIVE = "archive"  # stands beside the kinds of groups where rules are asked for


class Bringer(Protocol):
    """Who brings rules, and why those cannot be used, if so."""

    distribution: str
    specs: tuple[str, ...]  # versions that it brings
    error: str | None


class RuleSource:
    """The implementation of ``ngff_rules`` of one plugin; what goes wrong in it is recorded with the plugin."""

    __slots__ = ("_seen", "arguments", "bringer", "function")

    def __init__(self, bringer: Bringer, function: Callable[..., Any], arguments: Sequence[str]) -> None:
        self.bringer = bringer
        self.function = function
        self.arguments = arguments
        self._seen: set[Rule] = set()

    def ask(self, version: str, kind: str | None) -> list[Rule]:
        """Return the rules for one kind of group; a plugin that takes no kind brings them all for ``None``."""
        if kind is not None and "kind" not in self.arguments:
            return []
        given = {"version": version, "kind": kind}
        try:
            return checked_rules(self.function(*(given[name] for name in self.arguments)), self._seen)
        except BaseException as error:  # whatever a plugin does
            self.bringer.error = f"ngff_rules: {failure_of(error)}"
            return []


class RuleBook:
    """The rules of one version. ``owner`` is the plugin that brings the version: ids of all others need a prefix."""

    def __init__(self, spec: Spec, owner: Bringer, sources: Sequence[RuleSource]) -> None:
        self.spec = spec
        self.owner = owner
        self._sources = sources
        self._rules: dict[str | None, tuple[Rule, ...]] = {}
        self._packs: frozenset[str] | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of groups, and archives."""
        return (*(kind.name for kind in self.spec.kinds), ARCHIVE)

    def all(self) -> tuple[Rule, ...]:
        """Return all rules: those for any group first, then kind by kind, then those on archives."""
        found: dict[str, Rule] = {}
        for kind in (None, *self.kinds):
            for rule in self.of_kind(kind):
                found.setdefault(rule.id, rule)
        return tuple(found.values())

    def of_kind(self, kind: str | None) -> tuple[Rule, ...]:
        """Return the rules for one kind of group, or for ``"archive"``.

        ``None``: those for any group, for arrays and for hierarchies. Plugins are asked when a kind is first met.
        """
        known = self._rules.get(kind)
        if known is None:
            known = self._rules[kind] = self._collect(kind)
        return known

    def distributions(self) -> frozenset[str]:
        """Return the distributions that bring the rules.

        Which kinds were met makes no difference: those that bring no version are asked for the rules of all kinds.
        """
        bring = {self.owner.distribution, *(rule.plugin for rule in self.of_kind(None))}
        if self._packs is None:
            packs = [s for s in self._sources if not s.bringer.specs and s.bringer.distribution not in bring]
            brought = [(s.bringer.distribution, s.ask(self.spec.version, kind)) for s in packs for kind in self.kinds]
            self._packs = frozenset(distribution for distribution, rules in brought if rules)
        return frozenset(bring | self._packs)

    def _collect(self, kind: str | None) -> tuple[Rule, ...]:
        if kind is None:
            return tuple(self._taken(None, {}))
        if kind not in self.kinds:
            return ()
        return tuple(self._taken(kind, {rule.id: rule.plugin for rule in self.of_kind(None)}))

    def _taken(self, kind: str | None, others: Mapping[str, str]) -> Iterator[Rule]:
        """Yield the rules of all plugins, in their order; what cannot be used is recorded with its plugin.

        ``others`` are the distributions of rules that are there already, by id: a plugin may bring a rule of its own
        again, for another kind of group.
        """
        owners: dict[str, str] = {}
        for source in self._sources:
            bringer = source.bringer
            rules = source.ask(self.spec.version, kind)
            foreign = {id_: name for id_, name in others.items() if name != bringer.distribution}
            problem = _refusal(bringer, rules, {**foreign, **owners}, bringer is self.owner)
            if problem is not None:
                bringer.error = problem
                continue
            for rule in rules:
                owners[rule.id] = bringer.distribution
                yield rule.evolve(versions=(self.spec.version,), plugin=bringer.distribution)


def _refusal(bringer: Bringer, rules: list[Rule], owners: Mapping[str, str], owns_version: bool) -> str | None:
    """Say why the rules of a plugin cannot be used, if so."""
    mine = bringer.distribution
    known = next((rule.id for rule in rules if rule.id in owners), None)
    if known is not None:
        return f"rule {known!r} is brought by both {owners[known]} and {mine}; the rules of {mine} are left out"
    ids = [rule.id for rule in rules]
    twice = None if len({*ids}) == len(ids) else next(id_ for number, id_ in enumerate(ids) if id_ in ids[:number])
    if twice is not None:
        return f"rule {twice!r} is brought twice by {mine}; its rules are left out"
    bare = next((rule.id for rule in rules if "/" not in rule.id), None)
    if bare is not None and not owns_version:
        return f"the id of rule {bare!r} needs a prefix of its own, such as 'lab/{bare}'"
    return None
