"""The rules that the early versions share for plates."""

from __future__ import annotations

from ngff_core.checking.rule import Rule
from ngff_core.issues.requirement import MUST
from ngff_core.rules.early import plate as early
from ngff_core.rules.group import labels_place
from ngff_core.rules.group.nested_version import nested
from ngff_core.rules.plate import groups as plate_groups
from ngff_core.rules.plate import names as plate_names
from ngff_core.rules.plate import plate as plate_rules
from ngff_core.rules.plate import wells as plate_wells

__all__ = ["plate"]


def plate(version: str) -> tuple[Rule, ...]:
    """Return the rules for plates: all but that on times."""
    return (
        *nested(*plate_rules.NESTED_VERSION, version, MUST),
        *plate_names.LIST_RULES,
        plate_wells.wells_nonempty,
        plate_wells.wells_entries_unique,
        early.acquisitions_nonempty,
        plate_rules.acquisition_id_unique.evolve(covers=("plate-acquisitions-entries-unique",)),
        plate_rules.acquisition_name_present,
        plate_rules.maximumfieldcount_present,
        early.well_resolves,
        early.groups_above_images,
        plate_groups.field_count_is_maximum,
        plate_groups.maximumfieldcount_is_maximum,
        labels_place.beside_levels,
    )
