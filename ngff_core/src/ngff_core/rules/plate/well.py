"""Rules on wells and their fields of view."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.plate import Acquisition, FieldOfView, PlateMetadata, WellDef, WellMetadata
from ngff_core.rules.common import duplicates, equal_json, not_followed, once, other_version, sound, version_missing
from ngff_core.rules.meant import meant_in
from ngff_core.rules.plate.examples import alphanumeric, example, plate
from ngff_core.rules.plate.unlisted import well_images_listed
from ngff_core.words import abbreviate

_WELL = {"images": [{"path": "0"}]}
_TWO = plate(acquisitions=[{"id": 0}, {"id": 1}])


@rule("well-images-nonempty", on=WellDef, requirement=MUST, valid=[_WELL], invalid=[{"images": []}])
def images_nonempty(well: WellDef, ctx: Context) -> Iterator[Issue]:
    """A well has at least one image.

    Peers: ome-zarr-models 1.8.1 accepts an empty list.
    """
    if well.images == []:
        yield ctx.at("images").issue("images is empty", shown="[]", expected="at least one image")


@rule(
    "well-images-entries-unique",
    on=WellDef,
    requirement=MUST,
    valid=[{"images": [{"path": "0"}, {"path": "1"}]}],
    invalid=[{"images": [{"path": "0"}, {"path": "0"}]}],
)
def images_entries_unique(well: WellDef, ctx: Context) -> Iterator[Issue]:
    """No two entries of `images` are identical.

    To mend: take the repeated entry out.
    """
    for index, first, same in _repeated(well):
        if same:
            yield ctx.at("images", index).issue(f"image {index} repeats image {first}")


@rule(
    "well-image-path-unique",
    on=WellDef,
    requirement=MUST,
    valid=[{"images": [{"path": "0"}, {"path": "1"}]}],
    invalid=[{"images": [{"path": "0", "acquisition": 0}, {"path": "0", "acquisition": 1}]}],
)
def image_path_unique(well: WellDef, ctx: Context) -> Iterator[Issue]:
    """No two images of a well have the same path; case matters.

    Identical entries are reported by well-images-entries-unique.

    Peers: ome-zarr-models 1.8.1 compares whole entries; ome-zarr-io 0.10.2 compares paths, too.

    To mend: name the path of each field once; fields of several acquisitions have paths of their own.
    """
    for index, first, same in _repeated(well):
        if not same:
            path = well.images[index].path
            yield ctx.at("images", index, "path").issue(
                f"image {index} has the path {path!r} of image {first}", found=path
            )


def _repeated(well: WellDef) -> Iterator[tuple[int, int, bool]]:
    images = well.images
    if images.__class__ is list and len(images) > 1:
        for index, first in duplicates([i.path if isinstance(i, FieldOfView) else None for i in images]):
            yield index, first, equal_json(images[index], images[first])


@rule(
    "well-image-path-alphanumeric",
    on=FieldOfView,
    requirement=MUST,
    lenient=Severity.WARNING,
    valid=[{"path": "0"}, {"path": "field1"}],
    invalid=[{"path": p} for p in ("field-0", "0/0", "", "..", "0\n")],
)
def image_path_alphanumeric(field: FieldOfView, ctx: Context) -> Iterator[Issue]:
    """An image path consists of one or more ASCII letters and digits.

    0.6 allows `-`, `_` and `.`; the lenient profile has a warning for these.

    Peers: yaozarrs 0.3.4 lets `-`, `_` and `.` through with a warning already; ome-zarr-models 1.8.1 takes the empty
    string.
    """
    path = field.path
    if isinstance(path, str) and not alphanumeric(path):
        yield ctx.at("path").issue(
            f"path {path!r} is not made of letters and digits", found=path, expected="ASCII letters and digits"
        )


@rule(
    "well-image-path-resolves",
    on=GroupNode,
    kinds=["well"],
    requirement=MUST,
    valid=[example()],
    invalid=[
        Example({k: v for k, v in example().data.items() if k not in ("A/1/0", "A/1/0/0")}),
        example(A__1__0=None),
    ],
)
def image_path_resolves(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each image path leads to a multiscale image group in the well.

    Peers: ome-zarr-models 1.8.1 tolerates missing images.
    """
    definition = node.model.well if isinstance(node.model, WellMetadata) else None
    for index, field in sound(getattr(definition, "images", None), FieldOfView):
        path = field.path
        if not isinstance(path, str):
            continue
        child = node.children.get(path)
        where = ("well", "images", index, "path")
        if isinstance(child, Absent):
            message = {
                Why.MISSING: f"there is no group at {path!r}",
                Why.ARRAY: f"there is an array at {path!r}",
                Why.OUTSIDE: not_followed(path),
            }.get(child.why)
            if message:
                yield ctx.at(*where).issue(message, found=path, expected="a multiscale image")
        elif (
            isinstance(child, GroupNode) and child.kind not in ("image", "label-image") and not child.document.problems
        ):
            kind = f"a group of kind {child.kind}" if child.kind else "a group without image metadata"
            yield ctx.at(*where).issue(
                f"{path!r} is {kind}", found=path, expected="a multiscale image", hint=meant_in(child, ctx)
            )


