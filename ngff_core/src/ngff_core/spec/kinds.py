"""What versions have in common: the kinds of groups, sections of the specification, where a version is stated."""

from __future__ import annotations

from collections.abc import Mapping

from ngff_core.references import Reference
from ngff_core.spec.spec import Children, Kind, Strip

__all__ = [
    "EARLY_PLACES",
    "IMAGE",
    "LABEL_IMAGE",
    "LATER_KEYS",
    "PARTICULARS",
    "SECTIONS",
    "children_of",
    "early_kinds",
    "standard_kinds",
]

EARLY_PLACES = (
    ("multiscales", 0, "version"),
    ("plate", "version"),
    ("well", "version"),
    ("image-label", "version"),
)
"""Where versions up to 0.4 state themselves."""

LATER_KEYS: Mapping[str, str] = {"scene": "0.6", "coordinateSystems": "0.6"}
"""Keys that documents of earlier versions sometimes have, and the version that they are of, installed or not."""

SECTIONS: Mapping[str, str] = {
    "version": "metadata",
    "zarr": "storage-format",
    "multiscale": "multiscale-md",
    "dataset": "multiscale-md",
    "axes": "axes-md",
    "transform": "trafo-md",
    "omero": "omero-md",
    "labels": "labels-md",
    "label": "labels-md",
    "plate": "plate-md",
    "well": "well-md",
    "collection": "bf2raw",
    "series": "bf2raw",
}


_MISPLACED = ("collection", "labels-group")  # whose keys, on other groups, have rules of their own


def children_of(kind: str) -> Reference:
    """Return the function that names the children of a kind of group, as most versions have it."""
    return Reference(f"ngff_core.models.children:{kind}_children")


IMAGE = children_of("image")
LABEL_IMAGE = children_of("label_image")
PARTICULARS = Reference("ngff_core.models.particulars:without_particulars")
"""Takes out of images what makes no difference to the rules that versions share."""

_LABEL_PARTICULARS = Reference("ngff_core.models.particulars:without_label_particulars")


def standard_kinds(
    package: str,
    *,
    image: Children = IMAGE,
    label_image: Children = LABEL_IMAGE,
    more: tuple[Kind, ...] = (),
    strip: Strip | None = None,
) -> tuple[Kind, ...]:
    """Return the kinds of groups of a version since 0.4, whose models are in modules of ``package``.

    Those modules are ``image``, ``labels``, ``plate`` and ``collection``. ``image`` and ``label_image`` name the
    children of these kinds; ``more`` are kinds that a version has besides, decided after images. ``strip`` is that of
    images (see `Kind`).
    """
    collection = Kind(
        "collection",
        ("bioformats2raw.layout",),
        Reference(f"{package}.collection:Bf2Raw"),
        children_of("collection"),
    )
    series = Kind("series", ("series",), Reference(f"{package}.collection:Series"), children_of("series"), depth=1)
    first, labels = _common(package, children_of("plate"), image, label_image, strip)
    return (*first, *more, collection, labels, series)


def early_kinds(package: str, *, image: Children = IMAGE, label_image: Children = LABEL_IMAGE) -> tuple[Kind, ...]:
    """Return the kinds of groups of a version before 0.4: there are no collections."""
    first, labels = _common(package, children_of("early_plate"), image, label_image, None)
    return (*first, labels)


def _common(
    package: str, plate: Children, image: Children, label_image: Children, strip: Strip | None
) -> tuple[tuple[Kind, ...], Kind]:
    """Return the kinds that every version has, in the order in which their keys decide; labels groups come later."""
    first = (
        Kind("plate", ("plate",), Reference(f"{package}.plate:Plate"), plate, parts="well", covers=_MISPLACED),
        Kind("well", ("well",), Reference(f"{package}.plate:Well"), children_of("well"), depth=2, covers=_MISPLACED),
        Kind(
            "label-image",
            ("image-label",),
            Reference(f"{package}.labels:LabelImage"),
            label_image,
            expected_keys=("multiscales",),
            covers=("image", *_MISPLACED),
            strip=_LABEL_PARTICULARS if strip == PARTICULARS else None,
            placed=True,
        ),
        Kind(
            "image",
            ("multiscales",),
            Reference(f"{package}.image:Image"),
            image,
            covers=_MISPLACED,
            strip=strip,
        ),
    )
    labels = Kind(
        "labels-group",
        ("labels",),
        Reference(f"{package}.labels:LabelsGroup"),
        children_of("labels"),
        always_as="labels-group",
        depth=1,
        covers=("image",),  # labels-group-not-image
    )
    return first, labels
