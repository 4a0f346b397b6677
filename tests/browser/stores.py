"""Stores and reports to look at in a browser: an image, plates of any size, many stores, names that are hostile."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Severity
from ngff_core.plugins import default_registry
from ngff_core.report.outline.nodes import Layout, Outline, OutlineNode
from ngff_core.report.report import Report
from ngff_core.testing import array, write_store
from ngff_core.testing import build_store as documents_of

__all__ = ["HOSTILE", "found", "many", "plate_store", "reported_plate", "row_names"]

HOSTILE = (
    "</code></details><script>document.title='PWN'</script>",
    "<img src=x onerror=\"document.title='PWN'\">",
    "' onmouseover='document.title=1' \" autofocus onfocus=\"document.title=2",
    "\u202egnp.exe\u202c \u2066isolate\u2069 \u200bzero",
    "\x00\x07\x1b[31mred\x1b]0;title\x07\x7f\x9b",
    "]]> --> &lt;b&gt; &#60;i&#62; {{x}} ${y} %3Cscript%3E",
    "javascript:document.title='PWN'",
    "שלום/عربى",
)


def row_names(number: int) -> list[str]:
    """Return the names of rows: A to Z, then AA and so on."""
    letters = string.ascii_uppercase
    return [letters[n] if n < 26 else "A" + letters[n - 26] for n in range(number)]


def found(node: str, severity: Severity = Severity.ERROR, rule: str = "axes-count", **more: Any) -> Issue:
    """Return a finding at a node."""
    requirement = {Severity.ERROR: MUST, Severity.WARNING: SHOULD, Severity.INFO: MAY}[severity]
    more = {"document": "zarr.json", "pointer": "/attributes/ome/multiscales/0/axes", "kind": "image", **more}
    return Issue(rule, requirement, severity, more.pop("message", f"something about {rule}"), node=node, **more)


def plate_store(root: Path, rows: int, columns: int, broken: dict[str, str]) -> Path:
    """Write a plate of OME-NGFF 0.5, a field in each well; ``broken`` says by well what is wrong: error or warning."""
    names, numbers = row_names(rows), [str(n + 1) for n in range(columns)]
    places = {f"{row}/{column}": (r, c) for r, row in enumerate(names) for c, column in enumerate(numbers)}
    wells = [{"path": path, "rowIndex": r, "columnIndex": c} for path, (r, c) in places.items()]
    plate = {"name": "plate", "rows": [{"name": n} for n in names], "columns": [{"name": n} for n in numbers]}
    nodes: dict[str, Any] = {"": {"plate": {**plate, "wells": wells, "field_count": 1}}}
    nodes.update(dict.fromkeys(names))
    for path in places:
        nodes[path] = {"well": {"images": [{"path": "0"}]}}
        nodes[f"{path}/0"] = {"multiscales": [_multiscale(broken.get(path))]}
        nodes[f"{path}/0/0"] = array((16, 16), "uint16", ("y", "x"))
    return write_store(documents_of(default_registry().spec("0.5"), nodes), root)


def _multiscale(wrong: str | None) -> dict[str, Any]:
    kind = "space" if wrong != "error" else "colour"
    axes = [{"name": name, "type": kind, "unit": "micrometer" if wrong != "warning" else "um"} for name in "yx"]
    scale = [{"type": "scale", "scale": [0.5, 0.5]}]
    made = {"name": "field", "type": "gaussian", "metadata": {"method": "a program", "version": "1"}}
    return {**made, "axes": axes, "datasets": [{"path": "0", "coordinateTransformations": scale}]}


def reported_plate(rows: int, columns: int, issues: list[Issue], name: str = "plate.ome.zarr") -> Report:
    """Return a report on a plate that nobody has read."""
    names, numbers = row_names(rows), [str(n + 1) for n in range(columns)]
    field = OutlineNode("image", "y x, 2 levels", (("0", OutlineNode("array", "512 × 512 uint16")),))
    well = OutlineNode("well", "1 field", (("0", field),))
    row = OutlineNode("", "", tuple((number, well) for number in numbers))
    wells = [(f"{r}/{c}", i, j) for i, r in enumerate(names) for j, c in enumerate(numbers)]
    outline = Outline(
        OutlineNode("plate", f"{rows} rows, {columns} columns", tuple((name, row) for name in names)),
        {"": Layout(tuple(names), tuple(numbers), tuple(wells))},
        ("a program 1",),
    )
    return Report(
        url=name, version="0.5", kind="plate", issues=issues, counts={"plate": 1, "well": len(wells)}, outline=outline,
        rules=(80, 5), rule_set={"ngff-core": "0.1.0", "ngff-v05": "0.1.0"},
    )  # fmt: skip


def many(number: int) -> Iterator[Report]:
    """Yield reports on many images, some of which are broken."""
    levels = tuple((str(n), OutlineNode("array", f"2 × {64 >> n} × {64 >> n}")) for n in range(3))
    image = OutlineNode("image", "c y x, 3 levels", levels)
    for n in range(number):
        issues = []
        if n % 7 == 3:
            issues = [found("", rule="axes-order-by-type"), found("0", Severity.WARNING, "axes-unit-space-known")]
        if n % 11 == 5:
            issues.append(found("", Severity.WARNING, "multiscale-name-present", message="there is no name"))
        if n % 97 == 9:
            issues = [found("", rule="document-unreadable", message="it cannot be read", judged=False)]
        yield Report(
            url=f"s3://bucket/screens/{n // 100:03}/image-{n:05}.ome.zarr",
            version="0.4" if n % 5 else "0.5",
            kind="image",
            issues=issues,
            counts={"image": 1, "array": 3},
            rule_set={"ngff-core": "0.1.0", "ngff-v04": "0.1.0", "ngff-v05": "0.1.0"},
            outline=Outline(image, creators=(("bioformats2raw 0.9.4", "ngff-zarr 0.53", "ome-zarr 0.12")[n % 3],)),
        )
