"""What a configuration file says, checked: keys, names of rules, severities, options, pins."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from ngff_core.checking.catalogue import unknown_rule
from ngff_core.checking.choices import PerPath
from ngff_core.checking.settings import LEVELS, OFF, PROFILES, Settings
from ngff_core.config.find import read_table
from ngff_core.config.tables import Location, PerPathTable, SettingsTable, keys_of, read_table_as
from ngff_core.errors import UsageError
from ngff_core.installing import from_checkout, pip_install
from ngff_core.version_order import plain_version
from ngff_core.words import suggestion

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule
    from ngff_core.plugins.registry import Registry

__all__ = ["KEYS", "PER_PATH_KEYS", "Configuration", "Source", "load_configuration"]

KEYS = keys_of(SettingsTable)
PER_PATH_KEYS = keys_of(PerPathTable)


@attrs.frozen
class Configuration:
    """What a configuration file says, checked: its path and the settings."""

    path: str
    settings: Settings


Source = str | os.PathLike[str] | Configuration


def load_configuration(source: Source, registry: Registry) -> Configuration:
    """Read and check a configuration file; one that was loaded is returned as it is.

    Raises UsageError for a file that cannot be read, and for every key, rule, option or value that there is not.
    """
    if isinstance(source, Configuration):
        return source
    if not isinstance(source, (str, os.PathLike)):
        raise UsageError(f"config is the path of a file, such as 'ngff.toml', got {source!r}")
    path = os.fspath(source)
    table, keys = read_table(path)
    location = Location(path, keys)
    return Configuration(path, _settings(read_table_as(SettingsTable, table, location), location, registry))


# --- the keys ---------------------------------------------------------------------------------------


def _settings(table: SettingsTable, location: Location, registry: Registry) -> Settings:
    naming = (table.select, table.ignore, table.preview, table.severity, table.per_path, table.options)
    names = registry.rule_names() if any(value is not None for value in naming) else frozenset()
    if table.rule_set is not None:
        _check_pins(table.rule_set, location.at("rule-set"), registry)
    version = None if table.version is None else _version(table.version, location.at("version"), registry)
    preview = (["all"] if table.preview else []) if isinstance(table.preview, bool) else table.preview
    return Settings(
        profile=_one_of(
            "spec" if table.profile is None else table.profile, PROFILES, "profile", location.at("profile")
        ),
        select=_patterns(table.select, names, location.at("select")),
        ignore=_patterns(table.ignore, names, location.at("ignore")),
        version=version,
        preview=_patterns(preview, names | {"all"}, location.at("preview")),
        levels=_levels(table.severity, names, location.at("severity")),
        per_path=tuple(
            _entry(entry, names, location.at("per-path", number)) for number, entry in enumerate(table.per_path or ())
        ),
        options=_options(table.options or {}, location.at("options"), registry),
        follow_links=table.follow_links is not False,
        folder=os.path.dirname(os.path.abspath(location.file)),
    )


def _version(version: object, location: Location, registry: Registry) -> str:
    if not isinstance(version, str):
        raise location.error(f"found {_shown(version)}, expected a string such as '0.5'")
    try:
        return registry.spec(plain_version(version)).version
    except UsageError as error:
        raise location.error(str(error)) from None


def _levels(
    table: Mapping[str, object] | None, names: frozenset[str], location: Location
) -> tuple[tuple[str, str], ...]:
    levels = table or {}
    _patterns(levels, names, location)
    return tuple(
        (pattern, _one_of(level, LEVELS, "severity", location.at(pattern))) for pattern, level in levels.items()
    )


def _entry(table: PerPathTable, names: frozenset[str], location: Location) -> PerPath:
    paths = _globs(table.paths, location.at("paths"))
    stores = _globs(table.stores, location.at("stores"))
    if not paths and not stores:
        raise location.error("expected paths (globs over nodes) or stores (globs over their addresses), or both")
    ignore = _patterns(table.ignore, names, location.at("ignore"))
    levels = _levels(table.severity, names, location.at("severity"))
    if not ignore and not levels:
        raise location.error("expected ignore or severity")
    return PerPath(paths, stores, (*levels, *((pattern, OFF) for pattern in ignore)))


def _options(
    tables: Mapping[str, object], location: Location, registry: Registry
) -> tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]:
    if not tables:
        return ()
    rules = {name: rule for v in registry.specs for rule in registry.rules(v) for name in (rule.id, *rule.aliases)}
    found: list[tuple[str, tuple[tuple[str, Any], ...]]] = []
    for name, given in tables.items():
        rule = rules.get(name)
        if rule is None:
            raise location.error(f"no rule is called {name!r}{suggestion(name, rules, '`ngff rules` lists them')}")
        if not rule.options:
            having = sorted(r.id for r in rules.values() if r.options)
            others = ", ".join(dict.fromkeys(having)) or "none"
            raise location.error(f"rule {name!r} takes no options; rules that do: {others}")
        found.append((rule.id, _options_of(rule, given, location.at(name))))
    return tuple(found)


def _options_of(rule: Rule, given: object, location: Location) -> tuple[tuple[str, Any], ...]:
    if not isinstance(given, dict):
        raise location.error(f"found {_shown(given)}, expected a table")
    for name in given:
        if name not in rule.options:
            there_are = f"there are {', '.join(rule.options)}"
            raise location.error(f"unknown key {name!r}{suggestion(name, rule.options, there_are)}")
    return tuple((name, _value(value, rule.options[name], location.at(name))) for name, value in given.items())


def _value(value: Any, default: Any, location: Location) -> Any:
    """Return the value of an option when it has the type of its default."""
    kinds: dict[type, tuple[tuple[type, ...], str]] = {
        bool: ((bool,), "true or false"),
        int: ((int,), "an integer"),
        float: ((int, float), "a number"),
        str: ((str,), "a string"),
        tuple: ((list,), "an array"),
    }
    types, expected = kinds[type(default)]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise location.error(f"found {_shown(value)}, expected {expected}")
    if isinstance(value, list):
        return tuple(_value(v, default[0] if default else _like(v), location.at(n)) for n, v in enumerate(value))
    return value


def _like(value: object) -> Any:
    """Return a default for an item of an array that was declared empty: any boolean, number or string will do."""
    return value if isinstance(value, (bool, int, float, str)) else ""


def _check_pins(table: Mapping[str, object], location: Location, registry: Registry) -> None:
    """Raise UsageError where another rule set is installed than the configuration was written for."""
    installed = registry.distributions()
    for name, pin in table.items():
        at = location.at(name)
        if not isinstance(pin, str):
            raise at.error(f"found {_shown(pin)}, expected a version such as {installed.get(name, '0.1')!r}")
        if name not in installed:
            raise at.error(
                f"{name} {pin} is asked for and not installed (installed: {', '.join(installed)}); "
                f"try: {pip_install(name, f'=={pin}.*')}"
            )
        if installed[name] != pin and not installed[name].startswith(f"{pin}."):
            other = f"a checkout of {name} {pin}" if from_checkout(name) else pip_install(name, f"=={pin}.*")
            raise at.error(
                f"{name} {pin} is asked for, {installed[name] or 'one without a version'} is installed, whose rules may"
                f" find something else; try: {other}, or state {installed[name]!r} here"
            )


# --- names and values -------------------------------------------------------------------------------


def _patterns(patterns: Iterable[str] | None, names: frozenset[str], location: Location) -> tuple[str, ...]:
    given = tuple(patterns or ())
    problem = unknown_rule(given, names)
    if problem is not None:
        raise location.error(problem)
    return given


def _globs(globs: Iterable[str] | None, location: Location) -> tuple[str, ...]:
    from ngff_core.checking.selection import glob_pattern

    given = tuple(globs or ())
    for glob in given:
        try:
            glob_pattern(glob)
        except re.error as error:
            raise location.error(f"{glob!r} is no pattern: {error}") from None
    return given


def _one_of(value: object, known: Iterable[str], what: str, location: Location) -> str:
    if isinstance(value, str) and value in known:
        return value
    there_are = f"there are {', '.join(known)}"
    near = suggestion(value, known, there_are) if isinstance(value, str) else f"; {there_are}"
    raise location.error(f"unknown {what} {_shown(value)}{near}")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    words: Mapping[type, str] = {dict: "a table", list: "an array"}
    return words.get(type(value)) or repr(value)
