"""The hooks that a plugin may implement: few, typed, each returning values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import click
    from cattrs import Converter

    from ngff_core.checking.rule import Rule
    from ngff_core.migration.interface import Migration
    from ngff_core.report.report import Reporter
    from ngff_core.spec.spec import Spec
    from ngff_core.stores import Store

__all__ = ["hookimpl"]

hookspec = pluggy.HookspecMarker("ngff")
hookimpl = pluggy.HookimplMarker("ngff")


@hookspec
def ngff_specs() -> Iterable[Spec]:  # type: ignore[empty-body]
    """Return the specification versions that the plugin brings.

    Called on every start: return the values and import nothing heavy.
    """


@hookspec
def ngff_configure_converter(version: str, converter: Converter) -> None:
    """Register hooks on the cattrs converter of a version, for types of one's own."""


@hookspec
def ngff_rules(version: str, kind: str | None) -> Iterable[Rule] | None:
    """Return the rules that the plugin adds to a version for one kind of group, or ``None``."""


@hookspec
def ngff_migrations() -> Iterable[Migration]:  # type: ignore[empty-body]
    """Return steps between two versions of the specification; called when a hierarchy is to be upgraded.

    The plugin of the newer version brings them, up and down.
    """


@hookspec(firstresult=True)
def ngff_open_store(url: str, options: Mapping[str, Any]) -> Store | None:
    """Return a store for an address, or ``None`` when it is not one for this plugin."""


@hookspec
def ngff_reporters() -> Mapping[str, Reporter]:  # type: ignore[empty-body]
    """Return report formats by name: each a function of reports, as they come, and options that yields text."""


ExecutorFactory = Callable[[int, Mapping[str, Any]], "Executor"]
"""Given a number of workers and options, returns an executor of ``concurrent.futures``."""


@hookspec
def ngff_executors() -> Mapping[str, ExecutorFactory]:  # type: ignore[empty-body]
    """Return executors by name, for work that is divided between several processes or machines.

    Called when a run asks for workers. What is sent to a worker is a function of `ngff_core` and jobs, which can be
    pickled; a worker needs the same plugins. The factories may import whatever they need when they are called.
    """


@hookspec
def ngff_register_commands(cli: click.Group) -> None:
    """Add commands to ``ngff``."""
