"""The step from OME-NGFF 0.6 to 0.5: the coordinate system that the datasets lead to gives the axes.

Mechanical are the version, the axes, and the transformations of datasets: identities become scales of ones. One
further system with the same axes, that scales and translations lead to, gives the transformations for all levels.
Nothing is asked of the user. Lost are all other systems and transformations, scenes beside other metadata, and
what 0.5 does not know of axes; arrays are given the `dimension_names` that 0.5 asks for. Refused are groups that
are only scenes, names of fields that 0.5 does not allow, and what is no scale and translation in a dataset.
"""

from __future__ import annotations

import attrs

from ngff_core.migration import Documents, Migration, NodeDocuments, Notes
from ngff_core.migration.shared import levels_of
from ngff_core.rules.plate.examples import alphanumeric
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import abbreviate
from ngff_v06.upgrade.linear import Linear, as_list, parameters
from ngff_v06.upgrade.steps import DEFAULT_NAME, KEY, OME, changed, changed_groups, of_version, without

__all__ = ["DOWNGRADE", "downgrade"]

SYSTEMS = "coordinateSystems"
KNOWN = ("plate", "well", "image-label", "multiscales", "bioformats2raw.layout", "labels", "series")
ONLY_06 = ("discrete", "longName")
NEW_TYPES = ("array", "displacement", "coordinate")


def downgrade(documents: Documents, notes: Notes) -> Documents:
    """Return the documents of 0.6 as those of 0.5."""
    result = {}
    named: dict[str, list[JSON]] = {}
    for node in changed_groups(documents, notes, _ome):
        result[node.path] = node
        multiscales = node.attributes[OME].get("multiscales")
        for multiscale in multiscales if isinstance(multiscales, list) else ():
            names = _names_of_axes(multiscale)
            for array in levels_of(documents, node.path, multiscale) if names else ():
                if array is None:
                    continue
                if named.setdefault(array.path, names) != names:
                    notes.refuse(array.path, "two images that have this array as a level name their axes differently")
                elif array.path not in result:
                    result[array.path] = _with_names(array, names, notes)
    return result


def _names_of_axes(multiscale: JSON) -> list[JSON]:
    axes = multiscale.get("axes") if isinstance(multiscale, dict) else None
    names = [axis.get("name") if isinstance(axis, dict) else None for axis in axes] if isinstance(axes, list) else []
    return names if all(isinstance(name, str) for name in names) else []


def _with_names(array: NodeDocuments, names: list[JSON], notes: Notes) -> NodeDocuments:
    """Return an array with the names of dimensions that 0.5 asks for: those of the axes."""
    held, shape = array.metadata.get("dimension_names"), array.metadata.get("shape")
    if held == names or not isinstance(shape, list) or len(shape) != len(names):
        return array
    if isinstance(held, list) and any(name is not None for name in held):
        notes.lose(array.path, f"`dimension_names` {abbreviate(held)}: in 0.5 they are the names of the axes")
    return array.evolve(metadata={**array.metadata, "dimension_names": list(names)})


def _ome(ome: JSONObject, notes: Notes) -> JSONObject:
    if "scene" in ome and not any(key in ome for key in KNOWN):
        named = ", ".join(map(abbreviate, _images(ome["scene"]))) or "none is named"
        notes.refuse("", f"0.5 has no scenes; the images of a scene can be downgraded one by one: {named}")
    elif "scene" in ome:
        notes.lose("", "the scene")
        ome = without(ome, "scene")
    well = ome.get("well")
    images = well.get("images") if isinstance(well, dict) else None
    for image in _objects(images):
        path = image.get("path")
        if isinstance(path, str) and not alphanumeric(path):
            notes.refuse("", f"the well names an image {abbreviate(path)}; 0.5 asks for letters and digits")
    return of_version(ome, "0.5", lambda multiscale, where: _multiscale(multiscale, where, notes), notes)


