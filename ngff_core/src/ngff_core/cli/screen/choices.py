"""What a shell can complete: formats, plugins, rules, versions, files."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from ngff_core.plugins.printing import own_output
from ngff_core.plugins.registry import default_registry

__all__ = ["files", "formats", "plugins", "rules", "versions"]


def formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the formats of reports that begin so."""
    with own_output():
        return _beginning(incomplete, default_registry().reporters())


def plugins(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the names of plugins, and of what brings them, that begin so."""
    with own_output():
        found = default_registry().plugins
        return _beginning(incomplete, sorted({name for info in found for name in (info.name, info.distribution)}))


def versions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the installed versions of the specification that begin so."""
    with own_output():
        return _beginning(incomplete, default_registry().specs)


def rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the ids of rules, and what else stands for some, that begin so."""
    with own_output():
        return _beginning(incomplete, sorted(default_registry().rule_names()))


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete a path."""
    return [CompletionItem(incomplete, type="file")]


def _beginning(incomplete: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
