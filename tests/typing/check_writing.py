"""Statements about types that type checkers hold `ngff_write` to; checked, never run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, assert_type

import numpy as np

import ngff_v05 as v05
from ngff_core import DimSpec
from ngff_write import (
    PlateWriter,
    Prepared,
    prepare_collection,
    prepare_image,
    prepare_labels,
    prepare_plate,
    write_collection,
    write_image,
    write_labels,
    write_plate,
)
from ngff_write import v05 as typed

DIMS = [DimSpec("y"), DimSpec("x")]
PIXELS = np.zeros((6, 5), np.uint8)


def our_own(path: Path) -> None:
    assert_type(write_image(PIXELS, path, DIMS, version="0.4", labels={"cells": PIXELS}), str)
    assert_type(write_labels(PIXELS, path, "cells", colors={1: (1, 2, 3, 4)}, properties={1: {"area": 3}}), str)
    assert_type(write_plate({"A/1/0": PIXELS}, path, DIMS, rows=8, columns=["1", "2"]), str)
    assert_type(write_plate({("A", "1", "0"): PIXELS}, path, DIMS, progress=print), str)
    fields = {"A/1/0": PIXELS}
    assert_type(write_plate(fields, path, DIMS), str)
    assert_type(write_collection({"0": PIXELS}, path, DIMS, ome_xml="<OME/>"), str)
    with PlateWriter(path, DIMS, acquisitions=[{"id": 0}]) as plate:
        assert_type(plate, PlateWriter)
        assert_type(plate.write_field(PIXELS, "A", "1", acquisition=0), str)


def prepared(path: Path) -> None:
    assert_type(prepare_image((6, 5), "uint8", path, DIMS, writer="zarr"), Prepared)
    assert_type(prepare_labels(path, "cells", np.uint8), Prepared)
    assert_type(prepare_plate({"A/1/0": ((6, 5), "uint8")}, path, DIMS), Prepared)
    assert_type(prepare_collection({"0": ((6, 5), np.dtype("uint8"))}, path, DIMS).path, str)


def by_the_names_of_yaozarrs(path: Path, image: v05.Image) -> None:
    assert_type(typed.write_image(path, image, PIXELS, chunks="auto", compression="zstd"), Path)
    assert_type(typed.prepare_image(path, image, ((6, 5), "uint8"), chunks=None), tuple[Path, dict[str, Any]])
    assert_type(typed.write_plate(path, {("A", "1", "0"): (image, PIXELS)}, plate={"name": "mine"}), Path)
    builder = typed.PlateBuilder(path).write_well("A", "1", {"0": (image, [PIXELS])})
    assert_type(builder, typed.PlateBuilder)
    assert_type(typed.LabelsBuilder(path, overwrite=True).root_path, Path)
    assert_type(typed.Bf2RawBuilder(path, ome_xml="<OME/>").write_image("0", image, PIXELS), typed.Bf2RawBuilder)
