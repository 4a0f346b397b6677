"""Quadruple each dimension of documents, stores, changes, files and reports; print by which power of it costs grow.

    python growth.py [--size N] [WORDS ...]

WORDS choose the dimensions that have one of them in their names. 1.0 is linear; 2.0 sixteen times as much for four
times the size. Time is that of the processor, and the quickest of three. What takes next to none is measured in larger
sizes, and as often as it takes to tell. Tables and lists of Python grow in steps, which four times the size evens out.
"""

from __future__ import annotations

import argparse
import gc
import math
import tempfile
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from growing import DOCUMENTS, NESTED, TEXTS, document_of
from growing_changes import CHANGES
from growing_files import FILES, REPORTS
from growing_stores import STORES, store_of
from measuring import Row, show

from ngff_core import check_json, check_store, open_group
from ngff_core.explain import rule_table
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.validation import validator
from ngff_core.zarr.text import parse_json

ROUNDS = 3
ENOUGH = 0.05  # seconds that are measured at once, of one run or several
LEAST = 0.001  # seconds of the smaller one: in much larger ones sorting, and what fits into no cache, is seen instead
MOST = 64  # times the size that is asked for
Work = Callable[[], object]


@dataclass(frozen=True)
class Dimension:
    """``make`` returns how large something is, and what is to be measured; ``start`` is the smaller of two numbers."""

    start: int
    make: Callable[[int], tuple[int, Work]]
    most: int = 0


def documents(size: int) -> Iterator[tuple[str, Dimension]]:
    """Yield what checks each document."""
    for name, (version, make) in DOCUMENTS.items():

        def made(n: int, make: Any = make, version: str = version) -> tuple[int, Work]:
            text = document_of(make(n), version)
            return len(text), lambda: check_json(text)

        # from 150 levels on documents are begun again with more room on the stack, and those of a thousand are not read
        yield name, Dimension(30, made) if name in NESTED else Dimension(size, made, MOST * size)


def broken(size: int) -> Iterator[tuple[str, Dimension]]:
    """Yield what reads each kind of broken JSON."""
    for name, make in TEXTS.items():

        def made(n: int, make: Callable[[int], str] = make) -> tuple[int, Work]:
            text = make(n).encode("utf-8", "surrogatepass")
            return len(text), lambda: parse_json(text)

        yield f"broken JSON: {name}", Dimension(10 * size, made, MOST * size)


def stores(size: int) -> Iterator[tuple[str, Dimension]]:
    """Yield what checks each store, what looks around in it, and what changes others."""
    looks: dict[str, Callable[[MemoryStore], object]] = {
        "store": check_store,
        "images": lambda store: [*open_group(store).images()],
    }
    for name in STORES:
        for what, look in looks.items():

            def made(n: int, name: str = name, look: Any = look) -> tuple[int, Work]:
                number, store = store_of(name, n)
                return number, lambda: look(store)

            yield f"{what}: {name}", Dimension(size // 4, made, MOST * size)
    for name, (of, change) in CHANGES.items():

        def changed(n: int, of: Any = of, change: Any = change) -> tuple[int, Work]:
            found = of(n)
            return sum(map(len, found.values())), lambda: change(MemoryStore(dict(found)))

        yield name, Dimension(size // 8, changed)


def files(size: int) -> Iterator[tuple[str, Dimension]]:
    """Yield what writes files, in a new folder each time, or writes and reads them."""
    for name, use in FILES.items():

        def made(n: int, use: Any = use) -> tuple[int, Work]:
            def work() -> None:
                with tempfile.TemporaryDirectory() as folder:
                    use(Path(folder), n)

            return n, work

        yield name, Dimension(size // 40 if name.startswith("write") else size // 4, made)


def reports(size: int) -> Iterator[tuple[str, Dimension]]:
    """Yield what writes reports of many findings, stores and wells in each format."""
    registry = default_registry()
    options = {"color": False, "quiet": False, "errors_only": False}
    options |= {"rules": lambda: rule_table(registry, list(registry.specs))}
    _, make = DOCUMENTS["wells that are wrong"]
    kinds: dict[str, Callable[[int], Any]] = {
        "findings": lambda n: [check_json(document_of(make(n), "0.5"))],
        **REPORTS,
    }
    for kind, of in kinds.items():
        for name, reporter in registry.reporters().items():
            if "wells" in kind and name != "html":  # which no other format draws
                continue

            def made(n: int, of: Any = of, reporter: Any = reporter) -> tuple[int, Work]:
                found = [*of(n)]
                return n, lambda: deque(reporter(found, options), maxlen=0)

            yield f"{name} of {kind}", Dimension(size, made, MOST * size)


def seconds(work: Work, number: int = 1) -> float:
    """Return how long something takes, the mean of a number of times in a row."""
    gc.collect()
    gc.disable()
    begin = time.process_time()
    for _ in range(number):
        work()
    taken = (time.process_time() - begin) / number
    gc.enable()
    return taken


def peak(work: Work) -> int:
    gc.collect()
    gc.disable()
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    gc.enable()
    return most


def measured(size: int, work: Work) -> tuple[int, float, int]:
    """Return how large something is, what time it takes and how much memory."""
    number = math.ceil(ENOUGH / max(seconds(work), 1e-6))
    return size, min(seconds(work, number) for _ in range(ROUNDS)), peak(work)


def row(name: str, dimension: Dimension) -> Row:
    n = dimension.start
    size, work = dimension.make(n)
    work()  # whatever is made once
    while seconds(work) < LEAST and 4 * n <= dimension.most:
        n *= 4
        size, work = dimension.make(n)
    found = [measured(size, work), measured(*dimension.make(4 * n))]
    larger, *more = (math.log(large / small) for small, large in zip(*found, strict=True))
    powers = [f"{cost / larger:.2f}" for cost in more]
    size, taken, most = found[-1]
    return name, [f"{size / 1000:.0f}", f"{taken:.3f}", powers[0], f"{most / 1e6:.1f}", powers[1]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2000, help="of the smaller of two documents  [2000]")
    parser.add_argument("words", nargs="*")
    given = parser.parse_args()
    validator.form_of = lambda *_: None  # small documents are remembered: they would be measured beside large ones
    every = (found for kind in (documents, broken, stores, files, reports) for found in kind(given.size))
    chosen = (row(*found) for found in every if not given.words or any(word in found[0] for word in given.words))
    show("dimension", ["size (1000)", "seconds", "power", "MB", "power"], chosen)


if __name__ == "__main__":
    main()
