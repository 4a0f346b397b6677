"""The groups that a node is in."""

from __future__ import annotations

import pytest

from ngff_core.zarr.keys import above


@pytest.mark.parametrize(
    ("path", "groups"),
    [
        ("", []),
        ("0", [""]),
        ("A/1/0", ["A/1", "A", ""]),
        ("A/1/0/.zattrs", ["A/1/0", "A/1", "A", ""]),
        ("a//b", ["a/", "a", ""]),
    ],
)
def test_the_nearest_comes_first_and_the_root_last(path: str, groups: list[str]) -> None:
    assert list(above(path)) == groups
