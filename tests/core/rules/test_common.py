"""What rules share: when two values are the same JSON."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import Circle

from ngff_core.rules.common import equal_json


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ({"x": 1, "y": [2.0]}, {"y": [2], "x": 1.0}, True),
        ([1], [True], False),
        ([0], [False], False),
        ({"x": None}, {}, False),
        ("1", 1, False),
        (Circle(radius=1), Circle(radius=1.0), True),
        (Circle(radius=1), Circle(radius=True), False),
        (Circle(radius=1, extra={"a": {"b": 1, "c": 2}}), Circle(radius=1, extra={"a": {"c": 2, "b": 1}}), True),
        (Circle(radius=1, extra={"a": 1}), Circle(radius=1), False),
    ],
)
def test_equal_json(a: Any, b: Any, same: bool) -> None:
    assert equal_json(a, b) is same
    assert equal_json(b, a) is same
