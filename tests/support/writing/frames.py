"""Images that are written in frames, and what is in stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tensorstore as ts
from hypothesis import strategies as st

from ngff_core import DimSpec
from ngff_core.zarr.keys import DOCUMENTS

__all__ = ["array", "arrays", "content", "cut", "dims", "images", "noise"]

UNITS = {"t": "second", "c": None}
KERNELS = ("mean", "mode", "median", "stride")


def dims(names: str, sizes: tuple[int | None, ...] | None = None) -> list[DimSpec]:
    of = sizes or (None,) * len(names)
    return [
        DimSpec(name, size, scale=2.0 if name == "z" else 0.5, unit=UNITS.get(name, "micrometer"))
        for name, size in zip(names, of, strict=True)
    ]


def noise(shape: tuple[int, ...], dtype: str = "uint16") -> Any:
    return np.random.default_rng(7).integers(0, 200, shape).astype(dtype)


def content(root: str | Path) -> dict[str, Any]:
    """Return all that is in a store: documents, and the bytes of chunks."""
    files = (path for path in Path(root).rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): json.loads(path.read_bytes())
        if path.name in DOCUMENTS
        else path.read_bytes()
        for path in files
    }


def array(root: str | Path, level: int) -> Any:
    """Return the pixels of a level."""
    driver = "zarr3" if (Path(root) / str(level) / "zarr.json").exists() else "zarr"
    return ts.open({"driver": driver, "kvstore": f"file://{root}/{level}/"}).result().read().result()


def arrays(root: str | Path) -> dict[int, tuple[int, ...]]:
    """Return the shapes of all levels."""
    levels = sorted(int(path.name) for path in Path(root).iterdir() if path.name.isdigit())
    return {level: array(root, level).shape for level in levels}


def cut(pixels: Any, draw: Any) -> Iterator[Any]:
    """Yield the pixels frame by frame, or in blocks of whole axes."""
    inner = min(2, pixels.ndim - 1)
    axis = draw(st.integers(0, pixels.ndim - inner), label="axes cut")
    rest: Any = pixels.reshape(-1, *pixels.shape[axis:]) if axis else pixels[None]
    yield from rest


@st.composite
def images(draw: Any) -> dict[str, Any]:
    """Draw an image: its dimensions, pixels, and how they are to be stored."""
    names = draw(st.sampled_from(["tyx", "zyx", "cyx", "tczyx", "czyx", "yx"]))
    outer = st.integers(1, 9 if len(names) == 3 else 4)
    shape = tuple(draw(st.integers(1, 40) if name in "yx" else outer) for name in names)
    chunks = tuple(draw(st.integers(1, 6) if name not in "yx" else st.integers(4, 20)) for name in names)
    options: dict[str, Any] = {
        "kernel": draw(st.sampled_from(KERNELS)),
        "n_levels": draw(st.integers(1, 4)),
        "version": draw(st.sampled_from(["0.4", "0.5", "0.6"])),
        "chunks": chunks,
        "name": "image",
    }
    if options["version"] != "0.4" and draw(st.booleans()):
        options["shards"] = tuple(draw(st.integers(1, 3)) * chunk for chunk in chunks)
    dtype = draw(st.sampled_from(["uint8", "uint16", "int32", "float32", "bool"]))
    return {"names": names, "pixels": noise(shape, dtype), "options": options}
