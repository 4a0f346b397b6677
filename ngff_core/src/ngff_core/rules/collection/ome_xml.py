"""Rules on the OME-XML of collections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD
from ngff_core.models.children import OME_XML, ome_xml_of, series_of
from ngff_core.references import Reference
from ngff_core.rules.collection.examples import COLLECTION, example, xml

if TYPE_CHECKING:
    from ngff_core.hierarchy.ome_xml import OmeXml

_read_ome_xml = Reference("ngff_core.hierarchy.ome_xml:read_ome_xml")  # loads a parser of XML, which few stores need


def series_in(node: GroupNode) -> list[str]:
    """Return the paths that the group OME of a collection or plate lists; none without it."""
    ome = node.children.get("OME")
    return series_of(ome.model) if isinstance(ome, GroupNode) else []


@rule(
    "collection-ome-xml-present",
    on=GroupNode,
    kinds=COLLECTION,
    requirement=SHOULD,
    valid=[example("0", ome_xml=xml("a"))],
    invalid=[example("0"), example("0", series=["0"])],
)
def ome_xml_present(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """OME/METADATA.ome.xml describes all images of the collection."""
    if ome_xml_of(node) is None and not isinstance(node.children.get(f"OME/{OME_XML}"), Absent):
        yield ctx.issue("there is no OME-XML", expected=f"OME/{OME_XML}")


def _ome_xml(node: GroupNode) -> OmeXml | None:
    data = ome_xml_of(node)
    return _read_ome_xml(data) if data is not None else None


@rule(
    "collection-ome-xml-valid",
    on=GroupNode,
    kinds=COLLECTION,
    requirement=MUST,
    valid=[example("0", ome_xml=xml("a"))],
    invalid=[example("0", ome_xml=b"<OME"), example("0", ome_xml=b"<html/>")],
)
def ome_xml_valid(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """OME/METADATA.ome.xml is valid OME-XML.

    Checked: well-formed, the root element OME in the namespace of the schema, and for each image the
    identifiers and the attributes of Pixels that the schema requires. Not the whole schema.

    To mend: write the file with a library for OME-XML; the message says which part of it is wrong.
    """
    found = _ome_xml(node)
    for problem in found.problems if found is not None else ():
        yield ctx.at(node="OME", document=OME_XML).issue(problem)


@rule(
    "collection-ome-xml-metadata-only",
    on=GroupNode,
    kinds=COLLECTION,
    requirement=MUST,
    valid=[example("0", ome_xml=xml("a"))],
    invalid=[example("0", ome_xml=xml("a", pixels="<TiffData/>"))],
)
def ome_xml_metadata_only(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The Pixels of the OME-XML use MetadataOnly, not BinData, BinaryOnly or TiffData."""
    found = _ome_xml(node)
    for image, element in found.other_pixels if found is not None else ():
        yield ctx.at(node="OME", document=OME_XML).issue(
            f"image {image} of the OME-XML uses {element}", found=element, expected="MetadataOnly"
        )


@rule(
    "collection-one-image-per-group",
    on=GroupNode,
    kinds=COLLECTION,
    requirement=MUST,
    covers=["series-order-matches-ome-xml"],
    valid=[example("0", "1", ome_xml=xml("a", "b"))],
    invalid=[example("0", ome_xml=xml("a", "b")), example("0", "1", series=["0", "1"], ome_xml=xml("a"))],
)
def one_image_per_group(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each image group stands for exactly one Image of the OME-XML, in the same order.

    Only their number can be compared: names may differ.
    """
    found = _ome_xml(node)
    if found is None or found.problems:
        return
    series = series_in(node)
    groups = len(series) or sum(path.isdecimal() for path, _ in node.groups())
    if groups and groups != found.images:
        yield ctx.at(node="OME", document=OME_XML).issue(
            f"the collection has {groups} image{'s' if groups != 1 else ''}, its OME-XML describes {found.images}",
            shown=f"{found.images} images",
            expected=f"{groups} images",
        )
