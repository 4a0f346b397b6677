"""Rules on collections in the layout of bioformats2raw, their series and their OME-XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.children import OME_XML, ome_xml_of, series_of
from ngff_core.models.collection import CollectionMetadata, SeriesMetadata
from ngff_core.rules.group.misplaced import LAYOUT
from ngff_core.rules.image.dataset import example as image_example
from ngff_core.rules.image.dataset import yx
from ngff_core.rules.plate.examples import example as plate_example

if TYPE_CHECKING:
    from ngff_core.hierarchy.ome_xml import OmeXml

_IMAGE = image_example(yx(8, 8)).data[""]
COLLECTION = ("collection",)


def xml(*names: str, pixels: str = "<MetadataOnly/>") -> bytes:
    """Return OME-XML with one image for each name."""
    images = "".join(
        f'<Image ID="Image:{n}" Name="{name}"><Pixels ID="Pixels:{n}" DimensionOrder="XYZCT" Type="uint16" SizeX="8"'
        f' SizeY="8" SizeZ="1" SizeC="1" SizeT="1">{pixels}</Pixels></Image>'
        for n, name in enumerate(names)
    )
    return f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">{images}</OME>'.encode()


def example(*images: str, series: Any = None, ome_xml: bytes | None = None, root: Any = None, **nodes: Any) -> Example:
    """Return a collection of images."""
    data: dict[str, Any] = {"": root or {LAYOUT: 3}}
    for path in images:
        data[path] = _IMAGE
        data[f"{path}/0"] = yx(8, 8)
    if series is not None:
        data["OME"] = {"series": series}
    elif ome_xml is not None:
        data["OME"] = None
    data.update(nodes)
    files = {f"OME/{OME_XML}": ome_xml} if ome_xml is not None else {}
    return Example(data, files=files)


def _plate(*, series: Any = None, **nodes: Any) -> Example:
    data = dict(plate_example().data)
    data[""] = {**data[""], LAYOUT: 3}
    if series is not None:
        data["OME"] = {"series": series}
    return Example({**data, **nodes})


# --- documents --------------------------------------------------------------------------------------


@rule(
    "collection-layout-is-3",
    on=CollectionMetadata,
    requirement=MUST,
    valid=[{LAYOUT: 3}],
    invalid=[{LAYOUT: 2}],
)
def layout_is_3(collection: CollectionMetadata, ctx: Context) -> Iterator[Issue]:
    """The layout is the number 3.

    The text prints it in quotes; the schema and all examples have the number.
    """
    value = collection.layout
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value != 3:
        yield ctx.at(LAYOUT).issue(f"layout {value} is unknown", found=value, expected="3")


@rule("series-nonempty", on=SeriesMetadata, requirement=SHOULD, valid=[{"series": ["0"]}], invalid=[{"series": []}])
def series_nonempty(series: SeriesMetadata, ctx: Context) -> Iterator[Issue]:
    """`series` has at least one entry.

    Plainly meant by the schema, though the keyword it uses does nothing.

    Peers: yaozarrs has it as an error.
    """
    if series.series == []:
        yield ctx.at("series").issue("series is empty", shown="[]", hint="leave the key out, or list the images")


# --- the hierarchy ----------------------------------------------------------------------------------


def _series(node: GroupNode) -> list[str]:
    ome = node.children.get("OME")
    return series_of(ome.model) if isinstance(ome, GroupNode) else []


@rule(
    "collection-plate-key-precedence",
    on=GroupNode,
    kinds=COLLECTION,
    requirement=MUST,
    valid=[example("0")],
    invalid=[Example({**{k: v for k, v in plate_example().data.items() if k}, "": {LAYOUT: 3}})],
)
def plate_key_precedence(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """When the top group of a collection is a plate it also has `plate`, and the rules on plates win.

    Seen when there are rows of wells below and no images. Needs a store that can list.
    """
    if any(True for _ in node.groups("image")):
        return
    rows = [path for path, child in node.groups() if child.role == "group" and _has_wells(child)]
    if rows:
        yield ctx.issue(
            f"there are rows of wells below ({', '.join(rows[:4])}), but no plate metadata",
            shown=", ".join(rows),
            expected='"plate"',
        )


def _has_wells(node: GroupNode) -> bool:
    return (
        node.kind is None
        and bool(node.listing)
        and all(name.endswith("/") or name in ("zarr.json", ".zgroup", ".zattrs") for name in node.listing or ())
    )


@rule(
    "collection-plate-not-mixed",
    on=GroupNode,
    kinds=["plate"],
    requirement=MUST,
    covers=["collection-plate-images-at-location"],
    valid=[plate_example(), _plate(series=["A/1/0"])],
    invalid=[Example({**_plate(series=["A/1/0"]).data, "0": _IMAGE, "0/0": yx(8, 8)})],
)
def plate_not_mixed(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A group is a plate or a collection of images, not both: images are where the plate and its wells say.

    Needs a store that can list.
    """
    for path, child in node.groups("image"):
        if child.role == "group":
            yield ctx.issue(f"image {path!r} stands beside the rows of the plate", found=path, expected="rows only")


