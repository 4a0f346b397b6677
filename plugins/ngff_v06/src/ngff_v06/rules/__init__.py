"""The rules of OME-NGFF 0.6, kind by kind, in the order in which findings at one place are reported.

Each function imports what it needs when it is called, so that judging an image does not load the rules of plates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ngff_core.issues.requirement import MUST, SHOULD

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule

__all__ = ["RULES"]


def general() -> Iterable[Rule]:
    """Return the rules for groups of any kind, and for arrays."""
    from ngff_core.rules.group import misplaced, version, zarr
    from ngff_v06.rules.examples import adapted
    from ngff_v06.rules.groups import not_nested, version_value

    shared = (
        *(rule for rule in version.OME_VERSION_RULES if rule not in (version.ome_version_value, version.not_nested)),
        not_nested,
        *zarr.ZARR_RULES,
        zarr.format_3,
        misplaced.in_group_attributes,
        misplaced.zipped_inside,
        zarr.no_side_by_side.evolve(id="version-no-side-by-side"),
    )
    return (version_value, *map(adapted, shared))


def image() -> Iterable[Rule]:
    """Return the rules for images."""
    from ngff_core.rules.group import between, misplaced, zarr
    from ngff_core.rules.image import dataset, multiscale, omero, scale
    from ngff_core.rules.keys import unknown
    from ngff_core.rules.position import levels
    from ngff_v06.rules import datasets, fields, graph, kinds, links, matrices, sizes, systems
    from ngff_v06.rules.examples import adapted

    shared = (
        zarr.dimension_names_match.evolve(requirement=SHOULD),
        between.intermediate_is_group,
        between.levels_listed,
        unknown.keys_known,
        unknown.entry_keys_belong,
        *multiscale.MULTISCALE_RULES,
        *(
            rule.evolve(requirement=MUST) if rule is dataset.dtype_consistent else rule
            for rule in dataset.DATASET_RULES
        ),
        scale.scale_meaning,
        *levels.POSITION_RULES,
        *omero.OMERO_RULES,
        *misplaced.MISPLACED_RULES,
    )
    return (
        *map(adapted, shared),
        *systems.IMAGE_SYSTEM_RULES,
        *datasets.DATASET_TRANSFORM_RULES,
        *links.IMAGE_LINK_RULES,
        *kinds.KIND_RULES,
        *matrices.MATRIX_RULES,
        *sizes.SIZE_RULES,
        *sizes.GROUP_SIZE_RULES,
        sizes.ndim_matches_arrays,
        *matrices.STORED_MATRIX_RULES,
        *fields.FIELD_RULES,
        *graph.GRAPH_RULES,
    )


def label_image() -> Iterable[Rule]:
    """Return the rules for label images, which are images, too."""
    from ngff_core.rules.labels import label_image as labels
    from ngff_core.rules.labels.label_object import colors_label_value_unique
    from ngff_v06.rules.examples import adapted
    from ngff_v06.rules.groups import label_elsewhere

    shared = (
        *(
            rule.evolve(requirement=SHOULD) if rule is colors_label_value_unique else rule
            for rule in labels.LABEL_RULES
        ),
        labels.image_label_present,
    )
    return (*image(), *map(adapted, shared), label_elsewhere)


def scene() -> Iterable[Rule]:
    """Return the rules for scenes."""
    from ngff_core.rules.group import between, misplaced
    from ngff_v06.rules import fields, graph, groups, kinds, links, matrices, sizes, systems
    from ngff_v06.rules.examples import adapted
    from ngff_v06.rules.scenes import SCENE_RULES

    return (
        adapted(misplaced.beside_levels),
        groups.labels_parent,
        adapted(between.intermediate_is_group).evolve(kinds=("scene",), valid=groups.WAYS[:1], invalid=groups.WAYS[1:]),
        systems.scene_systems_valid,
        *systems.SYSTEM_RULES,
        *SCENE_RULES,
        *links.LINK_RULES,
        links.above_images,
        *kinds.KIND_RULES,
        *matrices.MATRIX_RULES,
        *sizes.SIZE_RULES,
        *sizes.GROUP_SIZE_RULES,
        *matrices.STORED_MATRIX_RULES,
        *fields.FIELD_RULES,
        *graph.GRAPH_RULES,
    )


def labels_group() -> Iterable[Rule]:
    """Return the rules for the group that lists label images."""
    from ngff_core.rules.group import between, misplaced
    from ngff_core.rules.labels import labels_group
    from ngff_v06.rules.examples import adapted
    from ngff_v06.rules.groups import labels_parent

    shared = (
        *labels_group.LABELS_GROUP_RULES,
        misplaced.beside_levels,
        between.intermediate_is_group,
        labels_group.intermediate_groups_bare,
        labels_group.labels_are_images,
        labels_group.labels_all_listed,
        labels_group.labels_group_not_image,
    )
    return (*map(adapted, shared), labels_parent)


def plate() -> Iterable[Rule]:
    """Return the rules for plates."""
    from ngff_core.rules.collection import collection
    from ngff_core.rules.group import misplaced
    from ngff_core.rules.keys.plates import plate_keys_known
    from ngff_core.rules.plate import plate
    from ngff_v06.rules.examples import adapted
    from ngff_v06.rules.groups import labels_parent

    shared = (*plate.PLATE_RULES, plate_keys_known, *collection.PLATE_RULES, misplaced.beside_levels)
    return (*map(adapted, shared), labels_parent)


def well() -> Iterable[Rule]:
    """Return the rules for wells."""
    from ngff_core.rules.group import misplaced
    from ngff_core.rules.keys.plates import well_keys_known
    from ngff_core.rules.plate import well
    from ngff_v06.rules.examples import adapted
    from ngff_v06.rules.groups import image_path_node_name, labels_parent

    shared = [rule for rule in well.WELL_RULES if rule is not well.image_path_alphanumeric]
    return (
        *map(adapted, (*shared, *misplaced.MISPLACED_RULES)),
        image_path_node_name,
        labels_parent,
        adapted(well_keys_known),
    )


def collection() -> Iterable[Rule]:
    """Return the rules for collections in the layout of bioformats2raw."""
    from ngff_core.rules.collection import collection
    from ngff_v06.rules.examples import adapted
    from ngff_v06.rules.groups import labels_parent

    return (*map(adapted, (*collection.COLLECTION_RULES, collection.ways_are_groups)), labels_parent)


def series() -> Iterable[Rule]:
    """Return the rules for the group ``OME`` of a collection."""
    from ngff_core.rules.collection import collection

    return collection.SERIES_RULES


def archive() -> Iterable[Rule]:
    """Return the rules for zip archives (RFC-9)."""
    from ngff_core.rules.archive import entries as zip

    return zip.ARCHIVE_RULES


RULES: dict[str | None, Callable[[], Iterable[Rule]]] = {
    None: general,
    "image": image,
    "label-image": label_image,
    "scene": scene,
    "labels-group": labels_group,
    "plate": plate,
    "well": well,
    "collection": collection,
    "series": series,
    "archive": archive,
}
