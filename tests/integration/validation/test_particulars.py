"""Images that differ in what is particular to them are evaluated once, and each has the findings it has alone."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ngff_core.rules
from ngff_core import check_json, check_store
from ngff_core.crawl.evaluator import Evaluator
from ngff_core.crawl.memory import Memory
from ngff_core.crawl.repeats import Repeats
from ngff_core.issues.issue import Issue
from ngff_core.models.particulars import MARK, without_particulars
from ngff_core.stores import MemoryStore
from ngff_core.validation import validator

pytest.importorskip("ngff_v04")
pytest.importorskip("ngff_v05")

JSON = dict[str, Any]
AXES = [{"name": "c", "type": "channel"}, *({"name": name, "type": "space"} for name in "yx")]

numbers = st.sampled_from([0, 1, -1, 0.5, 255, 256, 4095.5, 65535, 65536, -128, -129, 1e300, 2**40, "7", None, True])
names = st.sampled_from(["A1/0", "B2/1", "B2/1", "", " ", 'a "name"', "a\\b", "\u2028", "n" * 300, None, 3])
places = st.one_of(
    st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).map(lambda move: [0, *move]),
    st.sampled_from([[0, 5, 5], [0, 5.0, 5], [0, 1e13, 0], [1, 2], [0, 0, "1"], [], None, [0, 0, 640]]),
)
orders = st.lists(st.integers(0, 70_000), min_size=4, max_size=4, unique=True).map(sorted)
windows = st.one_of(
    orders.map(lambda four: dict(zip(("min", "start", "end", "max"), four, strict=True))),
    st.fixed_dictionaries(
        {"start": numbers, "end": numbers}, optional={"min": numbers, "max": numbers, "more": numbers}
    ),
    st.sampled_from([None, [], {"min": 0, "start": 1, "end": 1, "max": 2}]),
)
fields = st.fixed_dictionaries(
    {
        "name": names,
        "place": places,
        "common": places,
        "shift": st.sampled_from([0, 0.5, 0.25, 1.5, 30, -3]),
        "windows": st.lists(windows, min_size=1, max_size=2),
        "omero": names,
        "id": st.sampled_from([1, 7, None, "x", 2.5]),
        "shape": st.sampled_from([64, 48, 640]),
        "dtype": st.sampled_from(["uint8", "uint16", "int8", "int16", "float32"]),
    }
)


def image(field: JSON) -> JSON:
    """Return the metadata of an image of two levels."""

    def level(number: int) -> JSON:
        scale: JSON = {"type": "scale", "scale": [1, 0.5 * 2**number, 0.5 * 2**number]}
        place = field["place"]
        if number and isinstance(place, list) and len(place) == 3 and all(type(n) in (int, float) for n in place):
            place = [place[0], *(start + field["shift"] for start in place[1:])]
        return {
            "path": str(number),
            "coordinateTransformations": [scale, {"type": "translation", "translation": place}],
        }

    channels = [{"color": "0000FF", "label": "DAPI", "window": window} for window in field["windows"]]
    common = [{"type": "scale", "scale": [1, 1, 1]}, {"type": "translation", "translation": field["common"]}]
    return {
        "multiscales": [
            {"name": field["name"], "axes": AXES, "datasets": [level(0), level(1)], "coordinateTransformations": common}
        ],
        "omero": {"id": field["id"], "name": field["omero"], "channels": channels},
    }


def documents(version: str, found: list[JSON]) -> dict[str, bytes]:
    """Return a plate of one well with these fields."""
    made: dict[str, JSON] = {}

    def group(path: str, ome: JSON) -> None:
        if version == "0.4":
            made[f"{path}/.zgroup".lstrip("/")] = {"zarr_format": 2}
            made[f"{path}/.zattrs".lstrip("/")] = ome
        else:
            attributes = {"ome": {"version": version, **ome}}
            made[f"{path}/zarr.json".lstrip("/")] = {
                "zarr_format": 3, "node_type": "group", "attributes": attributes
            }  # fmt: skip

    def array(path: str, size: int, field: JSON) -> None:
        shape = [len(field["windows"]), size, size]
        code = {"uint8": "|u1", "uint16": "<u2", "int8": "|i1", "int16": "<i2", "float32": "<f4"}[field["dtype"]]
        if version == "0.4":
            made[f"{path}/.zarray"] = {
                "zarr_format": 2, "shape": shape, "chunks": shape, "dtype": code,
                "compressor": None, "fill_value": 0, "filters": None, "order": "C", "dimension_separator": "/",
            }  # fmt: skip
        else:
            made[f"{path}/zarr.json"] = {
                "zarr_format": 3, "node_type": "array", "shape": shape, "data_type": field["dtype"], "fill_value": 0,
                "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": shape}},
                "chunk_key_encoding": {"name": "default"}, "attributes": {}, "dimension_names": ["c", "y", "x"],
                "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
            }  # fmt: skip

    at = {} if version == "0.5" else {"version": version}
    row = {"path": "A/1", "rowIndex": 0, "columnIndex": 0}
    group("", {"plate": {**at, "name": "p", "rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": [row]}})
    group("A", {})
    group("A/1", {"well": {**at, "images": [{"path": str(n)} for n in range(len(found))]}})
    for number, field in enumerate(found):
        metadata = image(field)
        metadata["multiscales"][0].update(at)
        group(f"A/1/{number}", metadata)
        for level in (0, 1):
            array(f"A/1/{number}/{level}", field["shape"] >> level, field)
    return {key: json.dumps(value).encode() for key, value in made.items()}


def of_node(issue: Issue, path: str) -> Issue:
    return issue.moved(issue.node.removeprefix(path).lstrip("/"), issue.kind)


FIELD: JSON = {
    "name": "a", "place": [0, 5, 5], "common": [0, 1, 2], "shift": 0.25, "omero": "b", "id": 1, "shape": 64,
    "dtype": "uint8",
    "windows": [{"min": 0, "start": 1, "end": 2, "max": 255}],
}  # fmt: skip


def narrow(dtype: str, low: int) -> JSON:
    return {**FIELD, "dtype": dtype, "windows": [{"min": low, "start": 1, "end": 2, "max": 9}]}


TOO_WIDE = {**FIELD, "windows": [{"min": 0, "start": 1, "end": 2, "max": 300}]}
WIDER = {**FIELD, "windows": [{"min": 0, "start": 1, "end": 2, "max": 301}]}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@given(found=st.lists(fields, min_size=2, max_size=5))
@example(found=[FIELD, FIELD, {**FIELD, "name": "c"}, {**FIELD, "place": [0, 9, 5]}])
@example(
    found=[
        {**FIELD, "dtype": "int8", "windows": [{"min": low, "start": 1, "end": 2, "max": 9}]} for low in (0, -1, -129)
    ]
)
@example(
    found=[{**FIELD, "dtype": "uint8", "windows": [{"min": low, "start": 1, "end": 2, "max": 9}]} for low in (0, -1)]
)
@example(found=[TOO_WIDE, TOO_WIDE, WIDER, FIELD])
@example(found=[FIELD, TOO_WIDE, {**FIELD, "windows": [{"min": 0, "start": 9, "end": 2, "max": 255}]}])
@example(found=[FIELD, {**FIELD, "shift": 30}, {**FIELD, "place": [0, 1e13, 0], "shift": 30}])
@settings(max_examples=40, deadline=None)
def test_each_image_of_a_plate_has_the_findings_that_it_has_alone(version: str, found: list[JSON]) -> None:
    store = documents(version, found)
    plate = check_store(MemoryStore(store))
    for number in range(len(found)):
        path = f"A/1/{number}"
        alone = check_store(MemoryStore({k.removeprefix(f"{path}/"): v for k, v in store.items() if f"{path}/" in k}))
        inside = [of_node(issue, path) for issue in plate.issues if issue.node.startswith(path)]
        assert inside == list(alone.issues)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@given(found=st.lists(fields, min_size=2, max_size=5))
@settings(max_examples=40, deadline=None)
def test_nothing_is_taken_over_that_differs(version: str, found: list[JSON]) -> None:
    store = documents(version, [*found, *found])
    once = check_store(MemoryStore(store))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Evaluator, "_form", lambda *_: ([], (), None))
        patched.setattr(Repeats, "keys", lambda *_: [])
        anew = check_store(MemoryStore(store))
    assert once.to_dict() | {"stats": None} == anew.to_dict() | {"stats": None}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@given(found=st.lists(fields, min_size=2, max_size=5))
@example(found=[FIELD, TOO_WIDE, {**FIELD, "windows": [{"min": 0, "start": 9, "end": 2, "max": 255}]}])
@example(found=[FIELD, {**FIELD, "shift": 30}, FIELD])
@settings(max_examples=40, deadline=None)
def test_documents_that_are_alike_have_the_findings_that_each_has_by_itself(version: str, found: list[JSON]) -> None:
    for field in found:
        at = {"version": version}
        ome = image(field)
        if version == "0.4":
            ome["multiscales"][0].update(at)
        text = json.dumps(ome if version == "0.4" else {"ome": {**at, **ome}}).encode()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(validator, "form_of", lambda *_: None)
            alone = check_json(text)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Memory, "pays", lambda _: True)
            for report in (check_json(text), check_json(text)):
                assert report.to_dict() == alone.to_dict()


def test_a_document_with_a_key_twice_is_not_like_one_without() -> None:
    text = json.dumps({"ome": {"version": "0.5", **image(FIELD)}}).encode()
    assert not any(issue.rule == "document-keys-unique" for _ in range(2) for issue in check_json(text).issues)
    twice = text.replace(b'"name": "a"', b'"name": "b", "name": "a"')
    assert next(issue.rule for issue in check_json(twice).issues) == "document-keys-unique"


def test_what_is_left_out_of_an_image() -> None:
    ome = image({**FIELD, "place": [0, 5, 5]})
    without_particulars(ome)
    assert ome["multiscales"][0]["name"] == ome["omero"]["name"] == ome["omero"]["id"] == MARK
    moves = [level["coordinateTransformations"][1]["translation"] for level in ome["multiscales"][0]["datasets"]]
    assert moves == [[MARK], [MARK]]
    assert ome["omero"]["channels"][0]["window"] == [MARK, 0, 6]


@pytest.mark.parametrize("change", [{"place": [0, 1e13, 5]}, {"name": ""}, {"windows": [{"min": 3, "max": 2}]}])
def test_what_is_not_as_it_should_be_is_left_in(change: JSON) -> None:
    ome, same = image({**FIELD, **change}), image({**FIELD, **change})
    without_particulars(ome)
    key = next(iter(change))
    if key == "place":
        assert ome["multiscales"][0]["datasets"] == same["multiscales"][0]["datasets"]
    elif key == "name":
        assert ome["multiscales"][0]["name"] == ""
    else:
        assert ome["omero"]["channels"] == same["omero"]["channels"]


def test_rules_that_look_at_what_is_left_out_are_known() -> None:
    """A new rule that looks at translations or windows has to be thought of in `without_particulars`."""
    looked = {"translation", "level_translation", "first_pixel", "window"}
    found: dict[str, set[str]] = {}
    folder = Path(ngff_core.rules.__file__).parent
    for file in (*folder.glob("*.py"), *folder.glob("image/*.py"), *folder.glob("position/*.py")):
        for function in ast.walk(ast.parse(file.read_text())):
            if isinstance(function, ast.FunctionDef):
                names = {n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute)} & looked
                if names:
                    found[function.name] = names
    assert found == {
        "_place": {
            "first_pixel",
            "level_translation",
        },  # for levels_overlap; where labels lie is part of what they are known by
        "ordinary_transformations": {"translation"},  # its length, and that it is numbers
        "survey": {"translation"},  # as above
        "window_fits_dtype": {"window"},
        "window_order": {"window"},
        "window_present": {"window"},
        "unusual_channels": {"window"},
    }
