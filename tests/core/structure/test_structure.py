"""The structure layer on made-up models: each guarantee by hand-picked values."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from fakes import Box, Circle, Item, Other, Square

from ngff_core.issues.requirement import MUST, SHOULD, Requirement
from ngff_core.structure import (
    Fault,
    FaultKind,
    Model,
    member,
    members_of,
    model,
    new_converter,
    structure,
    unstructure,
)

CONVERTER = new_converter()


@model
class One(Model):
    a: int = member()


@model
class Two(Model):
    b: int = member()


@model
class Holder(Model):
    it: One | Two = member()


class Ruler:
    """A class that only the converter of a plugin knows."""


@model
class Measured(Model):
    ruler: Ruler = member(wrong="ruler-sound")
    name: str = member()


Found = tuple[str, tuple[str | int, ...], str | None, str, str | None]


def faults_of(value: Any, cls: type[Model] = Item) -> list[Found]:
    _, faults = structure(CONVERTER, value, cls)
    return [(f.kind.value, f.pointer, f.found, f.expected, f.entry) for f in faults]


def as_written(value: Any) -> str:
    """Return a value with its types, so that 1, 1.0 and true differ, whatever the order of keys."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {as_written(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_written, value)) + "]"
    return repr(value)


# --- strict -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "found", "expected", "entry"),
    [
        ("name", 5, "5", "string", "item-name-string"),
        ("name", None, "null", "string", "item-name-string"),
        ("name", ["a"], '["a"]', "string", "item-name-string"),
        ("size", "5", '"5"', "integer", "item-size-integer"),
        ("size", True, "true", "integer", "item-size-integer"),
        ("size", 1.5, "1.5", "integer", "item-size-integer"),
        ("size", float("inf"), "inf", "integer", "item-size-integer"),
        ("size", {}, "empty object", "integer", "item-size-integer"),
        ("weight", True, "true", "number", None),
        ("weight", "1", '"1"', "number", None),
        ("is-fragile", 1, "1", "boolean", None),
        ("is-fragile", "true", '"true"', "boolean", None),
        ("tags", "abc", '"abc"', "array of strings", "item-tags-array"),
        ("tags", {"a": 1}, "object with keys a", "array of strings", "item-tags-array"),
        ("notes", ["a"], '["a"]', "object", None),
        ("shapes", {}, "empty object", "array of objects", None),
    ],
)
def test_a_value_of_another_type_is_a_fault(key: str, value: Any, found: str, expected: str, entry: str | None) -> None:
    assert faults_of({"name": "a", key: value}) == [("type", (key,), found, expected, entry)]


@pytest.mark.parametrize(
    ("key", "value"),
    [("size", 1), ("size", 1.0), ("size", -0.0), ("size", 10**30), ("weight", 1), ("weight", 1.5), ("weight", 1e300)],
)
def test_numbers_that_are_right_stay_as_they_are(key: str, value: Any) -> None:
    obj, faults = structure(CONVERTER, {"name": "a", key: value}, Item)
    assert faults == []
    assert as_written(getattr(obj, key)) == as_written(value)


@pytest.mark.parametrize("value", ["new", "old", 3, 3.0])
def test_a_literal_takes_what_it_names(value: Any) -> None:
    assert faults_of({"name": "a", "state": value}) == []


@pytest.mark.parametrize(
    ("value", "kind", "found"),
    [("lost", "value", '"lost"'), (4, "value", "4"), (True, "type", "true"), ([], "type", "[]")],
)
def test_a_literal_refuses_everything_else(value: Any, kind: str, found: str) -> None:
    assert faults_of({"name": "a", "state": value}) == [(kind, ("state",), found, '"new" or "old" or 3', None)]


@pytest.mark.parametrize("value", [None, 5, "a", [], [1], True])
def test_a_model_is_an_object(value: Any) -> None:
    obj, faults = structure(CONVERTER, value, Item)
    assert [(f.kind.value, f.pointer, f.expected) for f in faults] == [("type", (), "object")]
    assert obj == value


# --- located ----------------------------------------------------------------------------------------


