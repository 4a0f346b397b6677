"""The step from OME-NGFF 0.5 to 0.6: axes become a coordinate system that the datasets lead to.

Mechanical are the version, the coordinate system, input and output of the transformations of datasets (a scale with a
translation becomes a sequence); members of axes that are null are left out. Decided by the user: the name of the
system, and what becomes of the transformations for all levels, whose key means something else in 0.6. Nothing
is lost; what 0.6 does not allow (levels of different data types, vectors kept in arrays, ...) is refused by name.
"""

from __future__ import annotations

import attrs

from ngff_core.migration import Decision, Documents, Migration, NodeDocuments, Notes
from ngff_core.migration.shared import levels_of
from ngff_core.rules.common import is_number
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import abbreviate
from ngff_v06.upgrade.exact import multiplied, numbers, shifted
from ngff_v06.upgrade.steps import DEFAULT_NAME, KEY, OME, changed, changed_groups, data_type, of_version, without

__all__ = ["COORDINATE_SYSTEM", "MULTISCALE_TRANSFORMATIONS", "UPGRADE", "upgrade"]

IMAGES = ("image", "label-image")
ALL_LEVELS = "multiscale-transformations"
# what makes a group a scene; 0.5 does not know these keys
SCENE_KEYS = ("scene", "coordinateSystems", KEY)
AXIS_KEYS = {"type": str, "unit": str, "discrete": bool, "longName": str}


def _named(text: str) -> str:
    if not text:
        raise ValueError("expected a name of at least one character")
    return text


COORDINATE_SYSTEM = Decision(
    "coordinate-system",
    "0.6 gives the axes of an image a coordinate system, which has a name; what is it to be?",
    DEFAULT_NAME,
    form="a name",
    parse=_named,
)
MULTISCALE_TRANSFORMATIONS = Decision(
    ALL_LEVELS,
    "0.6 has no transformations for all levels; are they multiplied into those of every dataset (fold), or do they lead"
    " from the system of the datasets to a second one (keep)?",
    "fold",
    choices=("fold", "keep"),
)


def upgrade(documents: Documents, notes: Notes) -> Documents:
    """Return the documents of 0.5 as those of 0.6."""
    result = {}
    for node in changed_groups(documents, notes, _ome):
        result[node.path] = node
        _look_around(documents, node, notes)
    return result


def _look_around(documents: Documents, node: NodeDocuments, notes: Notes) -> None:
    """Refuse what the documents of other nodes decide: levels of different types, labels groups out of place."""
    if node.kind == "labels-group" and node.path:
        parent = documents.get(node.path.rpartition("/")[0])
        if parent is not None and parent.kind not in IMAGES:
            notes.refuse(node.path, "0.6 has labels groups in images only")
    multiscales = node.attributes[OME].get("multiscales")
    for index, multiscale in enumerate(multiscales if isinstance(multiscales, list) else ()):
        arrays = levels_of(documents, node.path, multiscale) if isinstance(multiscale, dict) else ()
        known = dict.fromkeys(name for name in map(data_type, arrays) if name is not None)
        if len(known) > 1:
            names = ", ".join(known)
            notes.refuse(node.path, f"multiscales[{index}] has levels of the types {names}; 0.6 asks for one")


def _ome(ome: JSONObject, notes: Notes) -> JSONObject:
    for key in SCENE_KEYS:
        if key in ome:
            notes.refuse("", f"`{key}` is not known in 0.5, and would mean something in 0.6")
    return of_version(ome, "0.6", lambda multiscale, where: _multiscale(multiscale, where, notes), notes)


# --- multiscales ------------------------------------------------------------------------------------


@attrs.frozen
class _All:
    """The transformations for all levels: scale, translation, and whether they are kept."""

    scale: JSONObject
    translation: JSONObject | None
    kept: bool


def _multiscale(multiscale: JSONObject, where: str, notes: Notes) -> JSONObject:
    written = multiscale.get("axes")
    if not isinstance(written, list):
        return multiscale  # refused by what judges the result
    if "coordinateSystems" in multiscale:
        notes.refuse("", f"{where} has `axes` of 0.5 and `coordinateSystems` of 0.6")
        return multiscale
    name = notes.choose(COORDINATE_SYSTEM.name, "")
    axes = [_axis(axis, f"{where}.axes[{n}]", notes) for n, axis in enumerate(written)]
    common = _all_levels(multiscale, where, notes)
    systems, target = [{"name": name, "axes": axes}], name
    changes: JSONObject = {}
    if common is not None and common.kept:
        target = "intrinsic" if name != "intrinsic" else "levels"
        systems.append({"name": target, "axes": _axes_before(axes, common, where, target, notes)})
        link = common.scale if common.translation is None else _sequence(common.scale, common.translation)
        changes[KEY] = (KEY, [{**link, "input": {"name": target}, "output": {"name": name}}])
    datasets = multiscale.get("datasets")
    if isinstance(datasets, list):
        made = [_dataset(d, f"{where}.datasets[{n}]", target, common, notes) for n, d in enumerate(datasets)]
        changes["datasets"] = ("datasets", made)
    folded = common is not None and not common.kept
    return changed(without(multiscale, KEY) if folded else multiscale, axes=("coordinateSystems", systems), **changes)


