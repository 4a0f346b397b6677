"""The rules of 0.1 to 0.3: their examples, and that none of the catalogue is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue import answered, entries, levels_that_differ
from older import INSTALLED, only

from ngff_core.testing.suite import rule_tests

REGISTRIES = {version: only(version) for version in INSTALLED}
pytestmark = pytest.mark.skipif(not INSTALLED, reason="none of ngff-v01, ngff-v02 and ngff-v03 is installed")


for each in INSTALLED:
    tests = rule_tests(REGISTRIES[each], each)
    globals().update({f"{name}_in_{each.replace('.', '_')}": test for name, test in tests.items()})


@pytest.mark.parametrize("version", INSTALLED)
def test_every_entry_of_the_catalogue_is_answered_for(version: str, shared: Path) -> None:
    wanted = entries(shared, version)
    assert wanted.keys() - answered(REGISTRIES[version], version).keys() == set()


@pytest.mark.parametrize("version", INSTALLED)
def test_requirements_are_those_of_the_catalogue(version: str, shared: Path) -> None:
    assert levels_that_differ(shared, REGISTRIES[version], version) == {}
