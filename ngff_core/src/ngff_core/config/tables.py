"""The tables of a configuration file as models, and errors that name the file and the keys that lead to a value."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import attrs

from ngff_core.errors import UsageError
from ngff_core.issues.pointer import Part
from ngff_core.structure.faults import Fault, StructureError
from ngff_core.structure.member import member, members_of
from ngff_core.structure.model import Model, model
from ngff_core.structure.own_files import read_value
from ngff_core.words import suggestion

__all__ = ["Location", "PerPathTable", "SettingsTable", "keys_of", "read_table_as"]

T = TypeVar("T", bound=Model)


@model
class PerPathTable(Model):
    """One of the tables ``[[per-path]]``."""

    paths: list[str] | None = member(default=None)
    stores: list[str] | None = member(default=None)
    ignore: list[str] | None = member(default=None)
    severity: dict[str, Any] | None = member(default=None)


@model
class SettingsTable(Model):
    """A whole ``ngff.toml``, or the table ``[tool.ngff]``; names, severities, options and pins are checked later."""

    profile: Any = member(default=None)
    version: Any = member(default=None)
    select: list[str] | None = member(default=None)
    ignore: list[str] | None = member(default=None)
    preview: bool | list[str] | None = member(default=None)
    severity: dict[str, Any] | None = member(default=None)
    per_path: list[PerPathTable] | None = member("per-path", default=None)
    follow_links: bool | None = member("follow-links", default=None)
    options: dict[str, Any] | None = member(default=None)
    rule_set: dict[str, Any] | None = member("rule-set", default=None)


@attrs.frozen
class Location:
    """A value in a file: the keys and indexes that lead to it."""

    file: str
    keys: tuple[Part, ...] = ()

    def at(self, *keys: Part) -> Location:
        """Return the location of a value inside."""
        return Location(self.file, (*self.keys, *keys))

    def error(self, text: str) -> UsageError:
        """Make the error for a value, with its keys as TOML writes them."""
        dotted = ""
        for key in self.keys:
            bare = isinstance(key, str) and key.replace("-", "").replace("_", "").isalnum()
            dotted += f"[{key}]" if isinstance(key, int) else f".{key}" if bare else f'."{key}"'
        return UsageError(f"{self.file}: {dotted.removeprefix('.')}{': ' if dotted else ''}{text}")


def keys_of(cls: type[Model]) -> tuple[str, ...]:
    """Return the keys that a table may have."""
    return tuple(declared.json_name for declared in members_of(cls))


def read_table_as(cls: type[T], value: object, location: Location) -> T:
    """Structure a table; raises UsageError for an unknown key or the first value of another type."""
    try:
        table = read_value(value, cls)
    except StructureError as error:
        if isinstance(error.partial, Model):
            _refuse_unknown(error.partial, location)
        fault = error.faults[0]
        raise location.at(*fault.pointer).error(_in_toml(fault)) from None
    _refuse_unknown(table, location)
    return table


def _in_toml(fault: Fault) -> str:
    """Say what is wrong in the words of TOML."""
    found = re.sub("^(empty )?object", r"\1table", str(fault.found))
    expected = fault.expected.replace("object", "table")
    written = f": [[{fault.pointer[-1]}]]" if expected == "array of tables" else ""
    return f"found {found}, expected {expected}{written}"


def _refuse_unknown(table: Model, location: Location) -> None:
    known = keys_of(type(table))
    for key in table.extra:
        there_are = f"there are {', '.join(known)}"
        raise location.error(f"unknown key {key!r}{suggestion(key, known, there_are)}")
    for entry, inside in enumerate(getattr(table, "per_path", None) or ()):
        if isinstance(inside, Model):
            _refuse_unknown(inside, location.at("per-path", entry))
