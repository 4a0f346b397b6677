"""Measure this project beside yaozarrs, jsonschema-rs and the limit of each row, in one run; print Markdown tables.

Every row is measured in rounds: in each, all contestants run one after the other, and what is reported is the median
over the rounds of the ratio to the limit of the same round, so that a busy machine disturbs all alike.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import data
import orjson
from measuring import HERE, NGFF, Process, Row, has, measure, run_process, table
from web import shallow_rows, web_rows

from ngff_core import check_json
from ngff_core.checking.settings import Settings
from ngff_core.plugins import default_registry
from ngff_core.structure import structure

ROOT = HERE.parent
SCHEMAS = Path(os.environ.get("NGFF_SHARED", ROOT.parent / "shared")) / "spec" / "suites" / "0.4" / "schemas"
EXAMPLE = str(ROOT / "examples" / "cells.ome.zarr")

Work = Callable[[], object]


# --- documents --------------------------------------------------------------------------------------


def ours(text: bytes, kind: str) -> Work:
    """Parse, structure and run every rule on one document whose kind is known."""
    registry = default_registry()
    converter, checker = registry.converter("0.4"), registry.checker("0.4", Settings())
    cls = next(k for k in registry.spec("0.4").kinds if k.name == kind).load()

    def work() -> object:
        typed, faults = structure(converter, orjson.loads(text), cls)
        return checker.check_model(typed, faults, base=(), document=None, kind=kind)

    assert work() == [], f"the {kind} document is not clean"
    return work


def yaozarrs_cached(text: bytes, name: str) -> Work:
    from pydantic import TypeAdapter
    from yaozarrs import v04

    cls = {"image": v04.Image, "plate": v04.Plate, "label": v04.LabelImage}[name]
    adapter = TypeAdapter(cls)
    return lambda: adapter.validate_json(text)


def yaozarrs_call(text: bytes) -> Work:
    import yaozarrs

    return lambda: yaozarrs.validate_ome_json(text)


def json_schema(text: bytes, name: str) -> Work | None:
    if not SCHEMAS.is_dir():
        return None
    import jsonschema_rs

    schema = json.loads((SCHEMAS / f"{name}.schema").read_text())
    validator = jsonschema_rs.validator_for(schema)
    assert validator.is_valid(orjson.loads(text)), f"{name}: the schema refuses the document"
    return lambda: validator.is_valid(orjson.loads(text))


def contestants(name: str, kind: str, text: bytes) -> dict[str, Work]:
    """Return what is measured for a document; the first is the limit."""
    found: dict[str, Work | None] = {
        "limit": lambda: orjson.loads(text),
        "ngff, model and all rules": ours(text, kind),
        "ngff, `check_json`": lambda: check_json(text),
    }
    if has("yaozarrs"):
        found["yaozarrs, cached"] = yaozarrs_cached(text, name)
        found["yaozarrs, call"] = yaozarrs_call(text)
    if has("jsonschema_rs"):
        found["jsonschema-rs"] = json_schema(text, name)
    return {key: work for key, work in found.items() if work is not None}


def seconds(work: Work) -> float:
    """Return the seconds that one call takes, averaged over about 30 ms of calls."""
    gc.collect()
    work()
    begin = time.perf_counter()
    work()
    once = max(time.perf_counter() - begin, 1e-7)
    number = max(1, int(0.03 / once))
    begin = time.perf_counter()
    for _ in range(number):
        work()
    return (time.perf_counter() - begin) / number


def document_rows(rounds: int) -> tuple[list[str], list[Row]]:
    titles = {
        "image": "image document: 5 axes, 6 datasets, 4 omero channels",
        "plate": "plate document: 384 wells",
        "label": "label image: 1,000 colours",
    }
    columns: list[str] = []
    rows: list[Row] = []
    for name, value in data.documents().items():
        found = contestants(name, "label-image" if name == "label" else name, orjson.dumps(value))
        ratios, limit = measure(found, seconds, rounds)
        columns = ["limit: `orjson.loads`", *list(found)[1:]]
        rows.append((titles[name], [f"{limit * 1e6:.0f} µs", *(f"{ratios[key]:.1f}x" for key in list(found)[1:])]))
    return columns, rows


# --- whole processes --------------------------------------------------------------------------------


def plate_rows(rounds: int, quick: bool) -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for version in ("0.5", "0.4"):
            root = Path(folder) / f"plate-{version}.ome.zarr"
            size = (4, 6) if quick else (16, 24)
            number = data.write_plate(root, version, *size)
            found = {
                "limit": Process(sys.executable, str(HERE / "read_and_parse.py"), f"{root}.list"),
                "ngff": Process(NGFF, "validate", str(root)),
            }
            if has("yaozarrs"):
                found["yaozarrs"] = Process(sys.executable, str(HERE / "yaozarrs_store.py"), str(root))
            ratios, limit = measure(found, run_process, rounds)
            title = f"plate {version}: {size[0] * size[1]} wells x 9 fields x 5 levels, {number:,} documents"
            cells = [f"{limit:.2f} s, {found['limit'].peak:.0f} MB"]
            cells += [
                f"{ratios[key]:.1f}x, {found[key].peak:.0f} MB" if key in found else "" for key in ("ngff", "yaozarrs")
            ]
            rows.append((title, cells))
    return rows


def zip_rows(rounds: int, quick: bool) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "plate.ome.zarr"
        size = (4, 6) if quick else (16, 24)
        number = data.write_plate(root, "0.5", *size)
        archive = str(data.zip_plate(root))
        found = {
            "limit": Process(sys.executable, str(HERE / "read_zip.py"), archive),
            "ngff": Process(NGFF, "validate", archive),
        }
        if has("yaozarrs"):
            found["yaozarrs"] = Process(sys.executable, str(HERE / "yaozarrs_store.py"), f"zip://::{archive}")
        ratios, limit = measure(found, run_process, rounds)
        cells = [f"{limit:.2f} s, {found['limit'].peak:.0f} MB"]
        cells += [
            f"{ratios[key]:.1f}x, {found[key].peak:.0f} MB" if key in found else "" for key in ("ngff", "yaozarrs")
        ]
        return [(f"plate 0.5: {size[0] * size[1]} wells x 9 fields x 5 levels, {number:,} documents", cells)]


def upgrade_rows(rounds: int, quick: bool) -> list[Row]:
    """Upgrade a plate in place; after each round, whose time does not count, everything is as it was."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "plate.ome.zarr"
        size = (4, 6) if quick else (16, 24)
        number = data.write_plate(root, "0.4", *size)
        found = {
            "limit": Process(sys.executable, str(HERE / "read_and_write.py"), f"{root}.list"),
            "ngff": Process(NGFF, "upgrade", str(root), "--to", "0.5"),
            "remove": Process(NGFF, "upgrade", str(root), "--to", "0.5", "--remove-old"),
        }

        def clock(process: Process) -> float:
            taken = process()
            if process is found["limit"]:
                for written in root.rglob("written"):
                    written.unlink()
            else:
                run_process(Process(NGFF, "upgrade", str(root), "--rollback"))
            return taken

        ratios, limit = measure(found, clock, rounds)
        written = sum(1 for path in root.rglob("*") if path.is_dir()) + 1
        title = f"plate 0.4: {size[0] * size[1]} wells x 9 fields x 5 levels: {number:,} read, {written:,} written"
        cells = [f"{limit:.2f} s, {found['limit'].peak:.0f} MB"]
        return [(title, cells + [f"{ratios[key]:.1f}x, {found[key].peak:.0f} MB" for key in ("ngff", "remove")])]


