"""Documents in which keys stand twice: whether what they say can be written again without loss."""

from __future__ import annotations

import pytest

from ngff_core.zarr.text import parse_json
from ngff_core.zarr.twice import loses_values, with_values

SAME = [
    '{"a": 1, "a": 1}',
    '{"a": {"b": [1], "c": 2}, "a": {"c": 2, "b": [1]}}',
    '{"a": {"b": 1}, "b": 1}',
    '["a", "a"]',
]


DIFFERENT = ['{"a": 1, "a": 2}', '{"a": 1, "a": 2, "a": 1}', '{"a": 1, "a": true}', '{"b": [{"a": 1, "\\u0061": 2}]}']


@pytest.mark.parametrize("text", SAME)
def test_nothing_is_lost_where_values_are_equal(text: str) -> None:
    assert not loses_values(text.encode(), parse_json(text)[0])


@pytest.mark.parametrize("text", DIFFERENT)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_values_that_differ_cannot_both_be_kept(text: str, codec: str) -> None:
    data = text.encode(codec)
    assert loses_values(data, parse_json(data)[0])


def test_comments_hide_no_value() -> None:
    data = b'{"a": 1, /* "a": 1 */ "a": 2}'
    assert loses_values(data, parse_json(data)[0])
    data = b'{"a": 1 /* , "a": 2 */}'
    assert not loses_values(data, parse_json(data)[0])


def test_the_first_or_the_last_of_each_is_taken() -> None:
    text = b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}'
    assert with_values(text, first=True) == ({"a": 1, "b": {"c": 1}}, True)
    assert with_values(text, first=False) == ({"a": 3, "b": {"c": 2}}, True)
