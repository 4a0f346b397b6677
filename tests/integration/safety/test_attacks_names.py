"""What an attacker tried with documents of many members: no more work than there is use in."""

from __future__ import annotations

from typing import Any

import pytest

from ngff_core import words
from ngff_core.json_text import dumps
from ngff_core.rules.keys import unknown
from ngff_core.validation.calls import check_json

AXES = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
SCALE = {"type": "scale", "scale": [1.0, 1.0]}
MANY = {f"colums{number}": 1 for number in range(5000)}
DATASET = {"path": "0", "coordinateTransformations": [SCALE]}


def document(*, of_ome: dict[str, Any], of_entry: dict[str, Any]) -> bytes:
    entry = {"axes": AXES, "datasets": [DATASET], **of_entry}
    ome = {"version": "0.5", "multiscales": [entry] * 3, **of_ome}
    return dumps({"zarr_format": 3, "node_type": "group", "attributes": {"ome": ome}})


@pytest.mark.parametrize(
    "text",
    [
        document(of_ome=MANY, of_entry={}),
        document(of_ome={}, of_entry=MANY),
        document(of_ome={}, of_entry={**MANY, "datasets": None}),
        dumps({"zarr_format": 3, "node_type": "group", "attributes": MANY}),
        dumps({"zarr_format": 3, "node_type": "group", "attributes": {"ome": MANY}}),
    ],
    ids=["ome", "entries", "missing", "attributes", "no kind"],
)
def test_19_a_bounded_number_of_names_is_compared(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    apart = words._apart

    def counted(a: str, b: str, most: int) -> int:
        nonlocal compared
        compared += 1
        return apart(a, b, most)

    monkeypatch.setattr(words, "_apart", counted)
    check_json(text)
    known = 12  # keys, at most, that each is held against
    assert compared <= known * 3 * words.COMPARED


def test_19_slips_are_named_up_to_there(monkeypatch: pytest.MonkeyPatch) -> None:
    text = document(of_ome={}, of_entry={"a": 1, "Name": "i"})
    assert [issue.rule for issue in check_json(text).issues].count("keys-known") == 3
    monkeypatch.setattr(unknown, "COMPARED", 4)
    text = document(of_ome={}, of_entry={"a": 2, "Name": "i"})  # what was found in equal ones is taken over
    assert [issue.rule for issue in check_json(text).issues].count("keys-known") == 2


def test_19_keys_of_other_versions_are_named_wherever_they_stand() -> None:
    text = document(of_ome={}, of_entry={**MANY, "coordinateSystems": []})
    assert [issue.rule for issue in check_json(text).issues].count("keys-known") == 3
