"""Small stores of the faults of the field, and what is said of them."""

from __future__ import annotations

from typing import Any

from ngff_core import check_store
from ngff_core.plugins import default_registry
from ngff_core.report.report import Report
from ngff_core.testing import array, build_store

__all__ = ["array", "axes", "found", "label", "level", "multiscale", "nodes_of", "report_on"]

TYPES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
UNITS = {"time": "second", "space": "micrometer"}
RECOMMENDED = "-present"  # what is only recommended and left out here, to keep the stores small


def axes(names: str, **changes: Any) -> list[dict[str, Any]]:
    """Return axes by their letters, with units; ``changes`` go into axes by name."""
    made = []
    for name in names:
        kind = TYPES[name]
        unit = {"unit": UNITS[kind]} if kind in UNITS else {}
        made.append({"name": name, "type": kind, **unit, **changes.get(name, {})})
    return made


def level(path: str, scale: list[float], translation: list[float] | None = None) -> dict[str, Any]:
    """Return a dataset with a scale, and perhaps a translation."""
    steps: list[dict[str, Any]] = [{"type": "scale", "scale": scale}]
    if translation is not None:
        steps.append({"type": "translation", "translation": translation})
    return {"path": path, "coordinateTransformations": steps}


def multiscale(names: str, *levels: dict[str, Any], version: str = "0.5", **changes: Any) -> dict[str, Any]:
    """Return an entry of multiscales in the form of a version."""
    own = {"version": version} if version < "0.5" else {}
    made = {**own, "name": "image", "axes": axes(names, **changes), "datasets": list(levels)}
    if version < "0.6":
        return made
    from form06 import in_form_06

    converted: dict[str, Any] = in_form_06({"multiscales": [made]}, ())["multiscales"][0]
    return converted


def label(entry: dict[str, Any], version: str = "0.5", **members: Any) -> dict[str, Any]:
    """Return the metadata of a label image."""
    own = {"version": version} if version < "0.5" else {}
    return {"multiscales": [entry], "image-label": {**own, "colors": [{"label-value": 1}], **members}}


def report_on(version: str, nodes: dict[str, Any], files: dict[str, Any] | None = None, **options: Any) -> Report:
    """Return the report on a hierarchy in memory."""
    return check_store(build_store(default_registry().spec(version), nodes, files), **options)


def found(report: Report) -> list[tuple[str, str, str]]:
    """Return severity, rule and node of the findings, leaving out those on what is merely recommended."""
    return [
        (issue.severity.value, issue.entry or issue.rule, issue.node)
        for issue in report.issues
        if not issue.rule.endswith(RECOMMENDED)
    ]


def nodes_of(report: Report, rule: str) -> list[str]:
    """Return the nodes at which a rule has something to say."""
    return [issue.node for issue in report.issues if rule in issue.ids]
