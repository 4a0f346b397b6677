"""What several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from ngff_core.cli.screen.completing import PLUGINS
from ngff_core.cli.screen.writing import echo, write
from ngff_core.errors import UsageError
from ngff_core.masking import remember_options
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.version_order import plain_version
from ngff_core.words import printable, suggestion

__all__ = [
    "VERSION",
    "check_rule_names",
    "echo",
    "links_option",
    "no_plugin_option",
    "registry_without",
    "storage_options",
    "storage_options_of",
    "suggestion",
    "tell_failures",
    "write",
]

F = TypeVar("F", bound=Callable[..., Any])


def no_plugin_option(function: F) -> F:
    """Add the option --no-plugin."""
    return click.option(
        "--no-plugin",
        "blocked",
        multiple=True,
        shell_complete=PLUGINS,
        metavar="NAME",
        help="Leave a plugin out, by its name or distribution. Also: the environment variable NGFF_NO_PLUGINS.",
    )(function)


def links_option(function: F) -> F:
    """Add the option --follow-links."""
    return click.option(
        "--follow-links/--no-follow-links",
        default=None,
        help="Whether symbolic links may lead out of a store on this machine.  [--follow-links]",
    )(function)


def registry_without(blocked: Iterable[str]) -> Registry:
    """Return the registry of everything installed but these plugins."""
    names = tuple(blocked)
    if not names:
        return default_registry()
    registry = Registry(blocked=names)
    known = {name for info in registry.plugins for name in info.names}
    for name in names:
        if name not in known:
            raise UsageError(f"no plugin is called {name!r}{suggestion(name, known, '`ngff plugins` lists them')}")
    return registry


def check_rule_names(registry: Registry, patterns: Iterable[str]) -> None:
    """Raise UsageError for a pattern that names no rule of any installed version."""
    patterns = list(patterns)
    if not patterns:
        return
    from ngff_core.checking.catalogue import unknown_rule

    problem = unknown_rule(patterns, registry.rule_names())
    if problem is not None:
        raise UsageError(problem)


def storage_options(function: F) -> F:
    """Add the options on how remote stores are read."""
    for option in reversed(
        (
            click.option(
                "--storage-option",
                "storage",
                multiple=True,
                metavar="KEY=VALUE",
                help="How to reach a store, such as region=eu-west-1, endpoint=https://... or anonymous=false.",
            ),
            click.option("--jobs", type=click.IntRange(min=1), help="Requests under way at once.  [remote: 64]"),
            click.option("--max-rps", type=click.FloatRange(min=0, min_open=True), help="Requests per second at most."),
            click.option(
                "--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds to wait for an answer.  [30]"
            ),
        )
    ):
        function = option(function)
    return function


def storage_options_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of `storage_options` as one mapping; raises UsageError for one without ``=``."""
    options = {name: given[name] for name in ("jobs", "max_rps", "timeout") if given[name] is not None}
    for text in given["storage"]:
        key, separator, value = text.partition("=")
        if not separator or not key:
            # what was given may be nothing but a secret
            raise UsageError(f"a --storage-option of {len(text)} characters is not of the form KEY=VALUE")
        options[key] = value
    remember_options(options)
    return options


def tell_failures(registry: Registry) -> None:
    """Say on standard error which plugins failed, and in what."""
    for info in registry.failures:
        click.echo(printable(f"plugin {info.name!r} of {info.distribution} failed: {info.error}"), err=True)


VERSION = plain_version
"""The type of an option for a version of the specification, however it is written: ``v0.5`` and ``05`` are 0.5."""
