"""Answers to the decisions that steps between versions leave open: those that are given, and what they matter for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from ngff_core.errors import UsageError
from ngff_core.migration.interface import Decision, Migration, Notes
from ngff_core.words import suggestion

__all__ = ["Made", "answers_to", "decisions_made", "decisions_of", "no_way"]


@attrs.frozen
class Made:
    """A decision as it was made, and the nodes that it matters for."""

    decision: Decision
    answer: str
    paths: list[str]


def decisions_of(steps: Iterable[Migration]) -> list[Decision]:
    """Return what some steps leave open."""
    return [decision for step in steps for decision in step.decisions]


def answers_to(
    decisions: Sequence[Decision], given: Mapping[str, str], elsewhere: Sequence[Decision] = ()
) -> dict[str, Any]:
    """Return the value of each answer, by the name of its decision; raise UsageError for one that nothing asks for.

    Those to decisions ``elsewhere`` are for others who are given the same answers.
    """
    known = {decision.name: decision for decision in decisions}
    if not isinstance(given, Mapping):
        example = "{'pixel-size': 'x=0.65micrometer'}"
        raise UsageError(f"expected decisions such as {example}, got {type(given).__name__}")
    for name in map(str, given):
        if name not in known and all(name != decision.name for decision in elsewhere):
            there = f"there are {', '.join(sorted(known))}" if known else "there are none"
            raise UsageError(f"there is no decision {name!r} on this way{suggestion(name, known, there)}")
    return {name: decision.read(given.get(name, decision.default)) for name, decision in known.items()}


def decisions_made(decisions: Sequence[Decision], given: Mapping[str, str], notes: Notes) -> Iterator[Made]:
    """Yield the decisions that came up."""
    for decision in decisions:
        if decision.name in notes.asked:
            yield Made(decision, given.get(decision.name, decision.default), notes.asked[decision.name])


def no_way(migrations: Iterable[Migration], source: str, target: str) -> UsageError:
    """Return the error that says that no steps lead from one version to another."""
    steps = ", ".join(f"{step.source} to {step.target}" for step in migrations) or "none"
    return UsageError(f"no installed plugin leads from {source} to {target} (there are the steps {steps})")
