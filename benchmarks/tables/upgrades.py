"""Whole processes that upgrade or mend a plate in place; after each, which does not count, all is as it was."""

from __future__ import annotations

import re
import shutil
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
            "fix": Process(NGFF, "fix", str(broken := _broken(root))),
        }

        def clock(process: Process) -> float:
            taken = process()
            if process is found["limit"]:
                for written in root.rglob("written"):
                    written.unlink()
            elif process is found["fix"]:
                Process(NGFF, "fix", str(broken), "--rollback")()
            else:
                Process(NGFF, "upgrade", str(root), "--rollback")()
            return taken

        ratios, limit = measure(found, clock, effort.rounds(5))
        written = sum(1 for path in root.rglob("*") if path.is_dir()) + 1
    title = f"{plate_title(effort, '0.4')}: {number:,} read, {written:,} written, {title}"
    return title, cells(found, ("ngff", "remove", "fix"), ratios, limit)


def _broken(root: Path) -> Path:
    """Return a copy of a plate in which each channel of each field has a colour that needs mending."""
    broken = root.with_name("broken.ome.zarr")
    shutil.copytree(root, broken)
    for path in broken.glob("*/*/*/.zattrs"):
        text = path.read_text()
        path.write_text(re.sub(r'("color": ?")', r"\1#", text))
    return broken


TABLE = Table(
    "a plate upgraded from 0.4 to 0.5, or mended: a colour in each channel of all fields; whole process",
    ["limit: read and write as many files", "ngff upgrade", "with `--remove-old`", "ngff fix"],
    {"disk": partial(row, place=None, title="on a disk")}
    | ({"memory": partial(row, place=MEMORY, title="in memory (tmpfs)")} if MEMORY.is_dir() else {}),
)
