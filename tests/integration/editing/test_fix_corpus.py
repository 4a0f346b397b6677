"""Fixes of the corpus, stores that are sound but for one defect: what is mended is as it was before, and nothing else.

Where the store that comes of it is not the sound one, it differs from that in nothing that the damaged one does not.
"""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES
from corpus import CASES, VERSIONS, Case

from ngff_core import Report, check_store, plan_fix
from ngff_core.stores import MemoryStore
from ngff_core.upgrade.changes import changes_of_values
from ngff_core.zarr.text import parse_json

ELSEWHERE = {
    "label_not_listed": "the label image that is there is listed",
    "level_missing": "the level that is not there is no longer named",
    "level_nested": "the folder on the way to the level is made a group",
    "more_fields_than_maximum": "the greatest number is that of the fields that there are",
}
"""Cases whose fix writes what the sound store has not, and why that is right."""


def values(files: dict[str, bytes]) -> dict[str, Any]:
    return {key: parse_json(data)[0] for key, data in files.items()}


def fixed(files: dict[str, bytes]) -> tuple[dict[str, bytes], Report, Report]:
    plan = plan_fix(MemoryStore(dict(files)))
    now: dict[str, bytes | None] = {**files, **{write.key: write.new for write in plan.writes}}
    return {key: data for key, data in now.items() if data is not None}, plan.before, plan.after


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> set[str]:
    """Return the places in which two stores differ, as keys and pointers."""
    old, new = values(one), values(other)
    places = set()
    for key in old.keys() | new.keys():
        if key not in old or key not in new:
            places.add(key)
        else:
            places |= {f"{key}#{change.pointer}" for change in changes_of_values(old[key], new[key])}
    return places


def weight(report: Report) -> tuple[int, ...]:
    """Return what tells the better of two reports: one that has fewer errors, then fewer warnings."""
    return tuple(report.count(severity) for severity in ("error", "warning", "info"))


def is_within(place: str, others: set[str]) -> bool:
    key = place.partition("#")[0]
    return key in others or any(
        f"{place}/".startswith(f"{other}/") or f"{other}/".startswith(f"{place}/") for other in others
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_defect_is_mended_and_nothing_else_changes(case: Case, version: str) -> None:
    if version not in case.found:
        pytest.skip("the version has no such defect")
    tree = BASES[case.base](version)
    sound = dict(tree.documents())
    case.damage(tree)
    damaged = dict(tree.documents())
    now, before, after = fixed(damaged)
    assert weight(after) <= weight(before)
    rules = [sorted(issue.ids for issue in report.issues) for report in (before, after)]
    assert (now == damaged) == (rules[0] == rules[1])
    if case.name not in ELSEWHERE:
        known = differences(sound, damaged)
        assert [place for place in differences(sound, now) if not is_within(place, known)] == []
    again, _, _ = fixed(now)
    assert again == now
    report = check_store(MemoryStore(dict(now)))
    assert [i.to_dict() for i in report.issues] == [i.to_dict() for i in after.issues]
