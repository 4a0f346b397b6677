"""Reports on the screen: the format, its context, and printing piece by piece."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from ngff_core.cli.common import write
from ngff_core.errors import UsageError
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.report.report import Report, Reporter
from ngff_core.words import suggestion

__all__ = ["FORMATS_HELP", "format_context", "print_pieces", "reporter_named"]

FORMATS_HELP = "text, json, jsonl, sarif, github, junit or markdown."

_rule_table = Reference("ngff_core.explain:rule_table")


def reporter_named(name: str, registry: Registry) -> Reporter:
    """Return the report format of a name; raises UsageError where there is none."""
    known = registry.reporters()
    if name not in known:
        near = suggestion(name, sorted(known), "plugins can add formats")
        raise UsageError(f"no report format {name!r}, there are {', '.join(sorted(known))}{near}")
    return known[name]


def format_context(registry: Registry, format_: str, *, strict: bool, configuration: str | None) -> dict[str, Any]:
    """Return the context of report formats (docs/formats.md); ``configuration`` is the path of that file."""
    return {
        "color": format_ == "text" and sys.stdout.isatty(),
        "strict": strict,
        "configuration": configuration,
        "rules": lambda: _rule_table(registry, list(registry.specs)),
        "workspace": os.environ.get("GITHUB_WORKSPACE"),
        "shards": None,
        "search": None,
    }


def print_pieces(reporter: Reporter, reports: Iterable[Report], context: Mapping[str, object]) -> Iterator[None]:
    """Print what a format makes of reports, piece by piece; yields before each, so that a progress line can go."""
    pieces = reporter(reports, context)
    for piece in [f"{pieces}\n"] if isinstance(pieces, str) else pieces:
        yield
        write(piece)


def fail(message: str) -> None:
    """Print an error without leaving."""
    click.echo(f"Error: {message}", err=True)
