"""Measure the validator's page in Chromium: what the first visit loads, how long a verdict takes, and a plate.

    python web/build.py && python benchmarks/page.py [FOLDER]

Needs playwright and Chromium. Prints a Markdown table; every time is the best of three, as a busy machine only adds.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import data
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
ROUNDS = 3
PACKED = (".gzip", ".svg")  # what a server would not make smaller, and what is small
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
KEEP = "addEventListener('drop', ({dataTransfer}) => { window.given = dataTransfer.items[0].getAsFileSystemHandle() })"
# how long the browser takes to open files and to read them, when nothing is done with them
BARE = """async (keys) => {
  const begin = performance.now(), folders = new Map([["", given]]);
  const folder = (path) => {
    const cut = path.lastIndexOf("/");
    const opened = async () => (await folder(path.slice(0, Math.max(cut, 0)))).getDirectoryHandle(path.slice(cut + 1));
    return folders.get(path) ?? folders.set(path, opened()).get(path);
  };
  const file = async (path) => (await (await folder(path)).getFileHandle("zarr.json")).getFile();
  for (let n = 0; n < keys.length; n += 512)
    await new Blob(await Promise.all(keys.slice(n, n + 512).map(file))).arrayBuffer();
  return (performance.now() - begin) / 1000;
}"""
GOALS = {"download": "8", "first verdict, cold": "6", "first verdict, warm": "3", "a plate": "2"}  # by how names begin


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_: Any) -> None:
        pass


def main(folder: Path) -> None:
    """Print all rows."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    rows = {"download, MB compressed": download(folder)}
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        address = f"http://127.0.0.1:{server.server_port}/"
        times = [visit(browser, address) for _ in range(ROUNDS)]
        rows["first verdict, cold, s"] = min(cold for cold, _ in times)
        rows["first verdict, warm, s"] = min(warm for _, warm in times)
        rows |= plates(browser, address, Path(temporary))
    print("| what | measured | goal |\n| --- | --- | --- |")
    for name, value in rows.items():
        goal = next((goal for begin, goal in GOALS.items() if name.startswith(begin)), "")
        print(f"| {name} | {value:.2f} | {goal} |")


def download(folder: Path) -> float:
    """Return how many megabytes the first visit loads from a server that compresses."""
    files = [path for path in folder.rglob("*") if path.is_file() and "examples" not in path.parts]
    sizes = (path.read_bytes() if path.suffix in PACKED else gzip.compress(path.read_bytes()) for path in files)
    return sum(map(len, sizes)) / 1e6


def visit(browser: Any, address: str) -> tuple[float, float]:
    """Return how long the verdict on an example takes at the first visit, and at the next one."""
    context = browser.new_context()
    page = context.new_page()
    cold = timed(page, lambda: page.goto(f"{address}?source=examples/broken.ome.zarr"))
    page.wait_for_selector("#offline:not([hidden])", timeout=120_000)
    warm = timed(page, page.reload)
    context.close()
    return cold, warm


def plates(browser: Any, address: str, folder: Path) -> dict[str, float]:
    """Return how long a plate of some 6,500 documents takes, in an archive and as a folder, once all is loaded."""
    plate = folder / "plate.ome.zarr"
    number = data.write_plate(plate, "0.5", fields=2, levels=7)
    archive = folder / "plate.ome.zarr.zip"
    with ZipFile(archive, "w") as packed:
        for path in sorted(plate.rglob("zarr.json"), key=lambda path: len(path.parts)):
            packed.write(path, path.relative_to(plate))
    page = browser.new_page()
    page.add_init_script(KEEP)
    page.goto(address)
    page.wait_for_selector("#version option:nth-child(2)", state="attached", timeout=120_000)
    given: dict[str, Callable[[], object]] = {
        f"a plate of {number:,} documents in an archive, s": lambda: page.set_input_files("#files", [archive]),
        f"a plate of {number:,} documents, dropped, s": lambda: drop(page, plate),
    }
    times = {name: min(timed(page, give) for _ in range(ROUNDS)) for name, give in given.items()}
    groups = [path.parent.relative_to(plate).as_posix() for path in plate.rglob("zarr.json")]
    bare = min(page.evaluate(BARE, [group for group in groups if group != "."]) for _ in range(ROUNDS))
    return {**times, f"of which Chromium opens and reads {number:,} files, s": bare}


def drop(page: Any, path: Path) -> None:
    """Drop a folder onto the page."""
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 200, "data": data})


def timed(page: Any, start: Callable[[], object]) -> float:
    """Return the seconds until the report is there."""
    begin = time.perf_counter()
    start()
    page.wait_for_selector("#busy", state="hidden", timeout=120_000)
    page.wait_for_selector("#downloads", timeout=120_000)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "web/dist")
