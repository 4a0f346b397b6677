"""The rules of 0.1 to 0.3: their examples, and that none of the catalogue is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue import answered, entries, levels_that_differ
from older import INSTALLED, only

from ngff_core.testing import ExampleCase, example_cases

REGISTRIES = {version: only(version) for version in INSTALLED}
CASES = [
    pytest.param(case, id=f"{version}-{case}")
    for version, registry in REGISTRIES.items()
    for case in example_cases(registry.rules(version), version, registry)
]
pytestmark = pytest.mark.skipif(not INSTALLED, reason="none of ngff-v01, ngff-v02 and ngff-v03 is installed")


@pytest.mark.parametrize("case", CASES)
def test_examples(case: ExampleCase) -> None:
    case.check()


@pytest.mark.parametrize("version", INSTALLED)
def test_every_entry_of_the_catalogue_is_answered_for(version: str, shared: Path) -> None:
    wanted = entries(shared, version)
    assert wanted.keys() - answered(REGISTRIES[version], version).keys() == set()


@pytest.mark.parametrize("version", INSTALLED)
def test_requirements_are_those_of_the_catalogue(version: str, shared: Path) -> None:
    assert levels_that_differ(shared, REGISTRIES[version], version) == {}


@pytest.mark.parametrize("version", INSTALLED)
def test_every_rule_explains_itself(version: str) -> None:
    registry = REGISTRIES[version]
    for rule in registry.rules(version):
        assert rule.summary.endswith("."), rule.id
        assert rule.section or registry.spec(version).section_of(rule.id), rule.id


@pytest.mark.parametrize("version", INSTALLED)
def test_no_rule_stands_twice(version: str) -> None:
    ids = [name for rule in REGISTRIES[version].rules(version) for name in (rule.id, *rule.aliases)]
    assert len(ids) == len(set(ids))
