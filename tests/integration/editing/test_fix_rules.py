"""Whatever breaks a rule: fixes make no error, lose no unknown key, and leave or mend what they are for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ngff_core.editing.fixing import plan_fix
from ngff_core.editing.plan import EditPlan
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode, Hierarchy
from ngff_core.json_text import loads
from ngff_core.plugins import Registry
from ngff_core.stores import MemoryStore
from ngff_core.testing.cases import ExampleCase, example_cases
from ngff_core.testing.documents import array, build_store
from ngff_core.zarr.written import document_bytes

REGISTRY = Registry()
LAB = "_lab"  # a key that nobody knows
_SCALE = [{"type": "scale", "scale": [1.0, 1.0]}]
_AXES = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
_MULTISCALE = {"axes": _AXES, "datasets": [{"path": "0", "coordinateTransformations": _SCALE}]}
_IMAGE = {"multiscales": [_MULTISCALE]}
_WHOLE = ("ImageMetadata", "PlateMetadata", "ImageLabelMetadata", "LabelsGroupMetadata", "SeriesMetadata")


def _around(on: str, data: Any) -> dict[str, Any] | None:
    """Return the OME metadata of a group that an example of a part stands in; none for parts of no document."""
    if on in _WHOLE:
        return dict(data)
    inside = {
        "Multiscale": {"multiscales": [data]},
        "MultiscaleMetadata": {"multiscales": [data]},
        "WithSystems": {"multiscales": [data]},
        "CustomAxis": {"multiscales": [{**_MULTISCALE, "axes": [data, *_AXES]}]},
        "Omero": {**_IMAGE, "omero": data},
        "PlateDef": {"plate": data},
        "WellDef": {"well": data},
        "ImageLabel": {**_IMAGE, "image-label": data},
    }
    return inside.get(on)


def _documents(case: ExampleCase) -> dict[str, bytes] | None:
    """Return the documents of a store that has what an example shows."""
    spec, on, example = REGISTRY.spec(case.version), case.rule.on, case.example
    data = spec.write_example(example.data) if spec.write_example is not None else example.data
    if on in (GroupNode, ArrayNode, Hierarchy):
        return build_store(spec, data, example.files)
    ome = _around(on.__name__, data)
    return None if ome is None else build_store(spec, {"": ome, "0": array((8, 8), "uint16", ("y", "x"))})


def _marked(documents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return documents with an unknown key in every object of metadata, each with another number."""
    numbers = iter(range(1_000_000))

    def mark(value: Any) -> Any:
        if isinstance(value, dict):
            return {**{key: mark(member) for key, member in value.items()}, LAB: next(numbers)}
        return [mark(item) for item in value] if isinstance(value, list) else value

    marked = {}
    for key, data in documents.items():
        value = _json(data)
        if isinstance(value, dict) and key.endswith(".zattrs"):
            value = mark(value)
        elif isinstance(value, dict) and isinstance(value.get("attributes"), dict):
            value = {**value, "attributes": mark(value["attributes"])}
        marked[key] = data if value is None else document_bytes(value)
    return marked


def _json(data: bytes) -> Any:
    try:
        return loads(data)
    except ValueError:
        return None


def _marks(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        yield from [value[LAB]] if LAB in value else []
        for member in value.values():
            yield from _marks(member)
    elif isinstance(value, list):
        for item in value:
            yield from _marks(item)


def _after(documents: Mapping[str, bytes], plan: EditPlan) -> dict[str, bytes]:
    changed: dict[str, bytes | None] = {**documents, **{write.key: write.new for write in plan.writes}}
    return {key: data for key, data in changed.items() if data is not None}


def _found(plan: EditPlan) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    before, after = ((i.ids[-1], i.node) for i in plan.before.issues), ((i.ids[-1], i.node) for i in plan.after.issues)
    return Counter(before), Counter(after)


CASES = [
    case
    for version in REGISTRY.specs
    for case in example_cases([rule for rule in REGISTRY.rules(version) if rule.on.__name__ != "Archive"], version)
    if not case.valid and _documents(case) is not None
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case}-{case.version}")
def test_what_breaks_a_rule_is_mended_or_left(case: ExampleCase) -> None:
    documents = _documents(case)
    assert documents is not None
    for start in (documents, _marked(documents)):
        plan = plan_fix(MemoryStore(dict(start)), registry=REGISTRY)
        assert plan.after.count("error") <= plan.before.count("error")
        before, after = _found(plan)
        for fix in plan.made:
            for node in fix.paths:
                assert after[fix.rule, node] < max(1, before[fix.rule, node])
        now = _after(start, plan)
        kept = {mark for data in now.values() for mark in _marks(_json(data))}
        assert kept == {mark for data in start.values() for mark in _marks(_json(data))}
        again = plan_fix(MemoryStore(dict(now)), registry=REGISTRY)
        assert not list(again.writes)


@pytest.mark.parametrize("version", list(REGISTRY.specs))
def test_what_has_to_be_asked_for_makes_no_error_either(version: str) -> None:
    names = tuple({name for fix in REGISTRY.fixes(version) for name in fix.rules})
    mended = 0
    for case in CASES:
        if case.version == version:
            documents = _documents(case)
            assert documents is not None
            plan = plan_fix(MemoryStore(documents), registry=REGISTRY, unsafe=names)
            assert plan.after.count("error") <= plan.before.count("error"), case
            mended += bool(plan.made)
    assert mended
