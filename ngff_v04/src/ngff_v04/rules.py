"""The rules of OME-NGFF 0.4, kind by kind, in the order in which findings at one place are reported.

Each function imports what it needs when it is called, so that judging an image does not load the rules of plates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ngff_core.issues.requirement import SHOULD
from ngff_v04.version import VERSION

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule

__all__ = ["RULES"]


def general() -> Iterable[Rule]:
    """Return the rules for groups of any kind, and for arrays."""
    from ngff_core.rules.group import misplaced, zarr

    return (*zarr.ZARR_RULES, zarr.format_2, zarr.no_side_by_side, misplaced.in_group_attributes)


def image() -> Iterable[Rule]:
    """Return the rules for images."""
    from ngff_core.rules.group import between, misplaced, zarr
    from ngff_core.rules.group.nested_version import nested
    from ngff_core.rules.image import axes, dataset, multiscale, omero, scale, transform
    from ngff_core.rules.keys import unknown
    from ngff_core.rules.position import levels

    return (
        *nested(*multiscale.NESTED_VERSION, VERSION),
        zarr.separator_slash,
        zarr.array_dimensions,
        between.levels_listed,
        unknown.keys_known,
        unknown.entry_keys_belong,
        *multiscale.MULTISCALE_RULES,
        *dataset.DATASET_RULES,
        *axes.AXES_RULES,
        *transform.TRANSFORM_RULES,
        *scale.SCALE_RULES,
        *levels.POSITION_RULES,
        *omero.OMERO_RULES,
        *misplaced.MISPLACED_RULES,
    )


def label_image() -> Iterable[Rule]:
    """Return the rules for label images, which are images, too."""
    from ngff_core.rules.group.nested_version import nested
    from ngff_core.rules.labels import label_image as labels
    from ngff_core.rules.position.labels import label_elsewhere

    return (
        *image(),
        *nested(*labels.NESTED_VERSION, VERSION),
        *labels.LABEL_RULES,
        label_elsewhere,
    )


def labels_group() -> Iterable[Rule]:
    """Return the rules for the group that lists label images."""
    from ngff_core.rules.group import labels_place
    from ngff_core.rules.labels import labels_group

    bare = labels_group.intermediate_groups_bare.evolve(requirement=SHOULD)
    return (
        *labels_group.LABELS_GROUP_RULES,
        labels_place.beside_levels,
        bare,
        labels_group.labels_are_label_images,
        labels_group.unlisted_of_format_2,
    )


def plate() -> Iterable[Rule]:
    """Return the rules for plates."""
    from ngff_core.rules.collection import collection
    from ngff_core.rules.group import labels_place
    from ngff_core.rules.group.nested_version import nested
    from ngff_core.rules.keys.plates import plate_keys_known
    from ngff_core.rules.plate import plate

    return (
        *nested(*plate.NESTED_VERSION, VERSION),
        *plate.PLATE_RULES,
        plate_keys_known,
        *collection.PLATE_RULES,
        labels_place.beside_levels,
    )


def well() -> Iterable[Rule]:
    """Return the rules for wells."""
    from ngff_core.rules.group import labels_place, misplaced
    from ngff_core.rules.group.nested_version import nested
    from ngff_core.rules.keys.plates import well_keys_known
    from ngff_core.rules.plate import well

    return (
        *nested(*well.NESTED_VERSION, VERSION),
        *well.WELL_RULES,
        well_keys_known,
        misplaced.layout_on_image,
        labels_place.beside_levels,
    )


def collection() -> Iterable[Rule]:
    """Return the rules for collections in the layout of bioformats2raw."""
    from ngff_core.rules.collection import collection
    from ngff_core.rules.group import labels_place

    return (*collection.COLLECTION_RULES, labels_place.beside_levels)


def series() -> Iterable[Rule]:
    """Return the rules for the group ``OME`` of a collection."""
    from ngff_core.rules.collection import collection

    return collection.SERIES_RULES


RULES: dict[str | None, Callable[[], Iterable[Rule]]] = {
    None: general,
    "image": image,
    "label-image": label_image,
    "labels-group": labels_group,
    "plate": plate,
    "well": well,
    "collection": collection,
    "series": series,
}
