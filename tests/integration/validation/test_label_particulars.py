"""Label images that differ in objects and place are evaluated once, and each has the findings that it has alone."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ngff_core.rules
from ngff_core import check_store
from ngff_core.crawl import evaluator
from ngff_core.crawl.evaluator import Evaluator
from ngff_core.crawl.repeats import KnownGroups, Repeats
from ngff_core.hierarchy.places import place_of
from ngff_core.models.particulars import MARK, without_label_particulars
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store

pytest.importorskip("ngff_v04")
pytest.importorskip("ngff_v05")

JSON = dict[str, Any]

values = st.sampled_from([[1, 2], [1, 1], [1, 300], [-1, 5], [7, 9, 11], ["1"], [1.0], [True], [None], []])
colors = st.sampled_from([[0, 0, 0, 255], [1, 2, 3, 4], [0, 0, 0, 256], [0, 0, 0], [0, 0, 0, 1.5], None])
classes = st.sampled_from(["mitotic", "interphase", "", 3, None, ["a"], {"a": 1}])
labels = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["cells", "nuclei", ""]),
        "colored": values,
        "rgba": colors,
        "described": values,
        "class": classes,
        "key": st.sampled_from(["class", "area", "label-Value"]),
        "pixel": st.sampled_from([0.5, 1.0, 1.5, 0.25]),
        "away": st.sampled_from([0, 0.25, 0.5, 100]),
        "size": st.sampled_from([32, 64, 20, 1]),
        "dtype": st.sampled_from(["uint8", "uint16", "int8", "float32"]),
        "source": st.sampled_from(["../../", None, "../../../x", "../", "../../other"]),
    }
)
stores = st.fixed_dictionaries(
    {
        "place": st.sampled_from([0, 5, 1000.25, -3.1, 1e13]),
        "common": st.booleans(),
        "labels": st.lists(labels, min_size=1, max_size=2),
    }
)


def image(name: str, pixel: float, place: float, *, common: bool = False) -> JSON:
    """Return the metadata of an image of one level, moved as a whole or not."""
    axes = [{"name": axis, "type": "space", "unit": "micrometer"} for axis in "yx"]
    scale: JSON = {"type": "scale", "scale": [pixel, pixel]}
    move: JSON = {"type": "translation", "translation": [place, place]}
    own = [scale] if common else [scale, move]
    moved = {"coordinateTransformations": [{"type": "scale", "scale": [1, 1]}, move]} if common else {}
    return {"name": name, "axes": axes, "datasets": [{"path": "0", "coordinateTransformations": own}], **moved}


def label_image(label: JSON, place: float) -> JSON:
    """Return the metadata of a label image beside its image."""
    source = {"source": {"image": label["source"]}} if label["source"] is not None else {}
    return {
        "multiscales": [image(label["name"], label["pixel"], place + label["away"])],
        "image-label": {
            "colors": [{"label-value": value, "rgba": label["rgba"]} for value in label["colored"]],
            "properties": [{"label-value": value, label["key"]: label["class"]} for value in label["described"]],
            **source,
        },
    }


def store(version: str, found: JSON) -> MemoryStore:
    """Return an image with its labels."""
    names = [f"l{number}" for number in range(len(found["labels"]))]
    nodes: JSON = {
        "": {"multiscales": [image("i", 0.5, found["place"], common=found["common"])]},
        "0": array((64, 64), names=("y", "x")),
        "labels": {"labels": names},
    }
    for name, label in zip(names, found["labels"], strict=True):
        nodes[f"labels/{name}"] = label_image(label, found["place"])
        nodes[f"labels/{name}/0"] = array((label["size"], label["size"]), dtype=label["dtype"], names=("y", "x"))
    return MemoryStore(build_store(default_registry().spec(version), nodes))


LABEL: JSON = {
    "name": "a", "colored": [1, 70], "rgba": [1, 2, 3, 4], "described": [1, 70], "class": "b", "key": "class",
    "pixel": 0.5, "away": 0, "size": 64, "dtype": "uint8", "source": "../../",
}  # fmt: skip
OTHER = {**LABEL, "name": "b", "colored": [3, 4, 99], "rgba": [9, 9, 9, 9], "described": [66], "class": "c"}


def one(place: float, *found: JSON) -> JSON:
    return {"place": place, "common": False, "labels": list(found)}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@given(found=st.lists(stores, min_size=2, max_size=4))
@example(found=[one(5, LABEL), one(9, OTHER), one(7, {**OTHER, "away": 100}), one(7, LABEL, {**LABEL, "away": 100})])
@example(found=[one(5, {**LABEL, "size": 32, "pixel": 1.0}), one(9, {**LABEL, "size": 32, "pixel": 1.0, "away": 100})])
@example(found=[one(5, LABEL), one(5, {**LABEL, "colored": [1, 300]}), one(5, {**LABEL, "colored": [1, 290]})])
@example(found=[one(5, {**LABEL, "away": 100}), one(9, {**LABEL, "away": 100})])
@settings(max_examples=60, deadline=None)
def test_each_store_has_the_findings_that_it_has_by_itself(version: str, found: list[JSON]) -> None:
    made = [store(version, one) for one in found]
    together = [check_store(one).to_dict() for one in (*made, *made)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Evaluator, "_form", lambda *_: ([], (), None))
        patched.setattr(Repeats, "keys", lambda *_: [])
        patched.setattr(KnownGroups, "find", lambda *_: None)
        alone = [check_store(one).to_dict() for one in made]
    assert together == [*alone, *alone]


def test_labels_like_others_are_not_evaluated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    look = Evaluator._look
    evaluator._known.clear()  # where many were unlike each other before, likes are looked for only now and then
    monkeypatch.setattr(Evaluator, "_look", lambda self, node: (looked.append(node.path), look(self, node))[1])
    first = check_store(store("0.5", one(1.25, LABEL)))
    looked.clear()
    assert check_store(store("0.5", one(77.5, OTHER))).counts == first.counts
    assert not looked


def test_what_is_left_out_of_a_label_image() -> None:
    ome = label_image(LABEL, 5)
    removed = json.dumps([ome["image-label"]["colors"], ome["image-label"]["properties"]])
    place = place_of(ome)
    assert place is not None
    assert place.by_axis() == {"y": (0.5, 5), "x": (0.5, 5)}
    assert without_label_particulars(ome) == removed.count('"')
    assert ome["image-label"]["colors"] == [MARK, "label-value", "rgba", 0, 5]
    assert ome["image-label"]["properties"] == [MARK, "label-value", "class", 0, 5]


@pytest.mark.parametrize(
    "change", [{"colored": [1, 1]}, {"rgba": [0, 0, 0, 256]}, {"colored": []}, {"colored": [True, 2]}, {"rgba": None}]
)
def test_what_is_not_as_it_should_be_is_left_in(change: JSON) -> None:
    ome, same = label_image({**LABEL, **change}, 5), label_image({**LABEL, **change}, 5)
    without_label_particulars(ome)
    assert ome["image-label"]["colors"] == same["image-label"]["colors"]


def test_rules_that_look_at_objects_are_known() -> None:
    """A new rule that looks at colors or properties has to be thought of in `without_label_particulars`."""
    looked = {"colors", "properties", "rgba", "label_value"}
    found: dict[str, set[str]] = {}
    for file in Path(ngff_core.rules.__file__).parent.glob("*/*.py"):
        for function in ast.walk(ast.parse(file.read_text())):
            if isinstance(function, ast.FunctionDef):
                names = {n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute)} & looked
                if names:
                    found[function.name] = names
    assert found == {
        "_repeats": {"label_value"},
        "color_repeats": {"colors"},
        "colors_label_value_unique": {"colors", "label_value"},
        "colors_nonempty": {"colors"},
        "colors_present": {"colors"},
        "colors_rgba": {"colors", "rgba"},
        "properties_entries_unique": {"properties"},
        "properties_nonempty": {"properties"},
        "value_fits_dtype": {"colors", "label_value"},  # how large they are is left in
    }
