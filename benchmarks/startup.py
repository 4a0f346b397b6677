"""Count the instructions of a start, of two environments, under valgrind; print them and their ratios.

    python benchmarks/startup.py OLD_PYTHON NEW_PYTHON

A count does not depend on how busy the machine is. Both environments need the same plugins and dependencies, and Python
itself has to be given, no script that starts it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import HERE, Row, environment, show

EXAMPLE = str(HERE.parent / "examples" / "cells.ome.zarr")
STARTS = {
    "`ngff validate` of a small image": ("validate", EXAMPLE),
    "`ngff --help`": ("--help",),
    "`ngff --version`": ("--version",),
}
INSTALLED = """\
import importlib.metadata as m
print(*sorted({d.name for d in m.distributions()}))"""


def instructions(valgrind: str, python: Path, arguments: tuple[str, ...]) -> int:
    """Return how many instructions a command takes, whose modules are compiled."""
    command = [str(python), str(python.with_name("ngff")), *arguments]
    given = environment()
    with tempfile.TemporaryDirectory() as empty:  # where no configuration is found
        subprocess.run(command, check=True, capture_output=True, env=given, cwd=empty)
        counted = [valgrind, "--tool=callgrind", f"--callgrind-out-file={os.devnull}", *command]
        done = subprocess.run(counted, check=True, capture_output=True, text=True, env=given, cwd=empty)
    found = re.search(r"Collected : (\d+)", done.stderr)
    assert found is not None, done.stderr
    return int(found[1])


def same_packages(pythons: list[Path]) -> None:
    """Say on stderr what only one of two environments has: it is read on every start."""
    one, other = (
        set(subprocess.run([str(p), "-c", INSTALLED], check=True, capture_output=True, text=True).stdout.split())
        for p in pythons
    )
    if one != other:
        print(f"only in one environment, which changes the start: {', '.join(sorted(one ^ other))}", file=sys.stderr)


def main() -> int:
    """Count, and print a table."""
    pythons = [Path(os.path.abspath(name)) for name in sys.argv[1:]]
    if len(pythons) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    for python in pythons:
        if python.read_bytes()[:2] == b"#!":
            print(f"{python} is a script that starts Python", file=sys.stderr)
            return 2
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        print("valgrind is not installed: nothing was counted", file=sys.stderr)
        return 2
    same_packages(pythons)
    rows: list[Row] = []
    for title, arguments in STARTS.items():
        old, new = (instructions(valgrind, python, arguments) for python in pythons)
        rows.append((title, [f"{old / 1e6:.1f}", f"{new / 1e6:.1f}", f"{new / old:.3f}"]))
    show("million instructions of a start", ["old", "new", "new / old"], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
