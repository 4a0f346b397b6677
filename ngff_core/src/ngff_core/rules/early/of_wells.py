"""The rules that the early versions share for wells."""

from __future__ import annotations

from ngff_core.checking.rule import Rule
from ngff_core.issues.requirement import SHOULD
from ngff_core.rules.group import labels_place
from ngff_core.rules.group.nested_version import nested
from ngff_core.rules.plate import well as well_rules
from ngff_core.rules.plate.unlisted import well_images_listed

__all__ = ["well"]


def well(version: str) -> tuple[Rule, ...]:
    """Return the rules for wells."""
    _, version_value = nested(*well_rules.NESTED_VERSION, version)
    return (
        version_value,
        well_rules.images_nonempty,
        well_rules.images_entries_unique,
        well_rules.image_path_alphanumeric,
        well_rules.image_path_resolves,
        well_images_listed,
        well_rules.acquisition_required.evolve(requirement=SHOULD),
        well_rules.acquisition_in_plate,
        labels_place.beside_levels,
    )
