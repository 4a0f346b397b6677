"""Images with one defect in a transformation, in our own words, on the subjects of the official cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["OWN", "own_document"]

OWN = json.loads((Path(__file__).parent / "transformations.json").read_text(encoding="utf-8"))


def own_document(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an image of two coordinate systems with the transformation of an entry."""
    axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    level = entry.get("dataset", {"type": "scale", "scale": [1, 1]})
    dataset = {"path": "0", "coordinateTransformations": [{**level, **_ends({"path": "0"}, {"name": "physical"})}]}
    made: dict[str, Any] = {
        "coordinateSystems": [{"name": name, "axes": axes} for name in ("physical", "world")],
        "datasets": [dataset],
    }
    t = entry.get("transformation", {"type": "identity"})
    ends = {} if entry.get("bare") else _ends({"name": "physical"}, {"name": "world"})
    made["coordinateTransformations"] = [{**t, **ends}]
    return {"ome": {"version": "0.6", "multiscales": [made]}}


def _ends(start: Any, end: Any) -> dict[str, Any]:
    return {"input": start, "output": end}
