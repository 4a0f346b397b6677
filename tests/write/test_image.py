"""Images as they are written: every version and writer, every level where its metadata says it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ngff_core import DimSpec, check_store, open_group

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import write_image  # noqa: E402

UNITS = {"t": "second", "c": None}


def dims(names: str, **scales: float) -> list[DimSpec]:
    return [DimSpec(name, scale=scales.get(name, 0.5), unit=UNITS.get(name, "micrometer")) for name in names]


def noise(shape: tuple[int, ...], dtype: str = "uint16") -> Any:
    return np.random.default_rng(0).integers(0, 200, shape).astype(dtype)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
@pytest.mark.parametrize("writer", ["tensorstore", "zarr"])
def test_every_version_and_writer(version: str, writer: Any, tmp_path: Path) -> None:
    if writer == "zarr":
        pytest.importorskip("zarr")
    pixels = noise((2, 5, 301, 280))
    path = write_image(
        pixels, tmp_path / "a.zarr", dims("czyx", z=2.0), version=version, writer=writer, name="cells", n_levels=3
    )
    report = check_store(path, profile="strict")
    assert (report.version, list(report.issues)) == (version, [])
    group = open_group(path)
    np.testing.assert_array_equal(group["0"].to_tensorstore().read().result(), pixels)
    assert [group[str(level)].shape for level in range(3)] == [(2, 5, 301, 280), (2, 5, 151, 140), (2, 5, 76, 70)]