def test_a_missing_key_is_reported_at_its_parent() -> None:
    faults = structure(CONVERTER, {"items": [{"name": "a"}, {}]}, Box)[1]
    assert [(f.kind.value, f.pointer, f.key, f.entry) for f in faults] == [
        ("missing", ("items", 1), "name", "item-name-present")
    ]
    assert faults_of({}, Box) == [("missing", (), None, "array of objects", "box-items-present")]


def test_places_are_named_by_json_keys() -> None:
    value = {"items": [{"name": "a"}, {"name": "b", "is-fragile": 2, "tags": ["x", 1]}]}
    assert faults_of(value, Box) == [
        ("type", ("items", 1, "is-fragile"), "2", "boolean", None),
        ("type", ("items", 1, "tags", 1), "1", "string", "item-tags-strings"),
    ]


def test_a_uniformly_wrong_array_is_one_fault() -> None:
    assert faults_of({"items": ["a", "b", "c"]}, Box) == [
        ("type", ("items",), 'array of string: "a", "b", "c"', "array of objects", "box-items-array")
    ]
    assert faults_of({"name": "a", "tags": [1, 2.0]}) == [
        ("type", ("tags",), "array of integer and number: 1, 2.0", "array of strings", "item-tags-strings")
    ]
    assert faults_of({"tags": [{"a": 1}, {"b": 2}]})[-1] == (
        ("type", ("tags",), "array of object", "array of strings", "item-tags-strings")
    )


def test_a_single_wrong_item_is_located_at_the_item() -> None:
    assert faults_of({"items": ["a"]}, Box) == [("type", ("items", 0), '"a"', "object", "box-items-array")]
    assert faults_of({"name": "a", "tags": ["x", None]}) == [
        ("type", ("tags", 1), "null", "string", "item-tags-strings")
    ]


def test_entries_of_a_member_do_not_hang_on_deeper_faults() -> None:
    """A fault inside an item has its own entry, not that of the array."""
    value = {"items": [{"name": "a", "shapes": [{"type": "square", "side": "1"}]}]}
    assert faults_of(value, Box) == [("type", ("items", 0, "shapes", 0, "side"), '"1"', "number", None)]


def test_requirements_come_from_the_member() -> None:
    def levels(value: Any, cls: type[Model]) -> list[Requirement]:
        return [fault.requirement for fault in structure(CONVERTER, value, cls)[1]]

    assert levels({"name": "a", "weight": "1"}, Item) == [SHOULD]
    assert levels({"name": "a", "weight": None}, Item) == [SHOULD]
    assert levels({"name": 1}, Item) == [MUST]


# --- unions -----------------------------------------------------------------------------------------


def test_a_tag_decides_the_class() -> None:
    shapes = [{"type": "circle", "radius": 1}, {"type": "square", "side": 2}, {"type": "blob", "size": 3}]
    obj, faults = structure(CONVERTER, {"name": "a", "shapes": shapes}, Item)
    assert faults == []
    assert [type(shape) for shape in obj.shapes or []] == [Circle, Square, Other]


def test_faults_are_those_of_the_class_that_the_tag_names() -> None:
    shapes = [{"type": "circle"}, {"type": "square", "side": "2", "radius": "x"}, {}]
    assert faults_of({"name": "a", "shapes": shapes}) == [
        ("missing", ("shapes", 0), None, "number", "shape-radius-present"),
        ("type", ("shapes", 1, "side"), '"2"', "number", None),
        ("missing", ("shapes", 2), None, "string", "shape-type-present"),
    ]


def test_without_a_class_for_other_tags_the_tag_is_at_fault() -> None:
    @model
    class Strict(Model):
        shape: Circle | Square = member()

    assert faults_of({"shape": {"type": "blob"}}, Strict) == [
        ("value", ("shape", "type"), '"blob"', "'circle', 'square'", None)
    ]
    assert faults_of({"shape": {}}, Strict) == [("missing", ("shape",), None, "string", None)]
    assert faults_of({"shape": {"type": ["circle"]}}, Strict) == [
        ("value", ("shape", "type"), '["circle"]', "'circle', 'square'", None)
    ]
    assert faults_of({"shape": 5}, Strict) == [("type", ("shape",), "5", "object", None)]


