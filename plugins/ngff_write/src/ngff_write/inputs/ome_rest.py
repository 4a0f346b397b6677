"""What OME-XML says besides pixels and channels: where the stage was, and what OME-NGFF has no place for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.etree import ElementTree

from ngff_write.units import ome_length

__all__ = ["stage_position", "unkept"]

_NO_UNIT = "reference frame"  # the unit of positions that state none
_KEPT = {  # attributes that are taken over, or say how the pixels lie in the file
    "Image": ("ID", "Name"),
    "Pixels": ("ID", "DimensionOrder", "Type", "BigEndian", "Interleaved", "SignificantBits", "TimeIncrement"),
    "Channel": ("ID", "Name", "Color", "EmissionWavelength", "SamplesPerPixel"),
    "Plane": ("TheZ", "TheC", "TheT", "PositionX", "PositionY", "PositionZ"),
}
_PIXELS = ("TiffData", "BinData", "MetadataOnly")
Element = ElementTree.Element


def _kind(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def stage_position(pixels: Element) -> tuple[dict[str, tuple[float, str]], list[str]]:
    """Return where the stage was at the first plane, by axis and with units, and what is to be said of the rest."""
    planes = [child for child in pixels if _kind(child) == "Plane"]
    first = next((one for one in planes if all(one.get(f"The{axis}") == "0" for axis in "ZCT")), None)
    found: dict[str, tuple[float, str]] = {}
    odd: dict[str, None] = {}
    for axis in "xyz" if first is not None else "":
        key = f"Position{axis.upper()}"
        number = _finite(first.get(key))  # type: ignore[union-attr]
        symbol = first.get(f"{key}Unit") or _NO_UNIT  # type: ignore[union-attr]
        unit = ome_length(symbol)
        if number is not None and unit is not None:
            found[axis] = (number, unit)
        elif number:  # where it is 0 nothing is lost
            odd[symbol] = None
    return found, [
        f"the stage position is in {symbol!r}, for which OME-NGFF has no unit: it is left out" for symbol in odd
    ]


def _finite(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def unkept(root: Element, image: Element) -> Iterator[str]:
    """Yield the names of what is said of an image, or of all of them, and is not taken over; each once."""
    names = [_kind(child) for child in _saying(root) if _kind(child) != "Image"]
    todo = [image]
    for element in todo:
        names += _attributes(element)
        for child in _saying(element):
            if _kind(child) in _KEPT:
                todo.append(child)
            else:
                names.append(_kind(child))
    yield from dict.fromkeys(name for name in names if name not in _PIXELS)


def _saying(element: Element) -> Iterator[Element]:
    """Yield the children of an element that are not empty."""
    return (child for child in element if child.attrib or len(child) or (child.text or "").strip())


def _attributes(element: Element) -> Iterator[str]:
    kept = _KEPT[_kind(element)]
    for name in element.attrib:
        if name not in kept and not name.endswith("Unit") and not name.startswith(("Size", "PhysicalSize", "{")):
            yield name
