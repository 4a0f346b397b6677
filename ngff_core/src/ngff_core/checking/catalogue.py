"""Entries of the rule catalogue that stand for faults of structure, and what to say of names that no rule has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ngff_core.checking.settings import matches
from ngff_core.spec.spec import Spec
from ngff_core.structure.member import members_of
from ngff_core.structure.model import Model
from ngff_core.words import suggestion

__all__ = ["entries_of", "reachable", "unknown_rule"]


def entries_of(spec: Spec) -> dict[str, set[str]]:
    """Return the catalogue entries that faults of structure stand for, each with the ids of those faults."""
    entries: dict[str, set[str]] = {}
    seen: set[type] = set()
    for kind in spec.kinds:
        for cls in reachable(kind.load(), seen):
            for declared in members_of(cls):
                missing, wrong, item = declared.entries
                if missing and declared.required:
                    entries.setdefault(missing, set()).add("structure-missing")
                for entry in filter(None, (wrong, item)):
                    entries.setdefault(entry, set()).add("structure-type")
    return entries


def unknown_rule(patterns: Iterable[str], names: frozenset[str]) -> str | None:
    """Return the message on the first pattern that stands for no rule, with what was perhaps meant."""
    for pattern in patterns:
        if not any(matches(pattern, name) for name in names):
            known = {*names, *(name.partition("-")[0].partition("/")[0] for name in names)}
            return f"no rule is called {pattern!r}{suggestion(pattern, known, '`ngff rules` lists them')}"
    return None


def reachable(cls: type[Model], seen: set[type]) -> Iterator[type[Model]]:
    """Yield a model class and those of its members, each once."""
    if cls in seen:
        return
    seen.add(cls)
    yield cls
    for declared in members_of(cls):
        for inner in declared.models:
            yield from reachable(inner, seen)
