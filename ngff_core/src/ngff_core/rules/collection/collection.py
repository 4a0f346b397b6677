"""Rules on collections in the layout of bioformats2raw and their series; those on their OME-XML are in `ome_xml`."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, Location, rule
from ngff_core.hierarchy.nodes import Absent, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import LONG
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.collection import CollectionMetadata, SeriesMetadata
from ngff_core.models.plate import PlateMetadata
from ngff_core.rules.collection.examples import COLLECTION, IMAGE, example, plate_collection, xml
from ngff_core.rules.collection.fields import FIELD_RULES
from ngff_core.rules.collection.ome_xml import (
    ome_xml_metadata_only,
    ome_xml_present,
    ome_xml_valid,
    one_image_per_group,
    series_in,
)
from ngff_core.rules.collection.unlisted import series_all_listed
from ngff_core.rules.common import duplicates, not_followed, odd_path
from ngff_core.rules.group.between import intermediate_is_group
from ngff_core.rules.group.misplaced import LAYOUT
from ngff_core.rules.image.dataset import yx
from ngff_core.rules.meant import meant_in
from ngff_core.rules.plate.examples import example as plate_example
from ngff_core.rules.plate.examples import plate
from ngff_core.rules.unlisted import image_in
from ngff_core.words import listed, positions

__all__ = [
    "COLLECTION",
    "COLLECTION_RULES",
    "PLATE_RULES",
    "SERIES_RULES",
    "example",
    "layout_is_3",
    "numbered_groups",
    "ome_xml_metadata_only",
    "ome_xml_present",
    "ome_xml_valid",
    "one_image_per_group",
    "plate_key_precedence",
    "plate_layout_is_3",
    "plate_not_mixed",
    "plate_series_present",
    "series_all_listed",
    "series_nonempty",
    "series_paths",
    "series_unique",
    "ways_are_groups",
    "xml",
]


def _without_key(of: Example) -> Example:
    """Return a plate as a collection that says nothing of a plate."""
    return Example({**of.data, "": {LAYOUT: 3}}, files=of.files)


@rule(
    "collection-layout-is-3",
    on=CollectionMetadata,
    requirement=MUST,
    valid=[{LAYOUT: 3}],
    invalid=[{LAYOUT: 2}],
)
def layout_is_3(collection: CollectionMetadata | PlateMetadata, ctx: Context) -> Iterator[Issue]:
    """The layout is the number 3.

    The text prints it in quotes; the schema and all examples have the number.
    """
    value = collection.bioformats2raw_layout
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value != 3:
        yield ctx.at(LAYOUT).issue(f"layout {value} is unknown", found=value, expected="3")


plate_layout_is_3 = layout_is_3.evolve(
    on=PlateMetadata,
    valid=(Example({"plate": plate()}), Example({LAYOUT: 3, "plate": plate()})),
    invalid=(Example({LAYOUT: 2, "plate": plate()}),),
)


@rule("series-nonempty", on=SeriesMetadata, requirement=SHOULD, valid=[{"series": ["0"]}], invalid=[{"series": []}])
def series_nonempty(series: SeriesMetadata, ctx: Context) -> Iterator[Issue]:
    """`series` has at least one entry.

    Plainly meant by the schema, though the keyword it uses does nothing.

    Peers: yaozarrs 0.3.4 has it as an error.
    """
    if series.series == []:
        yield ctx.at("series").issue("series is empty", shown="[]", hint="leave the key out, or list the images")


@rule(
    "series-paths-unique",
    on=SeriesMetadata,
    requirement=SHOULD,
    valid=[{"series": ["0", "1"]}],
    invalid=[{"series": ["0", "1", "0"]}],
)
def series_unique(series: SeriesMetadata, ctx: Context) -> Iterator[Issue]:
    """No image is listed twice in `series`.

    Not stated in so many words, but each entry stands for one Image of the OME-XML.

    To mend: take the repeated entry out.
    """
    paths = series.series if isinstance(series.series, list) else []
    for index, first in duplicates(paths):
        yield ctx.at("series", index).issue(f"series {index} repeats series {first}", found=paths[index])


@rule(
    "collection-plate-key-precedence",
    on=GroupNode,
    kinds=COLLECTION,
    requirement=MUST,
    valid=[example("0"), example("a/b/0", series=["a/b/0"], **{"a": None, "a/b": None})],
    invalid=[_without_key(plate_example()), _without_key(plate_collection(series=["A/1/0"]))],
)
def plate_key_precedence(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """When the top group of a collection is a plate it also has `plate`, and the rules on plates win.

    Seen when there are wells below: those that hold the images of the series, or, in a store that can list, those in
    groups beside the images.
    """
    rows = dict.fromkeys(path.partition("/")[0] for path, _ in node.groups("well"))
    if rows:
        yield ctx.issue(
            f"there are rows of wells below ({', '.join([*rows][:4])}), but no plate metadata",
            shown=listed([*rows]),
            expected='"plate"',
        )


@rule(
    "collection-plate-not-mixed",
    on=GroupNode,
    kinds=["plate"],
    requirement=MUST,
    covers=["collection-plate-images-at-location"],
    valid=[plate_example(), plate_collection(series=["A/1/0"])],
    invalid=[Example({**plate_collection(series=["A/1/0"]).data, "0": IMAGE, "0/0": yx(8, 8)})],
)
def plate_not_mixed(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A group is a plate or a collection of images, not both: images are where the plate and its wells say.

    Needs a store that can list.
    """
    for path, child in node.children.items():
        beside = child.role == "group" if isinstance(child, GroupNode) else isinstance(child, Absent) and child.listing
        image = image_in(node, path) if beside and "/" not in path else None
        if image is not None and image.path == path and not image.damaged:
            yield ctx.issue(f"{image.named()} stands beside the rows of the plate", found=path, expected="rows only")


