"""Read from OME-XML what has to agree with the hierarchy around it: its images, and how they keep pixels."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import attrs

__all__ = ["OmeXml", "read_ome_xml"]

LONG = 20  # digits, of what is no number of a row or a column
_NAMESPACE = re.compile(r"\{(http://www\.openmicroscopy\.org/Schemas/OME/\d{4}-\d{2})\}OME")
_PIXELS = ("ID", "DimensionOrder", "Type", "SizeX", "SizeY", "SizeZ", "SizeC", "SizeT")
_FORBIDDEN = ("BinData", "BinaryOnly", "TiffData")


@attrs.define(eq=False, repr=False)
class OmeXml:
    """What was read: the number of images, how they keep pixels, and what is wrong.

    ``other_pixels`` names what an image has in place of MetadataOnly, with its number; ``""`` is nothing at all.
    ``ids`` are those of the images, in their order; ``wells_by_id`` maps them to row and column of their well.
    """

    images: int = 0
    ids: list[str | None] = attrs.field(factory=list)
    wells_by_id: dict[str, tuple[int, int]] = attrs.field(factory=dict)
    other_pixels: list[tuple[int, str]] = attrs.field(factory=list)
    problems: list[str] = attrs.field(factory=list)

    @property
    def wells(self) -> list[tuple[int, int] | None]:
        """Row and column of the well of each image; ``None`` for one that lies in none."""
        return [self.wells_by_id.get(id_) if id_ is not None else None for id_ in self.ids]


def read_ome_xml(data: bytes) -> OmeXml:
    """Read OME-XML piece by piece; never raises for bad data."""
    found = OmeXml()
    namespace: str | None = None
    try:
        for event, element in ElementTree.iterparse(io.BytesIO(data), ("start", "end")):
            if namespace is None:
                match = _NAMESPACE.fullmatch(element.tag)
                if match is None:
                    found.problems.append(f"the root element is {element.tag!r}, expected OME in its namespace")
                    return found
                namespace = match[1]
            elif event == "end" and element.tag == f"{{{namespace}}}Image":
                _read_image(element, namespace, found)
                element.clear()
            elif event == "end" and element.tag == f"{{{namespace}}}Well":
                _read_well(element, namespace, found)
            elif event == "end" and element.tag == f"{{{namespace}}}BinaryOnly":
                found.other_pixels.append((found.images, "BinaryOnly"))
    except ElementTree.ParseError as error:
        found.problems.append(f"the document is not well-formed: {error}")
    return found


def _read_image(image: ElementTree.Element, namespace: str, found: OmeXml) -> None:
    number = found.images
    found.images += 1
    found.ids.append(image.get("ID"))
    if not image.get("ID"):
        found.problems.append(f"image {number} has no ID")
    pixels = image.find(f"{{{namespace}}}Pixels")
    if pixels is None:
        found.problems.append(f"image {number} has no Pixels")
        return
    missing = [name for name in _PIXELS if not pixels.get(name)]
    if missing:
        found.problems.append(f"the Pixels of image {number} have no {', '.join(missing)}")
    others = [name for name in _FORBIDDEN if pixels.find(f"{{{namespace}}}{name}") is not None]
    if not others and pixels.find(f"{{{namespace}}}MetadataOnly") is None:
        others = [""]
    found.other_pixels += [(number, name) for name in others]


def _read_well(well: ElementTree.Element, namespace: str, found: OmeXml) -> None:
    row, column = well.get("Row", ""), well.get("Column", "")
    if not (row.isdecimal() and column.isdecimal() and len(row) < LONG and len(column) < LONG):
        return
    for reference in well.iterfind(f"{{{namespace}}}WellSample/{{{namespace}}}ImageRef"):
        found.wells_by_id[reference.get("ID", "")] = (int(row), int(column))
