"""What travels to other processes comes back equal, whatever the protocol."""

from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from ngff_core.checking.choices import PerPath
from ngff_core.checking.rule import Rule
from ngff_core.checking.settings import Settings
from ngff_core.crawl.scope import Scope
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD
from ngff_core.plugins import default_registry
from ngff_core.report import Report
from ngff_core.report.partial import Partial
from ngff_core.report.report import ValidationError
from ngff_core.validation.many.addresses import Address
from ngff_core.validation.many.jobs import Job, perform

REGISTRY = default_registry()
RULES = [(version, rule) for version in REGISTRY.specs for rule in REGISTRY.rules(version)]
PROTOCOLS = range(2, pickle.HIGHEST_PROTOCOL + 1)
ISSUE = Issue("a", MUST, MUST.severity, "is odd", "A/1", "/x/0", found=[1.0, None], expected="a number")
SETTINGS = Settings(
    "strict", ("a",), ("b",), "0.5", ("all",), (("x", "off"),), (PerPath(("A",), (), (("c", "info"),)),)
)


def there_and_back(value: Any, protocol: int) -> Any:
    return pickle.loads(pickle.dumps(value, protocol))


def fields(value: Any) -> Any:
    """Return a value as plain data, all the way down: not every class pays for an equality of its own."""
    if attrs.has(type(value)):
        return type(value), {a.name: fields(getattr(value, a.name)) for a in attrs.fields(type(value))}
    if isinstance(value, dict):
        return type(value), {key: fields(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value), [fields(member) for member in value]
    if type(value).__module__.startswith("ngff_core") and hasattr(value, "__slots__") and not callable(value):
        return type(value), {name: fields(getattr(value, name)) for name in value.__slots__}
    return value


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("value", [ISSUE, SETTINGS, Scope(False, frozenset("ab")), Partial(url="x")], ids=type)
def test_values(value: Any, protocol: int) -> None:
    assert fields(there_and_back(value, protocol)) == fields(value)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_reports_and_their_error(protocol: int) -> None:
    report = Report(url="x", version="0.5", kind="image", issues=[ISSUE], rule_set={"lab": "1"})
    assert fields(there_and_back(report, protocol)) == fields(report)
    error = there_and_back(ValidationError(report), protocol)
    assert type(error) is ValidationError
    assert (str(error), fields(error.report)) == (str(ValidationError(report)), fields(report))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_jobs(protocol: int, tmp_path: Any) -> None:
    job = Job(Address(str(tmp_path / "gone")), SETTINGS, {"timeout": 3}, ("lab",), Scope(False, frozenset("a")))
    assert fields(there_and_back(job, protocol)) == fields(job)
    plain = Job(Address(str(tmp_path / "gone")), Settings())
    partial = perform(there_and_back(plain, protocol))
    assert fields(there_and_back(partial, protocol)) == fields(partial) == fields(perform(plain))


@pytest.mark.skipif(not RULES, reason="no version is installed")
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_rules_of_every_version(protocol: int) -> None:
    for version, rule in RULES:
        assert fields(there_and_back(rule, protocol)) == fields(rule), (version, rule.id)
        changed: Rule = attrs.evolve(rule, requirement=SHOULD)
        assert fields(there_and_back(changed, protocol)) == fields(changed), (version, rule.id)
