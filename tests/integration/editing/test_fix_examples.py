"""The examples of fixes are run: each is what it says, in every version that has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ngff_core.fixes.shared import SHARED_FIXES
from ngff_core.plugins import Registry
from ngff_core.testing.fixes import FixCase, fix_cases

REGISTRY = Registry()


def _cases() -> Iterator[FixCase]:
    """Yield the examples of core's fixes, in the versions that they are written for, and of those of plugins."""
    for version in REGISTRY.specs:
        if version in ("0.4", "0.5"):
            yield from fix_cases(SHARED_FIXES, version, REGISTRY)
        own = [fix for fix in REGISTRY.fixes(version) if fix.plugin != "ngff-core"]
        yield from fix_cases(own, version, REGISTRY)


@pytest.mark.parametrize("case", list(_cases()), ids=str)
def test_a_fix_makes_of_its_example_what_it_says(case: FixCase) -> None:
    case.check()
