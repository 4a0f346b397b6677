"""Measure runs of one process and of two by turns, on a plate and on many stores; compare what they print.

    python benchmarks/workers.py [--workers N] [--rounds N]

Whole processes, in the time that passes; the data is in the cache of the file system. The stores are of two sorts that
people have side by side: images with two labels, and small plates.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from data import write_plate, write_shallow
from measuring import NGFF, Process, Row, environment, measure, run_process, table

STORES = 300
SMALL_PLATES = 30  # of these


def write_stores(folder: Path) -> Path:
    """Write stores of both versions: images with two labels, and every tenth a plate of 12 wells."""
    patterns = {}
    for version in ("0.4", "0.5"):
        home = folder / f"patterns-{version}"
        image, _ = write_shallow(home, version)["image with two labels"]
        plate = home / "plate"
        write_plate(plate, version, rows=3, columns=4, fields=2, levels=3)
        patterns[version] = (image, plate)
    stores = folder / "stores"
    for number in range(STORES):
        image, plate = patterns["0.5" if number % 2 else "0.4"]
        is_plate = number % (STORES // SMALL_PLATES) == 0
        shutil.copytree(plate if is_plate else image, stores / f"{number:03}.ome.zarr")
    return stores


def printed(command: list[str], folder: Path) -> bytes:
    """Return the report of a run; every store is valid."""
    return subprocess.run(
        [*command, "--format", "json"], cwd=folder, env=environment(), capture_output=True, check=True
    ).stdout


def rows(folder: Path, workers: int, rounds: int) -> Iterator[Row]:
    """Yield a row for the plate, and one for the stores."""
    plate = folder / "plate.ome.zarr"
    documents = write_plate(plate, "0.5")
    titles = {
        f"plate 0.5: 384 wells x 9 fields x 5 levels, {documents:,} documents": [str(plate)],
        f"{STORES} stores: images with two labels, {SMALL_PLATES} of them small plates": [
            "-r",
            str(write_stores(folder)),
        ],
    }
    for title, paths in titles.items():
        one = [NGFF, "validate", *paths]
        several = [*one, "--workers", str(workers)]
        reports = [printed(command, folder) for command in (one, several)]
        assert reports[0] == reports[1], f"{title}: the reports differ"
        assert json.loads(reports[0])["results"], title
        processes = {"several": Process(*several), "one": Process(*one)}
        ratios, seconds = measure(processes, run_process, rounds)
        yield title, [f"{seconds * ratios['one']:.2f} s", f"{seconds:.2f} s", f"{ratios['one']:.2f}x"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = list(rows(Path(name), given.workers, given.rounds))
    print(f"{os.cpu_count()} processors\n")
    columns = ["one process", f"`--workers {given.workers}`", "speed-up"]
    print(table("by several processes, whole run", columns, found))


if __name__ == "__main__":
    main()