@rule(
    "collection-plate-series-present",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[plate_example(), _plate(series=["A/1/0"])],
    invalid=[_plate()],
)
def plate_series_present(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A plate in the layout of bioformats2raw also lists its images in the series of its group OME."""
    if LAYOUT in (node.ome or {}) and not _series(node):
        yield ctx.at(LAYOUT).issue("the plate lists no series", expected='"series" in the group OME')


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
    from ngff_core.hierarchy.ome_xml import read_ome_xml

    data = ome_xml_of(node)
    return read_ome_xml(data) if data is not None else None


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
    "collection-numbered-groups",
    on=GroupNode,
    kinds=COLLECTION,
    requirement=MUST,
    valid=[example("0", "1"), example("a", series=["a"])],
    invalid=[example("1", "2"), example("0", "2"), example()],
)
def numbered_groups(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Without series and without plate the images are groups named 0, 1, 2, ... without a gap.

    A plate in the place of an image is judged as a plate, and a warning.

    Peers: yaozarrs and ome-zarr-models stop at the first gap and say nothing.
    """
    if _series(node):
        return
    numbers = sorted(
        int(path)
        for path, child in node.children.items()
        if path.isdecimal() and not (isinstance(child, Absent) and child.why is Why.MISSING)
    )
    if not numbers:
        if not any(child.kind in ("plate", "collection") for _, child in node.groups()):
            yield ctx.issue("the collection has no images", shown="no group 0", expected="groups 0, 1, 2, ...")
        return
    for number, expected in zip(numbers, range(len(numbers)), strict=True):
        if number != expected:
            yield ctx.issue(
                f"image {expected} is missing",
                shown=", ".join(map(str, numbers[:20])),
                expected=f"groups 0 to {len(numbers) - 1} without a gap",
            )
            break
    for path in map(str, numbers):
        yield from _not_image(node, path, ctx, f"group {path!r}")


def _not_image(
    node: GroupNode, path: str, ctx: Context, title: str, where: str = "", document: str | None = None, *pointer: Any
) -> Iterator[Issue]:
    child = node.children.get(path)
    details: dict[str, Any] = {"found": path, "expected": "a multiscale image"}
    if where:
        details |= {"node": where, "document": document}
    if isinstance(child, Absent) and child.why is not Why.UNREADABLE and child.why is not Why.OTHER_FORMAT:
        why = {Why.ARRAY: "is an array", Why.OUTSIDE: "leads out of the store and was not followed"}
        yield ctx.issue(f"{title} {why.get(child.why, 'is not there')}", *pointer, **details)
    elif isinstance(child, GroupNode) and child.kind not in ("image", "label-image") and not child.document.problems:
        plate = child.kind == "plate"
        kind = f"a group of kind {child.kind}" if child.kind else "a group without image metadata"
        yield ctx.issue(f"{title} is {kind}", *pointer, severity=Severity.WARNING if plate else None, **details)


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
    series = _series(node)
    groups = len(series) or sum(path.isdecimal() for path, _ in node.groups())
    if groups and groups != found.images:
        yield ctx.at(node="OME", document=OME_XML).issue(
            f"the collection has {groups} image{'s' if groups != 1 else ''}, its OME-XML describes {found.images}",
            shown=f"{found.images} images",
            expected=f"{groups} images",
        )


@rule(
    "series-paths-are-images",
    on=GroupNode,
    kinds=COLLECTION,
    requirement=MUST,
    valid=[example("0", "1", series=["0", "1"])],
    invalid=[example("0", series=["0", "7"]), example("0", series=["0", "../x"])],
)
def series_paths(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each entry of `series` is the path of an image group, relative to the top group of the collection.

    The text does not say relative to what; the examples do. A plate in the place of an image is judged as a plate,
    and a warning.
    """
    ome = node.children.get("OME")
    if not isinstance(ome, GroupNode):
        return
    base = (*ome.document.base, *ome.base)
    series = getattr(ome.model, "series", None)
    for index, path in enumerate(series if isinstance(series, list) else ()):
        if isinstance(path, str):
            yield from _not_image(node, path, ctx, f"series {path!r}", "OME", ome.document.name, *base, "series", index)


PLATE_RULES = (plate_not_mixed, plate_series_present)
COLLECTION_RULES = (
    layout_is_3,
    plate_key_precedence,
    ome_xml_present,
    ome_xml_valid,
    ome_xml_metadata_only,
    numbered_groups,
    one_image_per_group,
    series_paths,
)
