"""What can be set: keys such as ``pixel-size.x``, and the values that they take."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from ngff_core.errors import UsageError
from ngff_core.rules.image.omero import meant_color
from ngff_core.rules.image.units import SPACE_UNITS, TIME_UNITS, meant_unit
from ngff_core.words import abbreviate, suggestion

__all__ = ["AXIS_TYPE", "FORMS", "NAME", "PIXEL_SIZE", "UNIT", "Setting", "Window", "is_setting", "read_settings"]

PIXEL_SIZE, UNIT, AXIS_TYPE, NAME = "pixel-size", "unit", "axis-type", "name"
CHANNEL, PLATE, ACQUISITION = "channel", "plate", "acquisition"
_MEMBERS = ("label", "color", "window", "active")  # of channels

FORMS: Final = {
    "pixel-size.AXIS": "the size of a pixel of level 0 along an axis; all levels follow",
    "unit": "the unit of all axes in space",
    "unit.AXIS": "the unit of one axis",
    "axis-type.AXIS": "the type of an axis, such as space",
    "name": "the name of the image",
    "channel.CHANNEL.label": "the label of a channel, which is given by its number, from 0, or its label",
    "channel.CHANNEL.color": "its color, such as 00FF00",
    "channel.CHANNEL.window": "what is shown of its intensities: START..END, or START,END,MIN,MAX",
    "channel.CHANNEL.active": "whether it is shown: true or false",
    "plate.name": "the name of the plate",
    "acquisition.ID.name": "the name of an acquisition",
}
"""The forms of keys, and what each is for."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_FIRST = frozenset(form.partition(".")[0] for form in FORMS)


@attrs.frozen
class Window:
    """Intensities that are shown; without ``min`` and ``max`` those that are there stay."""

    start: float
    end: float
    min: float | None = None
    max: float | None = None


@attrs.frozen
class Setting:
    """One value to be set.

    ``key`` is what the user calls it, ``what`` the first word of that; ``who`` is an axis, a channel or the id of an
    acquisition (empty: all that there are, or there is but one), ``member`` what is set of a channel.
    """

    key: str
    what: str
    who: str
    member: str
    value: Any

    @property
    def of_plate(self) -> bool:
        """True for what plates have, and images have not."""
        return self.what in (PLATE, ACQUISITION)

    @property
    def of_labels(self) -> bool:
        """True for what label images have as well."""
        return self.what in (PIXEL_SIZE, UNIT, AXIS_TYPE)

    def __str__(self) -> str:
        value = self.value
        if isinstance(value, Window):
            shown = ",".join(f"{n:.15g}" for n in attrs.astuple(value) if n is not None)
        else:
            shown = value if isinstance(value, str) else json.dumps(value)
        return f"{self.key}={shown}"


def is_setting(word: str) -> bool:
    """Tell a setting, KEY=VALUE, from the path or address of a store."""
    key, equals, _ = word.partition("=")
    return bool(equals) and (key.partition(".")[0] in _FIRST or not re.search(r"[/\\:?]", key))


def read_settings(values: Mapping[str, Any]) -> list[Setting]:
    """Return what is to be set; raises UsageError for keys that there are not, and values that they do not take."""
    if not values:
        raise UsageError("nothing is to be set: give at least one KEY=VALUE")
    return [_read(key, value) for key, value in values.items()]


def _read(key: str, value: object) -> Setting:
    what, _, rest = key.partition(".")
    who, member = rest, ""
    if what == CHANNEL:
        who, _, member = rest.rpartition(".")
    elif what in (PLATE, ACQUISITION):
        who, _, last = rest.rpartition(".")
        what = what if last == NAME and (what == PLATE) is not bool(who) else ""
    needs_who = what in (PIXEL_SIZE, AXIS_TYPE, CHANNEL, ACQUISITION)
    sound = what in _FIRST and not (needs_who and not who) and not (what == NAME and who)
    if not sound or (what == CHANNEL and member not in _MEMBERS) or (what == ACQUISITION and not _is_number(who)):
        there = ", ".join(FORMS)
        raise UsageError(f"there is no {key!r} to set{suggestion(key, FORMS, f'there are {there}')}")
    try:
        return Setting(key, what, who, member, _VALUES[member or what](value, who))
    except ValueError as error:
        raise UsageError(f"{key}={abbreviate(value)}: {error}") from None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20


# --- values -------------------------------------------------------------------------------------------


def _size(value: object, _: str) -> float:
    number = _number(value)
    if not 1e-100 <= number <= 1e100:  # what is multiplied with it stays finite
        raise ValueError("expected a number above 0")
    return float(number)


def _number(value: object) -> float:
    """Return a number, a whole one where it is written so."""
    if isinstance(value, str):
        read = int if re.fullmatch(r"[+-]?[0-9]{1,18}", value) else float
        value = read(value) if _NUMBER.fullmatch(value) else None  # Python also reads 1_0, and other digits
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError("expected a number")
    return value


def _text(value: object, _: str) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("expected text")
    return value


def _unit(value: object, axis: str) -> str:
    unit = _text(value, axis)
    known = (TIME_UNITS, SPACE_UNITS) if axis == "t" else (SPACE_UNITS, TIME_UNITS) if axis else (SPACE_UNITS,)
    meant = next(filter(None, (meant_unit(unit, units) for units in known)), None)
    if meant is not None and unit not in SPACE_UNITS | TIME_UNITS:
        raise ValueError(f"write {meant}, as the specification lists it")
    return unit


def _color(value: object, _: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-fA-F]{6}", value):
        meant = meant_color(value) if isinstance(value, str) else None
        raise ValueError(f"write {meant}" if meant else "expected six hexadecimal digits, such as 00FF00")
    return value


def _window(value: object, _: str) -> Window:
    parts: Any = re.split(r"\.\.|,", value) if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)) or len(parts) not in (2, 4):
        raise ValueError("expected START..END, or START,END,MIN,MAX")
    return Window(*map(_number, parts))


def _active(value: object, _: str) -> bool:
    found = {"true": True, "false": False}.get(value) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise ValueError("expected true or false")
    return found


_VALUES: Mapping[str, Callable[[object, str], Any]] = {
    PIXEL_SIZE: _size,
    UNIT: _unit,
    AXIS_TYPE: _text,
    NAME: _text,
    PLATE: _text,
    ACQUISITION: _text,
    "label": _text,
    "color": _color,
    "window": _window,
    "active": _active,
}
