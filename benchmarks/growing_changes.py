"""Changes of stores that grow in one dimension, such as upgrades and fixes: what `growth.py` measures."""

from __future__ import annotations

import json
from collections.abc import Callable

from growing import Made, image, plate

from ngff_core import check_store, fix_store, rebuild_plate, rollback_store, set_values, upgrade_store
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store

__all__ = ["CHANGES", "fields"]

Documents = dict[str, bytes]
Change = Callable[[MemoryStore], object]


def image_in(unit: str, version: str) -> Made:
    made = image(axes=[{"name": name, "type": "space", "unit": unit} for name in "yx"])
    if version == "0.4":
        made["multiscales"][0]["version"] = version
    return made


def fields(n: int, version: str = "0.5", unit: str = "micrometer", listed: int | None = None) -> Documents:
    """Return a plate of one row with a field in each well; it lists all of its wells unless told how many."""
    stated = {"version": version} if version == "0.4" else {}
    wells = [{"path": f"A/{k}", "rowIndex": 0, "columnIndex": k} for k in range(n if listed is None else listed)]
    root = {"plate": {**plate()["plate"], "rows": [{"name": "A"}], "wells": wells, **stated}}
    root["plate"]["columns"] = [{"name": str(k)} for k in range(n)]
    nodes: Made = {"": root, "A": None}
    for k in range(n):
        nodes[f"A/{k}"] = {"well": {"images": [{"path": "0"}], **stated}}
        nodes |= {f"A/{k}/0": image_in(unit, version), f"A/{k}/0/0": array((8, 8), names=("y", "x"))}
    return build_store(default_registry().spec(version), nodes)


def fields_of_a_well(n: int) -> Documents:
    """Return a plate of one well with many fields, one of which it lists."""
    found = fields(1)
    return found | {
        key.replace("A/0/0", f"A/0/{k}", 1): data for key, data in found.items() if "A/0/0" in key for k in range(n)
    }


def with_copies(documents: Documents) -> Documents:
    """Return the same with consolidated metadata at the root."""
    values = {key: json.loads(data) for key, data in documents.items()}
    if "zarr.json" in values:
        nodes = {key.rpartition("/")[0]: value for key, value in values.items() if key != "zarr.json"}
        copies = {"kind": "inline", "must_understand": False, "metadata": nodes}
        return {**documents, "zarr.json": json.dumps({**values["zarr.json"], "consolidated_metadata": copies}).encode()}
    return {**documents, ".zmetadata": json.dumps({"zarr_consolidated_format": 1, "metadata": values}).encode()}


def back(store: MemoryStore) -> object:
    upgrade_store(store, "0.5")
    return rollback_store(store)


def wider(store: MemoryStore) -> object:
    return set_values(store, {"pixel-size.x": 0.5}, images=True)


CHANGES: dict[str, tuple[Callable[[int], Documents], Change]] = {
    "upgrade: fields": (lambda n: fields(n, "0.4"), lambda store: upgrade_store(store, "0.5")),
    "upgrade: fields, consolidated": (
        lambda n: with_copies(fields(n, "0.4")),
        lambda store: upgrade_store(store, "0.5"),
    ),
    "upgrade to 0.6: fields": (fields, lambda store: upgrade_store(store, "0.6")),
    "upgrade of a copy: fields": (
        lambda n: fields(n, "0.4"),
        lambda store: upgrade_store(store, "0.5", MemoryStore({}, "memory:copy")),
    ),
    "upgrade and rollback: fields": (lambda n: fields(n, "0.4"), back),
    "fix: fields": (lambda n: fields(n, unit="um"), fix_store),
    "fix: fields, consolidated": (lambda n: with_copies(fields(n, unit="um")), fix_store),
    "set: fields": (fields, wider),
    "set: fields, consolidated": (lambda n: with_copies(fields(n)), wider),
    "rebuild: wells": (lambda n: fields(n, listed=1), rebuild_plate),
    "rebuild: fields of a well": (fields_of_a_well, rebuild_plate),
    "store: fields, consolidated": (lambda n: with_copies(fields(n)), check_store),
    "store: fields of 0.4, consolidated": (lambda n: with_copies(fields(n, "0.4")), check_store),
}
