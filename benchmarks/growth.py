"""Double each dimension of documents, stores and reports; print by which power of their size time and memory grow.

    python growth.py [--size N] [WORDS ...]

WORDS choose the dimensions that have one of them in their names. 1.0 is linear; 2.0 four times as much for twice the
size. Time is that of the processor, and the quickest of three; on a busy machine it is a little more than it should be.
"""

from __future__ import annotations

import argparse
import gc
import math
import time
import tracemalloc
from collections import deque
from collections.abc import Callable
from typing import Any

from growing import DOCUMENTS, NESTED, TEXTS, document_of
from growing_stores import STORES, store_of
from measuring import Row, show

from ngff_core import check_json, check_store, open_group
from ngff_core.plugins import default_registry
from ngff_core.validation import validator
from ngff_core.zarr.text import parse_json

ROUNDS = 3
Work = Callable[[], object]


def documents(size: int) -> dict[str, list[tuple[int, Work]]]:
    """Return what checks each document, in three sizes, with how large it is."""
    found = {}
    for name, (version, make) in DOCUMENTS.items():
        start = 40 if name in NESTED else size
        texts = [document_of(make(n), version) for n in (start, 2 * start, 4 * start)]
        found[name] = [(len(text), lambda text=text: check_json(text)) for text in texts]
    return found


def broken(size: int) -> dict[str, list[tuple[int, Work]]]:
    """Return what reads each kind of broken JSON."""
    found = {}
    for name, make in TEXTS.items():
        texts = [make(n).encode("utf-8", "surrogatepass") for n in (10 * size, 20 * size, 40 * size)]
        found[f"broken JSON: {name}"] = [(len(text), lambda text=text: parse_json(text)) for text in texts]
    return found


def stores(size: int) -> dict[str, list[tuple[int, Work]]]:
    """Return what checks each store, and what looks around in it."""
    found: dict[str, list[tuple[int, Work]]] = {}
    size //= 4
    for name in STORES:
        made = [store_of(name, n) for n in (size, 2 * size, 4 * size)]
        found[f"store: {name}"] = [(n, lambda store=store: check_store(store)) for n, store in made]
        found[f"images: {name}"] = [(n, lambda store=store: [*open_group(store).images()]) for n, store in made]
    return found


def reports(size: int) -> dict[str, list[tuple[int, Work]]]:
    """Return what writes a report of many findings in each format."""
    _, make = DOCUMENTS["wells that are wrong"]
    made = [check_json(document_of(make(n), "0.5")) for n in (size, 2 * size, 4 * size)]
    found = {}
    for name, reporter in default_registry().reporters().items():

        def write(report: Any, reporter: Any = reporter) -> object:
            return deque(reporter([report], {"color": False, "quiet": False, "errors_only": False}), maxlen=0)

        found[f"findings: {name}"] = [(len(report.issues), lambda r=report, w=write: w(r)) for report in made]
    return found


def seconds(work: Work) -> float:
    gc.collect()
    gc.disable()
    begin = time.process_time()
    work()
    taken = time.process_time() - begin
    gc.enable()
    return taken


def peak(work: Work) -> int:
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def power(costs: list[float], sizes: list[int]) -> str:
    """Return the exponent between the last two sizes."""
    medium, large = costs[1:]
    if large < 0.005 and medium < 0.005:  # seconds, too few to tell
        return "-"
    return f"{math.log(large / medium) / math.log(sizes[2] / sizes[1]):.2f}"


def row(name: str, works: list[tuple[int, Work]]) -> Row:
    sizes = [size for size, _ in works]
    works[0][1]()  # whatever is made once
    times = [min(seconds(work) for _ in range(ROUNDS)) for _, work in works]
    peaks = [float(peak(work)) for _, work in works]
    shown = [f"{sizes[-1] / 1000:.0f}", f"{times[-1]:.3f}", power(times, sizes), f"{peaks[-1] / 1e6:.1f}"]
    return name, [*shown, power(peaks, sizes)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2000, help="of the smallest of three documents  [2000]")
    parser.add_argument("words", nargs="*")
    given = parser.parse_args()
    validator.form_of = lambda *_: None  # small documents are remembered: they would be measured beside large ones
    works = {**documents(given.size), **broken(given.size), **stores(given.size), **reports(4 * given.size)}
    chosen = (name for name in works if not given.words or any(word in name for word in given.words))
    show("dimension", ["size (1000)", "seconds", "power", "MB", "power"], (row(name, works[name]) for name in chosen))


if __name__ == "__main__":
    main()
