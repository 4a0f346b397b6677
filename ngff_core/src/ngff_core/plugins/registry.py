"""Find, load, isolate and block plugins, and answer what they bring.

Entry points are loaded one at a time: a plugin that fails is recorded and takes nobody down, and two
distributions that use one entry-point name do not shadow each other.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ngff_core.checking.checker import Checker, Version
from ngff_core.checking.rule_book import RuleBook, RuleSource
from ngff_core.errors import VersionNotInstalledError, distribution_of, failure_of
from ngff_core.issues.findings import FINDINGS
from ngff_core.masking import remember_address, remember_options
from ngff_core.plugins import builtin, hookspecs
from ngff_core.plugins.discovery import entry_points
from ngff_core.plugins.hookspecs import GROUP
from ngff_core.plugins.info import PluginInfo
from ngff_core.plugins.results import checked_result
from ngff_core.references import Reference
from ngff_core.spec.guarded import guarded
from ngff_core.version import __version__

if TYPE_CHECKING:
    import pluggy
    from cattrs import Converter

    from ngff_core.checking.rule import Rule
    from ngff_core.checking.settings import Settings
    from ngff_core.mending.fix import Fix
    from ngff_core.migration.interface import Migration
    from ngff_core.plugins.commands import Commands
    from ngff_core.plugins.hookspecs import ExecutorFactory
    from ngff_core.report.report import Reporter
    from ngff_core.spec.spec import Spec
    from ngff_core.stores import Store

__all__ = ["PluginInfo", "Registry", "default_registry", "discover", "shared_registry"]

CORE = "ngff-core"
CORE_PLUGIN = "ngff_core.plugins.builtin"
_open_with = Reference("ngff_core.plugins.opening:open_with")  # nor opens a store
_steps_of = Reference("ngff_core.plugins.steps:steps_of")
_fixes_of = Reference("ngff_core.plugins.mending:fixes_of")
_new_converter = Reference("ngff_core.structure.converter:new_converter")  # nothing that is listed needs one
_entries_of = Reference("ngff_core.checking.catalogue:entries_of")  # few commands name all rules
_own_types = Reference("ngff_core.structure.own_classes:OwnTypes")
BLOCK_VARIABLE = "NGFF_NO_PLUGINS"

Found = tuple[PluginInfo, Callable[[], Any]]


def discover() -> Iterator[Found]:
    """Yield every entry point of the group ``ngff`` with the function that loads it."""
    for entry in entry_points(GROUP):
        yield PluginInfo(entry.name, entry.distribution, entry.version, entry.value), entry.load


class Registry:
    """The plugins of one run, and what they bring: specs, rules, converters, stores, reporters."""

    def __init__(
        self, found: Iterable[Found] | None = None, *, blocked: Iterable[str] = (), plugins: Iterable[object] = ()
    ) -> None:
        self.manager = hookspecs.HookManager(GROUP)
        self.manager.add_hookspecs(hookspecs)
        self.plugins: list[PluginInfo] = []
        self._infos: dict[str, PluginInfo] = {}
        self.blocked = {*blocked, *filter(None, os.environ.get(BLOCK_VARIABLE, "").split(","))}
        self.portable = found is None and not plugins  # another process finds the same
        self._register(PluginInfo("core", CORE, "", CORE_PLUGIN), lambda: builtin)
        for info, load in sorted(discover() if found is None else found, key=lambda f: (f[0].distribution, f[0].name)):
            self.plugins.append(info)
            self._register(info, load)
        for plugin in plugins:
            name = getattr(plugin, "__name__", type(plugin).__name__)
            info = PluginInfo(name, name, "", name)
            self.plugins.append(info)
            self._register(info, lambda plugin=plugin: plugin)  # type: ignore[misc]
        self._owners: dict[str, PluginInfo] = {}
        self.specs = self._collect_specs()
        self._rule_books: dict[str, RuleBook] = {}
        self._converters: dict[str, Converter] = {}
        self._versions: dict[tuple[str, Settings], Version] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the names of plugins that are left out: another process finds the others by itself."""
        if not self.portable:
            raise TypeError("a registry with plugins that are not installed cannot be pickled")
        return shared_registry, (tuple(sorted(self.blocked)),)

    def _register(self, info: PluginInfo, load: Callable[[], object]) -> None:
        if self.blocked & info.names:
            info.blocked = True
            return
        key = f"{info.distribution}:{info.name}"
        if key in self._infos:
            info.error = f"{info.distribution} has a plugin {info.name!r} already"
            return
        try:
            self.manager.register(load(), key)
        except BaseException as error:  # whatever a plugin does while it is imported
            info.error = failure_of(error)
            if self.manager.get_plugin(key) is not None:
                self.manager.unregister(name=key)  # with those of its hooks that are sound
            return
        self._infos[key] = info

    def _implementations(self, hook: str) -> list[pluggy.HookImpl]:
        """Return who implements a hook; core first, whatever order a plugin asks for: the names of core are core's."""
        found = getattr(self.manager.hook, hook).get_hookimpls()
        return sorted(found, key=lambda implementation: self._infos[implementation.plugin_name].target != CORE_PLUGIN)

    def _each(
        self, hook: str, arguments_for: Callable[[PluginInfo], Mapping[str, Any]] = lambda info: {}
    ) -> Iterator[tuple[PluginInfo, Any]]:
        """Call a hook plugin by plugin, with what there is for each; failures are recorded."""
        for implementation in self._implementations(hook):
            info = self._infos[implementation.plugin_name]
            try:
                arguments = arguments_for(info)
                given = (arguments[name] for name in implementation.argnames)
                result = checked_result(hook, implementation.function(*given))
            except BaseException as error:  # whatever a plugin does
                info.error = f"{hook}: {failure_of(error)}"
                continue
            if result is not None:
                yield info, result

    def _by_name(self, hook: str) -> dict[str, Any]:
        """Return the functions that a hook brings; the first to bring a name has it, and core is the first."""
        found: dict[str, Any] = {}
        for info, brought in self._each(hook):
            taken = next((name for name in brought if name in found), None)
            if taken is not None:
                info.error = f"{hook}: there is a {taken!r} already, which it cannot replace"
            found = {**brought, **found}
        return found

    def _collect_specs(self) -> dict[str, Spec]:
        specs: dict[str, Spec] = {}
        for info, brought in self._each("ngff_specs"):
            for spec in brought:
                known = self._owners.get(spec.version)
                if known is not None and info.distribution != distribution_of(spec.version):
                    info.error = f"version {spec.version} is already brought by another plugin"
                    continue
                if known is not None:  # by one that is only the first in the alphabet
                    known.error = f"version {spec.version} is brought by {info.distribution}"
                    known.specs = tuple(version for version in known.specs if version != spec.version)
                specs[spec.version] = guarded(spec, info)
                self._owners[spec.version] = info
                info.specs = (*info.specs, spec.version)
        return dict(sorted(specs.items(), key=lambda item: item[1].order))

    def newest(self) -> Spec | None:
        """Return the newest version that is installed."""
        return next(reversed(self.specs.values()), None)

    def spec(self, version: str) -> Spec:
        """Return the spec of a version; raises VersionNotInstalledError."""
        spec = next((spec for spec in self.specs.values() if spec.version == version), None)
        if spec is None:
            raise VersionNotInstalledError(version, list(self.specs))
        return spec

    def converter(self, version: str) -> Converter:
        """Return the converter of a version, as the plugins configured it for types of their own."""
        known = self._converters.get(version)
        if known is None:
            spec = self.specs.get(version)
            known = made = _new_converter(spec.package if spec is not None else "")

            def arguments_for(info: PluginInfo) -> Mapping[str, Any]:
                others = frozenset(s.package for v, s in self.specs.items() if self._owners[v] is not info)
                return {"version": version, "converter": _own_types(made, others)}

            list(self._each("ngff_configure_converter", arguments_for))
            self._converters[version] = known
        return known

    def rules(self, version: str) -> tuple[Rule, ...]:
        """Return all rules of a version: those for any group first, then kind by kind, then those on archives."""
        return self.rule_book(version).all()

    def rule_names(self) -> frozenset[str]:
        """Return every name that a rule or finding of the installed versions can be chosen by."""
        names = set(FINDINGS)
        for version in self.specs:
            names.update(name for rule in self.rules(version) for name in rule.ids)
            names.update(_entries_of(self.spec(version)))
        return frozenset(names)

    def rules_for(self, version: str, kind: str | None) -> tuple[Rule, ...]:
        """Return the rules of a version for one kind of group, or for ``"archive"``; ``None``: those for any group."""
        return self.rule_book(version).of_kind(kind)

    def rule_book(self, version: str) -> RuleBook:
        """Return the rules of a version, which plugins are asked for when they are needed."""
        known = self._rule_books.get(version)
        if known is None:
            brought = self.manager.hook.ngff_rules.get_hookimpls()
            sources = [RuleSource(self._infos[i.plugin_name], i.function, i.argnames) for i in brought]
            known = self._rule_books[version] = RuleBook(self.spec(version), self._owners[version], sources)
        return known

    def version(self, name: str, settings: Settings) -> Version:
        """Return a version with its converter and its rules, ready to evaluate by; made once for equal settings."""
        key = (name, settings)
        known = self._versions.get(key)
        if known is None:
            checker = Checker(self.spec(name), self.rule_book(name).of_kind, settings, self._rule_set(name))
            known = self._versions[key] = Version(checker.spec, self.converter(name), checker)
        return known

    def _rule_set(self, version: str) -> dict[str, str]:
        """Return the distributions that bring the rules of a version, each with its own version."""
        bring = {CORE, *self.rule_book(version).distributions()}
        return {name: number for name, number in self.distributions().items() if name in bring}

    def distributions(self) -> dict[str, str]:
        """Return the versions of core and of every distribution that brings a plugin, by name."""
        return dict(sorted({CORE: __version__, **{i.distribution: i.version for i in self.plugins}}.items()))

    @property
    def failures(self) -> list[PluginInfo]:
        """The plugins that failed, at loading or later."""
        return [info for info in self.plugins if info.error]

    def open_store(self, url: str, options: Mapping[str, object] | None = None) -> Store:
        """Open the store behind an address; raises UsageError when no plugin knows its kind."""
        remember_address(url)
        remember_options(options or {})
        openers = reversed(self._implementations("ngff_open_store"))
        store: Store = _open_with([(self._infos[i.plugin_name], i) for i in openers], url, options or {}, self.plugins)
        return store

    def migrations(self) -> list[Migration]:
        """Return the steps between versions of all plugins."""
        each = self._each("ngff_migrations")
        return [step for info, brought in each for step in _steps_of(info, brought, self._owners)]

    def fixes(self, version: str) -> list[Fix]:
        """Return the fixes of a version, those that count first."""
        brought = self._each("ngff_fixes", lambda info: {"version": version})
        return _fixes_of(version, brought, self._owners.get(version), CORE_PLUGIN)  # type: ignore[no-any-return]

    def register_commands(self, cli: Commands) -> None:
        """Let the plugins add their commands."""
        for implementation in self._implementations("ngff_register_commands"):
            info = self._infos[implementation.plugin_name]
            own = cli.copied()  # what a plugin does to it is looked at before it counts
            try:
                implementation.function(*(own for _ in implementation.argnames))
            except BaseException as error:  # whatever a plugin does; the commands before it count
                info.error = f"ngff_register_commands: {failure_of(error)}"
            problem = cli.take(own)
            if problem is not None:
                info.error = f"ngff_register_commands: {problem}"

    def executors(self) -> dict[str, ExecutorFactory]:
        """Return the executors that plugins bring, by name."""
        return self._by_name("ngff_executors")

    def reporters(self) -> dict[str, Reporter]:
        """Return the report formats by name."""
        return self._by_name("ngff_reporters")

    def bringer_of(self, name: str) -> str | None:
        """Return the distribution that brings a report format; ``None`` for core's, and for one that there is not."""
        for info, brought in self._each("ngff_reporters"):
            if name in brought:
                return None if info.target == CORE_PLUGIN else info.distribution
        return None


def shared_registry(blocked: tuple[str, ...] = ()) -> Registry:
    """Return the registry of all that is installed without some plugins; made once in a process."""
    default = default_registry()
    return default if default.blocked.issuperset(blocked) else _registry_without(blocked)


@functools.cache
def _registry_without(blocked: tuple[str, ...]) -> Registry:
    return Registry(blocked=blocked)


@functools.cache
def default_registry() -> Registry:
    """Return the registry of everything that is installed; made once in a process."""
    return Registry()
