"""The rules of OME-NGFF 0.4, in the order in which findings at one place are reported."""

from __future__ import annotations

from ngff_core.requirement import SHOULD
from ngff_core.rules import axes, collection, dataset, labels, multiscale, omero, plate, transform, version, well, zarr

__all__ = ["RULES"]

RULES = (
    *version.nested_version_rules("0.4"),
    *zarr.ZARR_RULES,
    zarr.format_2,
    zarr.no_side_by_side,
    zarr.separator_slash,
    zarr.array_dimensions,
    *multiscale.MULTISCALE_RULES,
    *dataset.DATASET_RULES,
    *axes.AXES_RULES,
    *transform.TRANSFORM_RULES,
    *omero.OMERO_RULES,
    *(
        rule.evolve(requirement=SHOULD) if rule is labels.intermediate_groups_bare else rule
        for rule in labels.LABEL_RULES
    ),
    labels.labels_are_label_images,
    *plate.PLATE_RULES,
    *well.WELL_RULES,
    *collection.COLLECTION_RULES,
)
