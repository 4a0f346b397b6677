"""OME-XML that goes with images: it states the sizes of pixels that are written, where others were given for them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

import attrs

from ngff_write.inputs.arranging import Given, Image
from ngff_write.inputs.base import Found
from ngff_write.units import ome_symbol

__all__ = ["as_written"]

_KEYS = {"x": "PhysicalSizeX", "y": "PhysicalSizeY", "z": "PhysicalSizeZ", "t": "TimeIncrement"}
_POSITIONS = "the stage position along {} is in OME/METADATA.ome.xml as it was, and not what is given"


def as_written(found: Sequence[Found], images: Sequence[Image], given: Given) -> tuple[bytes | None, list[Image]]:
    """Return the OME-XML of a file with the sizes of pixels of its images, and these with what is to be said of it."""
    text = found[0].ome_xml
    if text is None or len(images) < 2:
        return None, list(images)
    told = [attrs.evolve(i, remarks=(*i.remarks, *_moved(one, given))) for one, i in zip(found, images, strict=True)]
    root = ElementTree.fromstring(text)
    described = [pixels for image in _named(root, "Image") for pixels in _named(image, "Pixels")[:1]]
    others = [_sizes(one, image, given) for one, image in zip(found, images, strict=True)]
    if not any(others):
        return text, told
    for pixels, sizes in zip(described, others, strict=True):
        pixels.attrib |= sizes
    ElementTree.register_namespace("", root.tag[1:].partition("}")[0])
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), told


def _sizes(found: Found, image: Image, given: Given) -> dict[str, str]:
    """Return the attributes that say the sizes of pixels which are others than those that the file states."""
    sizes: dict[str, str] = {}
    for dim in image.dims:
        symbol = ome_symbol(dim.unit, time=dim.name == "t")
        known = dim.name in given.sizes or dim.name in found.sizes
        same = (found.sizes.get(dim.name), found.units.get(dim.name)) == (dim.scale, dim.unit)
        if dim.name in _KEYS and known and not same and symbol is not None:
            key = _KEYS[dim.name]
            sizes |= {key: repr(float(dim.scale)), f"{key}Unit": symbol}
    return sizes


def _moved(found: Found, given: Given) -> list[str]:
    axes = [axis for axis in given.translation if axis in found.positions]
    return [_POSITIONS.format(", ".join(axes))] if axes else []


def _named(parent: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [child for child in parent if child.tag.rpartition("}")[2] == kind]