def test_classes_that_nothing_tells_apart_are_refused() -> None:
    with pytest.raises(TypeError, match="no member tells these classes apart: One, Two"):
        structure(CONVERTER, {}, Holder)


def test_a_union_of_plain_types_takes_either() -> None:
    @model
    class Mixed(Model):
        it: int | str = member()

    assert faults_of({"it": 1}, Mixed) == []
    assert faults_of({"it": "a"}, Mixed) == []
    assert faults_of({"it": True}, Mixed) == [("type", ("it",), "true", "integer or string", None)]


# --- lossless ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        {"items": []},
        {"items": [{"name": "a", "size": None, "weight": 1, "unknown": {"x": [1, 1.0, None, True]}}]},
        {"items": [{"name": 5, "size": "big", "tags": ["x", 1]}, "loose", None], "lid": [1]},
        {"items": None, "version": None, "": "", "extra": 1, "_extra": 2},
        {"items": {"a": 1}, "lid": {"state": "lost", "shapes": [{"type": "blob", "x": 1.0}, {}]}},
        {"items": ["a", "b"]},
    ],
)
def test_what_is_read_is_written_back(value: Any) -> None:
    obj, _ = structure(CONVERTER, value, Box)
    assert as_written(unstructure(CONVERTER, obj)) == as_written(value)


def test_unknown_members_and_nulls_are_in_extra() -> None:
    obj, _ = structure(CONVERTER, {"name": "a", "size": None, "colour": "red"}, Item)
    assert obj.extra == {"size": None, "colour": "red"}
    assert obj.size is None


def test_a_value_that_is_set_wins_over_the_null_that_was_read() -> None:
    obj, _ = structure(CONVERTER, {"name": "a", "size": None}, Item)
    obj.size = 4
    assert unstructure(CONVERTER, obj) == {"name": "a", "size": 4}


def test_structuring_leaves_the_json_as_it_was() -> None:
    value = {"items": [{"name": "a", "tags": ["x"]}, {"bad": 1}], "more": [1]}
    before = as_written(value)
    structure(CONVERTER, value, Box)
    assert as_written(value) == before


# --- partial ----------------------------------------------------------------------------------------


def test_a_fault_leaves_the_rest_structured() -> None:
    obj, faults = structure(CONVERTER, {"items": [{"name": 1, "size": 2}, "x", {"name": "c"}], "lid": 0}, Box)
    assert len(faults) == 3
    first, second, third = obj.items
    assert (first.name, first.size) == (1, 2)
    assert second == "x"
    assert isinstance(third, Item)
    assert third.name == "c"
    assert obj.lid == 0


def test_all_faults_are_found_at_once() -> None:
    value = {"items": [{"size": "1", "tags": 5}, {"name": 3}], "version": 9}
    assert [(kind, place) for kind, place, *_ in faults_of(value, Box)] == [
        ("type", ("version",)),
        ("missing", ("items", 0)),
        ("type", ("items", 0, "size")),
        ("type", ("items", 0, "tags")),
        ("type", ("items", 1, "name")),
    ]


def test_a_hook_of_a_plugin_that_raises_is_a_fault() -> None:
    def refuse(value: Any, _: Any) -> Any:
        raise ValueError("no ruler")

    converter = new_converter()
    converter.register_structure_hook(Ruler, refuse)
    obj, faults = structure(converter, {"ruler": {"x": 1}, "name": 2}, Measured)
    assert [(f.kind.value, f.pointer, f.expected, f.entry) for f in faults] == [
        ("value", ("ruler",), "Ruler (no ruler)", "ruler-sound"),
        ("type", ("name",), "string", None),
    ]
    assert obj.ruler == {"x": 1}


# --- models -----------------------------------------------------------------------------------------


def test_a_constructor_takes_defaults_and_a_document_does_not() -> None:
    assert Circle(radius=1).type == "circle"
    obj, faults = structure(CONVERTER, {"radius": 1}, Circle)
    assert obj.type is None
    assert [(f.kind.value, f.key) for f in faults] == [("missing", "type")]


