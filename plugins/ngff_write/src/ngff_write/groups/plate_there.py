"""A plate that is there already: what it says of itself, which nothing that is said of it later replaces."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from ngff_core import open_group
from ngff_core.errors import UsageError
from ngff_core.models.plate import PlateMetadata
from ngff_core.stores.local.store import LocalStore
from ngff_core.structure.model import Model
from ngff_core.validation.export import to_dict
from ngff_core.words import listed
from ngff_core.zarr.keys import DOCUMENTS, LOCK, PART
from ngff_write.archives import TakenError
from ngff_write.documents import name_of
from ngff_write.groups.plate_list import NUMBER_OF_FIELDS, PlateAbout, invented_name
from ngff_write.options import said

__all__ = ["PlateThere", "plate_at"]

JSONObject = dict[str, Any]

_ROW = re.compile(r"[A-Za-z0-9]+")


@attrs.frozen
class PlateThere:
    """What is known of a plate that is there; no version: nothing has metadata there.

    ``attributes`` are those of its group, among them ``plate`` or what holds it.
    """

    version: str | None = None
    plate: Mapping[str, Any] = attrs.field(factory=dict)
    attributes: Mapping[str, Any] = attrs.field(factory=dict)
    acquisitions: Sequence[int] = ()  # their ids

    def refuse_replacing(self, root: str, about: PlateAbout) -> None:
        """Raise UsageError where something else is said of it than it says: its own stays, and what is new is added."""
        name = self.plate.get("name")
        if isinstance(name, str) and about.name not in (None, name, name_of(root)):  # the last: nobody gave one
            raise UsageError(f"{root} is called {name!r} already, so not {about.name!r}: see ngff set")
        for what, given in (("rows", about.rows), ("columns", about.columns)):
            names = [one["name"] for one in _objects(self.plate.get(what)) if isinstance(one.get("name"), str)]
            if given is not None and not set(names) <= set(given):
                raise UsageError(
                    f"{root} has other {what}: {listed(names, 12)}; give all of these and more, or no {what} at all"
                )
        for place, key, old, new in self._both(about):
            if not _is_same(old, new):
                way = ": see ngff set" if key == "name" else ", which stays"
                raise UsageError(f"{root} has {key!r} {place} already, {said(old)}, so not {said(new)}{way}")

    def _both(self, about: PlateAbout) -> Iterator[tuple[str, str, object, object]]:
        """Yield what the plate and somebody say under one key, and where that is."""
        for given in about.acquisitions:
            for old in _objects(self.plate.get("acquisitions")):
                if old.get("id") == given.get("id"):
                    place = f"of acquisition {given.get('id')}"
                    yield from ((place, key, old[key], given[key]) for key in _said_twice(old, given))
        yield from (
            ("in its plate", key, self.plate[key], about.members[key]) for key in about.members if key in self.plate
        )
        extra = about.extra or {}
        yield from (
            ("in its attributes", key, self.attributes[key], extra[key]) for key in extra if key in self.attributes
        )


def _said_twice(old: JSONObject, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that both have, without what another process put for what it did not know, and what is counted."""
    for key in given:
        if (
            key in old
            and key != NUMBER_OF_FIELDS
            and not (key == "name" and old[key] == invented_name(given.get("id")))
        ):
            yield key


def _objects(value: object) -> list[JSONObject]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _is_same(old: object, new: object) -> bool:
    """Tell whether something is written as what is there: models as objects, tuples as lists."""
    new = to_dict(new) if isinstance(new, Model) else new
    if isinstance(new, Mapping):
        return isinstance(old, dict) and old.keys() == new.keys() and all(_is_same(old[key], new[key]) for key in new)
    if isinstance(new, (list, tuple)):
        return isinstance(old, list) and len(old) == len(new) and all(map(_is_same, old, new))
    return old == new and isinstance(old, bool) == isinstance(new, bool)


def plate_at(root: str) -> PlateThere:
    """Return what is known of a plate in a folder; raises TakenError where something else is in it."""
    if not any(os.path.lexists(os.path.join(root, name)) for name in DOCUMENTS):
        if others := [name for name in os.listdir(root) if not _is_ours(root, name)]:
            raise TakenError(f"{root} is there already, with {others[0]} in it, and no plate: give another path")
        return PlateThere()
    group = open_group(LocalStore(root))
    found = group.ome_structure()
    if not isinstance(found, PlateMetadata):
        raise TakenError(f"{root} is there already, and no plate: give another path")
    plate = to_dict(found).get("plate")
    ids = [one.id for one in group.acquisitions() if one.id is not None]
    return PlateThere(group.ome_version(), plate if isinstance(plate, dict) else {}, group.attrs, ids)


def _is_ours(root: str, name: str) -> bool:
    """Tell whether a name may be that of something in a plate which has no metadata yet: a row, or what is left."""
    if name == LOCK or name.endswith(PART):
        return True
    row = os.path.join(root, name)
    if not _ROW.fullmatch(name) or os.path.islink(row) or not os.path.isdir(row):
        return False
    names = os.listdir(row)
    return any(name in DOCUMENTS for name in names) or all(name.endswith(PART) for name in names)
