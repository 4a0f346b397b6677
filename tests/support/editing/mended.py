"""Fixes against the wrong examples of all rules: nothing becomes worse by one, and no unknown key is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Rule
from ngff_core.editing.fixing import plan_fix
from ngff_core.editing.plan import EditPlan
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode, Hierarchy
from ngff_core.issues.requirement import Severity
from ngff_core.plugins.registry import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing.documents import build_store
from ngff_core.zarr.text import json_object

__all__ = ["check_no_key_is_lost", "check_nothing_is_worse"]

MINE = "x-mine"

# how the object of an example becomes the OME metadata of a group, by the class that the rule is on
AXES = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
DATASETS = [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]}]
PLATE = {
    "name": "p",
    "rows": [{"name": "A"}],
    "columns": [{"name": "1"}],
    "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}],
}
PLACES: dict[str, Any] = {
    "ImageMetadata": lambda o: o,
    "PlateMetadata": lambda o: o,
    "WellMetadata": lambda o: o,
    "LabelsGroupMetadata": lambda o: o,
    "CollectionMetadata": lambda o: o,
    "MultiscaleMetadata": lambda o: {"multiscales": [o]},
    "DatasetMetadata": lambda o: {"multiscales": [{"axes": AXES, "datasets": [o]}]},
    "ScaleTransformation": lambda o: {
        "multiscales": [{"axes": AXES, "datasets": [{"path": "0", "coordinateTransformations": [o]}]}]
    },
    "Axis": lambda o: {"multiscales": [{"axes": [o, AXES[0], AXES[1]], "datasets": DATASETS}]},
    "Omero": lambda o: {"multiscales": [{"axes": AXES, "datasets": DATASETS}], "omero": o},
    "Channel": lambda o: {"multiscales": [{"axes": AXES, "datasets": DATASETS}], "omero": {"channels": [o]}},
    "PlateDef": lambda o: {"plate": o},
    "Row": lambda o: {"plate": {**PLATE, "rows": [o]}},
    "Column": lambda o: {"plate": {**PLATE, "columns": [o]}},
    "Acquisition": lambda o: {"plate": {**PLATE, "acquisitions": [o]}},
    "WellDef": lambda o: {"well": o},
    "FieldOfView": lambda o: {"well": {"images": [o]}},
    "ImageLabelMetadata": lambda o: {"multiscales": [{"axes": AXES, "datasets": DATASETS}], "image-label": o},
}


def cases(version: str) -> Iterator[tuple[Rule, int, Example, dict[str, Any]]]:
    """Yield the wrong examples of all rules of a version, as the nodes of a store."""
    for rule in default_registry().rules(version):
        for number, example in enumerate(rule.invalid):
            data = nodes(version, rule, example)
            if data is not None:
                yield rule, number, example, data


def nodes(version: str, rule: Rule, example: Example) -> dict[str, Any] | None:
    """Return the nodes of a store with an example in it; ``None`` where it is of something else."""
    spec = default_registry().spec(version)
    data = example.data if spec.write_example is None else spec.write_example(example.data)
    if rule.on in (GroupNode, ArrayNode, Hierarchy):
        return dict(data)
    place = next((PLACES[cls.__name__] for cls in rule.on.__mro__ if cls.__name__ in PLACES), None)
    return None if place is None else {"": place(data)}


def marked(value: Any, numbers: Iterator[int]) -> Any:
    """Return OME metadata with a key of our own in each object, each with another value."""
    if isinstance(value, list):
        return [marked(item, numbers) for item in value]
    if not isinstance(value, dict):
        return value
    return {**{key: marked(member, numbers) for key, member in value.items()}, MINE: next(numbers)}


def marks(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from [member] if key == MINE else marks(member)
    elif isinstance(value, list):
        for item in value:
            yield from marks(item)


def errors(plan: EditPlan) -> tuple[Counter[str], Counter[str]]:
    before, after = plan.before.issues, plan.after.issues
    old, new = (Counter(i.ids[-1] for i in some if i.severity is Severity.ERROR) for some in (before, after))
    return old, new


def check_nothing_is_worse(version: str) -> int:
    """Raise AssertionError where a fix brings errors, or findings of the rule; return how many examples are mended."""
    mended = 0
    for rule, number, example, data in cases(version):
        documents = build_store(default_registry().spec(version), data, example.files)
        plan = plan_fix(MemoryStore(documents), version=version)
        old, new = errors(plan)
        assert sum(new.values()) <= sum(old.values()), (rule.id, number, new - old)
        of_rule = [sum(issue.rule == rule.id for issue in report.issues) for report in (plan.before, plan.after)]
        assert of_rule[1] <= of_rule[0], (rule.id, number)
        mended += bool(plan.made)
    return mended


def check_no_key_is_lost(version: str) -> int:
    """Raise AssertionError where a fix loses a key of somebody else's; return how many examples are mended."""
    mended = 0
    for rule, number, example, data in cases(version):
        numbers = count()
        own = {path: node if isinstance(node, ExampleArray) else marked(node, numbers) for path, node in data.items()}
        documents = build_store(default_registry().spec(version), own, example.files)
        plan = plan_fix(MemoryStore(documents), version=version)
        now: dict[str, bytes | None] = {**documents, **{write.key: write.new for write in plan.writes}}
        assert marks_in(now) == marks_in(documents), (rule.id, number, [made.rule for made in plan.made])
        mended += bool(plan.made)
    return mended


def marks_in(documents: Mapping[str, bytes | None]) -> list[int]:
    return sorted(mark for data in documents.values() for mark in marks(json_object(data)))
