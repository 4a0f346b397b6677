"""Hooks that plugins register on the converter of a version: for their own types; what comes of failures."""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Any

import pytest
from fakes import Box, Item, Other, make_plugin, make_registry, make_spec

from ngff_core.errors import PluginError
from ngff_core.plugins import PluginInfo, Registry
from ngff_core.structure import Model
from ngff_core.validation.calls import check_object

WRONG = {"items": [{"name": "a", "size": "3"}, 5]}
Configure = Callable[[Any], object]


class Mine:
    """A type of the plugin's own."""


def to_self(value: Any, _: Any = None) -> Any:
    return value


def decorated(converter: Any) -> None:
    @converter.register_structure_hook
    def taken(value: Any, _: Any) -> int:
        return 1


FOREIGN: dict[str, Configure] = {
    "any-type": lambda c: c.register_structure_hook_func(lambda t: True, to_self),
    "any-model": lambda c: c.register_structure_hook_func(lambda t: issubclass(t, Model), to_self),
    "any-list": lambda c: c.register_structure_hook_func(lambda t: t == list[str], to_self),
    "any-type-by-factory": lambda c: c.register_structure_hook_factory(lambda t: True, lambda t: to_self),
    "any-type-decorated": lambda c: c.register_structure_hook_factory(lambda t: True)(lambda t: to_self),
    "model": lambda c: c.register_structure_hook(Box, lambda value, _: None),
    "model-inside": lambda c: c.register_structure_hook(Item, lambda value, _: None),
    "models-inside": lambda c: c.register_structure_hook(Item | Other, lambda value, _: None),
    "base": lambda c: c.register_structure_hook(Model, lambda value, _: None),
    "base-of-lists": lambda c: c.register_structure_hook(Sized, to_self),
    "object": lambda c: c.register_structure_hook(object, to_self),
    "string": lambda c: c.register_structure_hook(str, to_self),
    "number": lambda c: c.register_structure_hook(float, to_self),
    "integer": lambda c: c.register_structure_hook(int, to_self),
    "integer-decorated": decorated,
    "written": lambda c: c.register_unstructure_hook(Item, lambda value: {}),
    "written-any": lambda c: c.register_unstructure_hook_func(lambda t: True, lambda value: {}),
    "written-by-factory": lambda c: c.register_unstructure_hook_factory(lambda t: True, lambda t: to_self),
}

OWN: dict[str, Configure] = {
    "class": lambda c: c.register_structure_hook(Mine, to_self),
    "list": lambda c: c.register_structure_hook_func(lambda t: t == list[Mine], to_self),
    "union": lambda c: c.register_structure_hook(Mine | None, to_self),
    "factory": lambda c: c.register_structure_hook_factory(lambda t: t is Mine, lambda t: to_self),
    "written": lambda c: c.register_unstructure_hook(Mine, to_self),
}


def with_hooks(configure: Configure) -> Registry:
    """Return the registry of boxes, and of a plugin that configures converters."""

    def configured(version: str, converter: Any) -> None:
        configure(converter)

    other = PluginInfo("other", "other", "1.0", "other.plugin")
    boxes = PluginInfo("boxes", "ngff-v91", "1.0", "boxes.plugin")
    return Registry(
        found=[
            (other, lambda: make_plugin(ngff_configure_converter=configured)),
            (boxes, lambda: make_plugin("boxes", ngff_specs=lambda: [make_spec()])),
        ]
    )


@pytest.mark.parametrize("name", FOREIGN)
def test_attack2_7_hooks_for_types_of_others_are_refused(name: str) -> None:
    registry = with_hooks(FOREIGN[name])
    report = check_object(WRONG, registry=registry)
    alone = check_object(WRONG, registry=make_registry())
    assert [i.message for i in report.issues if i.rule != "plugin-failed"] == [i.message for i in alone.issues]
    assert len(alone.issues) == 2
    (failed,) = registry.failures
    assert failed.distribution == "other"
    assert "ngff_configure_converter: it registered a hook for " in str(failed.error)
    assert "which is not a type of its own" in str(failed.error)
    assert "plugin-failed" in [issue.rule for issue in check_object(WRONG, registry=registry).issues]


@pytest.mark.parametrize("name", OWN)
def test_attack2_7_hooks_for_types_of_ones_own_are_taken(name: str) -> None:
    registry = with_hooks(OWN[name])
    assert len(check_object(WRONG, registry=registry).issues) == 2
    assert registry.failures == []


def test_attack2_7_a_function_that_takes_a_model_of_another_among_its_own_is_not_asked_for_it() -> None:
    registry = with_hooks(lambda c: c.register_structure_hook_func(lambda t: t in (Item, Mine), to_self))
    assert len(check_object(WRONG, registry=registry).issues) == 2
    hook = registry.converter("9.1").get_structure_hook(Mine)
    assert hook(5, Mine) == 5


@pytest.mark.parametrize("error", [ZeroDivisionError("division by zero"), KeyError("x"), RuntimeError("oops")])
def test_attack2_8_a_hook_that_fails_is_no_fault_of_the_data(error: Exception) -> None:
    def fail(value: Any, _: Any) -> Any:
        raise error

    def configure(version: str, converter: Any) -> None:
        converter.register_structure_hook(Item, fail)

    plugin = make_plugin(ngff_specs=lambda: [make_spec()], ngff_configure_converter=configure)
    with pytest.raises(PluginError, match=f"a hook of a plugin failed for .*: {type(error).__name__}") as caught:
        check_object({"items": [], "lid": {"name": "a"}}, registry=Registry(found=[], plugins=[plugin]))
    assert caught.value.exit_code == 3