def _acquisitions(node: GroupNode) -> list[object] | None:
    """Return the ids of the acquisitions of a well's plate; ``None`` without a plate or a list of them."""
    return once(node.parent, _ids) if node.parent is not None else None


def _ids(plate: GroupNode) -> list[object] | None:
    definition = plate.model.plate if isinstance(plate.model, PlateMetadata) else None
    acquisitions = getattr(definition, "acquisitions", None)
    if not isinstance(acquisitions, list) or not all(isinstance(a, Acquisition) for a in acquisitions):
        return None
    return [acquisition.id for acquisition in acquisitions]


def _known_ids(plate: GroupNode) -> set[object]:
    return {id_ for id_ in once(plate, _ids) or () if isinstance(id_, (int, float, str))}


@rule(
    "well-acquisition-required-if-several",
    on=GroupNode,
    kinds=["well"],
    requirement=MUST,
    valid=[example(_TWO, fields=[{"path": "0", "acquisition": 1}])],
    invalid=[example(_TWO)],
)
def acquisition_required(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """When the plate has several acquisitions, every image states its own.

    Peers: ome-zarr-io 0.10.2 and ngff-zarr 0.50.0 check it, too; yaozarrs 0.3.4 and ome-zarr-models 1.8.1 do not.
    """
    definition = node.model.well if isinstance(node.model, WellMetadata) else None
    missing = [
        index
        for index, field in sound(getattr(definition, "images", None), FieldOfView)
        if field.acquisition is None and "acquisition" not in (field._extra or ())
    ]
    if missing and len(_acquisitions(node) or ()) > 1:
        for index in missing:
            yield ctx.at("well", "images", index).issue(
                f"image {index} states no acquisition, though the plate has several", expected='"acquisition"'
            )


@rule(
    "well-acquisition-in-plate",
    on=GroupNode,
    kinds=["well"],
    requirement=MUST,
    valid=[example(_TWO, fields=[{"path": "0", "acquisition": 1}])],
    invalid=[
        example(_TWO, fields=[{"path": "0", "acquisition": 3}]),
        Example(example(fields=[{"path": "0", "acquisition": 3}]).data, "no list of acquisitions: a warning"),
    ],
)
def acquisition_in_plate(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A stated acquisition is the id of one of the plate's acquisitions.

    A warning where the plate lists none.

    Peers: ome-zarr-io 0.10.2 checks it, too; yaozarrs 0.3.4 does not.
    """
    definition = node.model.well if isinstance(node.model, WellMetadata) else None
    stated = [
        (index, field.acquisition)
        for index, field in sound(getattr(definition, "images", None), FieldOfView)
        if isinstance(field.acquisition, (int, float)) and not isinstance(field.acquisition, bool)
    ]
    if not stated or node.parent is None or not isinstance(node.parent.model, PlateMetadata):
        return
    known = _acquisitions(node)
    ids = once(node.parent, _known_ids)
    listed = getattr(node.parent.model.plate, "acquisitions", None) is not None
    if known is None and listed:
        return  # the list is faulty, and reported
    for index, value in stated:
        if value not in ids and str(value) not in ids:  # an id that is text is reported as that
            yield ctx.at("well", "images", index, "acquisition").issue(
                f"acquisition {value} is not one of the plate",
                found=value,
                expected=f"one of {abbreviate(known)}" if known else "acquisitions listed in the plate",
                severity=None if known else Severity.WARNING,
            )


@rule(
    "version-well-present",
    on=WellDef,
    requirement=SHOULD,
    valid=[{"version": "0.4", **_WELL}],
    invalid=[_WELL],
)
def version_present(well: WellDef, ctx: Context) -> list[Issue] | None:
    """The well carries a version."""
    return version_missing(well, "well", ctx)


@rule(
    "version-well-value",
    on=WellDef,
    requirement=MUST,
    valid=[{"version": "0.4", **_WELL}],
    invalid=[{**_WELL, "version": "foo"}],
)
def version_value(well: WellDef, ctx: Context) -> list[Issue] | None:
    """A version inside the well is the string that names this version of the specification.

    A number in its place is a fault of structure.
    """
    return other_version(well.version, ctx)


NESTED_VERSION = (version_present, version_value)
WELL_RULES = (
    images_nonempty,
    images_entries_unique,
    image_path_unique,
    image_path_alphanumeric,
    image_path_resolves,
    well_images_listed,
    acquisition_required,
    acquisition_in_plate,
)
