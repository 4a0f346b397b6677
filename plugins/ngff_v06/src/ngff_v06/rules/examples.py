"""Documents of 0.6 to make examples of, and the examples of shared rules in the form of 0.6."""

from __future__ import annotations

import attrs

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Rule
from ngff_core.structure import Model
from ngff_core.structure.values import JSON, JSONObject

__all__ = ["AXES", "KEY", "adapted", "dataset", "image", "multiscale", "scene", "store", "system"]

KEY = "coordinateTransformations"
AXES = {
    "t": {"name": "t", "type": "time", "unit": "second"},
    "c": {"name": "c", "type": "channel"},
    **{name: {"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"},
}


def system(name: str, axes: str | list[JSON] = "yx") -> JSONObject:
    """Return a coordinate system: axes by their letters, or as they are."""
    return {"name": name, "axes": [AXES[axis] if isinstance(axis, str) else axis for axis in axes]}


def dataset(*transformations: JSON, path: str = "0", size: int = 2) -> JSONObject:
    """Return a dataset: transformations as they are, by default a scale to the system ``physical``."""
    scale = {"type": "scale", "scale": [1.0] * size, "input": {"path": path}, "output": {"name": "physical"}}
    return {"path": path, KEY: list(transformations) or [scale]}


def multiscale(*transformations: JSON, systems: list[JSON] | None = None, **changes: JSON) -> JSONObject:
    """Return a multiscale with transformations between its systems ``physical`` and ``world``."""
    made = [system("physical"), *(systems if systems is not None else [system("world")] if transformations else [])]
    size = len(made[0]["axes"])
    base: JSONObject = {"name": "image", "coordinateSystems": made, "datasets": [dataset(size=size)]}
    if transformations:
        base[KEY] = [linked(t) for t in transformations]
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def linked(transformation: JSON, start: str = "physical", end: str = "world") -> JSON:
    """Return a transformation with input and output, where it has none."""
    if not isinstance(transformation, dict):
        return transformation
    return {"input": {"name": start}, "output": {"name": end}, **transformation}


def image(*transformations: JSON, **changes: JSON) -> JSONObject:
    """Return the metadata of an image with transformations between its systems."""
    return {"multiscales": [multiscale(*transformations, **changes)]}


def store(*transformations: JSON, shape: tuple[int, ...] = (8, 8), nodes: JSON = None, **changes: JSON) -> Example:
    """Return an image with one level, transformations between its systems, and further nodes."""
    return Example({"": image(*transformations, **changes), "0": ExampleArray(shape), **(nodes or {})})


def scene(*transformations: JSON, systems: list[JSON] | None = None, images: tuple[str, ...] = ("a", "b")) -> Example:
    """Return a scene with some images, by default one that leads from image ``a`` to ``b``."""
    link = {"type": "identity", "input": {"path": "a", "name": "physical"}, "output": {"path": "b", "name": "physical"}}
    made: JSONObject = {KEY: list(transformations) or [link]}
    if systems is not None:
        made["coordinateSystems"] = systems
    data: JSONObject = {"": {"scene": made}}
    for path in images:
        data.update({path: image(), f"{path}/0": ExampleArray((8, 8))})
    return Example(data)


# --- examples of shared rules ---------------------------------------------------------------------------


def adapted(rule: Rule, on: type[Model] | None = None) -> Rule:
    """Return a shared rule with its examples in the form of 0.6, looking at ``on`` in place of its own class."""
    return rule.evolve(
        on=on or rule.on,
        valid=tuple(_adapted(example, on) for example in rule.valid),
        invalid=tuple(_adapted(example, on) for example in rule.invalid),
    )


def _adapted(example: Example, on: type[Model] | None) -> Example:
    if on is not None and on.__name__ == "CoordinateSystem" and isinstance(example.data.get("axes"), list):
        return attrs.evolve(example, data={"name": "physical", "axes": example.data["axes"]})
    files = {key: upgraded(value) for key, value in example.files.items()}
    return attrs.evolve(example, data=upgraded(example.data), files=files)


def upgraded(value: JSON) -> JSON:
    """Return a document in which every multiscale of the form of 0.5 has that of 0.6."""
    if isinstance(value, list):
        return [upgraded(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: upgraded(item) for key, item in value.items()}
    if made.get("version") == "0.5":
        made["version"] = "0.6"
    if not isinstance(made.get("datasets"), list):
        return made
    if "axes" in made:
        made["coordinateSystems"] = [{"name": "physical", "axes": made.pop("axes")}]
    made["datasets"] = [
        {**level, KEY: [_linked_level(level)]} if isinstance(level, dict) and KEY in level else level
        for level in made["datasets"]
    ]
    return made


def _linked_level(level: JSONObject) -> JSONObject:
    steps = level[KEY]
    ends = {"input": {"path": level["path"]}, "output": {"name": "physical"}}
    return {**steps[0], **ends} if len(steps) == 1 else {"type": "sequence", "transformations": steps, **ends}
