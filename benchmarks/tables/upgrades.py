"""Whole processes that upgrade a plate in place; after each, whose time does not count, everything is as it was."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

import data
from measuring import LIMITS, NGFF, Effort, Process, Row, Table, cells, measure

from tables.stores import plate_size, plate_title

__all__ = ["TABLE"]

MEMORY = Path("/dev/shm")


def row(effort: Effort, place: Path | None, title: str) -> Row:
    with tempfile.TemporaryDirectory(dir=place) as folder:
        root = Path(folder) / "plate.ome.zarr"
        number = data.write_plate(root, "0.4", *plate_size(effort))
        found = {
            "limit": Process(sys.executable, str(LIMITS / "read_and_write.py"), f"{root}.list"),
            "ngff": Process(NGFF, "upgrade", str(root), "--to", "0.5"),
            "remove": Process(NGFF, "upgrade", str(root), "--to", "0.5", "--remove-old"),
        }
        rollback = Process(NGFF, "upgrade", str(root), "--rollback")

        def clock(process: Process) -> float:
            taken = process()
            if process is found["limit"]:
                for written in root.rglob("written"):
                    written.unlink()
            else:
                rollback()
            return taken

        ratios, limit = measure(found, clock, effort.rounds(5))
        written = sum(1 for path in root.rglob("*") if path.is_dir()) + 1
    title = f"{plate_title(effort, '0.4')}: {number:,} read, {written:,} written, {title}"
    return title, cells(found, ("ngff", "remove"), ratios, limit)


TABLE = Table(
    "a plate upgraded from 0.4 to 0.5, whole process",
    ["limit: read and write as many files", "ngff upgrade", "with `--remove-old`"],
    {"disk": partial(row, place=None, title="on a disk")}
    | ({"memory": partial(row, place=MEMORY, title="in memory (tmpfs)")} if MEMORY.is_dir() else {}),
)
