"""OME-XML that describes images which have none: sizes and types of pixels, without the pixels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import numpy as np

from ngff_core.models.dims import DimSpec
from ngff_write.image import ImagePlan
from ngff_write.units import ome_symbol

__all__ = ["image_xml", "ome_xml_of"]

_HEAD = b"""<?xml version='1.0' encoding='utf-8'?>
<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">"""
_ORDER = "XYZCT"
_TYPES = {
    **{name: name for name in ("int8", "int16", "int32", "uint8", "uint16", "uint32")},
    "bool": "bit",
    "float32": "float",
    "float64": "double",
    "complex64": "complex",
    "complex128": "double-complex",
}


def ome_xml_of(described: Iterable[bytes | None]) -> bytes | None:
    """Return a document of images in their order, each as `image_xml` describes it; ``None`` where one is not."""
    images = [*described]
    return None if None in images else b"".join([_HEAD, *filter(None, images), b"</OME>"])


def image_xml(number: int, name: str, plan: ImagePlan) -> bytes | None:
    """Return what describes an image in such a document, by its name and its number from 0 on.

    ``None`` where there are no words for it: for other dimensions than x, y, z, c and t, and integers of 64 bits.
    """
    sizes = dict(zip((dim.name.upper() for dim in plan.dims), plan.levels[0].shape, strict=True))
    if plan.dtype.name not in _TYPES or not {"X", "Y"} <= sizes.keys() <= set(_ORDER):
        return None
    image = ElementTree.Element("Image", ID=f"Image:{number}", Name=name)
    pixels = ElementTree.SubElement(image, "Pixels", _pixels(number, plan.dims, sizes, plan.dtype))
    for channel in range(sizes.get("C", 1)):
        ElementTree.SubElement(pixels, "Channel", ID=f"Channel:{number}:{channel}", SamplesPerPixel="1")
    ElementTree.SubElement(pixels, "MetadataOnly")
    text: bytes = ElementTree.tostring(image, encoding="utf-8")
    return text


def _pixels(number: int, dims: Sequence[DimSpec], sizes: Mapping[str, int], dtype: np.dtype[Any]) -> dict[str, str]:
    found = {"ID": f"Pixels:{number}", "DimensionOrder": _ORDER, "Type": _TYPES[dtype.name], "BigEndian": "false"}
    found |= {f"Size{name}": str(sizes.get(name, 1)) for name in _ORDER}
    for dim in dims:
        name = dim.name.upper()
        unit = ome_symbol(dim.unit, time=name == "T")
        key = "TimeIncrement" if name == "T" else f"PhysicalSize{name}"
        if unit is not None and name != "C":
            found |= {key: repr(float(dim.scale)), f"{key}Unit": unit}
    return found
