"""Whole processes with next to nothing to do, beside a Python that does nothing."""

from __future__ import annotations

import sys
from functools import partial

from measuring import HERE, NGFF, Effort, Process, Row, Table, cells, has, measure, run_process

__all__ = ["TABLE"]

EXAMPLE = str(HERE.parent / "examples" / "cells.ome.zarr")


def row(effort: Effort, title: str, arguments: tuple[str, ...]) -> Row:
    found = {"limit": Process(sys.executable, "-c", "pass"), "ngff": Process(NGFF, *arguments)}
    if has("yaozarrs") and arguments[0] == "validate":
        found["yaozarrs"] = Process(sys.executable, str(HERE / "yaozarrs_store.py"), EXAMPLE)
    ratios, limit = measure(found, run_process, effort.rounds(15))
    return title, [f"{limit * 1000:.0f} ms", *cells(found, ("ngff", "yaozarrs"), ratios, limit)[1:]]


TABLE = Table(
    "whole process",
    ["limit: `python -c pass`", "ngff", "yaozarrs"],
    {
        "validate": partial(row, title="`ngff validate` of a small image", arguments=("validate", EXAMPLE)),
        "help": partial(row, title="`ngff --help`", arguments=("--help",)),
        "version": partial(row, title="`ngff --version`", arguments=("--version",)),
    },
)
