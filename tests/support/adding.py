"""A process of its own that adds to what others add to: ``adding.py WHAT NUMBER ROUNDS PATH``.

It waits in each round for the file PATH.ROUND, so that several begin it together.
"""

from __future__ import annotations

import os
import sys
import time

import numpy as np

from ngff_core import DimSpec
from ngff_write import PlateWriter, write_labels

DIMS = [DimSpec("y", unit="micrometer"), DimSpec("x", unit="micrometer")]
COLUMNS = 12


def field(number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the pixels of the field of a number: all are that number."""
    return np.full((6, 5), number % 251, "uint8")


def wait_for(path: str) -> None:
    """Wait until something is at a path."""
    while not os.path.lexists(path):
        time.sleep(0.001)


def add_wells(number: int, rounds: int, path: str) -> None:
    """Add a well of its own and a field of a well that all add to, each round, with a writer for each round."""
    for round_ in range(rounds):
        wait_for(f"{path}.{round_}")
        with PlateWriter(path, DIMS, n_levels=1, name="plate", rows=8, columns=COLUMNS) as plate:
            plate.write_field(field(number), "ABCDEFGH"[number], str(round_ % COLUMNS + 1), str(round_))
            plate.write_field(field(number), "H", str(round_ % COLUMNS + 1), f"{number}x{round_}")


def add_labels(number: int, rounds: int, path: str) -> None:
    """Add labels to an image of each round, of which there are none yet."""
    for round_ in range(rounds):
        wait_for(f"{path}.{round_}")
        for more in range(2):
            write_labels(field(number), f"{path}.{round_}", f"by-{number}-{more}")


def add_until_killed(number: int, rounds: int, path: str) -> None:
    """Add one field after the other, each written to a line when it is done, and never end."""
    while True:
        with PlateWriter(path, DIMS, n_levels=1, name="plate", rows=8, columns=COLUMNS) as plate:
            for _ in range(3):
                row, column = "ABCDEFGH"[number // COLUMNS % 8], str(number % COLUMNS + 1)
                plate.write_field(field(number), row, column, str(number // 96))
                print(number, flush=True)
                number += 1


if __name__ == "__main__":
    what, number, rounds, path = sys.argv[1:]
    {"wells": add_wells, "labels": add_labels, "killed": add_until_killed}[what](int(number), int(rounds), path)
