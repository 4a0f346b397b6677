"""The official test data of 0.6: the verdict on every case, the rule that each invalid one breaks, and mended copies.

Three kinds: suites of attributes, fixtures of whole groups (which are older), and the examples of the text.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from disagreements import FIXTURES as HIERARCHIES
from disagreements import disagreed
from specification import MISSING, document_of, official_cases, shared_folder
from transformation_cases import OWN, own_document

import ngff_v06
from ngff_core import check_object, check_store
from ngff_core.plugins import default_registry
from ngff_core.report import Report

ALL = official_cases("0.6")
DISAGREED = disagreed("0.6")
needs_suites = pytest.mark.skipif(not ALL, reason=MISSING)
SUITES = [case for case in ALL if case["kind"] == "suite"]
EXAMPLES = [case for case in ALL if case["kind"] == "example"]
# two fixtures are not well-formed JSON
BROKEN = {"0.6-zarr:label/colors_rgba_length", "0.6-zarr:plate/zero_field_count"}
FIXTURES = [case for case in ALL if case["kind"] == "zarr-fixture" and case["id"] not in BROKEN]

# rules that a valid case is said to break all the same, and that are no error here: why
TOLERATED: dict[tuple[str, str], str] = {
    ("label/minimal", "label-multiscales-present"): "the label suites hold only what stands under image-label",
    ("label/minimal_properties", "label-multiscales-present"): "as label/minimal",
    ("transforms/byDimension", "axes-space-count"): "a system of array axes alone: axes-space-or-array warns",
    ("transforms/byDimension", "axes-channel-or-custom-at-most-one"): "array axes are not counted as custom ones",
    ("transforms/projectAxis", "coordsys-ndim-matches-arrays"): "a transformation that adds axes leads to the system",
}

_SAME_ENTRY = "entries that are the same in everything are reported as that, not for one of their members as well"
_NO_OBJECT = "an input that is no object is reported as that, not for the name that it lacks as well"

# rules that an invalid case is said to break, and that are not reported for it: why
UNREPORTED: dict[tuple[str, str], str] = {
    ("image/no_axes", "axes-space-count"): "there are no coordinate systems whose axes could be counted",
    ("label/colors_duplicate", "label-colors-label-value-unique"): _SAME_ENTRY,
    ("plate/duplicate_columns", "plate-column-name-unique"): _SAME_ENTRY,
    ("plate/duplicate_rows", "plate-row-name-unique"): _SAME_ENTRY,
    ("scene/scene_bijection_forward_missing_params", "scene-io-name-present"): _NO_OBJECT,
    ("scene/scene_bijection_inverse_missing_params", "scene-io-name-present"): _NO_OBJECT,
    ("scene/scene_input_output_not_object", "scene-io-name-present"): _NO_OBJECT,
    ("transforms/bad_mapaxis", "transform-mapaxis-permutation"): "0 to 5 is a permutation, of too many axes",
    ("transforms/multiscales_transform_forbidden", "transform-dataset-kind"): (
        "a sequence is allowed; what is wrong with its steps is reported"
    ),
}


def document(case: dict[str, Any]) -> Any:
    """Return the document of a case without what only its own test runner needs."""
    value = document_of(case)
    value = value.get("attributes", value) if case["kind"] == "zarr-fixture" else value
    return {key: item for key, item in value.items() if key != "_conformance"}


def check(case: dict[str, Any], value: Any = None) -> Report:
    """Judge a case; the label suites hold only what stands under image-label, some examples only a part."""
    value = document(case) if value is None else value
    if "label" in case["suite"] and case["kind"] != "example":
        holder = value.get("ome", value)
        return check_object(holder.get("image-label", holder), version="0.6", cls=ngff_v06.ImageLabel)
    if case["kind"] == "example" and not isinstance(value.get("ome", value.get("attributes")), dict):
        if "multiscales" in value:
            return check_object({"ome": {**value, "version": "0.6"}}, version="0.6")
        cls = ngff_v06.SceneDef if "coordinateTransformations" in value else ngff_v06.BijectionTransformation
        return check_object(value, version="0.6", cls=cls)
    return check_object(value, version="0.6")


def failing(report: Report, *, strict: bool) -> set[str]:
    """Return what stands in the way of exit code 0."""
    levels = {"error", "warning"} if strict else {"error"}
    return {i.entry or i.rule for i in report.issues if i.severity.value in levels}


def named(report: Report) -> set[str]:
    """Return all catalogue entries that the findings of a report stand for."""
    found = {name for issue in report.issues for name in issue.ids}
    covers = {rule.id: rule.covers for rule in default_registry().rules("0.6")}
    return found | {name for rule in list(found) for name in covers.get(rule, ())}


def short(case: dict[str, Any]) -> str:
    return str(case["id"]).partition(":")[2]


@needs_suites
@pytest.mark.parametrize("case", SUITES + EXAMPLES, ids=lambda case: case["id"])
def test_verdict(case: dict[str, Any]) -> None:
    report = check(case)
    found = failing(report, strict=case["strict"])
    assert report.exit_code(strict=case["strict"]) == (1 if found else 0)
    if case["id"] in DISAGREED:
        assert case["expect"] == "valid"
        assert found == DISAGREED[case["id"]][1]
    else:
        assert bool(found) == (case["expect"] == "invalid"), report.summary()


INVALID = [case for case in SUITES if case["expect"] == "invalid"]


@needs_suites
@pytest.mark.parametrize("case", INVALID, ids=lambda case: case["id"])
def test_the_rule_that_is_broken_is_named(case: dict[str, Any]) -> None:
    missing = set(case["rules"]) - named(check(case))
    assert missing == {rule for of, rule in UNREPORTED if of == short(case) and rule in case["rules"]}


VALID_BUT_BREAKING = [case for case in SUITES if case["expect"] == "valid" and case.get("breaks")]


@needs_suites
@pytest.mark.parametrize("case", VALID_BUT_BREAKING, ids=lambda case: case["id"])
def test_what_valid_cases_break_is_named(case: dict[str, Any]) -> None:
    missing = set(case["breaks"]) - named(check(case))
    assert missing == {rule for of, rule in TOLERATED if of == short(case)}


@needs_suites
def test_every_exception_is_about_a_case() -> None:
    assert sorted(DISAGREED.keys() - {case["id"] for case in SUITES + EXAMPLES}) == []
    names = {short(case) for case in SUITES}
    assert sorted({name for name, _ in (*UNREPORTED, *TOLERATED)} - names) == []


@needs_suites
def test_all_cases_are_there() -> None:
    counts = {
        (kind, expect): sum(case["kind"] == kind and case["expect"] == expect for case in ALL)
        for kind in ("suite", "zarr-fixture", "example")
        for expect in ("valid", "invalid")
    }
    assert counts == {
        ("suite", "valid"): 37,
        ("suite", "invalid"): 106,
        ("zarr-fixture", "valid"): 21,
        ("zarr-fixture", "invalid"): 64,
        ("example", "valid"): 36,
        ("example", "invalid"): 2,
    }


# --- strings for objects ------------------------------------------------------------------------------


def holders(value: Any) -> Iterator[tuple[list[Any], bool]]:
    """Yield the lists of transformations of a document, and whether they are those of a dataset."""
    ome = value.get("ome", {}) if isinstance(value, dict) else {}
    multiscales = ome.get("multiscales")
    for multiscale in multiscales if isinstance(multiscales, list) else []:
        for dataset in multiscale.get("datasets", []):
            yield dataset.get("coordinateTransformations") or [], True
        yield multiscale.get("coordinateTransformations") or [], False
    yield ome.get("scene", {}).get("coordinateTransformations") or [], False


def mended(value: Any) -> Any:
    """Return a document in which inputs and outputs that are strings are objects.

    In a dataset the input is the path of its array; all others are names of coordinate systems.
    """
    value = copy.deepcopy(value)
    for transformations, of_dataset in holders(value):
        for t in transformations:
            for side in ("input", "output"):
                if isinstance(t.get(side), str):
                    t[side] = {"path" if of_dataset and side == "input" else "name": t[side]}
    return value


OLD = [case for case in SUITES if case["expect"] == "invalid" and document(case) != mended(document(case))]
OWN_SUBJECT = "transform-input-output-object"


@needs_suites
def test_how_many_cases_still_write_strings() -> None:
    assert len(OLD) == 23


@needs_suites
@pytest.mark.parametrize("case", OLD, ids=lambda case: case["id"])
def test_mended_cases_break_what_their_name_promises(case: dict[str, Any]) -> None:
    found = named(check(case, mended(document(case))))
    assert OWN_SUBJECT not in found
    wanted = set(case["rules"]) - {OWN_SUBJECT, "scene-io-name-present"}
    missing = {rule for of, rule in UNREPORTED if of == short(case)}
    assert wanted - missing <= found


@needs_suites
@pytest.mark.parametrize("case", FIXTURES, ids=lambda case: case["id"])
def test_fixtures_once_mended_agree_with_the_suites(case: dict[str, Any]) -> None:
    twin = f"0.6:{short(case)}"
    report = check(case, mended(document(case)))
    strict = case["suite"].startswith("strict")
    found = failing(report, strict=strict)
    if case["expect"] == "valid" and twin in DISAGREED:
        assert found >= DISAGREED[twin][1] - FIXTURES_DIFFER.get(twin, set())
    else:
        assert bool(found) == (case["expect"] == "invalid"), report.summary()


@needs_suites
@pytest.mark.parametrize("case", [c for c in ALL if c["kind"] == "zarr-fixture"], ids=lambda case: case["id"])
def test_fixtures_are_no_whole_hierarchies(case: dict[str, Any]) -> None:
    folder = shared_folder()
    assert folder is not None
    report = check_store((folder / "spec" / "suites" / case["file"]).parent)
    found = failing(report, strict=case["strict"])
    assert (found == HIERARCHIES[case["id"]][1]) if case["expect"] == "valid" else found


# what the older fixtures do not have of the defects of the newer cases of the same name
FIXTURES_DIFFER = {"0.6:strict_image/multiscales_example": {"transform-dataset-input-path-matches"}}


# --- documents of our own -----------------------------------------------------------------------------


@pytest.mark.parametrize("entry", OWN, ids=lambda entry: entry["what"])
def test_documents_of_our_own(entry: dict[str, Any]) -> None:
    report = check_object(own_document(entry))
    assert {i.entry or i.rule for i in report.issues if i.severity.value == "error"} == set(entry["rules"])


def test_our_own_documents_are_valid_without_the_defect() -> None:
    report = check_object(own_document({}))
    assert (report.version, report.kind, report.status) == ("0.6", "image", "valid")
    assert len(OWN) == 23
