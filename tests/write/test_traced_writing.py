"""Writing into hierarchies that somebody else has made: nothing outside of them changes, whatever links are in them."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from mortal import tree
from traced import changed_paths, traced, why_not

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_core import DimSpec  # noqa: E402
from ngff_write import write_collection, write_image, write_labels, write_plate  # noqa: E402

REASON = why_not()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")

ALLOWED = {"/dev/null", "/dev/tty"}
DIMS = [DimSpec("c"), DimSpec("y"), DimSpec("x")]
PIXELS = np.ones((1, 8, 8), "uint16")
PLACES = {
    "pyramid": ("", "0", "1", "1/c", "2", "0/zarr.json", "0/.zarray", "zarr.json", ".zattrs", "1/.zarray"),
    "labels": ("labels", "labels/new", "labels/cells", "labels/zarr.json", "labels/.zattrs", "zarr.json", ".zgroup"),
    "field": ("", "A", "A/1", "A/1/1", "A/1/zarr.json", "A/1/.zattrs", "zarr.json", ".zattrs", "B", "B/2"),
    "image": ("", "OME", "0", "1", "OME/METADATA.ome.xml", "OME/zarr.json", "zarr.json", ".zattrs"),
    "overwrite": ("", "0", "0/c", "zarr.json", "stranger"),
}


def made(way: str, path: Path, version: str) -> Path:
    """Write what is written into afterwards."""
    if way == "field":
        write_plate({"A/1/0": PIXELS}, path, DIMS, version=version)
    elif way == "image":
        write_collection({"0": PIXELS}, path, DIMS, version=version)
    else:
        write_image(PIXELS, path, DIMS, version=version, n_levels=2)
        if way == "labels":
            write_labels(PIXELS[0], path, "cells")
    return path


SCRIPT = """
import json, sys
from contextlib import suppress
import numpy as np
from ngff_core import DimSpec
from ngff_core.cli import main
from ngff_core.errors import NgffError
from ngff_write import PlateWriter, stream_image, write_image, write_labels

PIXELS, DIMS = np.ones((1, 8, 8), "uint16"), [DimSpec("c"), DimSpec("y"), DimSpec("x")]

def write(way, root, version):
    if way == "pyramid":
        for kernel in ("mean", "stride"):
            with suppress(SystemExit):
                main(["pyramid", root, "--levels", "3", "--kernel", kernel])
    elif way == "labels":
        write_labels(PIXELS[0], root, "new", overwrite=True)
    elif way == "field":
        with PlateWriter(root, DIMS, version=version) as writer:
            writer.write_field(PIXELS, "A", "1", "1")
            writer.write_field(PIXELS, "B", "2")
    else:
        write_image(PIXELS, root if way == "overwrite" else root + "/1", DIMS, version=version, overwrite=True)
        with stream_image(root + "/live", PIXELS.shape, DIMS, "uint16", version=version) as stream:
            stream.append(PIXELS)

done = 0
for way, root, version in json.load(open(sys.argv[1])):
    try:
        write(way, root, version)
        done += 1
    except (NgffError, OSError) as error:
        print(way, root, type(error).__name__, error, file=sys.stderr)
print(done)
"""


def test_nothing_is_changed_outside_of_what_is_written(tmp_path: Path) -> None:
    victims, stores = tmp_path / "victims", tmp_path / "stores"
    stores.mkdir()
    (victims / "folder").mkdir(parents=True)
    (victims / "file").write_bytes(b"of somebody else")
    (victims / "folder" / "zarr.json").write_bytes(b'{"zarr_format": 3, "node_type": "group"}')
    cases = []
    for way, places in PLACES.items():
        for number, place in enumerate(places):
            for version, target in zip(("0.4", "0.5"), ("file", "folder")[:: 1 if number % 2 else -1], strict=True):
                root = made(way, stores / f"{way}-{version}-{number}", version)
                if place:
                    plant(root / place, victims / target)
                cases.append((way, str(root), version))
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    before = tree(victims)
    lines = traced(["-c", SCRIPT, tmp_path / "cases.json"], tmp_path)
    changed: Counter[str] = Counter()
    for path, line in changed_paths(lines, tmp_path / "cwd"):
        there = path == str(stores) and line.endswith("EEXIST (File exists)")  # what makes all folders on the way
        assert path.startswith(f"{stores}/") or path in ALLOWED or there, line
        changed[path.removeprefix(f"{stores}/").partition("-")[0]] += 1
    assert min(changed[way] for way in PLACES) > 50, changed
    assert tree(victims) == before


def plant(path: Path, target: Path) -> None:
    """Put a link in the place of something, which is put out of the way."""
    path.parent.mkdir(exist_ok=True, parents=True)
    if path.exists():
        path.rename(path.with_name("away"))
    path.symlink_to(os.path.relpath(target, path.parent))
