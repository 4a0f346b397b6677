"""Whole processes over stores on disk: plates, many small stores, a plate in an archive."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

import data
from measuring import HERE, LIMITS, NGFF, Effort, Process, Row, Table, cells, has, measure, run_process

__all__ = ["PLATES", "STORES", "ZIP", "plate_size", "plate_title"]

WORKERS = "--workers 2"
PEER = str(HERE / "yaozarrs_store.py")


def plate_size(effort: Effort) -> tuple[int, int]:
    """Return the rows and columns of the large plate."""
    return (4, 6) if effort.quick else (16, 24)


def plate_title(effort: Effort, version: str) -> str:
    rows, columns = plate_size(effort)
    return f"plate {version}: {rows * columns} wells x 9 fields x 5 levels"


def contest(limit: Process, paths: list[str], listing: Path | None = None) -> dict[str, Process]:
    """Return what judges some stores, beside the limit; the peer gets a list of the stores, where they are many."""
    found = {
        "limit": limit,
        "ngff": Process(NGFF, "validate", *paths),
        WORKERS: Process(NGFF, "validate", *paths, *WORKERS.split()),
    }
    if has("yaozarrs"):
        found["yaozarrs"] = Process(sys.executable, PEER, *([f"@{listing}"] if listing else paths))
    return found


def read_and_parse(root: Path) -> Process:
    return Process(sys.executable, str(LIMITS / "read_and_parse.py"), f"{root}.list")


def plate_row(effort: Effort, version: str, equal: bool) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / f"plate-{version}.ome.zarr"
        number = data.write_plate(root, version, *plate_size(effort), equal=equal)
        found = contest(read_and_parse(root), [str(root)])
        ratios, limit = measure(found, run_process, effort.rounds(5))
        title = f"{plate_title(effort, version)}, {number:,} documents{', equal fields' if equal else ''}"
        return title, cells(found, ("ngff", WORKERS, "yaozarrs"), ratios, limit)


def stores_row(effort: Effort) -> Row:
    count = 100 if effort.quick else 2000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "stores"
        number = data.write_stores(root, count)
        listing = Path(folder) / "roots"
        listing.write_text("\n".join(str(path) for path in sorted(root.iterdir())))
        found = contest(read_and_parse(root), ["-r", str(root)], listing)
        ratios, limit = measure(found, run_process, effort.rounds(5))
        title = f"{count:,} small stores in one call, {number:,} documents"
        return title, cells(found, ("ngff", WORKERS, "yaozarrs"), ratios, limit)


def zip_row(effort: Effort) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "plate.ome.zarr"
        number = data.write_plate(root, "0.5", *plate_size(effort))
        archive = str(data.zip_plate(root))
        found = {
            "limit": Process(sys.executable, str(LIMITS / "read_zip.py"), archive),
            "ngff": Process(NGFF, "validate", archive),
        }
        if has("yaozarrs"):
            found["yaozarrs"] = Process(sys.executable, PEER, f"zip://::{archive}")
        ratios, limit = measure(found, run_process, effort.rounds(3))
        title = f"{plate_title(effort, '0.5')}, {number:,} documents"
        return title, cells(found, ("ngff", "yaozarrs"), ratios, limit)


COLUMNS = ["limit: read and parse, one process", "ngff", f"ngff, `{WORKERS}`", "yaozarrs"]
PLATES = Table(
    "a plate on disk, whole process",
    COLUMNS,
    {
        "0.5": partial(plate_row, version="0.5", equal=False),
        "0.4": partial(plate_row, version="0.4", equal=False),
        "0.5-equal": partial(plate_row, version="0.5", equal=True),
        "0.4-equal": partial(plate_row, version="0.4", equal=True),
    },
)
STORES = Table("many stores on disk, whole process", COLUMNS, {"small": stores_row})
ZIP = Table(
    "a plate in a zip archive, whole process",
    ["limit: `zipfile`, read and parse", "ngff", "yaozarrs"],
    {"0.5": zip_row},
)
