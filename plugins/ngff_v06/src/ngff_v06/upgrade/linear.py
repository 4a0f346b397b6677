"""What a transformation of 0.6 is in the form of 0.5: a list of a scale, or of a scale and a translation."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ngff_core.structure.values import JSON, JSONObject
from ngff_v06.upgrade.exact import multiplied, numbers, ones, shifted

__all__ = ["Linear", "as_list", "parameters"]

_NAMED = {"type", "transformations", "input", "output", "scale", "translation"}
_WITH_PATHS = ("affine", "rotation", "displacements", "coordinates")
_DEEPEST = 100


@attrs.frozen
class Linear:
    """The transformations as 0.5 lists them, and the members that it has no place for."""

    transformations: list[JSONObject]
    dropped: JSONObject


def as_list(t: JSON, size: int) -> Linear | None:
    """Return a transformation of so many axes as 0.5 writes it; ``None`` where it has no such form.

    A scale, and a sequence of a scale and a translation, stay as they are written. Whatever else is made of
    scales, translations and identities is put together.
    """
    if not isinstance(t, dict):
        return None
    sequence = t.get("type") == "sequence"
    steps = t.get("transformations") if sequence else [t]
    if _is_written_so(steps):
        kept = [{key: value for key, value in step.items() if key not in ("input", "output")} for step in steps or ()]
        return Linear(kept, {key: t[key] for key in t if key not in _NAMED} if sequence else {})
    composed = _composed(t)
    if composed is None:
        return None
    scale, translation = composed
    if any(vector is not None and len(vector) != size for vector in composed):
        return None
    made: list[JSONObject] = [{"type": "scale", "scale": ones(size) if scale is None else scale}]
    if translation is not None:
        made.append({"type": "translation", "translation": translation})
    return Linear(made, dict(_further(t)))


def _is_written_so(steps: JSON) -> bool:
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        return False
    types = [step.get("type") for step in steps]
    return types in (["scale"], ["scale", "translation"]) and all(numbers(step.get(step["type"])) for step in steps)


Pair = tuple[list[JSON] | None, list[JSON] | None]


def _composed(t: JSON, depth: int = 0) -> Pair | None:
    """Return scale and translation, each ``None`` where there is none."""
    kind = t.get("type") if isinstance(t, dict) else None
    if kind == "identity":
        return None, None
    if kind in ("scale", "translation"):
        vector = numbers(t.get(kind))
        if vector is None:
            return None
        return (vector, None) if kind == "scale" else (None, vector)
    steps = t.get("transformations") if kind == "sequence" else None
    if not isinstance(steps, list) or depth > _DEEPEST:
        return None
    whole: Pair = (None, None)
    for step in steps:
        part = _composed(step, depth + 1)
        both = _after(whole, part) if part is not None else None
        if both is None:
            return None
        whole = both
    return whole


def _after(first: Pair, then: Pair) -> Pair | None:
    """Return what one scale and translation after another come to; ``None`` where that has no numbers."""
    scale, translation = first
    factor, offset = then
    if factor is not None:
        scale = multiplied(scale, factor) if scale is not None else factor
        translation = multiplied(translation, factor) if translation is not None else None
        if scale is None or (translation is None and first[1] is not None):
            return None
    if offset is not None:
        translation = shifted(translation, offset) if translation is not None else offset
        if translation is None:
            return None
    return scale, translation


def _further(t: JSON) -> Iterator[tuple[str, JSON]]:
    """Yield the members of a transformation and its steps that are not its numbers."""
    for key, value in t.items():
        if key not in _NAMED:
            yield key, value
    for step in t.get("transformations") or () if t.get("type") == "sequence" else ():
        yield from _further(step)


def parameters(t: JSON, depth: int = 0) -> Iterator[str]:
    """Yield the paths of the arrays and images in which a transformation keeps its numbers."""
    if depth > _DEEPEST:
        return
    if isinstance(t, list):
        for item in t:
            yield from parameters(item, depth + 1)
    elif isinstance(t, dict):
        if t.get("type") in _WITH_PATHS and isinstance(t.get("path"), str):
            yield t["path"]
        for key in ("transformations", "transformation", "forward", "inverse"):
            yield from parameters(t.get(key), depth + 1)
