"""Options by name: refused is what is none, as Python does where it knows all names, and what is of another kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from operator import index
from typing import Any, SupportsIndex

from ngff_core.errors import UsageError
from ngff_core.structure.model import Model
from ngff_core.words import abbreviate, short

__all__ = ["check_options", "is_text", "is_whole", "mapping_of", "refuse_no_json", "said"]

MOST_WORKERS = 1 << 16


def said(value: object) -> str:
    """Return how errors say what was given: in few words, whatever it is."""
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    if isinstance(value, str):
        return repr(short(value))
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return f"an array of shape {shape}"
    return " ".join(abbreviate(value).split())


def is_text(value: object) -> bool:
    """Tell whether something is text that can be stored: no half of a surrogate pair is in it."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def is_whole(value: object, least: int = 0, most: float = math.inf) -> bool:
    """Tell whether something is a whole number, of NumPy perhaps, that is not too small or too large."""
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return False
    try:
        return least <= index(value) <= most
    except TypeError:  # an array that has no or many numbers
        return False


def check_options(given: Mapping[str, Any], options: type) -> None:
    """Raise UsageError for a name that a class of options, a TypedDict, does not have, and values of another kind.

    ``None`` stands for what an option is unless given.
    """
    known = options.__annotations__
    for name, value in given.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"
            raise UsageError(f"there is no option {name!r}: {hint}")
        if value is not None and "bool" in str(known[name]):  # as `progress` of typed images is
            _check(name, value, *_YES_OR_NO)
        elif value is not None and name in _JSON:
            refuse_no_json(value, name)
        elif value is not None and name in _KINDS:
            _check(name, value, *_KINDS[name])
            for key, of in value.items() if name == "properties" else ():
                refuse_no_json(of or {}, f"properties[{key!r}]")


def _check(name: str, value: object, expected: str, fits: Callable[[object], bool]) -> None:
    if not fits(value):
        parts = value.items() if isinstance(value, Mapping) else ()
        wrong = next((f"has {said(key)}: {said(of)}" for key, of in parts if not fits({key: of})), f"is {said(value)}")
        raise UsageError(f"{name} {wrong}, expected {expected}")


def mapping_of(value: Any, what: str) -> Mapping[Any, Any]:
    """Return a mapping; raises UsageError for anything else."""
    if not isinstance(value, Mapping):
        raise UsageError(f"expected {what}, got {said(value)}")
    return value


def refuse_no_json(value: object, name: str) -> None:
    """Raise UsageError for what is no object of JSON, all of it: models may stand in for objects."""
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} is {said(value)}, expected an object of JSON, such as {{'key': 1}}")
    todo: list[tuple[int, str, object]] = [(0, name, value)]
    while todo:
        depth, place, part = todo.pop()
        if depth > _DEEPEST:
            raise UsageError(f"{name} has more than {_DEEPEST} objects in each other")
        if isinstance(part, Mapping):
            if wrong := [key for key in part if not is_text(key)]:
                raise UsageError(f"{place} has the key {said(wrong[0])}, expected text, as JSON has it")
            todo += [(depth + 1, f"{place}[{key!r}]", of) for key, of in part.items()]
        elif isinstance(part, (list, tuple)):
            todo += [(depth + 1, f"{place}[{number}]", of) for number, of in enumerate(part)]
        elif isinstance(part, float) and not math.isfinite(part):
            raise UsageError(f"{place} is {said(part)}, which JSON has not")
        elif not (part is None or isinstance(part, (bool, int, float, Model)) or is_text(part)):
            raise UsageError(f"{place} is {said(part)}, expected what JSON has: numbers, text, lists and objects")


def _is_list(value: object, fits: Callable[[object], bool]) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes)) and all(map(fits, value))


def _is_color(value: object) -> bool:
    return _is_list(value, lambda part: is_whole(part, 0, 255)) and len(value) == 4  # type: ignore[arg-type]


def _by_value(value: object, fits: Callable[[object], bool]) -> bool:
    return isinstance(value, Mapping) and all(is_whole(key, -_ANY) and fits(of) for key, of in value.items())


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping)


_ANY = 1 << 64
_TEXT = ("text", is_text)
_NAME = ("text that is not empty", lambda value: is_text(value) and bool(value))
_YES_OR_NO = ("True or False", lambda value: isinstance(value, bool))
_NAMES = ("a number of them, or their names", lambda value: is_whole(value) or _is_list(value, is_text))
_KINDS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "version": ("text, such as '0.5'", is_text),
    "name": _NAME,
    "kernel": _TEXT,
    "compression": _TEXT,
    "writer": _TEXT,
    "source": _TEXT,
    "ome_xml": ("text, or bytes of it", lambda value: is_text(value) or isinstance(value, bytes)),
    "n_levels": ("a whole number", lambda value: is_whole(value, -_ANY)),
    "workers": (f"a whole number from 1 to {MOST_WORKERS}", lambda value: is_whole(value, 1, MOST_WORKERS)),
    "progress": ("a function that is called with two numbers", callable),
    "labels": ("pixels of labels by their names", _is_object),
    "colors": (
        "four numbers from 0 to 255 by label value, such as {1: (255, 0, 0, 255)}",
        lambda value: _by_value(value, _is_color),
    ),
    "properties": (
        "objects of JSON by label value, such as {1: {'area': 5}}",
        lambda value: _by_value(value, lambda of: of is None or _is_object(of)),
    ),
    "rows": _NAMES,
    "columns": _NAMES,
    "acquisitions": ("a list of objects, such as [{'id': 0}]", lambda value: _is_list(value, _is_object)),
}
_JSON = ("members", "extra_attributes")
_DEEPEST = 64
