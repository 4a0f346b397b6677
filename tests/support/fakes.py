"""Made-up specification versions and plugins, for tests of core without any version plugin.

Documents of these versions hold boxes: ``{"items": [{"name": "a", "size": 3}]}``, and every item names a group
below. Version 9.1 keeps them at the top of the attributes (Zarr v2), version 9.2 under ``lab`` (Zarr v3).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Literal

from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.hierarchy import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD
from ngff_core.plugins import PluginInfo, Registry, hookimpl
from ngff_core.spec import Child, Kind, Spec
from ngff_core.structure import Model, member, model

__all__ = [
    "Box",
    "Circle",
    "Item",
    "Other",
    "Square",
    "box_store",
    "broken",
    "found",
    "make_plugin",
    "make_registry",
    "make_spec",
    "no_big_items",
]


@model
class Circle(Model):
    """A shape that its type names."""

    type: Literal["circle"] = member(default="circle")
    radius: float = member(missing="shape-radius-present", wrong="shape-radius-number")


@model
class Square(Model):
    """Another shape that its type names."""

    type: Literal["square"] = member(default="square")
    side: float = member()


@model
class Other(Model):
    """A shape of any other type."""

    type: str = member(missing="shape-type-present", wrong="shape-type-present")


@model
class Item(Model):
    """One thing in a box, with a member of every sort."""

    name: str = member(missing="item-name-present", wrong="item-name-string")
    size: int | None = member(default=None, wrong="item-size-integer")
    weight: float | None = member(default=None, requirement=SHOULD)
    fragile: bool | None = member("is-fragile", default=None)
    tags: list[str] | None = member(default=None, wrong="item-tags-array", wrong_item="item-tags-strings")
    state: Literal["new", "old", 3] | None = member(default=None)
    shapes: list[Circle | Square | Other] | None = member(default=None)
    notes: dict[str, Any] | None = member(default=None)
    anything: Any = member(default=None)


@model
class Box(Model):
    """What the attributes of a group hold."""

    version: str | None = member(default=None)
    items: list[Item] = member(missing="box-items-present", wrong="box-items-array")
    lid: Item | None = member(default=None)


def _children(node: GroupNode) -> Iterator[Sequence[Child]]:
    items = getattr(node.model, "items", None)
    yield [
        Child(item.name, "box")
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, Item) and isinstance(item.name, str)
    ]


def make_spec(
    version: str = "9.1",
    *,
    zarr_format: int = 2,
    namespace: str | None = None,
    resembles: Callable[[Mapping[str, Any]], bool] = lambda ome: True,
    accepts: Callable[[str], bool] | None = None,
    places: tuple[tuple[str, ...], ...] = (("version",),),
) -> Spec:
    """Return a version whose groups are boxes, and lids, which come after boxes in the order of kinds."""
    return Spec(
        version=version,
        zarr_format=zarr_format,
        namespace=namespace,
        kinds=(
            Kind("box", ("items",), Box, _children),
            Kind("lid", ("lid",), Box, expected_keys=("handle",)),
            Kind("shelf", ("shelf",), Box, always_as="shelf"),
        ),
        version_places=places,
        accepts=accepts or (lambda stated: stated == version),
        resembles=resembles,
        sections={"item": "items-md", "no": "rules-md", "lab/no": "lab-md"},
        address="https://example.org/boxes",
    )


def make_plugin(name: str = "lab", **hooks: Callable[..., Any]) -> Any:
    """Return a plugin with these hooks."""
    return SimpleNamespace(__name__=name, **{hook: hookimpl(function) for hook, function in hooks.items()})


def found(name: str, distribution: str, plugin: Any) -> tuple[PluginInfo, Callable[[], Any]]:
    """Return a plugin as if it had been found among the installed distributions; an exception fails to load."""

    def load() -> Any:
        if isinstance(plugin, Exception):
            raise plugin
        return plugin

    return PluginInfo(name, distribution, "1.0", f"{distribution.replace('-', '_')}.plugin"), load


@rule("no-big-items", on=Item, requirement=MUST, valid=[{"name": "a", "size": 3}], invalid=[{"name": "a", "size": 10}])
def no_big_items(item: Item, ctx: Context) -> Iterator[Issue]:
    """Items are smaller than ten."""
    if isinstance(item.size, (int, float)) and item.size >= 10:
        yield ctx.issue(f"size {item.size} is too big", "size", found=item.size, expected="less than 10")


@rule("no-crash", on=Item, requirement=MUST, valid=[{"name": "a"}], invalid=[{"name": "crash"}])
def broken(item: Item, ctx: Context) -> Iterator[Issue]:
    """A rule that fails for the name crash."""
    if item.name == "crash":
        raise RuntimeError("it broke")
    yield from ()


def make_registry(*rules: Rule, spec: Spec | None = None) -> Registry:
    """Return a registry with one made-up version and these rules; finds nothing that is installed."""
    spec = spec or make_spec()
    plugin = make_plugin(
        "boxes",
        ngff_specs=lambda: [spec],
        ngff_rules=lambda version: list(rules) if version == spec.version else None,
    )
    return Registry(found=[], plugins=[plugin])


def box_store(boxes: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the documents of groups by path, for version 9.1; bytes are put in as they are."""
    documents: dict[str, bytes] = {}
    for path, attributes in boxes.items():
        prefix = f"{path}/" if path else ""
        documents[f"{prefix}.zgroup"] = b'{"zarr_format": 2}'
        documents[f"{prefix}.zattrs"] = attributes if isinstance(attributes, bytes) else json.dumps(attributes).encode()
    return documents
