"""The tables on stores behind HTTP: a server on loopback whose every answer takes 20 milliseconds."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import data
from measuring import HERE, NGFF, Process, Row, has, measure, run_process

__all__ = ["shallow_rows", "web_rows"]

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


def web_rows(rounds: int, quick: bool) -> tuple[list[str], list[Row]]:
    """Measure whole processes over plates, beside obstore fetching the same keys 64 at a time."""
    rows: list[Row] = []
    sizes = [(4, 6, 2, 3)] if quick else [(8, 12, 4, 3), (16, 24, 9, 5)]
    with tempfile.TemporaryDirectory() as folder:
        for version in ("0.5", "0.4"):
            for size in sizes:
                root = Path(folder) / f"plate-{version}-{size[0]}.ome.zarr"
                data.write_plate(root, version, *size)
                with serving(root) as server:
                    rows.append(plate_row(server, root, version, size, rounds))
    columns = [
        f"limit: obstore, {JOBS} at once",
        "ngff, one call",
        "with 128 at once",
        "ngff, whole process",
        "requests",
    ]
    return [*columns, "yaozarrs, whole process", "requests"], rows


def plate_row(server: Server, root: Path, version: str, size: tuple[int, ...], rounds: int) -> Row:
    ngff = Process(NGFF, "validate", server.url)
    server.asked()
    ngff()
    keys = root.parent / f"{root.name}.keys"
    asked = server.asked()
    keys.write_text("\n".join(asked))
    found = {
        "limit": Process(sys.executable, str(HERE / "fetch_raw.py"), server.url, str(JOBS), str(keys)),
        "ngff": ngff,
    }
    theirs = ""
    if has("yaozarrs") and len(asked) < 10_000:  # it takes minutes for the large ones
        found["yaozarrs"] = Process(sys.executable, str(HERE / "yaozarrs_store.py"), server.url)
        server.asked()
        found["yaozarrs"]()
        theirs = f"{len(server.asked()):,}"
    ratios, limit = measure(found, run_process, rounds)
    wells, fields, levels = size[0] * size[1], size[2], size[3]
    title = f"plate {version}: {wells} wells x {fields} fields x {levels} levels"
    whole = [f"{ratios[key]:.2f}x, {found[key].peak:.0f} MB" if key in found else "" for key in ("ngff", "yaozarrs")]
    command = [sys.executable, str(HERE / "calls.py"), server.url, str(keys), str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    calls = [f"{float(ratio):.2f}x" for ratio in done.stdout.split()]
    return title, [f"{limit:.2f} s", *calls, whole[0], f"{len(asked):,}", whole[1], theirs]


def shallow_rows(times: int) -> tuple[list[str], list[Row]]:
    """Measure single calls; the limit is the number of round trips that depend on each other, times the latency."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for version in ("0.5", "0.4"):
            for title, (root, trips) in data.write_shallow(Path(folder), version).items():
                with serving(root) as server:
                    limit = trips * MILLISECONDS / 1000
                    cells = [f"{trips} x {MILLISECONDS} ms"]
                    for who in ("ngff", "yaozarrs") if has("yaozarrs") else ("ngff",):
                        server.asked()
                        command = [sys.executable, str(HERE / "call.py"), who, server.url, str(times)]
                        done = subprocess.run(command, capture_output=True, text=True, check=True)
                        requests = len(server.asked()) // (times + 1)
                        cells += [f"{float(done.stdout) / limit:.2f}x", f"{requests}"]
                    rows.append((f"{title}, {version}", cells))
    return ["limit: round trips", "ngff", "requests", "yaozarrs", "requests"], rows
