"""The four guarantees of the structure layer, over arbitrary JSON inside arbitrary valid documents of 0.6."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hostile import full_documents
from subjects import registry_of, subject_of

from ngff_core.testing.guarantees import whole
from ngff_core.testing.suite import guarantee_tests
from ngff_core.validation.calls import check_json, check_object

VERSION = "0.6"
REGISTRY = registry_of(VERSION)

globals().update(guarantee_tests(subject_of(VERSION, REGISTRY)))


# --- nested transformations ---------------------------------------------------------------------------


def nested(depth: int, innermost: Any) -> dict[str, Any]:
    """Return an image with a sequence in a sequence in a sequence ..."""
    for number in range(depth):
        part = {"transformation": innermost, "inputAxes": [0, 1], "outputAxes": [0, 1]}
        kind = {
            0: {"type": "sequence", "transformations": [innermost]},
            1: {"type": "bijection", "forward": innermost, "inverse": {"type": "identity"}},
            2: {"type": "byDimension", "transformations": [part]},
        }
        innermost = kind[number % 3]
    ome = full_documents(VERSION)["image"]
    ome["multiscales"] = ome["multiscales"][:1]
    ome["multiscales"][0]["coordinateTransformations"] = [
        {**innermost, "input": {"name": "physical"}, "output": {"name": "world"}}
    ]
    return ome


def test_a_fault_deep_inside_is_found_once_and_soon() -> None:
    # were every level tried twice, this would take longer than the universe is old
    ome = nested(60, {"type": "scale", "scale": ["a", 1]})
    report = check_object(whole(REGISTRY, VERSION, ome), registry=REGISTRY)
    faults = [i for i in report.issues if i.entry == "transform-scale-values-numbers"]
    assert [i.pointer.rpartition("/transformation")[2] for i in faults] == ["s/0/scale/0"]


@pytest.mark.parametrize("depth", [100, 300, 900])
def test_deep_nesting_is_survived(depth: int) -> None:
    text = json.dumps(whole(REGISTRY, VERSION, nested(depth // 3, {"type": "identity"})))
    report = check_json(text, registry=REGISTRY)
    assert report.status in ("invalid", "valid", "unreadable")
    assert report.to_dict() == check_json(text, registry=REGISTRY).to_dict()
