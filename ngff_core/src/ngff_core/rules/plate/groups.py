"""Rules on the groups of a plate: rows, wells, and the fields in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.plate import Acquisition, FieldOfView, PlateMetadata, WellMetadata
from ngff_core.rules.common import is_number, not_followed, sound
from ngff_core.rules.image.dataset import yx
from ngff_core.rules.meant import meant_in
from ngff_core.rules.plate.examples import IMAGE, WELL, example, plate
from ngff_core.rules.plate.unlisted import empty_row_absent, empty_well_absent, named_wells
from ngff_core.words import counted
from ngff_core.zarr.paths import plain_path


@rule(
    "plate-well-path-resolves",
    on=GroupNode,
    kinds=["plate"],
    requirement=MUST,
    valid=[example()],
    invalid=[example(A__1="absent"), example(A__1=IMAGE), example(plate(wells=[{**WELL, "path": "../../x"}]))],
)
def well_resolves(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each well path leads to a group with well metadata below the plate.

    An error also while an acquisition still runs, by the text.

    Peers: ome-zarr-models 1.8.1 tolerates missing wells.
    """
    for index, path, child in named_wells(node):
        where = ("plate", "wells", index, "path")
        expected = "a group with well metadata"
        if isinstance(child, Absent):
            if child.why in (Why.MISSING, Why.ARRAY):
                what = "an array" if child.why is Why.ARRAY else "no group"
                yield ctx.at(*where).issue(f"there is {what} at {path!r}", found=path, expected=expected)
            elif child.why is Why.OUTSIDE:
                yield ctx.at(*where).issue(not_followed(path), found=path, expected=expected)
        elif isinstance(child, GroupNode) and child.kind != "well" and not child.document.problems:
            kind = f"a group of kind {child.kind}" if child.kind else "a group without well metadata"
            yield ctx.at(*where).issue(f"{path!r} is {kind}", found=path, expected=expected, hint=meant_in(child, ctx))


@rule(
    "plate-groups-above-images",
    on=GroupNode,
    kinds=["plate"],
    requirement=MUST,
    valid=[example()],
    invalid=[
        Example(
            {
                "": {"plate": plate(wells=[{**WELL, "path": "A1"}])},
                "A1": {"well": {"images": [{"path": "0"}]}},
                "A1/0": IMAGE,
                "A1/0/0": yx(8, 8),
            }
        )
    ],
)
def groups_above_images(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Three groups stand above each field image: the plate, a row, and the well.

    A row that is missing as a group is reported by zarr-image-is-group. Up to 0.3 there may be more on the way.
    """
    return wells_at_depths(node, ctx, most=2)


def wells_at_depths(node: GroupNode, ctx: Context, most: int | None) -> Iterator[Issue]:
    """Report each well that lies fewer than two groups below the plate, or more than ``most``."""
    for index, path, child in named_wells(node):
        depth = plain_path(path).count("/") + 1
        if isinstance(child, GroupNode) and child.kind == "well" and (depth < 2 or (most and depth > most)):
            yield ctx.at("plate", "wells", index, "path").issue(
                f"{counted(depth, 'group')} from the plate to well {path!r}",
                found=path,
                expected="2: a row and the well",
            )


def _fields_per_well(node: GroupNode) -> Iterator[tuple[str, list[FieldOfView]]]:
    for path, child in node.groups("well"):
        definition = child.model.well if isinstance(child.model, WellMetadata) else None
        images = getattr(definition, "images", None)
        if isinstance(images, list):  # else that is what is reported
            yield path, [field for _, field in sound(images, FieldOfView)]


@rule(
    "plate-field-count-is-maximum",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[
        example(fields=[{"path": "0"}, {"path": "1"}]),
        Example(example(plate(field_count=4)).data, "larger: information"),
    ],
)
def field_count_is_maximum(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """`field_count` is the largest number of fields in any one well, over all acquisitions.

    A larger number is information only, since wells may be missing.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    definition = node.model.plate if isinstance(node.model, PlateMetadata) else None
    stated = getattr(definition, "field_count", None)
    largest = max(((len(fields), path) for path, fields in _fields_per_well(node)), default=None)
    if largest is None or not isinstance(stated, int) or stated < 1 or largest[0] == stated:
        return
    yield ctx.at("plate", "field_count").issue(
        f"field_count is {stated}, but the fullest well {largest[1]!r} has {largest[0]}",
        found=stated,
        expected=str(largest[0]),
        severity=Severity.INFO if stated > largest[0] else None,
    )


@rule(
    "plate-acquisition-maximumfieldcount-is-maximum",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[example(plate(acquisitions=[{"id": 0, "maximumfieldcount": 1}]), fields=[{"path": "0", "acquisition": 0}])],
    invalid=[
        example(
            plate(acquisitions=[{"id": 0, "maximumfieldcount": 1}], field_count=2),
            fields=[{"path": "0", "acquisition": 0}, {"path": "1", "acquisition": 0}],
        )
    ],
)
def maximumfieldcount_is_maximum(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """`maximumfieldcount` is not smaller than the number of fields of that acquisition in any well.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    definition = node.model.plate if isinstance(node.model, PlateMetadata) else None
    largest: dict[float, tuple[int, str]] = {}
    for path, fields in _fields_per_well(node):
        for number, count in Counter(f.acquisition for f in fields if is_number(f.acquisition)).items():
            largest[number] = max(largest.get(number, (0, "")), (count, path))
    for index, acquisition in sound(getattr(definition, "acquisitions", None), Acquisition):
        stated = acquisition.maximumfieldcount
        count, path = largest.get(acquisition.id, (0, "")) if is_number(acquisition.id) else (0, "")
        if isinstance(stated, int) and 0 < stated < count:
            yield ctx.at("plate", "acquisitions", index, "maximumfieldcount").issue(
                f"acquisition {acquisition.id} has {counted(count, 'field')} in well {path!r}"
                ", more than its maximumfieldcount",
                found=stated,
                expected=f"at least {count}",
            )


GROUP_RULES = (
    well_resolves,
    groups_above_images,
    empty_row_absent,
    empty_well_absent,
    field_count_is_maximum,
    maximumfieldcount_is_maximum,
)
