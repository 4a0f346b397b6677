"""What all tables share: rounds of contestants, whole processes, Markdown."""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["HERE", "NGFF", "Process", "Row", "environment", "has", "measure", "run_process", "table"]

HERE = Path(__file__).parent
NGFF = str(Path(sys.executable).with_name("ngff"))

Row = tuple[str, list[str]]


def environment() -> dict[str, str]:
    """Return what a Python is started with that keeps the compiled modules, and hashes alike every time."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | {"PYTHONHASHSEED": "0"}


def has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def measure(found: Mapping[str, Any], clock: Callable[[Any], float], rounds: int) -> tuple[dict[str, float], float]:
    """Return the median ratio of each contestant to the first, and the median time of the first."""
    times: dict[str, list[float]] = {key: [] for key in found}
    for number in range(rounds + 1):
        for key, work in found.items():
            taken = clock(work)
            if number:  # the first round warms up
                times[key].append(taken)
    limit = next(iter(times.values()))
    ratios = {
        key: statistics.median(t / one for t, one in zip(taken, limit, strict=True)) for key, taken in times.items()
    }
    return ratios, statistics.median(limit)


class Process:
    """A command that is run to its end; keeps the largest resident memory it was seen with."""

    def __init__(self, *command: str, code: int = 0) -> None:
        self.command = command
        self.code = code
        self.peak = 0.0

    def __call__(self) -> float:
        command = [sys.executable, "-IS", str(HERE / "spawn.py"), *self.command]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        taken, peak, code = (float(value) for value in done.stdout.split())
        assert code == self.code, f"{' '.join(self.command)} ended with {code:.0f}: {done.stderr}"
        self.peak = max(self.peak, peak)
        return taken


def run_process(process: Process) -> float:
    return process()


def table(head: str, columns: list[str], rows: list[Row]) -> str:
    lines = [[head, *columns], ["---", *("---:" for _ in columns)], *([title, *cells] for title, cells in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
