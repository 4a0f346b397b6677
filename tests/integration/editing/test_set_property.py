"""Pixel sizes of any image: what was asked for is there, all else is as it was, and twice is once."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ngff_core import open_image, set_values
from ngff_core.issues.pointer import to_pointer
from ngff_core.json_text import loads
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.upgrade.changes import changes_of_values

KEY = "coordinateTransformations"
NUMBERS = st.floats(1e-3, 1e3).map(lambda number: float(f"{number:.4g}"))


@st.composite
def images(draw: st.DrawFn) -> dict[str, Any]:
    """An image of up to four levels, placed in any of the ways that there are, with keys that nobody knows."""
    levels = draw(st.integers(1, 4))
    base = [draw(NUMBERS), draw(NUMBERS)]
    start = draw(st.sampled_from(["none", "zero", "half", "away"]))
    datasets: list[dict[str, Any]] = []
    for level in range(levels):
        scale = [number * 2**level for number in base]
        steps: list[dict[str, Any]] = [{"type": "scale", "scale": scale, "lab": level}]
        if start != "none":
            offset = {"zero": 0.0, "half": 0.5, "away": 250.5}[start]
            move = [a * offset + (b - a) / 2 for a, b in zip(base, scale, strict=True)]
            steps.append({"type": "translation", "translation": move})
        datasets.append({"path": str(level), KEY: steps, "note": {"kept": [1, 2.0, None]}})
    axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    multiscale: dict[str, Any] = {"name": "image", "axes": axes, "datasets": datasets}
    if draw(st.booleans()):
        multiscale[KEY] = [{"type": "scale", "scale": [draw(NUMBERS), draw(NUMBERS)]}]
    arrays = {str(level): array((64 >> level, 64 >> level), "uint8", ("y", "x")) for level in range(levels)}
    return {"": {"multiscales": [multiscale]}, **arrays}


@settings(max_examples=60)
@given(nodes=images(), x=NUMBERS, version=st.sampled_from(["0.4", "0.5"]))
def test_sizes_of_any_image(nodes: dict[str, Any], x: float, version: str) -> None:
    documents = dict(build_store(default_registry().spec(version), copy.deepcopy(nodes)))
    key = ".zattrs" if version == "0.4" else "zarr.json"
    before = loads(documents[key])
    old = open_image(MemoryStore(documents))
    set_values(MemoryStore(documents), {"pixel-size.x": x})
    new = open_image(MemoryStore(documents))
    for level, was in zip(new.levels, old.levels, strict=True):
        assert level.pixel_size is not None
        assert was.pixel_size is not None
        assert old.levels[0].pixel_size is not None
        ratio = was.pixel_size[1] / old.levels[0].pixel_size[1]
        assert abs(level.pixel_size[1] - x * ratio) <= 1e-12 * x * ratio
        assert level.pixel_size[0] == was.pixel_size[0]
    changed = {change.pointer for change in changes_of_values(before, loads(documents[key]))}
    inside = () if version == "0.4" else ("attributes", "ome")
    allowed = {
        to_pointer((*inside, "multiscales", 0, "datasets", n, KEY, step, member, 1))
        for n in range(4)
        for step, member in enumerate(("scale", "translation"))
    }
    assert changed <= allowed
    assert not set_values(MemoryStore(documents), {"pixel-size.x": x}).writes
