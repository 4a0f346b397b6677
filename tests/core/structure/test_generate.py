"""The first objects of a class are structured member by member, later ones by a generated function: to the same."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngff_core.structure import Model, StructureError, member, model, new_converter
from ngff_core.structure.generate import PATIENCE, ModelHook, generate


@model
class Part(Model):
    """A part."""

    kind: Literal["a", "b"] = member(wrong="part-kind")
    size: float | None = member(default=None, wrong="part-size")


@model
class Thing(Model):
    """One member of each sort."""

    name: str = member(missing="thing-name", wrong="thing-name-type")
    count: int | None = member(default=None)
    flag: bool | None = member(default=None)
    sizes: list[float] | None = member(default=None, wrong_item="thing-size")
    names: list[str] | None = member(default=None)
    anything: Any = member(default=None)
    needed: Any = member(required=True)
    note: str | None = member(required=True, nullable=True)
    table: dict[str, Any] | None = member(default=None)
    part: Part | None = member(default=None)
    parts: list[Part] | None = member(default=None)


KEYS = ["name", "count", "flag", "sizes", "names", "anything", "needed", "note", "table", "part", "parts", "kind", "x"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.just(1.5) | st.just(2.0) | st.sampled_from("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


def outcome(hook: Any, value: Any) -> Any:
    try:
        return hook(value, Thing), []
    except StructureError as error:
        faults = [(f.kind, f.pointer, f.found, f.expected, f.entry, f.requirement) for f in error.faults]
        return error.partial, faults


@given(JSON | st.dictionaries(st.sampled_from(KEYS), JSON))
def test_both_ways_give_the_same(value: Any) -> None:
    hook = new_converter().get_structure_hook(Thing)
    assert isinstance(hook, ModelHook)
    generated = generate(hook._cls, hook._members)
    first, second = outcome(hook, value), outcome(generated, value)
    assert first == second
    if isinstance(first[0], Thing):
        assert first[0]._extra == second[0]._extra
        assert list(first[0].extra) == list(second[0].extra)
        assert all(type(getattr(first[0], n)) is type(getattr(second[0], n)) for n in ("count", "sizes", "table"))


def test_a_list_of_plain_values_stays_the_list_that_it_is() -> None:
    hook = new_converter().get_structure_hook(Thing)
    value = {"name": "a", "needed": 1, "note": None, "sizes": [1, 2.5], "names": []}
    for way in (hook, generate(hook._cls, hook._members)):
        made = way(value, Thing)
        assert made.sizes is value["sizes"]
        assert made.names is value["names"]


@pytest.mark.parametrize("wrong", [False, True])
def test_a_function_is_generated_after_a_few_objects(wrong: bool) -> None:
    hook = new_converter().get_structure_hook(Part)
    value = {"kind": "c" if wrong else "a"}
    interpreting = hook.run
    for number in range(PATIENCE + 3):
        assert (hook.run == interpreting) is (number <= PATIENCE)
        assert outcome(hook, value)[0].kind == value["kind"]


@model
class Measured(Model):
    """What a hook of a plugin structures, by itself and in a list."""

    part: Part | None = member(default=None, wrong="measured-part")
    parts: list[Part] | None = member(default=None, wrong="measured-parts")


@pytest.mark.parametrize("error", [ValueError("no"), TypeError("no"), OverflowError("no")])
@pytest.mark.parametrize("value", [{"part": {"kind": "a"}}, {"parts": [{"kind": "a"}]}])
def test_a_hook_of_a_plugin_refuses_both_ways(error: Exception, value: Any) -> None:
    def refuse(value: Any, _: Any) -> Any:
        raise error

    converter = new_converter()
    converter.register_structure_hook(Part, refuse)
    hook = converter.get_structure_hook(Measured)
    expected = outcome(hook, value)
    assert [fault[:2] for fault in expected[1]] != []
    assert outcome(generate(hook._cls, hook._members), value) == expected
