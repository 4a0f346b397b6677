"""The official test data of 0.4 and 0.5: the verdict on every case, and the rule that each invalid one breaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from disagreements import disagreed
from specification import MISSING, document_of, official_cases

import ngff_v04
import ngff_v05
from ngff_core import check_object
from ngff_core.plugins import default_registry
from ngff_core.report import Report

CASES = official_cases("0.4", "0.5")
DISAGREED = disagreed("0.4", "0.5")
pytestmark = pytest.mark.skipif(not CASES, reason=MISSING)

_SAME_ENTRY = "entries that are the same in everything are reported as that, not for one of their members as well"

# rules that an invalid case is said to break, and that are not reported for it: why
UNREPORTED: dict[tuple[str, str], str] = {
    ("image/invalid_transformation_type", "transform-dataset-only-scale-translation"): (
        "its type is translation, which is allowed; what is wrong is that it has no vector and that there is no scale"
    ),
    ("image/invalid_multiscales_transformations", "transform-multiscale-level-same-rules"): (
        "the rules that are the same for all levels are reported themselves: the numbers of the scale are none"
    ),
    ("image/empty_transformations", "transform-exactly-one-scale"): "an empty list is reported as empty",
    ("label/colors_duplicate", "label-colors-label-value-unique"): _SAME_ENTRY,
    ("plate/duplicate_rows", "plate-row-name-unique"): _SAME_ENTRY,
    ("plate/duplicate_columns", "plate-column-name-unique"): _SAME_ENTRY,
    ("well/duplicate_images", "well-image-path-unique"): _SAME_ENTRY,
    ("plate/well_path_has_column_before_row", "plate-well-index-consistent"): (
        "indexes are compared with a path whose names are known to be a row and a column"
    ),
}


def check(case: Mapping[str, Any]) -> Report:
    """Judge a case; the label suites hold only what stands under the key image-label."""
    document = document_of(case)  # type: ignore[arg-type]
    version = case["version"]
    if "label" not in case["suite"] or case["kind"] != "suite":
        return check_object(document, version=version)
    holder = document.get("ome", {}) if version == "0.5" else document
    label = holder.get("image-label", holder)
    return check_object(label, version=version, cls=(ngff_v04 if version == "0.4" else ngff_v05).ImageLabel)


def failing(report: Report, *, strict: bool) -> set[str]:
    """Return what stands in the way of exit code 0."""
    levels = {"error", "warning"} if strict else {"error"}
    return {i.entry or i.rule for i in report.issues if i.severity.value in levels}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_verdict(case: dict[str, Any]) -> None:
    report = check(case)
    found = failing(report, strict=case["strict"])
    assert report.exit_code(strict=case["strict"]) == (1 if found else 0)
    if case["id"] in DISAGREED:
        assert case["expect"] == "valid"
        assert found == DISAGREED[case["id"]][1]
    else:
        assert bool(found) == (case["expect"] == "invalid"), report.summary()


INVALID = [case for case in CASES if case["expect"] == "invalid"]


@pytest.mark.parametrize("case", INVALID, ids=[case["id"] for case in INVALID])
def test_the_rule_that_is_broken_is_named(case: dict[str, Any]) -> None:
    found = {name for issue in check(case).issues for name in issue.ids}
    covers = {rule.id: rule.covers for rule in default_registry().rules(case["version"])}
    found |= {name for rule in list(found) for name in covers.get(rule, ())}
    missing = set(case.get("rules", ())) - found
    name = case["id"].partition(":")[2]
    assert missing == {rule for of, rule in UNREPORTED if of == name and rule in case.get("rules", ())}


def test_every_exception_is_about_a_case() -> None:
    assert sorted(DISAGREED.keys() - {case["id"] for case in CASES}) == []
    names = {case["id"].partition(":")[2] for case in CASES}
    assert sorted({name for name, _ in UNREPORTED} - names) == []


def test_all_cases_are_there() -> None:
    counts = {
        (version, kind, expect): sum(
            case["version"] == version and case["kind"] == kind and case["expect"] == expect for case in CASES
        )
        for version in ("0.4", "0.5")
        for kind in ("suite", "example")
        for expect in ("valid", "invalid")
    }
    assert counts == {
        ("0.4", "suite", "valid"): 22,
        ("0.4", "suite", "invalid"): 70,
        ("0.4", "example", "valid"): 10,
        ("0.4", "example", "invalid"): 0,
        ("0.5", "suite", "valid"): 21,
        ("0.5", "suite", "invalid"): 65,
        ("0.5", "example", "valid"): 10,
        ("0.5", "example", "invalid"): 0,
    }