def _axis(axis: JSON, where: str, notes: Notes) -> JSON:
    """Return an axis without members that are null, which 0.5 takes with a warning as not being there."""
    if not isinstance(axis, dict):
        return axis
    if axis.get("name") == "":
        notes.refuse("", f"{where} has an empty name")
    if axis.get("type") == "array":
        notes.refuse("", f'{where} has the custom type "array", which 0.6 only has for systems made of nothing else')
    for key, kind in AXIS_KEYS.items():
        if key in axis and not isinstance(axis[key], (kind, type(None))):
            expected = "true or false" if kind is bool else "a string"
            notes.refuse("", f"`{key}` of {where} is {abbreviate(axis[key])}; 0.6 asks for {expected}")
    nulls = [key for key in AXIS_KEYS if key in axis and axis[key] is None]
    return without(axis, *nulls) if nulls else axis


def _axes_before(axes: list[JSON], common: _All, where: str, name: str, notes: Notes) -> list[JSON]:
    """Return the axes of the system that the scale for all levels leads away from.

    Units are those of the coordinates after it, so they only hold before where the scale is 1.
    """
    scale = common.scale["scale"]
    same = [n < len(scale) and is_number(scale[n]) and scale[n] == 1 for n in range(len(axes))]
    before = [
        axis if held or not isinstance(axis, dict) else without(axis, "unit")
        for axis, held in zip(axes, same, strict=True)
    ]
    if before != axes:
        notes.remark("", f'{where}: the datasets lead to the system "{name}", where axes that are scaled have no unit')
    return before


# --- transformations --------------------------------------------------------------------------------


def _sequence(*steps: JSONObject) -> JSONObject:
    return {"type": "sequence", "transformations": list(steps)}


def _pair(written: JSON, where: str, notes: Notes) -> tuple[JSONObject, JSONObject | None] | None:
    """Return the scale and the translation that a list of 0.5 is made of; ``None`` where it is anything else."""
    if not isinstance(written, list) or not all(isinstance(t, dict) for t in written):
        return None
    if [t.get("type") for t in written] not in (["scale"], ["scale", "translation"]):
        return None
    for t in written:
        if "path" in t:
            notes.refuse("", f"the {t['type']} of {where} is kept in an array; 0.6 asks for its numbers")
            return None
        if not isinstance(t.get(t["type"]), list):
            return None
        if not isinstance(t.get("name", ""), str):
            notes.refuse("", f"`name` of the {t['type']} of {where} is {abbreviate(t['name'])}; 0.6 asks for a string")
        for key in ("input", "output"):
            if key in t:
                notes.lose("", f"`{key}` of the {t['type']} of {where}, a member that 0.5 does not know")
    scale, *rest = [without(t, "input", "output") for t in written]
    return scale, rest[0] if rest else None


def _all_levels(multiscale: JSONObject, where: str, notes: Notes) -> _All | None:
    """Return the transformations for all levels; what is none that 0.5 allows stays as it is."""
    found = _pair(multiscale.get(KEY), where, notes)
    if found is None:
        return None
    kept = notes.choose(ALL_LEVELS, "") == "keep"
    _judge(found[0], where, notes)
    if not kept:
        notes.remark("", f"the transformations for all levels of {where} are folded into those of its datasets")
        for t in found:
            for key in without(t or {}, "type", "scale", "translation"):
                notes.lose("", f"`{key}` of the {(t or {})['type']} for all levels of {where}")
    return _All(*found, kept)


def _judge(scale: JSONObject, where: str, notes: Notes) -> None:
    """Refuse a scale of zero; note a negative one."""
    for axis, number in enumerate(scale["scale"]):
        if is_number(number) and number == 0:
            notes.refuse("", f"the scale of {where} is 0 for axis {axis}")
        elif is_number(number) and number < 0:
            notes.remark("", f"the scale of {where} is negative for axis {axis}; the JSON schema of 0.6 refuses it")


def _dataset(dataset: JSON, where: str, system: str, common: _All | None, notes: Notes) -> JSON:
    path = dataset.get("path") if isinstance(dataset, dict) else None
    found = _pair(dataset.get(KEY), where, notes) if isinstance(path, str) else None
    if found is None:
        return dataset  # refused by what judges the result
    scale, translation = found
    if common is not None and not common.kept:
        folded = _folded(scale, translation, common)
        if folded is None:
            notes.refuse("", f"the transformations for all levels cannot be folded into those of {where}")
            return dataset
        scale, translation = folded
    _judge(scale, where, notes)
    one = scale if translation is None else _sequence(scale, translation)
    return {**dataset, KEY: [{**one, "input": {"path": path}, "output": {"name": system}}]}


def _folded(
    scale: JSONObject, translation: JSONObject | None, common: _All
) -> tuple[JSONObject, JSONObject | None] | None:
    """Return the scale S * s and the translation S * t + T; ``None`` where these are no numbers, or too large."""
    vectors = [scale["scale"], common.scale["scale"]]
    vectors += [t["translation"] for t in (translation, common.translation) if t is not None]
    if any(numbers(vector) is None or len(vector) != len(vectors[0]) for vector in vectors):
        return None
    product = multiplied(common.scale["scale"], scale["scale"])
    moved = multiplied(common.scale["scale"], translation["translation"]) if translation else None
    if product is None or (translation and moved is None):
        return None
    if common.translation is not None:
        offset = common.translation["translation"]
        moved = shifted(moved, offset) if moved is not None else offset
        if moved is None:
            return None
    new = {**scale, "scale": product}
    return new, {**(translation or {"type": "translation"}), "translation": moved} if moved is not None else None


UPGRADE = Migration("0.5", "0.6", upgrade, (COORDINATE_SYSTEM, MULTISCALE_TRANSFORMATIONS))