def _images(scene: JSON) -> list[str]:
    links = scene.get(KEY) if isinstance(scene, dict) else None
    ends = [link.get(side) for link in _objects(links) for side in ("input", "output")]
    return list(dict.fromkeys(end["path"] for end in _objects(ends) if isinstance(end.get("path"), str)))


def _objects(items: JSON) -> list[JSONObject]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


# --- multiscales ------------------------------------------------------------------------------------


@attrs.frozen
class _Way:
    """A further system, and the transformation that leads there from the intrinsic one."""

    link: JSONObject
    linear: Linear
    system: JSONObject


def _multiscale(multiscale: JSONObject, where: str, notes: Notes) -> JSONObject:
    intrinsic = _intrinsic(multiscale)
    if intrinsic is None:
        return multiscale  # refused by what judges the result
    if "axes" in multiscale:
        notes.refuse("", f"{where} has `axes` of 0.5 and `{SYSTEMS}` of 0.6")
        return multiscale
    name, size = intrinsic["name"], len(intrinsic["axes"])
    way = _only_way(multiscale, intrinsic)
    final = intrinsic if way is None else way.system
    used = [intrinsic] if way is None else [intrinsic, way.system]
    axes = _axes(used, where, notes)
    _say_what_is_lost(multiscale, used, way, where, notes)
    changes: JSONObject = {SYSTEMS: ("axes", axes)}
    if way is not None:
        notes.remark("", f"{where}: the way to the system {abbreviate(final['name'])} is applied to all levels")
        _lose(way.linear.dropped, f"the transformations for all levels of {where}", notes)
        changes[KEY] = (KEY, way.linear.transformations)
    elif final["name"] != DEFAULT_NAME:
        notes.remark("", f"{where}: 0.5 has no name for the system of the axes, {abbreviate(final['name'])}")
    datasets = [_dataset(d, f"{where}.datasets[{n}]", name, size, notes) for n, d in enumerate(_datasets(multiscale))]
    changes["datasets"] = ("datasets", datasets)
    return changed(multiscale if way is not None else without(multiscale, KEY), **changes)


def _datasets(multiscale: JSONObject) -> list[JSON]:
    datasets = multiscale.get("datasets")
    return datasets if isinstance(datasets, list) else []


def _intrinsic(multiscale: JSONObject) -> JSONObject | None:
    """Return the system that the first dataset leads to; ``None`` where it cannot be found."""
    first = next(iter(_objects(_datasets(multiscale))), {})
    outputs = _objects([t.get("output") for t in _objects(first.get(KEY))])
    name = outputs[0].get("name") if outputs else None
    return _systems(multiscale).get(name) if isinstance(name, str) else None


def _systems(multiscale: JSONObject) -> dict[str, JSONObject]:
    """Return the sound systems by name."""
    return {
        system["name"]: system
        for system in _objects(multiscale.get(SYSTEMS))
        if isinstance(system.get("name"), str) and isinstance(system.get("axes"), list)
    }


def _only_way(multiscale: JSONObject, intrinsic: JSONObject) -> _Way | None:
    """Return the way to the one further system that transformations for all levels can stand for."""
    systems = _systems(multiscale)
    ways = []
    for link in _objects(multiscale.get(KEY)):
        start, end = link.get("input"), link.get("output")
        if not isinstance(start, dict) or not isinstance(end, dict) or start.get("path") or end.get("path"):
            continue
        name = end.get("name")
        system = systems.get(name) if isinstance(name, str) and start.get("name") == intrinsic["name"] else None
        linear = as_list(link, len(intrinsic["axes"]))
        if linear is not None and system is not None and system is not intrinsic and _agree(intrinsic, system):
            ways.append(_Way(link, linear, system))
    return ways[0] if len(ways) == 1 else None


