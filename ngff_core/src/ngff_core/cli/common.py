"""What several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from ngff_core.errors import UsageError
from ngff_core.plugins import Registry, default_registry

__all__ = ["echo", "no_plugin_option", "registry_without"]

F = TypeVar("F", bound=Callable[..., Any])


def no_plugin_option(function: F) -> F:
    """Add the option --no-plugin."""
    return click.option(
        "--no-plugin",
        "blocked",
        multiple=True,
        metavar="NAME",
        help="Leave a plugin out, by its name or distribution. Also: the environment variable NGFF_NO_PLUGINS.",
    )(function)


def registry_without(blocked: Iterable[str]) -> Registry:
    """Return the registry of everything installed but these plugins."""
    names = tuple(blocked)
    return Registry(blocked=names) if names else default_registry()


def check_rule_names(registry: Registry, patterns: Iterable[str]) -> None:
    """Raise UsageError for a pattern that names no rule of any installed version."""
    from ngff_core.check import matches
    from ngff_core.findings import FINDINGS

    patterns = list(patterns)
    if not patterns:
        return
    from ngff_core.catalogue import entries_of

    known = set(FINDINGS)
    for version in registry.specs:
        known.update(name for rule in registry.rules(version) for name in rule.ids)
        known.update(entries_of(registry.spec(version)))
    for pattern in patterns:
        if not any(matches(pattern, name) for name in known):
            from difflib import get_close_matches

            near = get_close_matches(pattern, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else "; `ngff rules` lists them"
            raise UsageError(f"no rule is called {pattern!r}{hint}")


def echo(text: str, *, color: bool | None = None) -> None:
    """Print text, whatever the encoding of the terminal can show."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), color=color)
