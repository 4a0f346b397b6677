"""The examples of the rules and fixes, run by the public harness for every version that is installed."""

from __future__ import annotations

import pytest
from ngff_core.plugins import default_registry
from ngff_core.testing import ExampleCase, FixCase, example_cases, fix_cases

from ngff_rules_example.fixes import FIXES
from ngff_rules_example.rules import RULES

VERSIONS = tuple(default_registry().specs)
CASES = [(version, case) for version in VERSIONS for case in example_cases(RULES, version)]
FIX_CASES = [case for version in VERSIONS for case in fix_cases(FIXES, version)]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{version}-{case}") for version, case in CASES])
def test_example(case: ExampleCase) -> None:
    case.check()


@pytest.mark.parametrize("case", FIX_CASES, ids=str)
def test_fix(case: FixCase) -> None:
    case.check()


def test_some_version_is_installed() -> None:
    assert VERSIONS, "install a version to run the examples, such as ngff-v05"


def test_ids_have_the_prefix() -> None:
    assert [rule.id for rule in RULES if not rule.id.startswith("lab/")] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_ngff_finds_the_rules(version: str) -> None:
    found = [rule.id for rule in default_registry().rules(version) if rule.id.startswith("lab/")]
    assert found == [rule.id for rule in RULES]


@pytest.mark.parametrize("version", VERSIONS)
def test_ngff_finds_the_fixes(version: str) -> None:
    found = {name for fix in default_registry().fixes(version) for name in fix.rules if name.startswith("lab/")}
    assert found == {name for fix in FIXES for name in fix.rules}
    assert found <= {rule.id for rule in RULES}
