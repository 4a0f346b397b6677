"""How to mend faults of structure: what was probably meant by the value that stands there."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from ngff_core.issues.pointer import Pointer
from ngff_core.structure.faults import Fault, FaultKind
from ngff_core.structure.member import members_of
from ngff_core.structure.model import Model
from ngff_core.words import COMPARED, abbreviate, misspelled

__all__ = ["as_expected", "hint_for", "slip_in"]

LONG = 300  # digits: more than any number has that is meant
_SLIP = re.compile(r'the key is "([^"]+)", not "([^"]+)"')


def hint_for(fault: Fault, document: object) -> str | None:
    """Return what to write in place of what stands there, where that can be told."""
    if fault.kind is FaultKind.MISSING:
        return _missing(fault, _at(document, fault.pointer))
    value = _at(document, fault.pointer)
    special = _SPECIAL.get(fault.entry or "")
    return (special(value, fault.pointer) if special is not None else None) or _as_expected(value, fault.expected)


def _at(value: Any, pointer: Pointer) -> Any:
    """Return the value that a pointer leads to, in what could be structured of a document."""
    for part in pointer:
        if isinstance(value, Model):
            names = {m.json_name: m.attribute for m in members_of(type(value))}
            value = getattr(value, names[part], None) if part in names else (value._extra or {}).get(str(part))
        elif isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _missing(fault: Fault, holder: object) -> str | None:
    extra = (holder._extra or {}) if isinstance(holder, Model) else {}
    if fault.entry == "axes-present" and "coordinateSystems" in extra:
        return 'this is the form of 0.6: is "version": "0.6" meant?'
    if fault.entry == "coordsys-present" and "axes" in extra:
        axes = extra["axes"]
        if isinstance(axes, list) and axes and all(isinstance(axis, str) for axis in axes):
            return 'this is the form of 0.3: is "version": "0.3" meant?'
        return 'this is the form of 0.5: is "version": "0.5" meant?'
    known = {m.json_name for m in members_of(type(holder))} if isinstance(holder, Model) else set()
    slip = misspelled(fault.key or "", [key for key in islice(extra, COMPARED) if key not in known])
    return f"the key is {fault.key!r}, not {slip!r}".replace("'", '"') if slip is not None else None


def slip_in(hint: str | None) -> tuple[str, str] | None:
    """Return the key that is required, and the one that stands there instead, by the hint on it."""
    match = _SLIP.fullmatch(hint or "")
    return (match[1], match[2]) if match is not None else None


def _as_expected(value: object, expected: str) -> str | None:
    """Return how a number is written as text, or text as a number."""
    meant = as_expected(value, expected)
    if meant is None:
        return None
    if isinstance(value, str):
        return f"write {value.strip().lower()}, without quotes"
    return f"write {str(meant).lower() if isinstance(meant, bool) else abbreviate(meant)}"


_ITEMS = {"array of strings": "string", "array of numbers": "number", "array of integers": "integer"}
_BOOLEANS = {"true": True, "false": False, "0": False, "1": True}


def as_expected(value: object, expected: str) -> str | int | float | list[str | int | float] | None:
    """Return what is expected by what stands for it: numbers as text, text as numbers, ``"true"`` or 1 as true.

    ``None``: there is no such value.
    """
    if expected in _ITEMS:
        items = [_meant(item, _ITEMS[expected]) for item in value] if isinstance(value, list) else []
        return [item for item in items if item is not None] if items and None not in items else None
    meant = _meant(value, expected)
    return None if meant is value else meant


def _meant(value: object, expected: str) -> str | int | float | None:
    """Return a value as the type that is expected, itself where it is of it."""
    if expected == "string" and type(value) in (int, float, str):
        return str(value)
    if expected in ("integer", "number") and isinstance(value, str) and _is_number(value, expected):
        return float(value) if "." in value else int(value)
    if type(value) is int and expected in ("integer", "number"):
        return value
    if isinstance(value, float) and expected == "number":
        return value
    if expected == "boolean" and (isinstance(value, str) or type(value) is int):
        return _BOOLEANS.get(str(value).strip().lower())
    return None


def _is_number(text: str, expected: str) -> bool:
    digits = text.strip().removeprefix("-")
    if len(digits) > LONG:
        return False
    whole, _, rest = digits.partition(".")
    return (
        whole.isdecimal()
        and digits.isascii()
        and (whole == "0" or whole[0] != "0")
        and (rest.isdecimal() if "." in digits else True)
        and (expected == "number" or "." not in digits)
    )


def _color(value: object, _: Pointer) -> str | None:
    numbers: list[Any] = value if isinstance(value, list) and len(value) in (3, 4) else [value]
    if not all(type(number) is int for number in numbers):
        return None
    if len(numbers) == 1:
        return 'write red, green and blue as six hexadecimal digits, such as "FF0000"'
    return f'write "{bytes(numbers[:3]).hex().upper()}"' if all(0 <= number < 256 for number in numbers) else None


def _reference(value: object, pointer: Pointer) -> str | None:
    if not isinstance(value, str):
        return None
    key = "path" if "datasets" in pointer and pointer[-1] == "input" else "name"
    return f'write {{"{key}": {abbreviate(value)}}}: drafts before 0.6 had text here'


def _map_axis(value: object, _: Pointer) -> str | None:
    return (
        "write the position of the input axis for each output axis, such as [1, 0]" if isinstance(value, dict) else None
    )


def _axis(value: object, _: Pointer) -> str | None:
    if isinstance(value, list) and value:
        if all(isinstance(axis, str) for axis in value):
            return 'this is the form of 0.3: is "version": "0.3" meant? later axes are objects with "name" and "type"'
        if all(isinstance(axis, dict) and "name" in axis for axis in value):
            return 'this is the form of 0.4 and 0.5: is "version": "0.4" meant?'
    return f'write {{"name": {abbreviate(value)}, "type": ...}}' if isinstance(value, str) else None


def _source_image(_: object, __: Pointer) -> str:
    return 'write the path from here to the image, such as "../../", or leave source out'


def _source(value: object, _: Pointer) -> str | None:
    return f'write {{"image": {abbreviate(value)}}}' if isinstance(value, str) else None


_SPECIAL: dict[str, Callable[[object, Pointer], str | None]] = {
    "omero-channel-color-string": _color,
    "transform-input-output-object": _reference,
    "transform-mapaxis-present": _map_axis,
    "axes-entry-type": _axis,
    "label-source-image-string": _source_image,
    "label-source-object": _source,
}
