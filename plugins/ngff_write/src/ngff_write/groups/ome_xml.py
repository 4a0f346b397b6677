"""OME-XML that describes images which have none: sizes and types of pixels, without the pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import numpy as np

from ngff_core.models.dims import DimSpec
from ngff_write.image import ImagePlan
from ngff_write.units import ome_symbol

__all__ = ["ome_xml_of"]

_NAMESPACE = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
_ORDER = "XYZCT"
_TYPES = {
    **{name: name for name in ("int8", "int16", "int32", "uint8", "uint16", "uint32")},
    "bool": "bit",
    "float32": "float",
    "float64": "double",
    "complex64": "complex",
    "complex128": "double-complex",
}


def ome_xml_of(images: Mapping[str, ImagePlan]) -> bytes | None:
    """Return a document that describes images by their names, in their order.

    ``None`` where it has no words for one: for other dimensions than x, y, z, c and t, and integers of 64 bits.
    """
    root = ElementTree.Element("OME", xmlns=_NAMESPACE)
    for number, (name, plan) in enumerate(images.items()):
        sizes = dict(zip((dim.name.upper() for dim in plan.dims), plan.levels[0].shape, strict=True))
        if plan.dtype.name not in _TYPES or not {"X", "Y"} <= sizes.keys() <= set(_ORDER):
            return None
        image = ElementTree.SubElement(root, "Image", ID=f"Image:{number}", Name=name)
        pixels = ElementTree.SubElement(image, "Pixels", _pixels(number, plan.dims, sizes, plan.dtype))
        for channel in range(sizes.get("C", 1)):
            ElementTree.SubElement(pixels, "Channel", ID=f"Channel:{number}:{channel}", SamplesPerPixel="1")
        ElementTree.SubElement(pixels, "MetadataOnly")
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
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
