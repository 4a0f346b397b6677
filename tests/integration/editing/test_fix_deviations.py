"""Sound metadata that deviates as real data does, where one repair is obvious: it is made sound, and loses nothing."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from deviations import OF_IMAGES, OF_PLATES, Attributes, Deviation
from documents import damaged, valid_documents
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ngff_core import check_store
from ngff_core.editing.fixing import plan_fix
from ngff_core.json_text import loads
from ngff_core.plugins import Registry
from ngff_core.stores import MemoryStore
from ngff_core.testing.documents import array, build_store
from ngff_v06.rules.examples import image

REGISTRY = Registry()
UNKNOWN = ("_creator", "@type", "vendor")


def _attributes(ome: dict[str, Any], version: str) -> Attributes:
    return ome if version == "0.4" else {"ome": ome}


@st.composite
def _sound(draw: st.DrawFn, version: str, kind: str) -> Attributes:
    """Draw the attributes of a group that has no errors: an image has one multiscale, and perhaps no units."""
    _, ome = draw(valid_documents(version, (kind,)))
    if kind == "image":
        ome["multiscales"] = ome["multiscales"][:1]
        for axis in ome["multiscales"][0]["axes"] if draw(st.booleans()) else ():
            axis.pop("unit", None)
    return _attributes(ome, version)


def _documents(attributes: Attributes, sound: Attributes, version: str) -> dict[str, bytes]:
    """Return the documents of a store with these attributes, and the arrays that there are when they are sound."""
    ome = sound.get("ome", sound)
    nodes: dict[str, Any] = {"": None}
    for multiscale in ome.get("multiscales", ()):
        names = [axis["name"] for axis in multiscale["axes"]]
        for number, level in enumerate(multiscale["datasets"]):
            shape = tuple(64 >> number if name in "zyx" else 2 for name in names)
            nodes[level["path"]] = array(shape, "uint16", tuple(names))
    group = {"zarr_format": 3, "node_type": "group", "attributes": attributes}
    file = (".zattrs", attributes) if version == "0.4" else ("zarr.json", group)
    return build_store(REGISTRY.spec(version), nodes, {file[0]: json.dumps(file[1]).encode()})


def _findings(issues: Any) -> Counter[str]:
    return Counter(issue.ids[-1] for issue in issues if issue.severity.value != "info")


def _unknown(value: Any) -> Iterator[str]:
    """Yield the unknown keys in a document, each with what stands there."""
    if isinstance(value, dict):
        yield from (json.dumps([key, value[key]], sort_keys=True) for key in UNKNOWN if key in value)
        for member in value.values():
            yield from _unknown(member)
    elif isinstance(value, list):
        for item in value:
            yield from _unknown(item)


def _check(draw: st.DrawFn, kind: str, deviations: tuple[Deviation, ...]) -> None:
    version = draw(st.sampled_from(["0.4", "0.5"]))
    sound = draw(_sound(version, kind))
    broken = copy.deepcopy(sound)
    for index in sorted(draw(st.sets(st.integers(0, len(deviations) - 1), min_size=1, max_size=3))):
        deviations[index](draw, broken, version)
    assume(broken != sound)
    start = _documents(broken, sound, version)
    plan = plan_fix(MemoryStore(dict(start)), registry=REGISTRY)
    now = {**start, **{write.key: write.new for write in plan.writes}}
    key = ".zattrs" if version == "0.4" else "zarr.json"
    after = loads(now[key] or b"")
    if after != loads(_documents(sound, sound, version)[key]):
        expected = check_store(MemoryStore(_documents(sound, sound, version)))
        assert not _findings(plan.after.issues) - _findings(expected.issues)
    assert {*_unknown(after)} == {*_unknown(broken)}


@settings(max_examples=150)
@given(st.data())
def test_images_that_deviate_are_made_sound(data: st.DataObject) -> None:
    _check(data.draw, "image", OF_IMAGES)


@settings(max_examples=200)
@given(st.data())
def test_whatever_stands_in_metadata_fixes_make_no_error_and_come_to_an_end(data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(list(REGISTRY.specs)))
    spec = REGISTRY.spec(version)
    _, ome = data.draw(damaged(version))
    value = ome if spec.namespace is None else {spec.namespace: ome}
    name, document = (".zattrs", value) if spec.zarr_format == 2 else ("zarr.json", {"attributes": value})
    group = {} if spec.zarr_format == 2 else {"zarr_format": 3, "node_type": "group"}
    nodes = {"": None, "0": array((8, 8), "uint16", ("y", "x"))}
    start = build_store(spec, nodes, {name: json.dumps({**group, **document}).encode()})
    unsafe = tuple({rule for fix in REGISTRY.fixes(version) for rule in fix.rules}) if data.draw(st.booleans()) else ()
    plan = plan_fix(MemoryStore(dict(start)), registry=REGISTRY, unsafe=unsafe)
    assert plan.after.count("error") <= plan.before.count("error")


@settings(max_examples=50)
@given(st.data())
def test_plates_that_deviate_are_made_sound(data: st.DataObject) -> None:
    _check(data.draw, "plate", OF_PLATES)


@pytest.mark.parametrize("part", [None, 1, "input_axes", ["input_axes"]])
def test_a_part_of_a_transformation_that_is_none_is_left(part: Any) -> None:
    rest = {"transformation": {"type": "identity"}, "inputAxes": [1], "outputAxes": [1]}
    ome = image({"type": "byDimension", "transformations": [part, rest]})
    start = build_store(REGISTRY.spec("0.6"), {"": ome, "0": array((8, 8), "uint16", ("y", "x"))})
    plan = plan_fix(MemoryStore(dict(start)), registry=REGISTRY)
    assert "transform-bydimension-items" in {issue.ids[-1] for issue in plan.before.issues}
    assert len(plan.writes) == 0
