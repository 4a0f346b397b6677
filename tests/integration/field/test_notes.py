"""Faults of the field: notes on other tools name the version that was looked at (A24)."""

from __future__ import annotations

import re

import pytest

from ngff_core.explain import rule_table
from ngff_core.plugins import default_registry

TOOLS = ("yaozarrs", "ome-zarr-models", "ome-zarr-py", "ome-zarr-io", "ngff-zarr", "ome-ngff-validator")


def notes(version: str) -> list[tuple[str, str]]:
    """Return the notes on other tools of all rules of a version."""
    return [(row["id"], row["peers"]) for row in rule_table(default_registry(), [version]) if row["peers"]]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a24_notes_name_the_version_of_each_tool(version: str) -> None:
    found = notes(version)
    assert len(found) > 30
    named = [(rule, tool) for rule, text in found for tool in TOOLS if tool in text]
    assert [
        (rule, tool) for rule, tool in named if not re.search(rf"{tool} (?:\d|[0-9a-f]{{7}})", dict(found)[rule])
    ] == []


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a24_no_note_speaks_of_all_other_tools(version: str) -> None:
    assert [rule for rule, text in notes(version) if re.search(r"no other (?:tool|validator)", text)] == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("well-acquisition-required-if-several", "ome-zarr-io 0.10.2 and ngff-zarr 0.50.0 check it, too"),
        ("plate-acquisition-id-unique", "ome-zarr-io 0.10.2 checks it, too"),
        ("omero-channel-count-matches-array", "ome-zarr-io 0.10.2 checks it, too"),
        ("version-consistent-in-hierarchy", "ome-zarr-io 0.10.2 reports the mismatch, too"),
        ("zarr-dimension-names-present", "yaozarrs 0.3.4 has a warning"),
        ("axes-order-by-type", "yaozarrs 0.3.4 and ome-zarr-models 1.8.1 refuse"),
    ],
)
def test_a24_what_was_looked_at_anew(rule: str, said: str) -> None:
    assert said in dict(notes("0.5"))[rule]
