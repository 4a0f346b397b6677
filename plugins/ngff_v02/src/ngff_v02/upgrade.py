"""The step from 0.1 to 0.2.

Mechanical: the version is stated anew, and chunk keys get slashes where the hierarchy stays in Zarr v2 (v3 can state
that they have dots). Times that are digits in a string become the integers they stand for, as 0.1 speaks of strings and
0.2 has integers. Nothing is decided and nothing is lost; ids, counts and times with fractions are refused.
"""

from __future__ import annotations

import re

from ngff_core.migration import Documents, Migration, NodeDocuments, Notes
from ngff_core.migration.shared import has_metadata, items, once, restated
from ngff_core.structure.values import JSONObject
from ngff_core.words import abbreviate

__all__ = ["STEP"]

_STATING = ("multiscales", "plate")
_DIGITS = re.compile("[0-9]{1,19}", re.ASCII)


def migrate(documents: Documents, notes: Notes) -> Documents:
    """Return the nodes of a hierarchy of 0.1 as 0.2 has them."""
    with_version = once(lambda attributes: restated(attributes, "0.1", "0.2", _STATING))
    with_slash = once(_with_slash)
    migrated: dict[str, NodeDocuments] = {}
    for path, node in documents.items():
        if node.is_array and not node.foreign and node.zarr_format == 2 and notes.goal_format == 2:
            migrated[path] = node.evolve(metadata=with_slash(node.metadata))
        elif has_metadata(node):
            attributes = with_version(node.attributes)
            plate = attributes.get("plate")
            if isinstance(plate, dict) and isinstance(plate.get("acquisitions"), list):
                attributes = {**attributes, "plate": _plate(path, plate, notes)}
            migrated[path] = node.evolve(attributes=attributes)
    return migrated


def _with_slash(metadata: JSONObject) -> JSONObject:
    """Return ``.zarray`` with slashes in chunk keys; a separator that Zarr does not have stays, to be refused."""
    dots = metadata.get("dimension_separator") in (None, ".")
    return {**metadata, "dimension_separator": "/"} if dots else metadata


def _plate(path: str, plate: JSONObject, notes: Notes) -> JSONObject:
    acquisitions = [
        _acquisition(path, index, entry, notes) if isinstance(entry, dict) else entry
        for index, entry in enumerate(items(plate["acquisitions"]))
    ]
    return {**plate, "acquisitions": acquisitions}


def _acquisition(path: str, index: int, entry: JSONObject, notes: Notes) -> JSONObject:
    changed = dict(entry)
    for key in ("id", "maximumfieldcount", "starttime", "endtime"):
        value = entry.get(key)
        if isinstance(value, float) and not value.is_integer():
            notes.refuse(path, f"{key} of acquisition {index} is {abbreviate(value)}, 0.2 has integers only")
        elif key.endswith("time") and isinstance(value, str) and _DIGITS.fullmatch(value):
            changed[key] = int(value)
    return changed


STEP = Migration("0.1", "0.2", migrate)
