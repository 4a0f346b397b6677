"""The rule on unknown keys for plates and wells."""

from __future__ import annotations

from ngff_core.checking.example import Example
from ngff_core.models.plate import PlateMetadata, WellMetadata
from ngff_core.rules.keys.unknown import keys_known
from ngff_core.rules.plate.examples import plate

__all__ = ["plate_keys_known", "well_keys_known"]

plate_keys_known = keys_known.evolve(
    on=PlateMetadata,
    valid=(Example({"plate": plate()}),),
    invalid=(Example({"plate": {**plate(), "acquisition": []}}),),
)
well_keys_known = keys_known.evolve(
    on=WellMetadata,
    valid=(Example({"well": {"images": [{"path": "0"}]}}),),
    invalid=(Example({"well": {"images": [{"path": "0", "aquisition": 0}]}}),),
)
