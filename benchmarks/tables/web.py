"""The tables on stores behind HTTP: a server on loopback whose every answer takes 20 milliseconds."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import data
from measuring import HERE, LIMITS, NGFF, Effort, Process, Row, Table, has, measure, run_process

__all__ = ["PLATES", "SHALLOW"]

MILLISECONDS = 20
JOBS = 64


class Server:
    """A running server: its address, and what was asked of it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def asked(self) -> list[str]:
        """Return the keys asked for since this was called last."""
        with urllib.request.urlopen(f"{self.url}/-/asked") as answer:
            return answer.read().decode().split("\n")


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    command = [sys.executable, str(HERE / "web_server.py"), str(root), str(MILLISECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        finally:
            process.terminate()


def plate_row(effort: Effort, version: str, size: tuple[int, int, int, int]) -> Row:
    """Measure whole processes and calls over a plate, beside obstore fetching the same keys 64 at a time."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / f"plate-{version}.ome.zarr"
        size = (4, 6, 2, 3) if effort.quick else size
        data.write_plate(root, version, *size)
        with serving(root) as server:
            shown = served_plate(server, root, effort.rounds(5))
    wells, fields, levels = size[0] * size[1], size[2], size[3]
    return f"plate {version}: {wells} wells x {fields} fields x {levels} levels", shown


def served_plate(server: Server, root: Path, rounds: int) -> list[str]:
    ngff = Process(NGFF, "validate", server.url)
    server.asked()
    ngff()
    keys = root.parent / f"{root.name}.keys"
    asked = server.asked()
    keys.write_text("\n".join(asked))
    found = {
        "limit": Process(sys.executable, str(LIMITS / "fetch_raw.py"), server.url, str(JOBS), str(keys)),
        "ngff": ngff,
    }
    theirs = ""
    if has("yaozarrs") and len(asked) < 10_000:  # it takes minutes for the large ones
        found["yaozarrs"] = Process(sys.executable, str(HERE / "yaozarrs_store.py"), server.url)
        server.asked()
        found["yaozarrs"]()
        theirs = f"{len(server.asked()):,}"
    ratios, limit = measure(found, run_process, rounds)
    whole = [f"{ratios[key]:.2f}x, {found[key].peak:.0f} MB" if key in found else "" for key in ("ngff", "yaozarrs")]
    command = [sys.executable, str(HERE / "calls.py"), server.url, str(keys), str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    calls = [f"{float(ratio):.2f}x" for ratio in done.stdout.split()]
    return [f"{limit:.2f} s", *calls, whole[0], f"{len(asked):,}", whole[1], theirs]


def shallow_row(effort: Effort, version: str, name: str, trips: int) -> Row:
    """Measure single calls; the limit is the number of round trips that depend on each other, times the latency."""
    times = effort.rounds(9)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "shallow.ome.zarr"
        data.write(data.SHALLOW[name](version), version, root)
        with serving(root) as server:
            limit = trips * MILLISECONDS / 1000
            shown = [f"{trips} x {MILLISECONDS} ms"]
            for who in ("ngff", "yaozarrs") if has("yaozarrs") else ("ngff",):
                server.asked()
                command = [sys.executable, str(HERE / "call.py"), who, server.url, str(times)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                shown += [f"{float(done.stdout) / limit:.2f}x", f"{len(server.asked()) // (times + 1)}"]
    return f"{name}, {version}", shown


PLATES = Table(
    f"a plate over HTTP, {MILLISECONDS} ms away",
    [
        f"limit: obstore, {JOBS} at once",
        "ngff, one call",
        "with 128 at once",
        "ngff, whole process",
        "requests",
        "yaozarrs, whole process",
        "requests",
    ],
    {
        f"{version}-{wells}": partial(plate_row, version=version, size=size)
        for wells, size in ((96, (8, 12, 4, 3)), (384, (16, 24, 9, 5)))
        for version in ("0.5", "0.4")
    },
)
# With 64 requests at once the 200 last documents of the collection need four round trips. In 0.4 the first tells
# the Zarr format, and the 100 documents of the images need two.
TRIPS = {
    "labels-0.5": ("image with two labels", 4),
    "collection-0.5": ("collection of 50 images", 7),
    "labels-0.4": ("image with two labels", 5),
    "collection-0.4": ("collection of 50 images", 9),
}
SHALLOW = Table(
    f"a shallow store over HTTP, {MILLISECONDS} ms away, one call",
    ["limit: round trips", "ngff", "requests", "yaozarrs", "requests"],
    {key: partial(shallow_row, version=key[-3:], name=name, trips=trips) for key, (name, trips) in TRIPS.items()},
)
