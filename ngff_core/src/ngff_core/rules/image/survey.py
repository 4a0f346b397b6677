"""What the rules ask of the transformations of an image, found in one pass."""

from __future__ import annotations

from math import isfinite

from ngff_core.issues.pointer import Part
from ngff_core.models.image import (
    Dataset,
    Multiscale,
    ScaleTransformation,
    TranslationTransformation,
)
from ngff_core.structure.values import JSON, JSONObject

KEY = "coordinateTransformations"
SCALE = {"type": "scale", "scale": [0.5, 0.5]}
TRANSLATION = {"type": "translation", "translation": [1, 2]}
Place = tuple[Part, ...]


def example(*transformations: JSON, level: list[JSON] | None = None) -> JSONObject:
    """Return a multiscale of two axes with these transformations in its dataset (``level``: for all levels)."""
    axes = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
    multiscale: JSONObject = {"axes": axes, "datasets": [{"path": "0", KEY: list(transformations)}]}
    if level is not None:
        multiscale[KEY] = level
    return multiscale


def lists_of(multiscale: Multiscale) -> list[tuple[Place, list[JSON]]]:
    """Return place and content of every list of transformations: of each dataset, and for all levels."""
    found: list[tuple[Place, list[JSON]]] = []
    datasets = multiscale.datasets
    if datasets.__class__ is list:
        for index, dataset in enumerate(datasets):
            if isinstance(dataset, Dataset) and dataset.coordinateTransformations.__class__ is list:
                found.append((("datasets", index, KEY), dataset.coordinateTransformations))
    if multiscale.coordinateTransformations.__class__ is list:
        found.append(((KEY,), multiscale.coordinateTransformations))
    return found


def ordinary_transformations(multiscale: Multiscale) -> bool:
    """Tell quickly whether each list is a scale, perhaps with a translation behind it, and their numbers are sound."""
    ndim = len(multiscale.axes)
    lists: list[JSON] = [dataset.coordinateTransformations for dataset in multiscale.datasets]
    if multiscale.coordinateTransformations is not None:
        lists.append(multiscale.coordinateTransformations)
    scales: list[float] = []
    moves: list[float] = [0]
    for written in lists:
        first, vector = written[0], written[0].scale
        if len(vector) != ndim or first.path is not None or len(written) > 2:
            return False
        scales += vector
        for second in written[1:]:
            if len(second.translation) != ndim or second.path is not None:
                return False
            moves += second.translation
    return ndim > 1 and min(scales) > 0 and isfinite(sum(scales)) and isfinite(sum(moves))


class Survey:
    """What the rules ask of the transformations of a multiscale, found in one pass.

    ``vectors`` are place, position, kind and numbers of every scale and translation. ``unusual`` are the lists that
    are not simply a scale, or a scale and a translation, each with its vector: most rules only look at these.
    """

    __slots__ = ("unusual", "vectors")

    def __init__(
        self, vectors: list[tuple[Place, int, str, list[JSON]]], unusual: list[tuple[Place, list[JSON]]]
    ) -> None:
        self.vectors = vectors
        self.unusual = unusual


def survey(multiscale: Multiscale) -> Survey:
    """Look once at all transformations of a multiscale."""
    vectors: list[tuple[Place, int, str, list[JSON]]] = []
    unusual: list[tuple[Place, list[JSON]]] = []
    for place, transformations in lists_of(multiscale):
        kinds = [kind_of(t) for t in transformations]
        usual = kinds in (_SCALE, _SCALE_TRANSLATION)
        for index, (t, kind) in enumerate(zip(transformations, kinds, strict=True)):
            if kind is not None:
                vector = t.scale if kind == "scale" else t.translation
                if vector.__class__ is list:
                    vectors.append((place, index, kind, vector))
                if vector is None or t.path is not None:
                    usual = False
        if not usual:
            unusual.append((place, transformations))
    return Survey(vectors, unusual)


def kind_of(transformation: JSON) -> str | None:
    """Return ``scale`` or ``translation``; ``None`` for all others, and for what is no transformation."""
    if isinstance(transformation, ScaleTransformation):
        return "scale"
    return "translation" if isinstance(transformation, TranslationTransformation) else None


_SCALE = ["scale"]
_SCALE_TRANSLATION = ["scale", "translation"]
