"""What a configuration file says, checked: keys, names of rules, severities, options, pins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from ngff_core.checking.catalogue import unknown_rule
from ngff_core.checking.settings import LEVELS, OFF, PROFILES, PerPath, Settings
from ngff_core.config.find import read_table
from ngff_core.errors import UsageError
from ngff_core.words import suggestion

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule
    from ngff_core.plugins.registry import Registry

__all__ = ["KEYS", "PER_PATH_KEYS", "Configuration", "Source", "load_configuration"]

KEYS = ("profile", "version", "select", "ignore", "preview", "severity", "per-path", "options", "rule-set")
PER_PATH_KEYS = ("paths", "stores", "ignore", "severity")


class Configuration(NamedTuple):
    """What a configuration file says, checked: its path and the settings."""

    path: str
    settings: Settings

    def with_arguments(
        self,
        version: str | None = None,
        profile: str | None = None,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        preview: Sequence[str] = (),
    ) -> Settings:
        """Return the settings with what was said apart from the file, which goes before it.

        ``select`` begins anew: what the file selects, ignores or switches off as a whole no longer counts. ``ignore``
        and ``preview`` are added to those of the file.
        """
        settings = self.settings
        if select:
            levels = tuple((pattern, level) for pattern, level in settings.levels if level != OFF)
            settings = attrs.evolve(settings, select=tuple(select), ignore=(), levels=levels)
        return attrs.evolve(
            settings,
            version=version or settings.version,
            profile=profile or settings.profile,
            ignore=(*settings.ignore, *ignore),
            preview=(*settings.preview, *preview),
        )


Source = str | os.PathLike[str] | Configuration


def load_configuration(source: Source, registry: Registry) -> Configuration:
    """Read and check a configuration file; one that was loaded is returned as it is.

    Raises UsageError for a file that cannot be read, and for every key, rule, option or value that there is not.
    """
    if isinstance(source, Configuration):
        return source
    path = os.fspath(source)
    table, keys = read_table(path)
    place = _Place(path, keys)
    return Configuration(path, _settings(place.table(table, KEYS), path, place, registry))


# --- the keys ---------------------------------------------------------------------------------------


def _settings(table: dict[str, Any], path: str, place: _Place, registry: Registry) -> Settings:
    names = registry.rule_names() if {*table} - {"profile", "version", "rule-set"} else frozenset()
    if "rule-set" in table:
        _check_pins(table["rule-set"], place.at("rule-set"), registry)
    version = table.get("version")
    if version is not None:
        _check_version(version, place.at("version"), registry)
    preview = table.get("preview", [])
    if isinstance(preview, bool):
        preview = ["all"] if preview else []
    return Settings(
        profile=place.at("profile").one_of(table.get("profile", "spec"), PROFILES, "profile"),
        select=place.at("select").patterns(table.get("select", []), names),
        ignore=place.at("ignore").patterns(table.get("ignore", []), names),
        version=version,
        preview=place.at("preview").patterns(preview, names | {"all"}),
        levels=_levels(table.get("severity", {}), place.at("severity"), names),
        per_path=_per_path(table.get("per-path", []), place.at("per-path"), names),
        options=_options(table.get("options", {}), place.at("options"), registry),
        folder=os.path.dirname(os.path.abspath(path)),
    )


def _check_version(version: Any, place: _Place, registry: Registry) -> None:
    if not isinstance(version, str):
        raise place.error(f"found {_shown(version)}, expected a string such as '0.5'")
    try:
        registry.spec(version)
    except UsageError as error:
        raise place.error(str(error)) from None


def _levels(table: Any, place: _Place, names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    levels = place.table(table)
    place.patterns(list(levels), names)
    return tuple((pattern, place.at(pattern).one_of(level, LEVELS, "severity")) for pattern, level in levels.items())


def _per_path(entries: Any, place: _Place, names: frozenset[str]) -> tuple[PerPath, ...]:
    if not isinstance(entries, list):
        raise place.error("expected tables: [[per-path]]")
    return tuple(_entry(entry, place.at(number), names) for number, entry in enumerate(entries))


def _entry(entry: Any, place: _Place, names: frozenset[str]) -> PerPath:
    given = place.table(entry, PER_PATH_KEYS)
    paths = place.at("paths").globs(given.get("paths", []))
    stores = place.at("stores").globs(given.get("stores", []))
    if not paths and not stores:
        raise place.error("expected paths (globs over nodes) or stores (globs over their addresses), or both")
    ignore = place.at("ignore").patterns(given.get("ignore", []), names)
    levels = _levels(given.get("severity", {}), place.at("severity"), names)
    if not ignore and not levels:
        raise place.error("expected ignore or severity")
    return PerPath(paths, stores, (*levels, *((pattern, OFF) for pattern in ignore)))


def _options(table: Any, place: _Place, registry: Registry) -> tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]:
    tables = place.table(table)
    if not tables:
        return ()
    rules = {name: rule for v in registry.specs for rule in registry.rules(v) for name in (rule.id, *rule.aliases)}
    found: list[tuple[str, tuple[tuple[str, Any], ...]]] = []
    for name, given in tables.items():
        rule = rules.get(name)
        if rule is None:
            raise place.error(f"no rule is called {name!r}{suggestion(name, rules, '`ngff rules` lists them')}")
        if not rule.options:
            having = sorted(r.id for r in rules.values() if r.options)
            others = ", ".join(dict.fromkeys(having)) or "none"
            raise place.error(f"rule {name!r} takes no options; rules that do: {others}")
        found.append((rule.id, _options_of(rule, given, place.at(name))))
    return tuple(found)


def _options_of(rule: Rule, given: Any, place: _Place) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (name, _value(value, rule.options[name], place.at(name)))
        for name, value in place.table(given, rule.options).items()
    )


def _value(value: Any, default: Any, place: _Place) -> Any:
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
        raise place.error(f"found {_shown(value)}, expected {expected}")
    if isinstance(value, list):
        return tuple(_value(v, default[0] if default else _like(v), place.at(n)) for n, v in enumerate(value))
    return value


def _like(value: Any) -> Any:
    """Return a default for an item of an array that was declared empty: any boolean, number or string will do."""
    return value if isinstance(value, (bool, int, float, str)) else ""


def _check_pins(table: Any, place: _Place, registry: Registry) -> None:
    """Raise UsageError where another rule set is installed than the configuration was written for."""
    installed = registry.distributions()
    for name, pin in place.table(table).items():
        at = place.at(name)
        if not isinstance(pin, str):
            raise at.error(f"found {_shown(pin)}, expected a version such as {installed.get(name, '0.1')!r}")
        if name not in installed:
            raise at.error(
                f"{name} {pin} is asked for and not installed (installed: {', '.join(installed)}); "
                f"try: pip install '{name}=={pin}.*'"
            )
        if installed[name] != pin and not installed[name].startswith(f"{pin}."):
            raise at.error(
                f"{name} {pin} is asked for, {installed[name] or 'one without a version'} is installed, whose rules may"
                f" find something else; try: pip install '{name}=={pin}.*', or state {installed[name]!r} here"
            )


# --- places and types -------------------------------------------------------------------------------


class _Place(NamedTuple):
    """A place in a file, and the checks of values that stand there."""

    file: str
    keys: tuple[str | int, ...] = ()

    def at(self, key: str | int) -> _Place:
        return _Place(self.file, (*self.keys, key))

    def error(self, text: str) -> UsageError:
        dotted = ""
        for key in self.keys:
            bare = isinstance(key, str) and key.replace("-", "").replace("_", "").isalnum()
            dotted += f"[{key}]" if isinstance(key, int) else f".{key}" if bare else f'."{key}"'
        return UsageError(f"{self.file}: {dotted.removeprefix('.')}{': ' if dotted else ''}{text}")

    def table(self, value: Any, known: Iterable[str] | None = None) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.error(f"found {_shown(value)}, expected a table")
        unknown = [] if known is None else [key for key in value if key not in known]
        if known is not None and unknown:
            there_are = f"there are {', '.join(known)}"
            raise self.error(f"unknown key {unknown[0]!r}{suggestion(unknown[0], known, there_are)}")
        return value

    def strings(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"found {_shown(value)}, expected an array of strings")
        return tuple(value)

    def patterns(self, value: Any, names: frozenset[str]) -> tuple[str, ...]:
        patterns = self.strings(value)
        problem = unknown_rule(patterns, names)
        if problem is not None:
            raise self.error(problem)
        return patterns

    def globs(self, value: Any) -> tuple[str, ...]:
        import re

        from ngff_core.checking.selection import glob_pattern

        globs = self.strings(value)
        for glob in globs:
            try:
                glob_pattern(glob)
            except re.error as error:
                raise self.error(f"{glob!r} is no pattern: {error}") from None
        return globs

    def one_of(self, value: Any, known: Iterable[str], what: str) -> str:
        if isinstance(value, str) and value in known:
            return value
        there_are = f"there are {', '.join(known)}"
        near = suggestion(value, known, there_are) if isinstance(value, str) else f"; {there_are}"
        raise self.error(f"unknown {what} {_shown(value)}{near}")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    words: Mapping[type, str] = {dict: "a table", list: "an array"}
    return words.get(type(value)) or repr(value)
