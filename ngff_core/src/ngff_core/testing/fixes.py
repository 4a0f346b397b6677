"""The examples of fixes, as tests: what a fix makes of a store that has the finding, and of nothing else in it.

Works with any test runner; with pytest::

    @pytest.mark.parametrize("case", fix_cases(FIXES, "0.5"), ids=str)
    def test_fix(case):
        case.check()
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ngff_core.editing.fixing import plan_fix
from ngff_core.editing.offering import AskedWords
from ngff_core.json_text import loads
from ngff_core.mending.fix import Fix, FixExample
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing.documents import build_store
from ngff_core.zarr.text import repeated_keys

__all__ = ["FixCase", "fix_cases", "fixed"]


@attrs.frozen
class FixCase:
    """One example of a fix, ready to be checked."""

    fix: Fix
    version: str
    example: FixExample
    number: int
    registry: Registry | None = attrs.field(default=None, repr=False, eq=False)

    def check(self) -> None:
        """Raise AssertionError when the fix does not make of its example what it should, or makes more of it."""
        registry = self.registry or default_registry()
        spec = registry.spec(self.version)
        example = self.example
        before = build_store(spec, _nodes(example.before), example.files)
        after = example.files if example.files_after is None else example.files_after
        expected = _texts(build_store(spec, _nodes(example.after), after))
        found = fixed(before, self.fix.rules, self.version, registry, example.decisions)
        told = _texts(found)
        if told == _texts(before):
            raise AssertionError(f"{self}: nothing was mended")
        if told != expected:
            raise AssertionError(f"{self}: got {_differing(told, expected)}, expected {_differing(expected, told)}")
        again = _texts(fixed(found, self.fix.rules, self.version, registry, example.decisions))
        if again != told:
            raise AssertionError(f"{self}: done twice it makes something else: {_differing(again, told)}")

    def __str__(self) -> str:
        return f"{self.fix.rules[0]}-{self.version}-{self.number}"


def fix_cases(fixes: Iterable[Fix], version: str, registry: Registry | None = None) -> list[FixCase]:
    """Return every example of the fixes that a version has; raise AssertionError for a fix that has none."""
    cases = []
    for fix in fixes:
        if not fix.examples:
            raise AssertionError(f"{fix!r} needs an example")
        for number, example in enumerate(fix.examples):
            if version in (example.versions or fix.versions or (version,)):
                cases.append(FixCase(fix, version, example, number, registry))
    return cases


def fixed(
    documents: Mapping[str, bytes],
    rules: Iterable[str],
    version: str,
    registry: Registry,
    decisions: Mapping[str, str],
) -> dict[str, bytes]:
    """Return the documents of a store, by key, after the fixes of some rules."""
    names = tuple(rules)
    asked = AskedWords(unsafe=names, decisions=decisions, select=names, version=version)
    plan = plan_fix(MemoryStore(dict(documents)), registry=registry, **asked)
    now: dict[str, bytes | None] = {**documents, **{write.key: write.new for write in plan.writes}}
    return {key: data for key, data in now.items() if data is not None}


def _nodes(data: Any) -> Mapping[str, Any]:
    """Return nodes by path; what has no root is the metadata of the root alone."""
    return data if "" in data else {"": data}


def _texts(documents: Mapping[str, bytes]) -> dict[str, str]:
    """Return what documents say, in whatever order; what is no JSON, or may be read in several ways, as it is."""
    return {key: _text(data) for key, data in documents.items()}


def _text(data: bytes) -> str:
    try:
        value = loads(data)
    except ValueError:
        return repr(data)
    return repr(data) if repeated_keys(data, value) else json.dumps(value, sort_keys=True)


def _differing(some: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in some.items() if key not in others or others[key] != value}