@rule(
    "collection-plate-series-present",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[plate_example(), plate_collection(series=["A/1/0"])],
    invalid=[plate_collection()],
)
def plate_series_present(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A plate in the layout of bioformats2raw also lists its images in the series of its group OME."""
    if LAYOUT in (node.ome or {}) and not series_in(node):
        yield ctx.at(LAYOUT).issue("the plate lists no series", expected='"series" in the group OME')


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

    Peers: yaozarrs 0.3.4 and ome-zarr-models 1.8.1 stop at the first gap and say nothing.
    """
    if series_in(node):
        return
    numbers = sorted(
        int(path)
        for path, child in node.children.items()
        if path.isdecimal() and len(path) < LONG and not (isinstance(child, Absent) and child.why is Why.MISSING)
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
                expected=f"groups {positions(len(numbers))} without a gap" if len(numbers) > 1 else "group 0",
            )
            break
    for path in map(str, numbers):
        yield from _not_image(node, path, f"group {path!r}", ctx.at(), ctx)


def _not_image(node: GroupNode, path: str, title: str, at: Location, ctx: Context) -> Iterator[Issue]:
    child = node.children.get(path)
    expected = "a multiscale image"
    if isinstance(child, Absent) and child.why is not Why.UNREADABLE and child.why is not Why.OTHER_FORMAT:
        message = f"{title} {'is an array' if child.why is Why.ARRAY else 'is not there'}"
        outside = child.why is Why.OUTSIDE
        yield at.issue(not_followed(path) if outside else message, found=path, expected=expected)
    elif isinstance(child, GroupNode) and child.kind not in ("image", "label-image") and not child.document.problems:
        kind = f"a group of kind {child.kind}" if child.kind else "a group without image metadata"
        hint = meant_in(child, ctx)
        yield at.issue(f"{title} is {kind}", found=path, expected=expected, hint=hint)


@rule(
    "series-paths-are-images",
    on=GroupNode,
    kinds=COLLECTION,
    requirement=MUST,
    valid=[example("0", "1", series=["0", "1"])],
    invalid=[
        example("0", series=["0", "7"]),
        example("0", series=["0", "../x"]),
        Example(example("0", series=["0/"]).data, "a slash at the end: a warning"),
    ],
)
def series_paths(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each entry of `series` is the path of an image group, relative to the top group of the collection.

    The text does not say relative to what; the examples do. A plate in the place of an image is judged as a plate, too.
    Superfluous slashes and dots in a path that leads to an image are a warning.
    """
    ome = node.children.get("OME")
    if not isinstance(ome, GroupNode):
        return
    base = (*ome.document.base, *ome.base)
    series = getattr(ome.model, "series", None)
    for index, path in enumerate(series if isinstance(series, list) else ()):
        if isinstance(path, str):
            at = ctx.at(*base, "series", index, node="OME", document=ome.document.name)
            wrong = [*_not_image(node, path, f"series {path!r}", at, ctx)]
            yield from wrong
            followed = not wrong and isinstance(node.children.get(path), GroupNode)
            if followed and (odd := odd_path(path, ctx.spec.zarr_format, "collection")) is not None:
                yield at.issue(odd, found=path, severity=Severity.WARNING)


ways_are_groups = intermediate_is_group.evolve(
    kinds=COLLECTION,
    valid=(example("a/0", series=["a/0"], a=None),),
    invalid=(example("a/0", series=["a/0"]),),
)


XML_RULES = (ome_xml_present, ome_xml_valid, ome_xml_metadata_only)
PLATE_RULES = (plate_layout_is_3, plate_not_mixed, plate_series_present, *XML_RULES, one_image_per_group, *FIELD_RULES)
SERIES_RULES = (series_nonempty, series_unique)
COLLECTION_RULES = (
    layout_is_3,
    plate_key_precedence,
    *XML_RULES,
    numbered_groups,
    one_image_per_group,
    series_paths,
    series_all_listed,
)
