"""The hooks that a plugin may implement: few, typed, each returning values.

A plugin is a module (or any object) with functions of these names, marked with `hookimpl`, and an entry point in the
group ``ngff``. Every plugin is imported on every start of ``ngff``, so what is heavy is imported inside the
functions. A hook may leave out arguments that it does not need. One that raises is recorded with its plugin, and takes
no other down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from cattrs import Converter

    from ngff_core.checking.rule import Rule
    from ngff_core.mending.fix import Fix
    from ngff_core.migration.interface import Migration
    from ngff_core.plugins.commands import Commands
    from ngff_core.report.report import Reporter
    from ngff_core.spec.spec import Spec
    from ngff_core.stores import Store

__all__ = ["GROUP", "HookManager", "hookimpl"]

GROUP = "ngff"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)

_HOOKABLE = (FunctionType, MethodType, staticmethod, classmethod)


class HookManager(pluggy.PluginManager):
    """The manager of the hooks below, for which names of modules that are no functions are none to ask pluggy about.

    It looks at every name by `inspect`, on every start, and finds the same.
    """

    def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
        """Return how a name of a plugin implements a hook; ``None`` where it does not."""
        if plugin.__class__ is ModuleType and not isinstance(vars(plugin).get(name), _HOOKABLE):
            return None
        return super().parse_hookimpl_opts(plugin, name)

    def parse_hookspec_opts(self, module_or_class: Any, name: str) -> Any:
        """Return how a name below declares a hook; ``None`` where it does not."""
        if not isinstance(vars(module_or_class).get(name), FunctionType):
            return None
        return super().parse_hookspec_opts(module_or_class, name)


@hookspec
def ngff_specs() -> Iterable[Spec]:  # type: ignore[empty-body]
    """Return the versions of the specification that the plugin brings.

    Called once, on every start, when a registry is made. Nothing heavy: name models and children by
    `ngff_core.references.Reference`. Since 0.1.0.

    :return: specs; a version that another plugin has brought already is left out, and recorded
    """


@hookspec
def ngff_configure_converter(version: str, converter: Converter) -> None:
    """Register hooks on the cattrs converter of a version, for types of one's own; for others they are refused.

    Called once for each version, before the first document of the version is structured. May import what the types
    need. Since 0.1.0.

    :param version: the version, such as ``"0.5"``
    :param converter: the converter, with the hooks of core; later plugins see those of earlier ones
    """


@hookspec
def ngff_rules(version: str, kind: str | None) -> Iterable[Rule] | None:
    """Return the rules that the plugin adds to a version for one kind of group, or ``None``.

    Called once for each version and kind, when the first group of that kind is met, so rules may be imported here.
    A plugin that brings no version is asked for all kinds as soon as a version is used, as reports name who brings
    rules. An implementation without ``kind`` is called once for each version, for rules on groups of any kind.
    Since 0.1.0.

    :param version: the version, such as ``"0.5"``
    :param kind: ``None`` for rules on groups of any kind, on arrays and on whole hierarchies, ``"archive"`` for rules
        on zip archives, else the kind of group, such as ``"image"``
    :return: rules, in the order in which their findings at one location are reported; ids need a prefix unless the
        plugin brings the version
    """


@hookspec
def ngff_migrations() -> Iterable[Migration]:  # type: ignore[empty-body]
    """Return steps between two versions of the specification.

    Called when a hierarchy is to be upgraded; may import what the steps need. The plugin of the newer version
    brings them, up and down; a step from a version to itself mends what that no longer allows. Since 0.1.0.

    :return: migrations, which `ngff_core.migration.chain` puts together
    """


@hookspec
def ngff_fixes(version: str) -> Iterable[Fix] | None:
    """Return the fixes that the plugin has for findings of a version, or ``None``.

    Called when a store of that version is to be mended, so fixes may be imported here. Of several for one rule that of
    the plugin which brings the version counts, then that of core: a plugin mends the findings of its own rules. Since
    0.2.0.

    :param version: the version, such as ``"0.5"``
    :return: fixes, as `ngff_core.fix` makes them
    """


@hookspec(firstresult=True)
def ngff_open_store(url: str, options: Mapping[str, Any]) -> Store | None:
    """Return a store for an address, or ``None`` when it is not one for this plugin.

    Called whenever a store is opened, the plugins before core, until one answers: look at the address first,
    and only import clients once it is yours. What goes wrong is raised as an error of `ngff_core.errors`; any other
    exception is reported with the name of the plugin. Since 0.1.0.

    :param url: the address as the user wrote it: a path, or something like ``s3://bucket/key``
    :param options: what the user gave as ``--storage-option`` or ``storage_options``
    """


@hookspec
def ngff_reporters() -> Mapping[str, Reporter]:  # type: ignore[empty-body]
    """Return report formats by name.

    Called when a command has reports to print, or a format is asked for by name. Nothing heavy: a
    `ngff_core.references.Reference` to the function will do. Since 0.1.0.

    :return: for each name a function of reports, as they come, and options, that yields text
    """


ExecutorFactory = Callable[["int | None", Mapping[str, Any]], "Executor"]
"""Given a number of workers, or ``None`` where none was asked for, and options, returns an executor.

The options are ``scheduler``, where the workers are, or ``None``, ``timeout``, how many seconds to wait for an answer,
or ``None``, and ``blocked``, the plugins that are left out. An executor may tell by an attribute ``workers`` how many
it has. Its futures hold a `ngff_core.errors.EngineError` where its workers are lost as a whole; it raises UsageError
for what cannot be sent to them.
"""


@hookspec
def ngff_executors() -> Mapping[str, ExecutorFactory]:  # type: ignore[empty-body]
    """Return executors by name, for work that is divided between several processes or machines.

    Called when a run asks for workers. What is sent to a worker is a function of `ngff_core` and jobs, which can be
    pickled; a worker needs the same plugins. The factories may import whatever they need when they are called.
    """


@hookspec
def ngff_register_commands(cli: Commands) -> None:
    """Add commands to ``ngff``.

    Called when the command line asks for help, or names a command that is none of core's; not by core's commands. The
    module of the plugin is imported then, so nothing heavy: name a command by ``cli.add_late_command``, which imports
    it when it is called. A name that is taken already raises, and is noted with the plugin. Since 0.1.0.

    :param cli: the group of commands, a ``click.Group``: ``cli.add_late_command("name", "package.module:command",
        help="One line.")``, or ``cli.add_command(command)`` and ``@cli.command()`` as of any click group
    """
