"""Faults of the field: types against names of axes (A16)."""

from __future__ import annotations

from typing import Any

import pytest
from field import level, multiscale

from ngff_core import check_json
from ngff_core.issues.issue import Issue
from ngff_core.json_text import dumps

VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5"])


def on_axes(version: str, names: str, **changes: Any) -> list[Issue]:
    """Return the findings on axes of an image, leaving out what is merely recommended."""
    ome = {"multiscales": [multiscale(names, level("0", [1] * len(names)), version=version, **changes)]}
    report = check_json(dumps(ome if version == "0.4" else {"ome": {"version": version, **ome}}))
    return [issue for issue in report.issues if issue.rule.startswith("axes-") and not issue.rule.endswith("-present")]


@VERSIONS
def test_a16_no_advice_to_transpose_while_a_type_may_be_meant_otherwise(version: str) -> None:
    issues = on_axes(version, "tczyx", x={"type": "spatial"})
    assert [(issue.severity.value, issue.rule) for issue in issues] == [
        ("warning", "axes-channel-or-custom-at-most-one"),
        ("error", "axes-order-by-type"),
        ("info", "axes-type-known"),
    ]
    assert {issue.hint for issue in issues[:2]} == {"is axis 'x' of type \"space\"? mend that first"}
    order = next(issue for issue in issues if issue.rule == "axes-order-by-type")
    assert order.expected == "time, then channel or custom, then space"
    assert not [issue for issue in issues if "transpos" in (issue.hint or "")]


@VERSIONS
def test_a16_a_missing_type_comes_first_as_well(version: str) -> None:
    order = [i for i in on_axes(version, "zyx", x={"type": None}) if i.rule == "axes-order-by-type"]
    assert [issue.hint for issue in order] == ["is axis 'x' of type \"space\"? mend that first"]


@VERSIONS
def test_a16_arrays_are_transposed_where_the_types_are_right(version: str) -> None:
    order = [i for i in on_axes(version, "yxc") if i.rule == "axes-order-by-type"]
    assert [(i.hint, i.expected) for i in order] == [
        ("the arrays have to be transposed with the axes", "time, then channel or custom, then space: c, y, x")
    ]


@VERSIONS
@pytest.mark.parametrize(
    ("names", "name", "kind", "usual"),
    [
        ("cyx", "c", "space", "channel"),
        ("tyx", "t", "channel", "time"),
        ("zyx", "z", "time", "space"),
        ("zyx", "x", "angle", "space"),
    ],
)
def test_a16_a_type_that_does_not_go_with_the_name_is_noted(
    version: str, names: str, name: str, kind: str, usual: str
) -> None:
    notes = [i for i in on_axes(version, names, **{name: {"type": kind}}) if i.rule == "axes-type-matches-name"]
    assert [(i.severity.value, i.found, i.expected) for i in notes] == [("info", f'"{kind}"', f'"{usual}"')]
    assert notes[0].pointer.endswith(f"/axes/{names.index(name)}/type")


@VERSIONS
def test_a16_usual_and_unusual_names_are_silent(version: str) -> None:
    assert on_axes(version, "tczyx") == []
    assert on_axes(version, "zyx", z={"name": "depth"}) == []
    assert [i.rule for i in on_axes(version, "cyx", c={"name": "angle", "type": "angle"})] == ["axes-type-known"]
