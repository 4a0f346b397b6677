"""The official test data of 0.1 to 0.3: the verdict on every case, and the rule that each invalid one breaks.

No case is disputed: a list of exceptions, as the later versions need one, would be empty. Each case is judged by the
plugin of its version alone.
"""

from __future__ import annotations

from typing import Any

import pytest
from older import INSTALLED, only
from specification import MISSING, document_of, official_cases

from ngff_core import check_object
from ngff_core.report import Report

CASES = official_cases(*INSTALLED)
INVALID = [case for case in CASES if case["expect"] == "invalid"]
REGISTRIES = {version: only(version) for version in INSTALLED}
pytestmark = pytest.mark.skipif(not CASES, reason=MISSING if INSTALLED else "no version before 0.4 is installed")


def check(case: dict[str, Any]) -> Report:
    return check_object(document_of(case), version=case["version"], registry=REGISTRIES[case["version"]])


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_verdict(case: dict[str, Any]) -> None:
    assert check(case).status == case["expect"], check(case).summary()


@pytest.mark.parametrize("case", INVALID, ids=[case["id"] for case in INVALID])
def test_the_rule_that_is_broken_is_named_and_no_other(case: dict[str, Any]) -> None:
    errors = {issue.entry or issue.rule for issue in check(case).issues if issue.severity.value == "error"}
    assert errors == set(case["rules"])


def test_all_cases_are_there() -> None:
    counts = {version: [0, 0] for version in INSTALLED}
    for case in CASES:
        counts[case["version"]][case["expect"] == "invalid"] += 1
    known = {"0.1": [10, 16], "0.2": [7, 7], "0.3": [7, 13]}
    assert counts == {version: known[version] for version in INSTALLED}
