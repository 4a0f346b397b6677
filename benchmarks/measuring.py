"""What all tables share: rounds of contestants, whole processes, Markdown."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "DIFFERENT",
    "DOCUMENTS",
    "HERE",
    "LIMITS",
    "NGFF",
    "Effort",
    "Process",
    "Row",
    "Table",
    "cells",
    "environment",
    "has",
    "machine",
    "measure",
    "run_process",
    "show",
]

HERE = Path(__file__).parent
LIMITS = HERE / "limits"
NGFF = str(Path(sys.executable).with_name("ngff"))

Row = tuple[str, list[str]]
DOCUMENTS = {
    "image": "image document: 5 axes, 6 datasets, 4 omero channels",
    "plate": "plate document: 384 wells, 3 acquisitions",
    "label": "label image: 1,000 colours and properties",
}
# How many of each, more than a cache would keep. A label image has a thousand different colours by itself.
DIFFERENT = {"image": 2000, "plate": 300, "label": 100}


@dataclass(frozen=True)
class Effort:
    """How much to measure; ``quick`` is enough to see that it runs."""

    quick: bool = False

    def rounds(self, number: int) -> int:
        return min(number, 2) if self.quick else number


@dataclass(frozen=True)
class Table:
    """A table whose rows are measured when they are asked for by name."""

    head: str
    columns: list[str]
    rows: Mapping[str, Callable[[Effort], Row]]


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
    """A command that is run to its end; keeps the largest resident memory that it or a child of it was seen with."""

    def __init__(self, *command: str) -> None:
        self.command = command
        self.peak = 0.0

    def __call__(self) -> float:
        command = [sys.executable, "-IS", str(HERE / "spawn.py"), *self.command]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
        taken, peak, code = (float(value) for value in done.stdout.split())
        assert code == 0, f"{' '.join(self.command)} ended with {code:.0f}: {done.stderr}"
        self.peak = max(self.peak, peak)
        return taken


def run_process(process: Process) -> float:
    return process()


def cells(found: Mapping[str, Process], columns: Iterable[str], ratios: Mapping[str, float], limit: float) -> list[str]:
    """Return seconds and memory of the first, ratios and memory of the others, some of which may be left out."""
    shown = (f"{ratios[key]:.2f}x, {found[key].peak:.0f} MB" if key in found else "" for key in columns)
    return [f"{limit:.2f} s, {next(iter(found.values())).peak:.0f} MB", *shown]


def show(head: str, columns: list[str], rows: Iterable[Row]) -> None:
    """Print a table in Markdown, each row as soon as it is measured."""
    print(_line([head, *columns]))
    print(_line(["---", *("---:" for _ in columns)]), flush=True)
    for title, found in rows:
        print(_line([title, *found]), flush=True)
    print()


def _line(shown: list[str]) -> str:
    return "| " + " | ".join(shown) + " |"


def machine() -> str:
    """Describe where the tables were measured, with what, and how much else was going on."""
    packages = ("ngff-core", "orjson", "obstore", "yaozarrs", "jsonschema-rs")
    known = {package: _version(package) for package in packages}
    versions = ", ".join(f"{package} {version}" for package, version in known.items() if version)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    python = f"{platform.python_implementation()} {platform.python_version()}"
    where = f"{len(os.sched_getaffinity(0))} x {_processor()}, {memory:.0f} GB, {platform.system()}, {python}"
    return f"Measured on {where}, at a load of {os.getloadavg()[0]:.1f}; {versions}."


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()
