"""Regions as they come back from what writers wrote: of arrays that lie in memory in any way."""

from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

np = pytest.importorskip("numpy")
ts = pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write.arrays.headers import array_document  # noqa: E402
from ngff_write.arrays.layout import Layout  # noqa: E402
from ngff_write.backends import backend_named  # noqa: E402


def layouts(shape: list[int], chance: random.Random) -> Any:
    """Return an array of some shape with many zeros, whole, turned, or a part of a larger one."""
    values = np.random.default_rng(chance.randrange(1 << 30))
    room = [size + chance.randint(0, 2) for size in shape]
    kind = chance.choice(["whole", "part", "every second", "turned", "reversed"])
    if kind == "whole":
        return values.integers(0, 3, shape)
    if kind == "part":
        return values.integers(0, 3, room)[tuple(map(slice, shape))]
    if kind == "every second":
        return values.integers(0, 3, [2 * size for size in shape])[tuple(slice(None, None, 2) for _ in shape)]
    if kind == "turned":
        return values.integers(0, 3, shape[::-1]).T
    return values.integers(0, 3, shape)[tuple(slice(None, None, -1) for _ in shape)]


@pytest.mark.parametrize("writer", ["tensorstore", "zarr", "zarrista"])
def test_no_chunk_is_lost(writer: str, tmp_path: Path) -> None:
    """As tensorstore loses some that lie scattered in memory, when it may refer to that."""
    if writer != "tensorstore":
        pytest.importorskip(writer)
    chance, backend = random.Random(8), backend_named(writer, 1)
    for number in range(400 if writer == "tensorstore" else 60):
        shape = [chance.randint(2, 5) for _ in range(chance.randint(3, 5))]
        layout = Layout(tuple(chance.randint(1, size) for size in shape))
        pixels = layouts(shape, chance).astype("uint8")
        folder = tmp_path / str(number)
        folder.mkdir()
        document = array_document(3, shape, pixels.dtype, layout, list("abcde")[: len(shape)], "none")
        (folder / "zarr.json").write_text(json.dumps(document))
        backend.write(backend.create(str(folder), document), tuple(slice(0, size) for size in shape), pixels)
        backend.flush()
        spec = {"driver": "zarr3", "kvstore": {"driver": "file", "path": f"{folder}/"}}
        np.testing.assert_array_equal(ts.open(spec).result().read().result(), pixels)


WITHOUT_ROOM = """
import resource, sys
import numpy as np
from ngff_core import DimSpec
from ngff_core.errors import StoreError
from ngff_write import write_image
from ngff_write.backends import backend_named
path, writer = sys.argv[1:]
backend_named(writer).close()
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # bytes of a file
pixels = np.random.default_rng(0).integers(0, 255, (600, 600)).astype("uint8")
try:
    write_image(pixels, path, [DimSpec("y"), DimSpec("x")], writer=writer, compression="none", chunks=(600, 600))
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limits there")
@pytest.mark.parametrize("writer", ["tensorstore", "zarr", "zarrista"])
def test_what_the_system_says_is_said_in_its_words(writer: str, tmp_path: Path) -> None:
    pytest.importorskip(writer)
    words = [sys.executable, "-B", "-c", WITHOUT_ROOM, str(tmp_path / "a.zarr"), writer]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == f"pixels could not be written: {os.strerror(errno.EFBIG).lower()}\n"
    assert list(tmp_path.iterdir()) == []
