"""Plates and wells to make examples of, and what names on them may be made of."""

from __future__ import annotations

from ngff_core.checking.example import Example
from ngff_core.rules.image.dataset import example as image_example
from ngff_core.rules.image.dataset import yx
from ngff_core.structure.values import JSON, JSONObject

WELL = {"path": "A/1", "rowIndex": 0, "columnIndex": 0}
IMAGE = image_example(yx(8, 8)).data[""]


def plate(**changes: JSON) -> JSONObject:
    """Return a plate definition of one well, with some members changed (``None`` takes one away)."""
    base: JSONObject = {
        "name": "p",
        "rows": [{"name": "A"}],
        "columns": [{"name": "1"}],
        "wells": [WELL],
        "field_count": 1,
    }
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def example(definition: JSONObject | None = None, fields: JSON = ({"path": "0"},), **nodes: JSON) -> Example:
    """Return a plate with one well and its fields."""
    data: JSONObject = {
        "": {"plate": definition or plate()},
        "A": None,
        "A/1": {"well": {"images": list(fields)}},
    }
    for entry in fields:
        data[f"A/1/{entry['path']}"] = IMAGE
        data[f"A/1/{entry['path']}/0"] = yx(8, 8)
    data.update({path.replace("__", "/"): value for path, value in nodes.items()})
    return Example({path: value for path, value in data.items() if value != "absent"})


def alphanumeric(name: str) -> bool:
    """Tell whether a name is made of ASCII letters and digits."""
    return name.isascii() and name.isalnum()
