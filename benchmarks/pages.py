"""Measure what the HTML report takes: processor time, memory above what the process had, and the size of the page.

    python benchmarks/pages.py

Each page is made by a process of its own, from reports that are made as they are asked for.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import process_time

from measuring import Row, show

from ngff_core.explain import rule_table
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD
from ngff_core.plugins import default_registry
from ngff_core.report.formats.html.page import render
from ngff_core.report.outline.nodes import Layout, Outline, OutlineNode
from ngff_core.report.report import Report

POINTER = "/attributes/ome/multiscales/0/datasets/{}/coordinateTransformations/0/scale"
FIELD = OutlineNode("image", "t c z y x, 5 levels", tuple((str(n), OutlineNode("array", "1 × 4")) for n in range(5)))
WELL = OutlineNode("well", "9 fields", tuple((str(n), FIELD) for n in range(9)))


def issue(node: str, number: int) -> Issue:
    requirement, rule = ((MUST, "transform-scale-length-matches-axes"), (SHOULD, "axes-unit-space-known"))[number % 2]
    message = "the scale has 2 numbers for 3 axes" if number % 2 == 0 else "unit 'um' of axis 'y' is not in the list"
    more = {"found": "[1.0, 2.0]", "expected": "3 numbers", "document": "zarr.json", "kind": "image"}
    return Issue(
        rule, requirement, requirement.severity, message, node=node, pointer=POINTER.format(number % 5), **more
    )


def plate(rows: int, columns: int, findings: int) -> Iterator[Report]:
    names = [f"{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(rows)]
    numbers = tuple(str(n + 1) for n in range(columns))
    wells = tuple((f"{name}/{number}", r, c) for r, name in enumerate(names) for c, number in enumerate(numbers))
    row = OutlineNode("row", "", tuple((number, WELL) for number in numbers))
    root = OutlineNode("plate", "", tuple((name, row) for name in names))
    outline = Outline(root, {"": Layout(tuple(names), numbers, wells)})
    issues = [issue(f"{wells[n * 7 % len(wells)][0]}/{n % 9}", n) for n in range(findings)]
    yield Report(url="plate.ome.zarr", version="0.5", kind="plate", issues=issues, outline=outline)


def stores(number: int, findings: int) -> Iterator[Report]:
    for n in range(number):
        issues = [issue("", k) for k in range(findings)]
        outline = Outline(FIELD, creators=(f"a program {n % 3}",))
        yield Report(url=f"s3://bucket/{n:06}.ome.zarr", version="0.5", kind="image", issues=issues, outline=outline)


PAGES: dict[str, Callable[[], Iterator[Report]]] = {
    "10,000 findings in a plate of 384 wells": lambda: plate(16, 24, 10_000),
    "10,000 findings in a plate of 1,536 wells": lambda: plate(32, 48, 10_000),
    "a plate of 1,536 wells, nothing found": lambda: plate(32, 48, 0),
    "5,000 stores with 2 findings each": lambda: stores(5_000, 2),
    "100,000 stores, nothing found": lambda: stores(100_000, 0),
}


def measure(name: str) -> None:
    """Make a page in this process, and print what it took."""
    registry = default_registry()
    options = {"rules": lambda: rule_table(registry, list(registry.specs))}
    reports: Iterator[Report] | list[Report] = PAGES[name]()
    if "plate" in name:
        reports = list(reports)  # a single report is there as a whole before it is written
    before, begun, size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, process_time(), 0
    for piece in render(reports, options):
        size += len(piece)
    took = process_time() - begun
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps([took, grown / 1024, size / 1e6]))


def row(name: str) -> Row:
    done = subprocess.run([sys.executable, __file__, name], check=True, capture_output=True, text=True)
    took, grown, size = json.loads(done.stdout)
    return name, [f"{took:.2f} s", f"{grown:.0f} MB", f"{size:.1f} MB"]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        show("page", ["processor time", "memory above", "size"], map(row, PAGES))
