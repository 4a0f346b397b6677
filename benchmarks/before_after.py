"""Measure documents and plates in two environments by turns; print the medians and the ratios of the same round.

    python benchmarks/before_after.py OLD_PYTHON NEW_PYTHON [--quick] [--rounds N]

Documents are validated in two processes that stay; plates each in a process of its own. What counts is processor time,
which other work on the machine disturbs least; for plates the time that passes is shown beside it. NEW writes the data.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from measuring import DIFFERENT, DOCUMENTS, HERE, Row, environment, show

WRITE = """\
import json, sys
from pathlib import Path
import data
folder, different, size = Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
for name, number in different.items():
    lines = (json.dumps(data.document(name, place)) for place in range(number))
    (folder / f"{name}.jsonl").write_text("\\n".join(lines))
for version in ("0.4", "0.5"):
    data.write_plate(folder / f"plate-{version}.ome.zarr", version, **size)
"""
# Answers a file on its standard input with the nanoseconds of a call: the best of ten times 5 ms of calls, each of
# them with another document of the file.
WORKER = """\
import gc, itertools, sys, time
from pathlib import Path
from ngff_core import check_json
def taken(following, number):
    begin = time.process_time_ns()
    for _ in range(number):
        check_json(following())
    return (time.process_time_ns() - begin) / number
known = {}
for line in sys.stdin:
    if line not in known:
        known[line] = itertools.cycle(Path(line.strip()).read_bytes().split(b"\\n")).__next__
    following = known[line]
    assert check_json(following()).valid
    gc.collect()
    number = max(1, int(5e6 / max(taken(following, 2), 1)))
    print(min(taken(following, number) for _ in range(10)), flush=True)
"""

Clock = Callable[[], tuple[float, ...]]


def by_turns(old: Clock, new: Clock, rounds: int) -> list[list[tuple[float, float]]]:
    """Return what both measured in each round, for each of the values they measure; who begins alternates."""
    measured = []
    for number in range(rounds + 1):
        taken = {clock: clock() for clock in ((old, new) if number % 2 else (new, old))}
        if number:  # the first round warms up
            measured.append(list(zip(taken[old], taken[new], strict=True)))
    return [list(column) for column in zip(*measured, strict=True)]


def cells(pairs: Iterable[tuple[float, float]], unit: float, name: str) -> list[str]:
    """Return the medians of both, and the median and the quartiles of the ratio."""
    olds, news = zip(*pairs, strict=True)
    ratios = [new / old for old, new in zip(olds, news, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    shown = [f"{statistics.median(values) / unit:.{2 if unit == 1 else 1}f} {name}" for values in (olds, news)]
    return [*shown, f"{middle:.3f} ({low:.3f} to {high:.3f})"]


def document_rows(pythons: list[str], folder: Path, rounds: int) -> list[Row]:
    """Measure documents in two processes that stay."""
    given = {"env": environment(), "cwd": folder}
    workers = [
        subprocess.Popen([p, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **given)  # type: ignore[call-overload]
        for p in pythons
    ]

    def clock(worker: subprocess.Popen[str], name: str) -> Clock:
        def call() -> tuple[float, ...]:
            assert worker.stdin is not None
            assert worker.stdout is not None
            print(folder / f"{name}.jsonl", file=worker.stdin, flush=True)
            return (float(worker.stdout.readline()),)

        return call

    rows: list[Row] = []
    for name, title in DOCUMENTS.items():
        (pairs,) = by_turns(*(clock(worker, name) for worker in workers), rounds)
        rows.append((title, cells(pairs, 1e3, "µs")))
    for worker in workers:
        worker.communicate()
    return rows


def plate_rows(pythons: list[str], folder: Path, rounds: int) -> list[Row]:
    """Measure plates, each in a process of its own: processor time and the time that passes."""

    def clock(python: str, plate: Path) -> Clock:
        def call() -> tuple[float, ...]:
            command = [python, str(Path(python).with_name("ngff")), "validate", str(plate)]
            begin = time.perf_counter()
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder, env=environment())
            _, status, usage = os.wait4(child.pid, 0)
            passed = time.perf_counter() - begin
            child.returncode = os.waitstatus_to_exitcode(status)
            assert child.returncode == 0, f"{' '.join(command)} ended with {child.returncode}"
            return usage.ru_utime + usage.ru_stime, passed

        return call

    rows: list[Row] = []
    for version in ("0.4", "0.5"):
        plate = folder / f"plate-{version}.ome.zarr"
        measured = by_turns(*(clock(python, plate) for python in pythons), rounds)
        for pairs, title in zip(measured, ("processor time", "time that passes"), strict=True):
            rows.append((f"plate {version}, {title}", cells(pairs, 1, "s")))
    return rows


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs=2, metavar="PYTHON", help="OLD_PYTHON NEW_PYTHON")
    parser.add_argument("--quick", action="store_true", help="a plate of 24 wells, few rounds")
    parser.add_argument("--rounds", type=int, help="rounds of plates; of documents four times as many")
    chosen = parser.parse_args()
    pythons = [os.path.abspath(name) for name in chosen.pythons]
    rounds = chosen.rounds or (3 if chosen.quick else 9)
    size = {"rows": 4, "columns": 6} if chosen.quick else {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        given = environment() | {"PYTHONPATH": str(HERE)}
        command = [pythons[1], "-c", WRITE, str(folder), json.dumps(DIFFERENT), json.dumps(size)]
        subprocess.run(command, check=True, env=given)
        rows = document_rows(pythons, folder, 4 * rounds) + plate_rows(pythons, folder, rounds)
    show("before and after", ["old", "new", "new / old (quartiles)"], rows)


if __name__ == "__main__":
    sys.exit(main())
