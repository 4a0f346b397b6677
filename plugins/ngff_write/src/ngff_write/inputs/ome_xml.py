"""What OME-XML says of images: names, sizes of pixels, channels. Read without entities, and nothing but the text."""

from __future__ import annotations

import math
import os
import re
import stat
from collections.abc import Iterator
from xml.etree import ElementTree

import attrs

from ngff_core.errors import StoreError
from ngff_write.inputs.base import Channel
from ngff_write.inputs.ome_rest import stage_position, unkept
from ngff_write.units import ome_length, ome_time

__all__ = ["OmeImage", "read_images", "refuse_unsafe", "without_pixels"]

LONGEST = 1 << 26  # characters
MOST_PLANES = 1 << 24
_FILE = re.compile(r"[^/\\:]+")
_SIZES = {"z": "PhysicalSizeZ", "y": "PhysicalSizeY", "x": "PhysicalSizeX", "t": "TimeIncrement"}
_PIXELS = ("TiffData", "BinData", "MetadataOnly")
_WHOLE = re.compile("[0-9]{1,10}")
Element = ElementTree.Element


@attrs.frozen
class OmeImage:
    """What is said of one image. ``shape`` has the number of pixels by axis, ``samples`` those of each channel."""

    name: str | None
    shape: dict[str, int]
    sizes: dict[str, float]
    units: dict[str, str]
    positions: dict[str, tuple[float, str]]
    channels: tuple[Channel, ...]
    samples: tuple[int, ...]
    bits: int | None
    remarks: tuple[str, ...]
    unkept: tuple[str, ...]


def refuse_unsafe(text: str, path: str) -> None:
    """Raise StoreError for OME-XML that is no safe reading: entities, other folders, more planes than can be.

    Without a document type there are no entities. What is found here is what tifffile goes by as well.
    """
    if len(text) > LONGEST:
        raise StoreError(f"{path}: its OME-XML has {len(text)} characters, at most {LONGEST} are read")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise StoreError(f"{path}: its OME-XML has a document type, which is not read: it may name entities")
    for element in _root(text, path).iter():
        kind = _kind(element)
        if kind == "Pixels" and _planes(element) > MOST_PLANES:
            raise StoreError(f"{path}: its OME-XML states more than {MOST_PLANES} planes")
        if kind == "TiffData" and any(_whole(element.get(name)) > MOST_PLANES for name in _COUNTS):
            raise StoreError(f"{path}: its OME-XML states a plane above {MOST_PLANES}")
        name = element.get("FileName") if kind == "UUID" else None
        if name is not None and (not _FILE.fullmatch(name) or name in (".", "..")):
            raise StoreError(f"{path}: its OME-XML names a file in another folder, {name!r}, which is not read")
        if name is not None and _is_special(os.path.join(os.path.dirname(path), name)):
            raise StoreError(f"{path}: its OME-XML names {name!r}, which is no regular file")


def _is_special(path: str) -> bool:
    """Tell whether something is there that is no file, and may never end: a pipe, a device."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


_COUNTS = ("IFD", "PlaneCount", "NumPlanes", "FirstZ", "FirstC", "FirstT")


def _root(text: str, path: str) -> Element:
    try:
        return ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise StoreError(f"{path}: its OME-XML is not well-formed: {error}") from None


def _planes(pixels: Element) -> int:
    return math.prod(max(1, _whole(pixels.get(f"Size{axis}"))) for axis in "ZCT")


def _kind(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _named(parent: Element, kind: str) -> Iterator[Element]:
    return (child for child in parent if _kind(child) == kind)


def _whole(text: str | None) -> int:
    """Return a number; one that is too long to be one is too large for anything."""
    if text is None:
        return 0
    return int(text) if _WHOLE.fullmatch(text.strip()) else 1 << 62


def read_images(text: str, path: str) -> list[OmeImage]:
    """Return what is said of each image, in their order; raises StoreError for what is no XML."""
    root = _root(text, path)
    images = []
    for image in _named(root, "Image"):
        pixels = next(_named(image, "Pixels"), None)
        if pixels is not None:
            images.append(attrs.evolve(_image(image, pixels), unkept=tuple(unkept(root, image))))
    return images


def without_pixels(text: str, path: str) -> bytes:
    """Return the document as it describes images whose pixels are elsewhere; raises StoreError for what is no XML."""
    root = _root(text, path)
    for image in _named(root, "Image"):
        for pixels in _named(image, "Pixels"):
            space = pixels.tag.rpartition("Pixels")[0]
            kept = [child for child in pixels if _kind(child) not in _PIXELS]
            channels = sum(_kind(child) == "Channel" for child in kept)
            pixels[:] = [*kept[:channels], ElementTree.Element(f"{space}MetadataOnly"), *kept[channels:]]
    ElementTree.register_namespace("", root.tag[1:].partition("}")[0])
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _image(image: Element, pixels: Element) -> OmeImage:
    sizes, units = {}, {}
    positions, remarks = stage_position(pixels)
    for axis, key in _SIZES.items():
        size = _number(pixels.get(key))
        if size is None:
            continue
        symbol = pixels.get(f"{key}Unit") or ("s" if axis == "t" else "\N{MICRO SIGN}m")  # which the schema has
        unit = (ome_time if axis == "t" else ome_length)(symbol)
        if unit is None:
            remarks.append(f"{key} is in {symbol!r}, for which OME-NGFF has no unit: it is left out")
            continue
        sizes[axis], units[axis] = size, unit
    channels = list(_named(pixels, "Channel"))
    samples = tuple(max(1, min(_whole(channel.get("SamplesPerPixel")), 64)) for channel in channels)
    return OmeImage(
        name=image.get("Name") or None,
        shape={axis.lower(): _whole(pixels.get(f"Size{axis}")) for axis in "TCZYX"},
        sizes=sizes,
        units=units,
        positions=positions,
        channels=tuple(map(_channel, channels)),
        samples=samples,
        bits=bits if 0 < (bits := _whole(pixels.get("SignificantBits"))) <= 64 else None,
        remarks=tuple(remarks),
        unkept=(),
    )


def _number(text: str | None) -> float | None:
    """Return a number above 0."""
    try:
        number = float(text) if text is not None else 0.0
    except ValueError:
        return None
    return number if 0 < number < math.inf else None


def _channel(channel: Element) -> Channel:
    emission = _number(channel.get("EmissionWavelength"))
    per_nanometer = {"nm": 1.0, "\N{MICRO SIGN}m": 1e3, "mm": 1e6, "pm": 1e-3}
    per_nanometer["\N{LATIN CAPITAL LETTER A WITH RING ABOVE}"] = 0.1
    unit = per_nanometer.get(channel.get("EmissionWavelengthUnit") or "nm")
    return Channel(
        name=channel.get("Name") or None,
        color=_color(channel.get("Color")),
        emission=emission * unit if emission is not None and unit is not None else None,
    )


def _color(text: str | None) -> str | None:
    """Return RGB for a colour of OME-XML: red, green, blue and opacity in one signed number of 32 bits."""
    try:
        number = int(text or "")
    except ValueError:
        return None
    return f"{(number >> 8) & 0xFFFFFF:06X}" if -(1 << 31) <= number < 1 << 32 else None
