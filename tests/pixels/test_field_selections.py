"""Faults of the field, B5: what stands in brackets means what it does in numpy, whichever library reads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

import ngff_core
from ngff_core.errors import SelectionError, UsageError

np = pytest.importorskip("numpy", reason="zarr and tensorstore are not installed, which bring numpy")
zarr = pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("tensorstore", reason="tensorstore is not installed")

SHAPE = (3, 8, 6)
LIBRARIES = pytest.mark.parametrize("missing", ["zarr", "tensorstore"])
MASK = np.arange(8) % 3 == 0
ALL_MASK = np.arange(3 * 8 * 6).reshape(SHAPE) % 7 == 0

SELECTIONS: list[Any] = [
    (),
    ...,
    0,
    -1,
    np.int64(2),
    np.array(1),
    slice(None),
    slice(None, None, -1),
    slice(1, 100),
    slice(-100, 2),
    slice(5, 2),
    slice(2, 5, -1),
    slice(100, None, -2),
    slice(-2, None),
    slice(None, -1),
    (slice(None), slice(7, 1, -3)),
    (slice(None), slice(1, 8, 3), slice(-1, -5, -2)),
    (0, 0, 0),
    (-1, -1, -1),
    (1, 7, 5, ...),
    (..., 0),
    (0, ..., slice(None, None, -1)),
    (..., -1, slice(None)),
    (slice(None), ..., slice(1, 3), slice(0, 0)),
    None,
    (None, 0, ..., None),
    (slice(None), None, -1, slice(None, None, -2)),
    [0, 2],
    [2, -1, 0, 0],
    [],
    [[0, 1], [2, -3]],
    (slice(None), [7, 0, 3]),
    (slice(None), MASK),
    (slice(None), list(map(bool, MASK))),
    (slice(None, None, -1), MASK, slice(5, 0, -2)),
    (..., np.array([5, 1])),
    ([0, 1], [7, 0], [5, 5]),
    (np.array([[0], [2]]), [1, 2, 3]),
    ([0, 1], slice(None), [4, 2]),
    (0, slice(None), [4, 2]),
    ([0, 2], slice(None, None, -1), 3),
    ALL_MASK,
    ALL_MASK[:, :, 0],
    (..., ALL_MASK[0]),
    np.zeros(SHAPE, bool),
    np.array([1, 2], dtype="uint8"),
]

REFUSED: list[tuple[Any, str]] = [
    (3, "index 3 is out of range: dimension 0 has 3 pixels"),
    (-4, "index -4 is out of range"),
    ((0, 8), "index 8 is out of range: dimension 1 has 8 pixels"),
    ([0, 3], "index 3 is out of range"),
    ([-4], "index -4 is out of range"),
    ((0, 0, 0, 0), "the selection has 4 dimensions, the array 3"),
    ((..., ...), "at most once"),
    (slice(None, None, 0), "selects no pixels"),
    (slice(0.5), "selects no pixels"),
    (True, "cannot be selected by True"),
    (np.bool_(True), "cannot be selected by"),
    (1.0, "cannot be selected by 1.0"),
    ("field", "cannot be selected by 'field'"),
    ([0.5], "cannot be selected by an array of float64"),
    (["a"], "cannot be selected by an array of"),
    ([[0], [1, 2]], "cannot be selected by an array of"),
    (MASK, "the mask has 8 pixels along dimension 0, the array 3"),
]


@pytest.fixture(scope="module", params=[2, 3])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pixels")
    pixels = np.arange(np.prod(SHAPE), dtype="uint16").reshape(SHAPE)
    group = zarr.open_group(folder, mode="w", zarr_format=request.param)
    group.create_array("0", data=pixels, chunks=(1, 4, 4))
    group.create_array("scalar", data=np.array(7, dtype="uint16"))
    group.create_array("empty", shape=(0, 4), dtype="uint16", chunks=(1, 4))
    return folder


def opened(folder: Path, name: str, missing: str, monkeypatch: pytest.MonkeyPatch) -> ngff_core.Array:
    monkeypatch.setitem(sys.modules, missing, None)
    return ngff_core.open_group(folder).array(name)


@LIBRARIES
def test_b5_selections_mean_what_they_do_in_numpy(missing: str, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    array = opened(written, "0", missing, monkeypatch)
    pixels = np.arange(np.prod(SHAPE), dtype="uint16").reshape(SHAPE)
    for selection in SELECTIONS:
        found, expected = array[selection], pixels[selection]
        assert type(found) is type(expected), selection
        assert found.shape == expected.shape, selection
        assert found.dtype == expected.dtype, selection
        assert np.array_equal(found, expected), selection


@LIBRARIES
@pytest.mark.parametrize(("selection", "message"), REFUSED, ids=str)
def test_b5_what_selects_nothing_is_refused(
    selection: Any, message: str, missing: str, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    array = opened(written, "0", missing, monkeypatch)
    with pytest.raises(SelectionError, match=message.replace("(", r"\(")) as raised:
        array[selection]
    assert isinstance(raised.value, IndexError)
    assert isinstance(raised.value, UsageError)


@LIBRARIES
def test_b5_arrays_without_dimensions_or_pixels(missing: str, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scalar = opened(written, "scalar", missing, monkeypatch)
    assert (scalar[()], scalar[...].shape, int(np.asarray(scalar))) == (7, (), 7)
    empty = ngff_core.open_group(written).array("empty")
    assert (empty[:].shape, empty[..., ::-1].shape, list(empty)) == ((0, 4), (0, 4), [])
    with pytest.raises(SelectionError, match="index 0 is out of range: dimension 0 has 0 pixels"):
        empty[0]
