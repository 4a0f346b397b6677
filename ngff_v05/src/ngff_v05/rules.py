"""The rules of OME-NGFF 0.5, in the order in which findings at one place are reported."""

from __future__ import annotations

from ngff_core.requirement import SHOULD
from ngff_core.rules import axes, collection, dataset, labels, multiscale, omero, plate, transform, version, well, zarr

__all__ = ["RULES"]

RULES = (
    *version.OME_VERSION_RULES,
    *zarr.ZARR_RULES,
    zarr.format_3,
    zarr.no_side_by_side.evolve(id="version-no-side-by-side"),
    zarr.dimension_names_present,
    zarr.dimension_names_match,
    *multiscale.MULTISCALE_RULES,
    *dataset.DATASET_RULES,
    *axes.AXES_RULES,
    *transform.TRANSFORM_RULES,
    *omero.OMERO_RULES,
    *(
        rule.evolve(requirement=SHOULD) if rule is labels.colors_label_value_unique else rule
        for rule in labels.LABEL_RULES
    ),
    labels.image_label_present,
    labels.labels_are_images,
    labels.labels_all_listed,
    labels.labels_group_not_image,
    *plate.PLATE_RULES,
    *well.WELL_RULES,
    *collection.COLLECTION_RULES,
)