def test_models_check_nothing_by_themselves() -> None:
    item = Item(name=5, size="big", extra={"x": 1})  # type: ignore[arg-type]
    assert unstructure(CONVERTER, item) == {"name": 5, "size": "big", "x": 1}


def test_models_compare_by_what_they_hold() -> None:
    assert Item(name="a", size=1) == Item(name="a", size=1)
    assert Item(name="a", size=1) != Item(name="a", size=2)
    assert Item(name="a") != Item(name="a", extra={"x": 1})
    assert Item(name="a", extra={}) == Item(name="a")
    assert Circle(radius=1) != Square(side=1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Item(name="a"))


def test_a_model_shows_what_it_holds() -> None:
    assert repr(Item(name="a", fragile=False, extra={"x": 1})) == "Item(name='a', fragile=False, extra={'x': 1})"


def test_extra_can_be_replaced() -> None:
    item = Item(name="a")
    item.extra["x"] = 1
    item.extra = {"y": 2}
    assert unstructure(CONVERTER, item) == {"name": "a", "y": 2}


def test_members_tell_names_and_needs() -> None:
    described = {m.attribute: (m.json_name, m.required, m.expected) for m in members_of(Item)}
    assert described["fragile"] == ("is-fragile", False, "boolean")
    assert described["name"] == ("name", True, "string")
    assert described["anything"] == ("anything", False, "any value")
    assert described["tags"] == ("tags", False, "array of strings")


def test_tuples_enums_and_number_arrays_are_written_as_json() -> None:
    class Colour(Enum):
        RED = "red"

    class Vector:
        """Stands for an array of numpy."""

        def tolist(self) -> list[int]:
            return [1, 2]

    item = Item(name=Colour.RED, tags=("x", "y"), anything=Vector(), notes={1: (2, 3)})  # type: ignore[arg-type, dict-item]
    assert as_written(unstructure(CONVERTER, item)) == as_written(
        {"name": "red", "tags": ["x", "y"], "anything": [1, 2], "notes": {"1": [2, 3]}}
    )


def test_a_fault_tells_what_it_is() -> None:
    (fault,) = structure(CONVERTER, {"name": 1}, Item)[1]
    assert isinstance(fault, Fault)
    assert repr(fault) == "Fault(type, ('name',), found=1, expected=string)"


# --- the order of members ---------------------------------------------------------------------------


@model
class Shelf(Model):
    label: str | None = member(default=None)
    width: int = member()
    note: str | None = member(default=None, last=True)


@model
class Rack(Shelf):
    """Declares one member again, and adds some: first, before another, at the end."""

    depth: int | None = member(default=None)
    width: float = member()  # type: ignore[assignment]
    height: int | None = member(default=None, before="width")
    version: str | None = member(default=None, before="*")


@model
class Turned(Rack):
    """Moves members that it declares again."""

    label: str | None = member(default=None, last=True)
    note: str | None = member(default=None, before="*")
    depth: int | None = member(default=None, before="*")


def names_of(cls: type[Model]) -> list[str]:
    return [m.json_name for m in members_of(cls)]


def test_members_of_base_classes_go_first_and_keep_their_places() -> None:
    assert names_of(Shelf) == ["label", "width", "note"]
    assert names_of(Rack) == ["version", "label", "height", "width", "depth", "note"]
    assert members_of(Rack)[3].type is float


def test_members_that_are_declared_again_can_be_moved() -> None:
    assert names_of(Turned) == ["note", "depth", "version", "height", "width", "label"]


def test_members_are_written_in_their_order() -> None:
    rack = Rack(note="n", width=1, height=2, depth=3, label="l", version="v")
    assert list(unstructure(CONVERTER, rack)) == ["version", "label", "height", "width", "depth", "note"]


# --- null -------------------------------------------------------------------------------------------


@model
class Entry(Model):
    """Its ``mark`` is always there, and null where there is none; its ``note`` may be left out as well."""

    mark: str | None = member(required=True, nullable=True)
    note: str | None = member(default=None, nullable=True)
    any: Any = member(required=True, nullable=True)
    number: int | None = member(default=None)


