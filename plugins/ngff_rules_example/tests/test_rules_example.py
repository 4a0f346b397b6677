"""The examples of the rules, run by the public harness."""

from __future__ import annotations

import pytest

from ngff_core.plugins import default_registry
from ngff_core.testing import ExampleCase, example_cases
from ngff_rules_example.rules import RULES

VERSIONS = tuple(default_registry().specs)


CASES = [(version, case) for version in VERSIONS for case in example_cases(RULES, version)]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{version}-{case}") for version, case in CASES])
def test_example(case: ExampleCase) -> None:
    case.check()


def test_some_version_is_installed() -> None:
    assert VERSIONS, "install ngff-v04 or ngff-v05 to run the examples"


def test_ids_have_a_prefix() -> None:
    assert [rule.id for rule in RULES] == ["lab/multiscale-name-convention", "lab/array-chunk-size"]
