"""The examples of fixes are run: each is what it says, in every version that has it."""

from __future__ import annotations

import pytest

from ngff_core.fixes.shared import SHARED_FIXES
from ngff_core.testing.fixes import FixCase, fix_cases

CASES = [case for version in ("0.4", "0.5") for case in fix_cases(SHARED_FIXES, version)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fix_makes_of_its_example_what_it_says(case: FixCase) -> None:
    case.check()
