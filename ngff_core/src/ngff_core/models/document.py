"""What versions share of the ``zarr.json`` around OME metadata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from ngff_core.structure import Model, member, model

__all__ = ["GroupAttributes", "GroupDocument", "attributes_member"]


@model
class GroupAttributes(Model):
    """The attributes of a group: the OME metadata under ``ome``; other attributes are in ``extra``."""

    ome: Any = member(missing="zarr-ome-namespace", wrong="zarr-ome-namespace")


@model
class GroupDocument(Model):
    """A whole ``zarr.json`` of a group with OME metadata."""

    zarr_format: Literal[3] = member(default=3, wrong="zarr-format-3")
    node_type: Literal["group"] = member(default="group", wrong="zarr-format-3")


def attributes_member(cls: type[GroupAttributes]) -> Any:
    """Declare the attributes of a document; a mapping may stand for them, as in ``attributes={"ome": image}``."""
    return member(converter=_maker(cls))


def _maker(cls: type[GroupAttributes]) -> Callable[[Any], Any]:
    def make(value: object) -> Any:
        if isinstance(value, dict) and "ome" in value:
            attributes = cls(ome=value["ome"])
            attributes.extra.update((k, v) for k, v in value.items() if k != "ome")
            return attributes
        return value

    return make