def start_rows(rounds: int) -> list[Row]:
    rows: list[Row] = []
    for title, arguments in (
        ("`ngff validate` of a small image", ("validate", EXAMPLE)),
        ("`ngff --help`", ("--help",)),
        ("`ngff --version`", ("--version",)),
    ):
        found = {"limit": Process(sys.executable, "-c", "pass"), "ngff": Process(NGFF, *arguments)}
        if has("yaozarrs") and arguments[0] == "validate":
            found["yaozarrs"] = Process(sys.executable, str(HERE / "yaozarrs_store.py"), EXAMPLE)
        ratios, limit = measure(found, run_process, rounds)
        cells = [f"{limit * 1000:.0f} ms", *(f"{ratios[k]:.1f}x" if k in found else "" for k in ("ngff", "yaozarrs"))]
        rows.append((title, cells))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smaller plate and fewer rounds, to see that it runs")
    parser.add_argument(
        "--only", choices=["documents", "plates", "zip", "upgrade", "web", "start"], help="one of the tables"
    )
    chosen = parser.parse_args()
    quick = chosen.quick
    if chosen.only in (None, "documents"):
        print(table("one document", *document_rows(3 if quick else 15)))
    if chosen.only in (None, "plates"):
        columns = ["limit: read and parse", "ngff", "yaozarrs"]
        print(table("a plate on disk, whole process", columns, plate_rows(1 if quick else 3, quick)))
    if chosen.only in (None, "zip"):
        columns = ["limit: zipfile, read and parse", "ngff", "yaozarrs"]
        print(table("a plate in a zip archive, whole process", columns, zip_rows(1 if quick else 3, quick)))
    if chosen.only in (None, "upgrade"):
        columns = ["limit: read and write as many files", "ngff upgrade", "with `--remove-old`"]
        print(table("a plate upgraded, whole process", columns, upgrade_rows(1 if quick else 5, quick)))
    if chosen.only in (None, "web"):
        print(table("a plate over HTTP, 20 ms away", *web_rows(1 if quick else 3, quick)))
        print(table("a shallow store over HTTP, 20 ms away, one call", *shallow_rows(3 if quick else 9)))
    if chosen.only in (None, "start"):
        print(table("whole process", ["limit: `python -c pass`", "ngff", "yaozarrs"], start_rows(3 if quick else 15)))


if __name__ == "__main__":
    main()
