"""`ngff validate`: check hierarchies and documents."""

from __future__ import annotations

import sys

import click

from ngff_core.check import PROFILES
from ngff_core.cli.common import check_rule_names, echo, no_plugin_option, registry_without
from ngff_core.errors import UsageError
from ngff_core.report import Report
from ngff_core.validate import check_json, check_store

__all__ = ["command"]


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--version", metavar="VERSION", help="Judge as this version, whatever the files say.")
@click.option("--format", "format_", default="text", show_default=True, metavar="FORMAT", help="text or json.")
@click.option("--strict", is_flag=True, help="Fail on warnings (SHOULD), too.")
@click.option(
    "--profile", type=click.Choice(PROFILES), default="spec", show_default=True,
    help="lenient: warn where the text and the schema of the specification disagree.",
)  # fmt: skip
@click.option(
    "--select", multiple=True, metavar="RULE", help="Only report this rule, or all that begin so. Repeatable."
)
@click.option(
    "--ignore", multiple=True, metavar="RULE", help="Do not report this rule, or any that begins so. Repeatable."
)
@no_plugin_option
def command(
    paths: tuple[str, ...],
    version: str | None,
    format_: str,
    strict: bool,
    profile: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    blocked: tuple[str, ...],
) -> None:
    """Check OME-Zarr hierarchies: every document that their metadata names, no pixels.

    PATH is a directory, or - to read one JSON document (a .zattrs or a zarr.json) from standard input.

    Exit code: 0 clean, 1 invalid (or warnings with --strict), 2 wrong usage, 3 could not be read or judged.
    """
    registry = registry_without(blocked)
    reporter = registry.reporters().get(format_)
    if reporter is None:
        raise UsageError(f"no report format {format_!r}, there are {', '.join(sorted(registry.reporters()))}")
    if version is not None:
        registry.spec(version)
    check_rule_names(registry, [*select, *ignore])
    options = {"version": version, "profile": profile, "select": select, "ignore": ignore, "registry": registry}
    reports: list[Report] = []
    for path in paths:
        if path == "-":
            report = check_json(sys.stdin.buffer.read(), **options)  # type: ignore[arg-type]
            report.url = "-"
        else:
            report = check_store(path, **options)  # type: ignore[arg-type]
        reports.append(report)
    color = format_ == "text" and sys.stdout.isatty()
    echo(reporter(reports, {"color": color}))
    codes = {report.exit_code(strict=strict) for report in reports}
    sys.exit(1 if 1 in codes else 3 if 3 in codes else 0)
