"""Helpers for authors of rules and plugins: run the examples of rules, and build small stores.

Works with any test runner; with pytest::

    @pytest.mark.parametrize("case", example_cases(RULES, "0.5"), ids=str)
    def test_example(case):
        case.check()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ngff_core.checking.catalogue import reachable
from ngff_core.checking.checker import Checker, Version
from ngff_core.checking.example import Example
from ngff_core.checking.rule import Rule
from ngff_core.checking.settings import Settings
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode, Hierarchy
from ngff_core.issues.issue import Issue
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.references import Reference
from ngff_core.spec.spec import Spec
from ngff_core.stores import MemoryStore
from ngff_core.structure.converter import structure
from ngff_core.testing.documents import build_store
from ngff_core.validation.store import crawl_store

__all__ = ["ExampleCase", "example_cases", "findings_of"]

_archive_of = Reference("ngff_core.testing.archives:archive_of")  # and all that zip files need


@attrs.frozen
class ExampleCase:
    """One example of a rule, ready to be checked."""

    rule: Rule
    version: str
    example: Example
    valid: bool
    number: int
    registry: Registry | None = attrs.field(default=None, repr=False, eq=False)

    def check(self) -> None:
        """Raise AssertionError when the rule does not say of its example what it should."""
        issues = findings_of(self.rule, self.example, self.version, self.registry)
        shown = "\n".join(f"  {issue.message} ({issue.node} {issue.pointer})" for issue in issues)
        if self.valid and issues:
            raise AssertionError(f"{self}: expected no finding, got\n{shown}")
        if not self.valid and not issues:
            raise AssertionError(f"{self}: expected a finding, got none")
        crashed = [issue for issue in issues if issue.rule != self.rule.id]
        if crashed:
            raise AssertionError(f"{self}: {crashed[0].message}")

    def __str__(self) -> str:
        return f"{self.rule.id}-{'valid' if self.valid else 'invalid'}-{self.number}"


def example_cases(rules: Iterable[Rule], version: str, registry: Registry | None = None) -> list[ExampleCase]:
    """Return every example of the rules; raise AssertionError for a rule that lacks one of either sort."""
    cases = []
    for rule in rules:
        if not rule.valid or not rule.invalid:
            raise AssertionError(f"rule {rule.id!r} needs a valid and an invalid example")
        for valid, examples in ((True, rule.valid), (False, rule.invalid)):
            for number, example in enumerate(examples):
                cases.append(ExampleCase(rule, version, example, valid, number, registry))
    return cases


def findings_of(
    rule: Rule,
    example: Example | Any,
    version: str,
    registry: Registry | None = None,
    options: Mapping[str, object] | None = None,
) -> list[Issue]:
    """Run one rule on an example, as a rule of ``version``; return what it finds.

    ``options`` are those of the rule that are not as it declares them.
    """
    registry = registry or default_registry()
    example = example if isinstance(example, Example) else Example(example)
    spec = registry.spec(version)
    settings = Settings(preview=(rule.id,), options=((rule.id, tuple((options or {}).items())),))
    checker = Checker(spec, lambda kind: [rule] if kind is None else [], settings)
    if spec.write_example is not None:
        example = attrs.evolve(example, data=spec.write_example(example.data))
    if rule.on in (GroupNode, ArrayNode, Hierarchy):
        store = MemoryStore(build_store(spec, example.data, example.files))
        ready = Version(spec, registry.converter(version), checker)
        crawled = crawl_store(ready, store, spec.zarr_format)
        return [i for i in crawled.issues if i.rule in (rule.id, "rule-crashed")]
    if rule.on.__name__ == "Archive":
        found = checker.check_archive(_archive_of(spec, **example.data))
        return [i for i in found if i.rule in (rule.id, "rule-crashed")]
    obj, faults = structure(registry.converter(version), example.data, _class_in(spec, rule.on))
    issues, _ = checker.check_model(obj, faults, base=(), document=None, kind=None)
    return [i for i in issues if i.rule in (rule.id, "rule-crashed")]


def _class_in(spec: Spec, on: type[Any]) -> type[Any]:
    """Return the class of a version that a rule looks at: the one it names, else the first made from that."""
    seen: set[type] = set()
    classes = [cls for kind in spec.kinds for cls in reachable(kind.load(), seen)]
    return on if on in classes else next((cls for cls in classes if issubclass(cls, on)), on)
