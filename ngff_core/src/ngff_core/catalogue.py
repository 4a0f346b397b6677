"""Which entries of the rule catalogue the structure layer answers for."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.spec import Spec
from ngff_core.structure import Model, iter_models, members_of

__all__ = ["entries_of", "reachable"]


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


def reachable(cls: type[Model], seen: set[type]) -> Iterator[type[Model]]:
    """Yield a model class and those of its members, each once."""
    if cls in seen:
        return
    seen.add(cls)
    yield cls
    for declared in members_of(cls):
        for inner in iter_models(declared.type):
            yield from reachable(inner, seen)
