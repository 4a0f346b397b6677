"""What is written and read in a folder, and grows in one dimension: images, links, logs, tables; for `growth.py`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from growing_changes import fields
from measuring import has
from pages import plate, stores

from ngff_core import DimSpec, check_store, open_group
from ngff_core.report.logs.merging import reports_of_logs
from ngff_core.report.logs.tables import write_tables
from ngff_core.report.logs.writing import LogFile
from ngff_core.report.report import Report

__all__ = ["FILES", "REPORTS"]

Use = Callable[[Path, int], object]
DIMS = [DimSpec("y"), DimSpec("x")]


# --- written by ngff-write ----------------------------------------------------------------------------


def labels(folder: Path, n: int) -> None:
    image = ngff_write.write_image(PIXELS, folder / "i.zarr", DIMS)
    for k in range(n):
        ngff_write.write_labels(PIXELS, image, f"l{k}", colors={1: (1, 2, 3, 4)})


def wells(folder: Path, n: int) -> None:
    with ngff_write.PlateWriter(folder / "p.zarr", DIMS) as plate:
        for k in range(n):
            plate.write_field(PIXELS, "A", str(k))


def fields_of_a_well(folder: Path, n: int) -> None:
    with ngff_write.PlateWriter(folder / "p.zarr", DIMS) as plate:
        for k in range(n):
            plate.write_field(PIXELS, "A", "1", str(k))


def wells_by_a_writer_each(folder: Path, n: int) -> None:
    for k in range(n):
        with ngff_write.PlateWriter(folder / "p.zarr", DIMS) as plate:
            plate.write_field(PIXELS, "A", str(k))


def wells_of_a_builder(folder: Path, n: int) -> None:
    model = open_group(ngff_write.write_image(PIXELS, folder / "i.zarr", DIMS)).ome_metadata()
    builder = v05.PlateBuilder(folder / "p.zarr")
    for k in range(n):
        builder.write_well("A", str(k), {"0": (model, [PIXELS])})


def images_of_a_builder(folder: Path, n: int) -> None:
    model = open_group(ngff_write.write_image(PIXELS, folder / "i.zarr", DIMS)).ome_metadata()
    builder = v05.Bf2RawBuilder(folder / "c.zarr")
    for k in range(n):
        builder.write_image(str(k), model, [PIXELS])


def frames(folder: Path, n: int) -> None:
    dims = [DimSpec("t"), *DIMS]
    with ngff_write.stream_image(folder / "s.zarr", (None, 4, 4), dims, "uint8", chunks=(1, 4, 4)) as stream:
        for _ in range(n):
            stream.append(PIXELS)
            stream.flush()


WRITTEN: dict[str, Use] = {}
if has("ngff_write"):
    import numpy as np

    import ngff_write
    from ngff_write import v05

    PIXELS = np.zeros((4, 4), "uint8")
    WRITTEN = {
        "write: labels, one by one": labels,
        "write: labels of an image": lambda folder, n: ngff_write.write_image(
            PIXELS, folder / "i.zarr", DIMS, labels={f"l{k}": PIXELS for k in range(n)}
        ),
        "write: wells": wells,
        "write: fields of a well": fields_of_a_well,
        "write: wells, a writer each": wells_by_a_writer_each,
        "write: wells of a builder": wells_of_a_builder,
        "write: a plate": lambda folder, n: ngff_write.write_plate(
            {f"A/{k}/0": PIXELS for k in range(n)}, folder / "p.zarr", DIMS
        ),
        "write: a collection": lambda folder, n: ngff_write.write_collection(
            {str(k): PIXELS for k in range(n)}, folder / "c.zarr", DIMS
        ),
        "write: images of a builder": images_of_a_builder,
        "write: frames": frames,
    }


# --- logs, tables and links ---------------------------------------------------------------------------


def log(folder: Path, n: int) -> str:
    path = str(folder / "log.jsonl")
    with LogFile(path, ("rules", "settings")) as file:
        for report in stores(n, 2):
            file.append(report.url, report)
        file.end(n, 0)
    return path


def read_log(folder: Path, n: int) -> int:
    return sum(1 for _ in reports_of_logs([log(folder, n)]))


def tables(folder: Path, n: int) -> object:
    return write_tables(reports_of_logs([log(folder, n)]), str(folder / "tables"))


def links(folder: Path, n: int) -> object:
    """Check a plate whose wells are links to folders beside them."""
    for key, data in fields(n).items():
        path = folder / "p.zarr" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for k in range(n):
        well = folder / "p.zarr" / "A" / str(k)
        os.rename(well, folder / "p.zarr" / f"w{k}")
        well.symlink_to(f"../w{k}")
    return check_store(folder / "p.zarr")


FILES: dict[str, Use] = {
    **WRITTEN,
    "store: links": links,
    "log: stores": read_log,
    **({"table: stores": tables} if has("pyarrow") else {}),
}


# --- reports ------------------------------------------------------------------------------------------

REPORTS: dict[str, Callable[[int], Iterator[Report]]] = {
    "stores": lambda n: stores(n, 2),
    "findings in a plate": lambda n: plate(16, 24, n),
    "wells of a plate": lambda n: plate(max(n // 24, 1), 24, 10),
}
