"""Rules as plugins bring them, looked at before they are taken: what cannot be run or shown is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import islice
from operator import attrgetter
from types import NoneType

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Rule
from ngff_core.errors import ResultError
from ngff_core.issues.requirement import Requirement, Severity

__all__ = ["checked_rules"]

MOST = 10_000  # rules that one plugin may bring at once: one that yields without end is broken
_MEMBERS: tuple[tuple[str, type | tuple[type, ...], str], ...] = (
    ("id", str, "string"),
    ("on", type, "a class"),
    ("requirement", Requirement, "MUST, SHOULD or MAY"),
    ("section", (str, NoneType), "string"),
    ("severity", (Severity, NoneType), "a severity"),
    ("lenient", (Severity, NoneType), "a severity"),
    ("options", Mapping, "options by name"),
    ("preview", bool, "a boolean"),
    ("since", str, "a version"),
    *((name, tuple, "a tuple of strings") for name in ("kinds", "covers", "aliases")),
    *((name, tuple, "a tuple of examples") for name in ("valid", "invalid")),
)
_values: Callable[[Rule], tuple[object, ...]] = attrgetter(*(name for name, _, _ in _MEMBERS))
_PLAIN = {bool, int, float, str, tuple}
_TEXT = {str}
_EXAMPLES = {Example}


def checked_rules(brought: object, seen: set[Rule]) -> list[Rule]:
    """Return the rules that a hook returned; raises ResultError for anything else, and for rules that cannot be run.

    Those ``seen`` before are not looked at again: many are brought for several kinds of groups.
    """
    if brought is None:
        return []
    if isinstance(brought, (str, bytes, Mapping)) or not isinstance(brought, Iterable):
        raise ResultError(f"it returned {type(brought).__name__}, expected rules")
    rules = list(islice(brought, MOST + 1))
    if len(rules) > MOST:
        raise ResultError(f"it returned more than {MOST:,} rules")
    for rule in rules:
        if not isinstance(rule, Rule):
            raise ResultError(f"it returned {type(rule).__name__} among the rules")
        if rule not in seen:
            _check(rule)
            seen.add(rule)
    return rules


def _check(rule: Rule) -> None:
    problem = _wrong(tuple(map(type, _values(rule))))
    if problem is not None:
        raise ResultError(problem)
    for name in ("check", "unless"):
        value = getattr(rule, name)
        if not callable(value) and not (value is None and name == "unless"):
            raise ResultError(f"it returned a rule whose {name} is {type(value).__name__}, expected a function")
    names = (*rule.ids, *rule.kinds)
    if not {*map(type, (*names, rule.since, rule.section or ""))} <= _TEXT:  # nor texts that say other things
        raise ResultError("it returned a rule whose names are no plain texts, expected strings")
    if not _is_name("/".join(names)):
        wrong = next(name for name in names if not _is_name(name))
        raise ResultError(
            f"it returned a rule with the name {wrong!r}, expected words without spaces, such as lab/rule"
        )
    if rule.options and not ({*map(type, rule.options)} <= _TEXT and {*map(type, rule.options.values())} <= _PLAIN):
        raise ResultError(
            f"it returned a rule whose options are {[*rule.options]!r:.100}, expected plain values by name"
        )
    if not {*map(type, (*rule.valid, *rule.invalid))} <= _EXAMPLES:
        raise ResultError("it returned a rule with something else among its examples")


@cache  # every rule is looked at on every start, and nearly all are alike
def _wrong(classes: tuple[type, ...]) -> str | None:
    """Say what is wrong with a rule that has values of such classes, if anything."""
    for cls, (name, kind, expected) in zip(classes, _MEMBERS, strict=True):
        if not issubclass(cls, kind):
            return f"it returned a rule whose {name} is {cls.__name__}, expected {expected}"
    return None


def _is_name(text: str) -> bool:
    return all(text.split("/")) and text.isprintable() and " " not in text and "*" not in text
