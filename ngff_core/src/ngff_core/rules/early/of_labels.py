"""The rules that the early versions share for label images, and for the groups that list them."""

from __future__ import annotations

from ngff_core.checking.rule import Rule
from ngff_core.issues.requirement import SHOULD
from ngff_core.rules.group import labels_place
from ngff_core.rules.group.nested_version import nested
from ngff_core.rules.labels import label_image as labels
from ngff_core.rules.labels import label_object
from ngff_core.rules.labels import labels_group as groups
from ngff_core.rules.labels.values import value_fits_dtype

__all__ = ["label_image", "labels_group"]


def label_image(version: str) -> tuple[Rule, ...]:
    """Return the rules for label images beside those for images."""
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
        value_fits_dtype,
    )


def labels_group() -> tuple[Rule, ...]:
    """Return the rules for the group that lists label images."""
    bare = groups.intermediate_groups_bare.evolve(requirement=SHOULD)
    return (
        *groups.LABELS_GROUP_RULES,
        labels_place.beside_levels,
        bare,
        groups.labels_are_label_images,
        groups.unlisted_of_format_2,
    )
