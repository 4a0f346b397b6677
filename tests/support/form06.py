"""Documents of 0.5 in the form of 0.6: coordinate systems in place of axes, and links of every kind between them."""

from __future__ import annotations

import copy
from typing import Any

__all__ = ["LINKS", "in_form_06", "links", "scene"]

KEY = "coordinateTransformations"


def links(size: int) -> dict[str, dict[str, Any]]:
    """Return a transformation of each type between two systems of so many axes."""
    unit = [[float(i == j) for j in range(size)] for i in range(size)]
    scale, move = {"type": "scale", "scale": [2.0] * size}, {"type": "translation", "translation": [1] * size}
    field = {"type": "displacements", "path": "coordinateTransformations/field", "interpolation": "linear"}
    return {
        "identity": {"type": "identity", "name": "the same"},
        "scale": scale,
        "translation": move,
        "mapAxis": {"type": "mapAxis", "mapAxis": list(range(size))[::-1]},
        "projectAxis": {"type": "projectAxis", "droppedInputs": [0], "createdOutputs": [0]},
        "affine": {"type": "affine", "affine": [[*row[:-1], row[-1] + 0.5, 3] for row in unit]},
        "stored": {"type": "affine", "path": "coordinateTransformations/matrix"},
        "rotation": {"type": "rotation", "rotation": unit},
        "sequence": {"type": "sequence", "transformations": [scale, move, {"type": "identity"}]},
        "displacements": field,
        "coordinates": {"type": "coordinates", "path": "coordinateTransformations/points"},
        "bijection": {"type": "bijection", "forward": field, "inverse": dict(field)},
        "byDimension": {
            "type": "byDimension",
            "transformations": [
                {"transformation": {"type": "scale", "scale": [2]}, "inputAxes": [n], "outputAxes": [n]}
                for n in range(size)
            ],
        },
    }


LINKS = tuple(links(2))


def in_form_06(document: dict[str, Any], kinds: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return OME metadata of 0.5 as 0.6 has it, with links of these kinds to a second system."""
    made = copy.deepcopy(document)
    if "multiscales" in made:
        made["multiscales"] = [_multiscale(multiscale, kinds) for multiscale in made["multiscales"]]
    return made


def _multiscale(multiscale: dict[str, Any], kinds: tuple[str, ...]) -> dict[str, Any]:
    axes = multiscale.pop("axes")
    multiscale["coordinateSystems"] = [
        {"name": name, "axes": copy.deepcopy(axes)} for name in ("physical", *(["world"] if kinds else []))
    ]
    for dataset in multiscale["datasets"]:
        steps = dataset[KEY]
        ends = {"input": {"path": dataset["path"]}, "output": {"name": "physical"}}
        one = steps[0] if len(steps) == 1 else {"type": "sequence", "transformations": steps}
        dataset[KEY] = [{**one, **ends}]
    multiscale.pop(KEY, None)
    if kinds:
        made = links(len(axes))
        multiscale[KEY] = [
            {**copy.deepcopy(made[kind]), "input": {"name": "physical"}, "output": {"name": "world"}} for kind in kinds
        ]
    return multiscale


def scene(kinds: tuple[str, ...] = ("translation",)) -> dict[str, Any]:
    """Return a scene whose image is linked with its own system by transformations of these kinds."""
    axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    made = links(2)
    return {
        "scene": {
            "coordinateSystems": [{"name": "world", "axes": axes}],
            KEY: [
                {
                    **copy.deepcopy(made[kind]),
                    "input": {"name": "physical", "path": "image"},
                    "output": {"name": "world"},
                }
                for kind in kinds
            ],
        }
    }