def _agree(intrinsic: JSONObject, system: JSONObject) -> bool:
    """Tell whether two systems have the same axes; before they are scaled they need not have a unit."""
    before, after = intrinsic["axes"], system["axes"]
    return len(before) == len(after) and all(
        a == b or (type(a) is type(b) is dict and a.get("unit") is None and without(a, "unit") == without(b, "unit"))
        for a, b in zip(before, after, strict=True)
    )


def _axes(used: list[JSONObject], where: str, notes: Notes) -> list[JSON]:
    """Return the axes of the last system as 0.5 has them; note what it does not know of them."""
    for system in used:
        for key in without(system, "name", "axes"):
            notes.lose("", f"`{key}` of the system {abbreviate(system['name'])} of {where}")
    axes = used[-1]["axes"]
    types = [axis.get("type") for axis in _objects(axes)]
    only_array = bool(types) and all(kind == "array" for kind in types)
    if only_array:
        notes.refuse("", f'{where} has axes of type "array" only; 0.5 asks for 2 or 3 space axes')
    for axis in _objects(axes):
        for key in ONLY_06:
            if axis.get(key) is not None:
                notes.lose("", f"`{key}` {abbreviate(axis[key])} of the axis {abbreviate(axis.get('name'))} of {where}")
        if axis.get("type") in NEW_TYPES and not only_array:
            text = f"the type {abbreviate(axis['type'])} of the axis {abbreviate(axis.get('name'))} of {where}"
            notes.remark("", f"{text} is a custom one in 0.5")
    return [without(axis, *ONLY_06) if isinstance(axis, dict) else axis for axis in axes]


# --- what is lost -----------------------------------------------------------------------------------


def _say_what_is_lost(
    multiscale: JSONObject, used: list[JSONObject], way: _Way | None, where: str, notes: Notes
) -> None:
    for system in multiscale[SYSTEMS]:
        if not any(system is kept for kept in used):
            name = system.get("name") if isinstance(system, dict) else system
            notes.lose("", f"the coordinate system {abbreviate(name)} of {where}")
    written = multiscale.get(KEY)
    lost = [t for t in written if way is None or t is not way.link] if isinstance(written, list) else []
    for t in lost:
        notes.lose("", f"the transformation {_described(t)} of {where}")
    for path in dict.fromkeys(path for t in lost for path in parameters(t)):
        notes.remark("", f"nothing names {abbreviate(path)} any more; it stays in the store")


def _described(t: JSON) -> str:
    if not isinstance(t, dict):
        return abbreviate(t)
    name = f" {abbreviate(t['name'])}" if "name" in t else ""
    return f"{abbreviate(t.get('type'))}{name} from {_end(t.get('input'))} to {_end(t.get('output'))}"


def _end(end: JSON) -> str:
    if not isinstance(end, dict):
        return abbreviate(end)
    path = f" at {abbreviate(end['path'])}" if end.get("path") is not None else ""
    return f"{abbreviate(end.get('name'))}{path}"


def _lose(members: JSONObject, where: str, notes: Notes) -> None:
    for key, value in members.items():
        notes.lose("", f"`{key}` {abbreviate(value)} of {where}")


# --- datasets ---------------------------------------------------------------------------------------


def _dataset(dataset: JSON, where: str, name: str, size: int, notes: Notes) -> JSON:
    written = dataset.get(KEY) if isinstance(dataset, dict) else None
    if not isinstance(written, list) or len(written) != 1:
        return dataset  # refused by what judges the result
    output = written[0].get("output") if isinstance(written[0], dict) else None
    if isinstance(output, dict) and output.get("name") != name:
        other = abbreviate(output.get("name"))
        notes.refuse("", f"{where} leads to the system {other}, the first dataset to {abbreviate(name)}")
    linear = as_list(written[0], size)
    if linear is None:
        notes.refuse("", f"the transformation of {where} is no scale and translation: {_described(written[0])}")
        return dataset
    _lose(linear.dropped, f"the transformation of {where}", notes)
    return {**dataset, KEY: linear.transformations}


DOWNGRADE = Migration("0.6", "0.5", downgrade)
