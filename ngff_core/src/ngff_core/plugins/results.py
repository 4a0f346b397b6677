"""What hooks return, checked where it comes in: a plugin that returns something else has failed, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from ngff_core.errors import ResultError
from ngff_core.plugins.spec_members import check_spec
from ngff_core.references import Reference

__all__ = ["checked_result"]

MOST = 10_000  # of anything that one hook returns: one that yields without end is broken

_spec = Reference("ngff_core.spec.spec:Spec")
_decision = Reference("ngff_core.migration.interface:Decision")
_migration = Reference("ngff_core.migration.interface:Migration")
_fix = Reference("ngff_core.mending.fix:Fix")


def checked_result(hook: str, result: object) -> Any:
    """Return what a hook returned, in the form that the registry works with; raises ResultError.

    ``None`` stays ``None``: a hook may have nothing to say.
    """
    check = _CHECKS.get(hook)
    return result if check is None or result is None else check(result)


def _specs(result: object) -> list[Any]:
    specs = _all_of(result, _spec.load(), "versions (Spec)")
    for spec in specs:
        if not _is_name(spec.version):
            raise ResultError(f"it returned a version that is called {spec.version!r:.100}")
        check_spec(spec)
    return specs


def _migrations(result: object) -> list[Any]:
    steps = _all_of(result, _migration.load(), "steps (Migration)")
    for step in steps:
        for name in ("source", "target"):
            if not _is_name(getattr(step, name)):
                raise ResultError(f"it returned a step whose {name} is {getattr(step, name)!r:.100}")
        if not callable(step.migrate):
            raise ResultError(f"it returned a step whose migrate is {type(step.migrate).__name__}, expected a function")
        for decision in _all_of(step.decisions, _decision.load(), "decisions (Decision)"):
            _check_decision(decision)
    return steps


def _fixes(result: object) -> list[Any]:
    fixes = _all_of(result, _fix.load(), "fixes (Fix)")
    for fix in fixes:
        if not isinstance(fix.rules, tuple) or not fix.rules or not all(map(_is_name, fix.rules)):
            raise ResultError(f"it returned a fix of {fix.rules!r:.100}, expected ids of rules")
        if not callable(fix.mend):
            raise ResultError(f"it returned a fix whose mend is {type(fix.mend).__name__}, expected a function")
        for decision in _all_of(() if fix.decision is None else (fix.decision,), _decision.load(), "decisions"):
            _check_decision(decision)
    return fixes


def _check_decision(decision: Any) -> None:
    texts = (decision.question, decision.default, decision.form, *decision.choices)
    if not _is_name(decision.name) or not all(isinstance(text, str) for text in texts):
        raise ResultError(f"it returned a decision that is called {decision.name!r:.100}, expected texts")


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name.strip()) and name.isprintable()


def _all_of(result: object, cls: type, expected: str) -> list[Any]:
    """Return what is in a result as a list, if all of it is of a class."""
    if isinstance(result, (str, bytes, Mapping)) or not isinstance(result, Iterable):
        raise ResultError(f"it returned {type(result).__name__}, expected {expected}")
    found = list(islice(result, MOST + 1))
    if len(found) > MOST:
        raise ResultError(f"it returned more than {MOST:,} {expected}")
    wrong = next((item for item in found if not isinstance(item, cls)), found)
    if wrong is not found:
        raise ResultError(f"it returned {type(wrong).__name__} among the {expected}")
    return found


def _named_functions(result: object) -> dict[str, Any]:
    """Return functions by name."""
    if not isinstance(result, Mapping):
        raise ResultError(f"it returned {type(result).__name__}, expected functions by name")
    for name, function in result.items():
        if not isinstance(name, str) or not name or not name.isprintable() or "=" in name:
            raise ResultError(f"it returned a function by the name {name!r}")
        if not callable(function):
            raise ResultError(f"it returned {type(function).__name__} by the name {name!r}, expected a function")
    return dict(result)


_CHECKS: dict[str, Callable[[object], Any]] = {
    "ngff_specs": _specs,
    "ngff_migrations": _migrations,
    "ngff_fixes": _fixes,
    "ngff_reporters": _named_functions,
    "ngff_executors": _named_functions,
}
