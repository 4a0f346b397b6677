"""DimSpec, and the pyramid that follows from it."""

from __future__ import annotations

import pytest

from ngff_core import DimSpec, UsageError
from ngff_core.models.dims import axis_type, levels_of


@pytest.mark.parametrize(
    ("name", "type_", "expected"),
    [
        ("x", None, "space"), ("y", None, "space"), ("z", None, "space"), ("t", None, "time"), ("c", None, "channel"),
        ("X", None, "space"), ("T", None, "time"), ("angle", None, None), ("angle", "space", "space"),
        ("c", "phase", "phase"),
    ],
)  # fmt: skip
def test_types_follow_from_names(name: str, type_: str | None, expected: str | None) -> None:
    assert axis_type(DimSpec(name, type=type_)) == expected


def test_space_halves_and_the_rest_does_not() -> None:
    dims = [DimSpec("t", scale=5.0), DimSpec("c"), DimSpec("z", scale=0.5), DimSpec("y", scale=0.25), DimSpec("a")]
    assert list(levels_of(dims, 3)) == [
        ([5.0, 1.0, 0.5, 0.25, 1.0], None),
        ([5.0, 1.0, 1.0, 0.5, 1.0], None),
        ([5.0, 1.0, 2.0, 1.0, 1.0], None),
    ]


def test_scale_factor_overrides() -> None:
    dims = [DimSpec("t", scale_factor=2.0), DimSpec("z", scale_factor=1.0), DimSpec("x", scale=0.5, scale_factor=3.0)]
    assert [scale for scale, _ in levels_of(dims, 3)] == [[1.0, 1.0, 0.5], [2.0, 1.0, 1.5], [4.0, 1.0, 4.5]]


def test_a_dimension_of_type_space_halves_whatever_its_name() -> None:
    assert [scale for scale, _ in levels_of([DimSpec("angle", type="space"), DimSpec("x", type="phase")], 2)] == [
        [1.0, 1.0],
        [2.0, 1.0],
    ]


def test_a_translation_is_written_for_all_dimensions_where_any_has_one() -> None:
    dims = [DimSpec("c"), DimSpec("y", translation=200.0), DimSpec("x", translation=0.0)]
    assert [translation for _, translation in levels_of(dims, 2)] == [[0.0, 200.0, 0.0], [0.0, 200.0, 0.0]]


@pytest.mark.parametrize("n_levels", [0, -1])
def test_there_is_at_least_one_level(n_levels: int) -> None:
    with pytest.raises(UsageError, match=f"n_levels is at least 1, got {n_levels}"):
        list(levels_of([DimSpec("x")], n_levels))


def test_members_by_position_and_defaults() -> None:
    dim = DimSpec("x", 512, 0.1, "micrometer")
    assert (dim.name, dim.size, dim.scale, dim.unit) == ("x", 512, 0.1, "micrometer")
    assert (dim.type, dim.scale_factor, dim.translation) == (None, None, None)
