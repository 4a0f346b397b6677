"""What the JSON types of OME metadata are, written down a second time and judged in another way.

Independent of the models: a few tables, and one function that walks a value along them. Each fault is its kind and
the place it is reported at: a missing key at its parent, an array whose items all have the wrong type at the array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["faults_of", "schema_of"]

Place = tuple[str | int, ...]
Faults = list[tuple[str, Place]]
Schema = Callable[[Any], Faults]


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and value is not True and value is not False


def _is_whole(value: Any) -> bool:
    return _is_number(value) and value == value // 1


def _plain(fits: Callable[[Any], bool]) -> Schema:
    return lambda value: [] if fits(value) else [("type", ())]


STRING, NUMBER, WHOLE = _plain(_is_string), _plain(_is_number), _plain(_is_whole)
BOOLEAN = _plain(lambda value: value is True or value is False)
FREE = _plain(lambda value: isinstance(value, dict))


def any_value(value: Any) -> Faults:
    """Take everything."""
    return []


class Members(NamedTuple):
    """The members of an object; all others are free."""

    required: dict[str, Schema]
    optional: dict[str, Schema]

    def __call__(self, value: Any) -> Faults:
        if not isinstance(value, dict):
            return [("type", ())]
        faults: Faults = [("missing", ()) for key in self.required if key not in value]
        for key, schema in {**self.required, **self.optional}.items():
            if key in value:
                found = [] if schema is any_value else [("type", ())] if value[key] is None else schema(value[key])
                faults += [(kind, (key, *place)) for kind, place in found]
        return faults


class Items(NamedTuple):
    """An array of equal items."""

    of: Schema

    def __call__(self, value: Any) -> Faults:
        if not isinstance(value, list):
            return [("type", ())]
        found = [self.of(item) for item in value]
        if len(value) > 1 and all(faults == [("type", ())] for faults in found):
            return [("type", ())]
        return [(kind, (n, *place)) for n, faults in enumerate(found) for kind, place in faults]


AXIS = Members({"name": STRING}, {"type": STRING, "unit": STRING})
AXIS_06 = Members({"name": STRING}, {"type": STRING, "unit": STRING, "discrete": BOOLEAN, "longName": STRING})
_VECTOR = {"path": STRING}


def _transformation(value: Any) -> Faults:
    vectors = {"scale": {"scale": Items(NUMBER)}, "translation": {"translation": Items(NUMBER)}}
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind in vectors:
        return Members({"type": STRING}, {**_VECTOR, **vectors[kind]})(value)
    return Members({"type": STRING}, {})(value)


TRANSFORMATIONS = Items(_transformation)
DATASET = Members({"path": STRING, "coordinateTransformations": TRANSFORMATIONS}, {})
WINDOW = Members(dict.fromkeys(("min", "max", "start", "end"), NUMBER), {})
CHANNEL = Members({}, {"color": STRING, "label": STRING, "family": STRING, "active": BOOLEAN, "window": WINDOW})
OMERO = Members({"channels": Items(CHANNEL)}, {"rdefs": Members({}, {})})
COLOR = Members({"label-value": WHOLE}, {"rgba": Items(WHOLE)})
NAMED = Items(Members({"name": STRING}, {}))
PLATE_WELL = Members({"path": STRING, "rowIndex": WHOLE, "columnIndex": WHOLE}, {})
_TIMES = dict.fromkeys(("maximumfieldcount", "starttime", "endtime"), WHOLE)
ACQUISITION = Members({"id": WHOLE}, {"name": STRING, "description": STRING, **_TIMES})
FIELD = Members({"path": STRING}, {"acquisition": WHOLE})
# up to 0.3
EARLY_DATASET = EARLY_WELL = Members({"path": STRING}, {})
ACQUISITION_01 = Members({"id": NUMBER}, {"name": STRING, "description": STRING, "maximumfieldcount": NUMBER})

# from 0.6 on
REFERENCE = Members({}, {"name": STRING, "path": STRING})
ENDS: dict[str, Schema] = {"input": REFERENCE, "output": REFERENCE, "name": STRING}


def _linked(value: Any) -> Faults:
    """Look at a transformation of 0.6, which may hold others."""
    kind = value.get("type") if isinstance(value, dict) else None
    required, optional = _PARAMETERS.get(kind, ({}, {})) if isinstance(kind, str) else ({}, {})
    return Members({"type": STRING, **required}, {**ENDS, **optional})(value)


_MATRIX = Items(Items(NUMBER))
_PART = Members({}, {"transformation": _linked, "inputAxes": Items(WHOLE), "outputAxes": Items(WHOLE)})
_PARAMETERS: dict[str, tuple[dict[str, Schema], dict[str, Schema]]] = {
    "scale": ({}, {"scale": Items(NUMBER)}),
    "translation": ({}, {"translation": Items(NUMBER)}),
    "mapAxis": ({"mapAxis": Items(WHOLE)}, {}),
    "projectAxis": ({}, {"droppedInputs": Items(WHOLE), "createdOutputs": Items(WHOLE)}),
    "affine": ({}, {"affine": _MATRIX, "path": STRING}),
    "rotation": ({}, {"rotation": _MATRIX, "path": STRING}),
    "sequence": ({"transformations": Items(_linked)}, {}),
    "displacements": ({"path": STRING}, {"interpolation": STRING}),
    "coordinates": ({"path": STRING}, {"interpolation": STRING}),
    "bijection": ({"forward": _linked, "inverse": _linked}, {}),
    "byDimension": ({"transformations": Items(_PART)}, {}),
}
SYSTEMS = Items(
    Members({"name": STRING, "axes": Items(AXIS_06)}, {}),
)
DATASET_06 = Members({"path": STRING, "coordinateTransformations": Items(_linked)}, {})
MULTISCALE_06 = Members(
    {"coordinateSystems": SYSTEMS, "datasets": Items(DATASET_06)},
    {"name": STRING, "metadata": FREE, "coordinateTransformations": Items(_linked)},
)
SCENE = Members({"coordinateTransformations": Items(_linked)}, {"coordinateSystems": SYSTEMS})


def schema_of(version: str, kind: str) -> Schema:
    """Return the types of OME metadata of one kind."""
    nested = {"version": STRING} if version < "0.5" else {}
    top = {} if version < "0.5" else {"version": STRING}
    early = version < "0.4"
    multiscale = Members(
        {"axes": Items(AXIS), "datasets": Items(DATASET)},
        {**nested, "name": STRING, "metadata": FREE, "coordinateTransformations": TRANSFORMATIONS},
    )
    if early:
        axes: dict[str, Schema] = {"axes": Items(STRING)} if version == "0.3" else {}
        multiscale = Members({**axes, "datasets": Items(EARLY_DATASET)}, {**nested, "name": STRING, "metadata": FREE})
    image: dict[str, Schema] = {"multiscales": Items(MULTISCALE_06 if version >= "0.6" else multiscale)}
    label = Members(
        {},
        {
            **nested,
            "colors": Items(COLOR),
            **({} if version == "0.1" else {"properties": Items(Members({"label-value": WHOLE}, {}))}),
            "source": Members({}, {"image": STRING}),
        },
    )
    plate = Members(
        {"rows": NAMED, "columns": NAMED, "wells": Items(EARLY_WELL if early else PLATE_WELL)},
        {
            **nested,
            "name": STRING,
            "acquisitions": Items(ACQUISITION_01 if version == "0.1" else ACQUISITION),
            "field_count": WHOLE,
        },
    )
    table = {
        "image": Members(image, {**top, "omero": OMERO}),
        "label-image": Members(image, {**top, "omero": OMERO, "image-label": label}),
        "plate": Members({"plate": plate}, top),
        "well": Members({"well": Members({"images": Items(FIELD)}, nested)}, top),
        "collection": Members({"bioformats2raw.layout": WHOLE}, top),
        "labels-group": Members({"labels": Items(STRING)}, top),
        "series": Members({"series": Items(STRING)}, top),
        "scene": Members({"scene": SCENE}, top),
    }
    return table[kind]


def faults_of(version: str, kind: str, value: Any) -> Faults:
    """Return the faults of OME metadata: kind and place of each, sorted."""
    return sorted(schema_of(version, kind)(value), key=repr)
