"""What the steps between 0.5 and 0.6 share: going over the groups of a hierarchy, and small changes of objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ngff_core.migration import Documents, NodeDocuments, Notes
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import abbreviate

__all__ = ["DEFAULT_NAME", "KEY", "OME", "changed", "changed_groups", "data_type", "of_version", "without"]

OME = "ome"
KEY = "coordinateTransformations"
DEFAULT_NAME = "physical"
NESTED = ("plate", "well", "image-label")  # objects that carried a version of their own before

Change = Callable[[JSONObject, Notes], JSONObject]


def changed_groups(documents: Documents, notes: Notes, change: Change) -> Iterator[NodeDocuments]:
    """Yield the groups that have OME metadata, with what ``change`` makes of it.

    Groups that share their attributes share the new ones: the fields of a plate are mostly the same. ``change`` notes
    what it has to say for no path in particular; it is passed on for each of the groups.
    """
    made: dict[int, tuple[JSONObject, Notes]] = {}
    for path, node in documents.items():
        ome = node.attributes.get(OME)
        if node.is_array or not isinstance(ome, dict):
            continue
        known = made.get(id(node.attributes))
        if known is None:
            said = Notes(notes.goal_format, notes.answers)
            known = made[id(node.attributes)] = ({**node.attributes, OME: change(ome, said)}, said)
        attributes, said = known
        _pass_on(said, notes, path)
        yield node.evolve(attributes=attributes)


def _pass_on(said: Notes, notes: Notes, path: str) -> None:
    for name in said.asked:
        notes.choose(name, path)
    for place in said.losses:
        notes.lose(path, place.text)
    for place in said.obstacles:
        notes.refuse(path, place.text)
    for place in said.remarks:
        notes.remark(path, place.text)


def of_version(
    ome: JSONObject, version: str, multiscale: Callable[[JSONObject, str], JSONObject], notes: Notes
) -> JSONObject:
    """Return OME metadata with this version, stated once, and with what ``multiscale`` makes of each entry.

    Versions of single objects, as there were up to 0.4, are left out, and named.
    """
    new = {"version": version, **ome} if "version" not in ome else {**ome, "version": version}
    written = ome.get("multiscales")
    if isinstance(written, list):
        new["multiscales"] = [
            _unversioned(multiscale(entry, where := f"multiscales[{index}]"), where, notes)
            if isinstance(entry, dict)
            else entry
            for index, entry in enumerate(written)
        ]
    for key in NESTED:
        if isinstance(ome.get(key), dict):
            new[key] = _unversioned(ome[key], key, notes)
    return new


def _unversioned(value: JSONObject, where: str, notes: Notes) -> JSONObject:
    if "version" not in value:
        return value
    notes.remark("", f"`version` {abbreviate(value['version'])} of {where} is left out: `{OME}` states one for all")
    return without(value, "version")


def without(value: JSONObject, *keys: str) -> JSONObject:
    """Return an object without some of its members."""
    return {key: item for key, item in value.items() if key not in keys}


def changed(value: JSONObject, **renamed: tuple[str, JSON]) -> JSONObject:
    """Return an object in which members have other keys and values, each in its old place."""
    return dict(renamed.get(key, (key, item)) for key, item in value.items())


def data_type(array: NodeDocuments | None) -> str | None:
    """Return the name of the data type of an array, where it is known."""
    value = array.metadata.get("data_type") if array is not None else None
    name = value.get("name") if isinstance(value, dict) else value
    return name if isinstance(name, str) else None