@pytest.mark.parametrize(
    "value",
    [
        {"mark": None, "any": None},
        {"mark": "a", "any": 1, "note": None},
        {"mark": "a", "any": [], "note": "b", "more": None},
    ],
)
def test_a_nullable_member_may_be_null(value: dict[str, Any]) -> None:
    entry, faults = structure(CONVERTER, value, Entry)
    assert faults == []
    assert (entry.mark, entry.note, entry.any) == (value["mark"], value.get("note"), value["any"])
    assert unstructure(CONVERTER, entry) == value
    assert list(unstructure(CONVERTER, entry))[:1] == ["mark"]


def test_what_is_nullable_and_required_is_always_written() -> None:
    assert unstructure(CONVERTER, Entry(mark=None, any=None)) == {"mark": None, "any": None}


def test_null_is_a_fault_of_the_others_and_absence_of_those_required() -> None:
    assert faults_of({"any": None, "number": None}, Entry) == [
        ("missing", (), None, "string", None),
        ("type", ("number",), "null", "integer", None),
    ]
    assert faults_of({"mark": 5, "any": None}, Entry) == [("type", ("mark",), "5", "string", None)]


# --- hooks of plugins -------------------------------------------------------------------------------


@model
class Lists(Model):
    rulers: list[Ruler] = member(wrong_item="ruler-sound")
    names: list[str] = member()


def test_hooks_of_plugins_for_lists_and_items_are_asked() -> None:
    converter = new_converter()
    converter.register_structure_hook(Ruler, lambda value, _: ("ruler", value))
    converter.register_structure_hook_func(lambda type_: type_ == list[str], lambda value, _: ["names", value])
    lists, faults = structure(converter, {"rulers": [1, 2], "names": ["a"]}, Lists)
    assert faults == []
    assert (lists.rulers, lists.names) == ([("ruler", 1), ("ruler", 2)], ["names", ["a"]])


SOUND = {"name": "a", "count": 1.0, "ratio": 1, "tags": ["x"], "size": None, "colour": "red"}


@pytest.mark.parametrize(
    "value", [SOUND, {"name": 5, "items": [{"tags": "x"}]}, {"items": [{"name": "b"}], "more": [1]}, []]
)
def test_a_converter_of_cattrs_takes_over_all_hooks(value: Any) -> None:
    alone, whole = new_converter(), new_converter()
    whole.register_unstructure_hook(Ruler, str)
    assert whole.structure("3", str) == "3"
    both = [structure(converter, value, Item) for converter in (alone, whole)]
    written = [
        as_written(unstructure(converter, obj)) for converter, (obj, _) in zip((alone, whole), both, strict=True)
    ]
    assert written[0] == written[1]
    assert repr(both[0]) == repr(both[1])
    assert unstructure(whole, Holder(it=Two(b=1))) == unstructure(alone, Holder(it=Two(b=1))) == {"it": {"b": 1}}
    assert whole.unstructure(Ruler()).startswith("<")


def test_hooks_that_are_registered_later_are_asked() -> None:
    converter = new_converter()
    assert structure(converter, {"a": 1}, One)[0].a == 1
    converter.register_structure_hook_func(lambda type_: type_ is One, lambda value, _: One(a=2))
    assert structure(converter, {"a": 1}, One)[0].a == 2
    converter.register_structure_hook(Ruler, lambda value, _: "ruler")
    assert structure(converter, {"a": 1}, One)[0].a == 2
    assert structure(converter, {"ruler": 1, "name": "x"}, Measured)[0].ruler == "ruler"
    converter.register_structure_hook_func(lambda type_: type_ is One, lambda value, _: One(a=3))
    assert structure(converter, {"a": 1}, One)[0].a == 3


def test_a_fault_learns_its_place_on_the_way_out() -> None:
    fault = Fault(FaultKind.TYPE, "string", "5")
    assert (fault.pointer, fault.depth, fault.concerns_whole_member()) == ((), 0, True)
    assert fault.within(3).within("names") is fault
    assert (fault.pointer, fault.depth, fault.concerns_whole_member()) == (("names", 3), 2, False)
    assert repr(fault) == "Fault(type, ('names', 3), found=5, expected=string)"
