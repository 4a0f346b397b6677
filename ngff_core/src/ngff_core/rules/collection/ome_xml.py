"""Rules on the OME-XML of collections, and of plates in their layout."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD
from ngff_core.models.children import OME_XML, ome_xml_of, series_of
from ngff_core.rules.collection.examples import LAYOUT_KINDS, example, plate_collection, xml
from ngff_core.rules.collection.fields import fields_of, in_layout, wells_in_order, xml_of
from ngff_core.words import counted


def series_in(node: GroupNode) -> list[str]:
    """Return the paths that the group OME of a collection or plate lists; none without it."""
    ome = node.children.get("OME")
    return series_of(ome.model) if isinstance(ome, GroupNode) else []


@rule(
    "collection-ome-xml-present",
    on=GroupNode,
    kinds=LAYOUT_KINDS,
    requirement=SHOULD,
    valid=[example("0", ome_xml=xml("a")), plate_collection(ome_xml=xml("a"))],
    invalid=[example("0"), example("0", series=["0"]), plate_collection(series=["A/1/0"])],
)
def ome_xml_present(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """OME/METADATA.ome.xml describes all images of the collection."""
    if in_layout(node) and ome_xml_of(node) is None and not isinstance(node.children.get(f"OME/{OME_XML}"), Absent):
        yield ctx.issue("there is no OME-XML", expected=f"OME/{OME_XML}")


@rule(
    "collection-ome-xml-valid",
    on=GroupNode,
    kinds=LAYOUT_KINDS,
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
    found = ctx.shared(xml_of, node)
    for problem in found.problems if found is not None else ():
        yield ctx.at(node="OME", document=OME_XML).issue(problem)


@rule(
    "collection-ome-xml-metadata-only",
    on=GroupNode,
    kinds=LAYOUT_KINDS,
    requirement=MUST,
    valid=[example("0", ome_xml=xml("a"))],
    invalid=[example("0", ome_xml=xml("a", pixels=pixels)) for pixels in ("<TiffData/>", "")],
)
def ome_xml_metadata_only(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The Pixels of the OME-XML use MetadataOnly, not BinData, BinaryOnly or TiffData."""
    found = ctx.shared(xml_of, node)
    for image, element in found.other_pixels if found is not None else ():
        yield ctx.at(node="OME", document=OME_XML).issue(
            f"image {image} of the OME-XML {f'uses {element}' if element else 'has Pixels without MetadataOnly'}",
            shown=element or "nothing",
            expected="MetadataOnly",
        )


@rule(
    "collection-one-image-per-group",
    on=GroupNode,
    kinds=LAYOUT_KINDS,
    requirement=MUST,
    covers=["series-order-matches-ome-xml"],
    valid=[example("0", "1", ome_xml=xml("a", "b")), plate_collection(ome_xml=xml("a"))],
    invalid=[
        example("0", ome_xml=xml("a", "b")),
        example("0", "1", series=["0", "1"], ome_xml=xml("a")),
        plate_collection(series=["A/1/0"], ome_xml=xml("a", "b")),
    ],
)
def one_image_per_group(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each image group stands for exactly one Image of the OME-XML, in the same order.

    Their number is compared, and for the series of a plate the wells that the OME-XML puts them in: names may differ.
    """
    found = ctx.shared(xml_of, node)
    if found is None or found.problems:
        return
    series = series_in(node)
    if node.kind == "plate":
        groups = len(series) or len(fields_of(node) or ())
    else:
        groups = len(series) or sum(path.isdecimal() for path, _ in node.groups())
    if groups and groups != found.images:
        yield ctx.at(node="OME", document=OME_XML).issue(
            f"the collection has {counted(groups, 'image')}, its OME-XML describes {found.images}",
            shown=counted(found.images, "image"),
            expected=counted(groups, "image"),
        )
    elif node.kind == "plate" and series and wells_in_order(node, series, found) is False:
        yield ctx.at(node="OME", document=OME_XML).issue(
            "the images of the OME-XML lie in other wells than those of the series, in their order",
            expected="the order of the series",
        )
