"""The rules that the early versions share, kind by kind; each version lists these and its own.

Each function imports what it needs when it is called, so that judging an image does not load the rules of plates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ngff_core.issues.requirement import MUST, SHOULD

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule

__all__ = ["general", "image", "label_image", "labels_group", "plate", "well"]

Rules = tuple["Rule", ...]


def general() -> Rules:
    """Return the rules for groups of any kind, and for arrays."""
    from ngff_core.rules.group import misplaced, zarr

    return (*zarr.ZARR_RULES, zarr.format_2, zarr.no_side_by_side, misplaced.in_group_attributes)


def image(version: str) -> Rules:
    """Return the rules for images: all but those on axes, dimensions and chunk keys."""
    from ngff_core.rules.group import misplaced
    from ngff_core.rules.group.nested_version import nested
    from ngff_core.rules.image import dataset, multiscale, omero

    return (
        *nested(*multiscale.NESTED_VERSION, version),
        *multiscale.MULTISCALE_RULES,
        dataset.path_resolves,
        dataset.order_high_to_low,
        dataset.dtype_consistent,
        dataset.codecs_consistent,
        omero.channels_nonempty,
        omero.color_present,
        omero.window_present,
        omero.window_order,
        omero.rdefs_model,
        omero.channel_count,
        omero.window_fits_dtype,
        misplaced.beside_levels,
    )


def label_image(version: str) -> Rules:
    """Return the rules for label images beside those for images."""
    from ngff_core.rules.group.nested_version import nested
    from ngff_core.rules.labels import label_image as labels
    from ngff_core.rules.labels import label_object

    _, version_value = nested(*labels.NESTED_VERSION, version)
    return (
        version_value.evolve(requirement=SHOULD),
        label_object.colors_entries_unique,
        label_object.colors_label_value_unique,
        label_object.colors_rgba,
        labels.dtype_integer,
        labels.source_resolves,
        labels.dataset_count,
        labels.shape_matches,
    )


def labels_group() -> Rules:
    """Return the rules for the group that lists label images."""
    from ngff_core.rules.group import misplaced
    from ngff_core.rules.labels import labels_group

    bare = labels_group.intermediate_groups_bare.evolve(requirement=SHOULD)
    return (*labels_group.LABELS_GROUP_RULES, misplaced.beside_levels, bare, labels_group.labels_are_label_images)


def plate(version: str) -> Rules:
    """Return the rules for plates: all but that on times."""
    from ngff_core.rules.early import plate as early
    from ngff_core.rules.group import misplaced
    from ngff_core.rules.group.nested_version import nested
    from ngff_core.rules.plate import groups as plate_groups
    from ngff_core.rules.plate import names as plate_names
    from ngff_core.rules.plate import plate
    from ngff_core.rules.plate import wells as plate_wells

    return (
        *nested(*plate.NESTED_VERSION, version, MUST),
        *plate_names.LIST_RULES,
        plate_wells.wells_nonempty,
        plate_wells.wells_entries_unique,
        early.acquisitions_nonempty,
        plate.acquisition_id_unique.evolve(covers=("plate-acquisitions-entries-unique",)),
        plate.acquisition_name_present,
        plate.maximumfieldcount_present,
        plate_groups.well_resolves,
        plate_groups.groups_above_images,
        plate_groups.field_count_is_maximum,
        plate_groups.maximumfieldcount_is_maximum,
        misplaced.beside_levels,
    )


def well(version: str) -> Rules:
    """Return the rules for wells."""
    from ngff_core.rules.group import misplaced
    from ngff_core.rules.group.nested_version import nested
    from ngff_core.rules.plate import well

    _, version_value = nested(*well.NESTED_VERSION, version)
    return (
        version_value,
        well.images_nonempty,
        well.images_entries_unique,
        well.image_path_alphanumeric,
        well.image_path_resolves,
        well.acquisition_required.evolve(requirement=SHOULD),
        well.acquisition_in_plate,
        misplaced.beside_levels,
    )
