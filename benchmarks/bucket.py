"""Many small stores in one run: one process, workers, Dask; results a second, memory of the command, the roll-up.

How the memory grows is told by two numbers of stores; the larger is 50,000 unless another is said.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import data
from measuring import NGFF, Process, environment, machine, show

ENGINES = {
    "one process": (),
    "`--workers 2`": ("--workers", "2"),
    "Dask, `local`, two workers": ("--engine", "dask", "--scheduler", "local", "--workers", "2"),
}


def rows(folder: Path, sizes: list[int]) -> dict[str, list[str]]:
    """Return what each engine takes for each number of stores."""
    found: dict[str, list[str]] = {name: [] for name in ENGINES}
    for size in sizes:
        root = folder / f"stores-{size}"
        data.write_stores(root, size)
        for name, options in ENGINES.items():
            log = folder / f"{size}-{len(options)}.jsonl"
            work = Process(NGFF, "validate", "-r", str(root), "--quiet", *options, "--log", str(log))
            taken = work()
            found[name].append(f"{size / taken:,.0f}/s, {work.peak:.0f} MB")
    return found


def rolled_up(folder: Path, size: int) -> str:
    """Return the last line of the roll-up of a log, and what making it takes."""
    log = str(folder / f"{size}-{len(ENGINES['`--workers 2`'])}.jsonl")
    work = Process(NGFF, "merge", log, "--format", "text")
    taken = work()
    done = subprocess.run([NGFF, "merge", log, "--format", "text"], capture_output=True, text=True, env=environment())
    return f"`ngff merge` of the log: {taken:.1f} s, {work.peak:.0f} MB: {done.stdout.splitlines()[-1]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stores", type=int, default=50_000, help="the larger number of stores")
    given = parser.parse_args()
    sizes = [given.stores // 50, given.stores]
    print(machine(), end="\n\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = rows(folder, sizes)
        show("many small stores, whole process", [f"{size:,} stores" for size in sizes], found.items())
        print(rolled_up(folder, sizes[-1]))


if __name__ == "__main__":
    main()
