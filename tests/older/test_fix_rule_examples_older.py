"""What rules have for wrong examples is mended, or left: nothing becomes worse by a fix, and no unknown key is lost."""

from __future__ import annotations

import pytest
from mended import check_no_key_is_lost, check_nothing_is_worse
from older import INSTALLED


@pytest.mark.parametrize("version", INSTALLED)
def test_nothing_is_worse_after_a_fix(version: str) -> None:
    assert check_nothing_is_worse(version) > 20


@pytest.mark.parametrize("version", INSTALLED)
def test_no_unknown_key_is_lost(version: str) -> None:
    assert check_no_key_is_lost(version) > 20
