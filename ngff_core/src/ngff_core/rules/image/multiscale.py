"""Rules on the list of multiscales and on its entries."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Severity
from ngff_core.models.image import ImageMetadata, MultiscaleMetadata
from ngff_core.rules.common import (
    duplicates,
    equal_json,
    lacks,
    other_version,
    repeated_json,
    sound,
    version_missing,
)
from ngff_core.structure.values import JSONObject

_ENTRY: JSONObject = {
    "name": "a",
    "type": "gaussian",
    "metadata": {"method": "mean"},
    "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}],
    "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]}],
}


def without(key: str, entry: JSONObject = _ENTRY) -> JSONObject:
    """Return the example entry without one key."""
    return {k: v for k, v in entry.items() if k != key}


@rule(
    "multiscale-nonempty-array",
    on=ImageMetadata,
    requirement=MUST,
    valid=[{"multiscales": [_ENTRY]}],
    invalid=[{"multiscales": []}],
)
def nonempty(image: ImageMetadata, ctx: Context) -> list[Issue] | None:
    """An image has at least one entry in `multiscales`."""
    if image.multiscales == []:
        return [ctx.at("multiscales").issue("multiscales is empty", shown="[]", expected="at least one entry")]
    return None


@rule(
    "multiscale-entries-unique",
    on=ImageMetadata,
    requirement=MUST,
    valid=[{"multiscales": [_ENTRY, {**_ENTRY, "name": "b"}]}],
    invalid=[{"multiscales": [_ENTRY, _ENTRY]}],
)
def entries_unique(image: ImageMetadata, ctx: Context) -> Iterator[Issue]:
    """No two entries of `multiscales` are identical.

    To mend: take the repeated entry out.
    """
    if image.multiscales.__class__ is not list or len(image.multiscales) < 2:
        return
    entries = list(sound(image.multiscales, MultiscaleMetadata))
    for position, first in repeated_json([entry for _, entry in entries]):
        index = entries[position][0]
        yield ctx.at("multiscales", index).issue(f"entry {index} repeats entry {entries[first][0]}")


@rule(
    "multiscale-choose-by-name",
    on=ImageMetadata,
    requirement=MAY,
    severity=Severity.WARNING,
    valid=[{"multiscales": [{**_ENTRY, "name": "2D"}, {**_ENTRY, "name": "3D"}]}],
    invalid=[{"multiscales": [{**_ENTRY, "type": "a"}, {**_ENTRY, "type": "b"}]}],
)
def names_distinct(image: ImageMetadata, ctx: Context) -> Iterator[Issue]:
    """Several entries of `multiscales` have distinct names, so that one can be chosen by name.

    The text only says how a reader chooses; that the names should differ follows from it.

    To mend: give every entry a name that tells what it shows.
    """
    if image.multiscales.__class__ is not list or len(image.multiscales) < 2:
        return
    entries = [m for _, m in sound(image.multiscales, MultiscaleMetadata)]
    for index, first in duplicates([m.name for m in entries]):
        if not equal_json(entries[index], entries[first]):
            name = entries[index].name
            yield ctx.at("multiscales", index, "name").issue(f"entry {index} has the name {name!r} of entry {first}")


@rule("multiscale-name-present", on=MultiscaleMetadata, requirement=SHOULD, valid=[_ENTRY], invalid=[without("name")])
def name_present(multiscale: MultiscaleMetadata, ctx: Context) -> list[Issue] | None:
    """Each entry of `multiscales` has a name."""
    if multiscale.name is None and lacks(multiscale, "name"):
        return [ctx.issue("the image has no name", expected='"name"')]
    return None


@rule("multiscale-type-present", on=MultiscaleMetadata, requirement=SHOULD, valid=[_ENTRY], invalid=[without("type")])
def type_present(multiscale: MultiscaleMetadata, ctx: Context) -> list[Issue] | None:
    """Each entry of `multiscales` has a type that names the downscaling method."""
    if multiscale.type is None:
        return [ctx.issue("the downscaling method is not named", expected='"type"')]
    return None


@rule(
    "multiscale-metadata-present",
    on=MultiscaleMetadata,
    requirement=SHOULD,
    valid=[_ENTRY],
    invalid=[without("metadata")],
)
def metadata_present(multiscale: MultiscaleMetadata, ctx: Context) -> list[Issue] | None:
    """Each entry of `multiscales` has metadata about the downscaling."""
    if multiscale.metadata is None and lacks(multiscale, "metadata"):
        return [ctx.issue("nothing is said about how the levels were made", expected='"metadata"')]
    return None


@rule(
    "dataset-list-nonempty",
    on=MultiscaleMetadata,
    requirement=MUST,
    valid=[_ENTRY],
    invalid=[{**_ENTRY, "datasets": []}],
)
def datasets_nonempty(multiscale: MultiscaleMetadata, ctx: Context) -> list[Issue] | None:
    """`datasets` has at least one entry."""
    if multiscale.datasets == []:
        return [ctx.at("datasets").issue("datasets is empty", shown="[]", expected="at least one dataset")]
    return None


@rule(
    "dataset-path-unique",
    on=MultiscaleMetadata,
    requirement=SHOULD,
    valid=[_ENTRY],
    invalid=[{**_ENTRY, "datasets": _ENTRY["datasets"] * 2}],
)
def dataset_paths_unique(multiscale: MultiscaleMetadata, ctx: Context) -> Iterator[Issue]:
    """No two datasets of an image have the same path.

    Not stated in the text, but two levels in one array are never meant.

    To mend: give every level the path of its own array.
    """
    datasets = multiscale.datasets
    if datasets.__class__ is not list or len(datasets) < 2:
        return
    for index, first in duplicates([getattr(dataset, "path", None) for dataset in datasets]):
        path = datasets[index].path
        yield ctx.at("datasets", index, "path").issue(f"dataset {index} has the path {path!r} of dataset {first}")


@rule(
    "version-multiscales-present",
    on=MultiscaleMetadata,
    requirement=SHOULD,
    valid=[{"version": "0.4", **_ENTRY}],
    invalid=[_ENTRY],
)
def version_present(multiscale: MultiscaleMetadata, ctx: Context) -> list[Issue] | None:
    """The image carries a version."""
    return version_missing(multiscale, "image", ctx)


@rule(
    "version-multiscales-value",
    on=MultiscaleMetadata,
    requirement=MUST,
    valid=[{"version": "0.4", **_ENTRY}],
    invalid=[{**_ENTRY, "version": "foo"}],
)
def version_value(multiscale: MultiscaleMetadata, ctx: Context) -> list[Issue] | None:
    """A version inside the image is the string that names this version of the specification.

    A number in its place is a fault of structure.
    """
    return other_version(multiscale.version, ctx)


NESTED_VERSION = (version_present, version_value)
MULTISCALE_RULES = (
    nonempty,
    entries_unique,
    names_distinct,
    name_present,
    type_present,
    metadata_present,
    datasets_nonempty,
    dataset_paths_unique,
)
