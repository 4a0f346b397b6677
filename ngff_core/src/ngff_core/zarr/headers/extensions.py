"""Extension points of Zarr v3: a name, or an object with a name and its configuration.

Names that are not known are extensions, which are nobody's fault; they are told as what was not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import Severity
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.headers.problem import Problem, wrong

__all__ = ["configuration_of", "is_unknown", "member_problems", "name_of", "unknown"]

MEMBERS = ("name", "configuration", "must_understand")


def name_of(value: JSON) -> str | None:
    """Return the name of an extension, which may be written as that alone."""
    named = value.get("name") if isinstance(value, dict) else value
    return named if isinstance(named, str) else None


def configuration_of(value: JSON) -> JSONObject:
    """Return the configuration of an extension; an empty one where there is none."""
    found = value.get("configuration") if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def member_problems(rule: str, value: JSON, at: Pointer, what: str, optional: bool = False) -> Iterator[Problem]:
    """Yield what is wrong with the form of an extension; ``optional``: readers may go on without it."""
    if isinstance(value, str):
        if not _is_name(value):
            yield wrong(rule, at, value, "a name of lower-case letters, digits, - _ . or an address", f"the {what}")
        return
    if not isinstance(value, dict):
        yield wrong(rule, at, value, "a name, or an object with a name", f"the {what}")
        return
    name = value.get("name")
    if not isinstance(name, str):
        hint = 'Zarr v2 names codecs by "id", v3 by "name"' if "id" in value else None
        shown = "has no name" if name is None else "has a name that is no string"
        yield Problem(rule, at, f"the {what} {shown}", expected='"name": a string', hint=hint)
        return
    if not _is_name(name):
        yield wrong(rule, (*at, "name"), name, "lower-case letters, digits, - _ . or an address")
    if not isinstance(value.get("configuration", {}), dict):
        yield wrong(rule, (*at, "configuration"), value["configuration"], "an object")
    for key in value:
        if key not in MEMBERS:
            hint = "settings stand in the object `configuration`"
            found = f"the {what} has a member {key!r}"
            yield Problem(rule, (*at, key), found, key, "name, configuration and must_understand", hint=hint)
    if value.get("must_understand") is False and not optional:
        message = f"no reader can do without the {what}"
        yield Problem(rule, (*at, "must_understand"), message, "false", "true, or no such member")


def unknown(what: str, name: str, at: Pointer, hint: str | None = None) -> Problem:
    """Return what is said of an extension that nobody here knows."""
    message = f"{what} {name!r} is an extension that is not known here, and was not looked at"
    return Problem("zarr-extensions-known", at, message, name, severity=Severity.INFO, hint=hint)


def is_unknown(name: str | None, known: frozenset[str]) -> bool:
    """Tell whether a name could be one, and is none of those that are registered."""
    return name is not None and name not in known and _is_name(name)


def is_registered_by_address(name: str) -> bool:
    """Tell whether a name belongs to whoever owns the address or the prefix that it begins with."""
    return ":" in name or "." in name


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9._-]+|[a-z][a-z0-9+.-]*:\S+", name) is not None
