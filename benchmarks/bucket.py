"""Many small stores in one run: one process, workers, Dask; results a second, memory of the command, the roll-up.

How the memory grows is told by three numbers of stores; the largest is 50,000 unless another is said. With ``local``
the scheduler of Dask is in the process of the command; the row below has it in another, with workers that have begun.
The last table is over HTTP, 20 ms away.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import data
from measuring import NGFF, Process, environment, machine, measure, run_process, show
from tables.web import MILLISECONDS, serving

WORKERS = ("--workers", "2")
FEWER = (1_000, 10_000)
FAR = 2000  # stores behind a web server
ROUNDS = 3


def engines(scheduler: str) -> dict[str, tuple[str, ...]]:
    """Return the options of each engine."""
    return {
        "one process": (),
        "`--workers 2`": WORKERS,
        "Dask, `local`, two workers": ("--engine", "dask", "--scheduler", "local", *WORKERS),
        "Dask, a scheduler of its own, two workers": ("--engine", "dask", "--scheduler", scheduler),
    }


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a scheduler with two workers, as on a cluster; give the file that says where it is."""
    file = str(folder / "scheduler.json")
    begin = [sys.executable, "-m", "dask"]
    common = ["--scheduler-file", file, "--host", "127.0.0.1", "--no-dashboard"]
    quiet = environment() | {
        "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
        "DASK_LOGGING__DISTRIBUTED": "error",
    }
    scheduler = subprocess.Popen([*begin, "scheduler", "--port", "0", *common], env=quiet, stderr=subprocess.DEVNULL)
    workers = subprocess.Popen(
        [*begin, "worker", "--nthreads", "1", "--nworkers", "2", *common], env=quiet, stderr=subprocess.DEVNULL
    )
    try:
        while not Path(file).exists():
            time.sleep(0.1)
        yield file
    finally:
        for process in (workers, scheduler):
            process.terminate()
            process.wait()


def rows(folder: Path, sizes: list[int], scheduler: str) -> dict[str, list[str]]:
    """Return what each engine takes for each number of stores."""
    found: dict[str, list[str]] = {name: [] for name in engines(scheduler)}
    for size in sizes:
        root = folder / f"stores-{size}"
        data.write_stores(root, size)
        for name, options in engines(scheduler).items():
            log = folder / f"{size}-{len(options)}.jsonl"
            work = Process(NGFF, "validate", "-r", str(root), "--quiet", *options, "--log", str(log))
            taken = work()
            found[name].append(f"{size / taken:,.0f}/s, {work.peak:.0f} MB")
    return found


def far_row(folder: Path, number: int, scheduler: str) -> tuple[str, list[str]]:
    """Return what two workers of Dask take for stores that mean waiting, as a ratio to two processes of the command."""
    data.write_stores(folder / "far", number)
    with serving(folder / "far") as server:
        addresses = folder / "far.txt"
        addresses.write_text("".join(f"{server.url}/{path.name}\n" for path in sorted((folder / "far").iterdir())))
        line = (NGFF, "validate", "--quiet", "--from", str(addresses))
        work = {name: Process(*line, *options) for name, options in engines(scheduler).items() if options}
        ratios, seconds = measure(work, run_process, ROUNDS)
    _, *others = work
    return f"{number:,} stores", [f"{seconds:.1f} s", *(f"{ratios[name]:.2f}x" for name in others)]


def rolled_up(folder: Path, size: int) -> str:
    """Return the last line of the roll-up of a log, and what making it takes."""
    log = str(folder / f"{size}-{len(WORKERS)}.jsonl")
    work = Process(NGFF, "merge", log, "--format", "text")
    taken = work()
    done = subprocess.run([NGFF, "merge", log, "--format", "text"], capture_output=True, text=True, env=environment())
    return f"`ngff merge` of the log: {taken:.1f} s, {work.peak:.0f} MB: {done.stdout.splitlines()[-1]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stores", type=int, default=50_000, help="the largest number of stores")
    given = parser.parse_args()
    sizes = [*(size for size in FEWER if size < given.stores), given.stores]
    print(machine(), end="\n\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with cluster(folder) as scheduler:
            found = rows(folder, sizes, scheduler)
            show("many small stores, whole process", [f"{size:,} stores" for size in sizes], found.items())
            print(rolled_up(folder, sizes[-1]), end="\n\n")
            names = [name for name, options in engines(scheduler).items() if options]
            show(f"stores {MILLISECONDS} ms away", names, [far_row(folder, min(FAR, given.stores), scheduler)])


if __name__ == "__main__":
    main()
