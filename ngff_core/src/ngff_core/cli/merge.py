"""`ngff merge`: join JSON reports, those of shards in particular."""

from __future__ import annotations

import sys

import click

from ngff_core.cli.common import no_plugin_option, registry_without, write
from ngff_core.cli.validate import reporter_named, told

__all__ = ["command"]


@click.command("merge")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format", "format_", default="json", show_default=True, metavar="FORMAT",
    help="text, json, jsonl, sarif, github, junit or markdown.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Fail on warnings (SHOULD), too.")
@no_plugin_option
def command(files: tuple[str, ...], format_: str, strict: bool, blocked: tuple[str, ...]) -> None:
    """Join reports of `ngff validate --format json`.

    The reports of all shards of a run (--shard) make the report of the run, whatever the order of the files; other
    reports are joined in the order given. FILE may be a joined report itself.

    Exit code: as of one run: 0 clean, 1 invalid, 2 wrong usage, 3 could not be read or judged; also 3 where a shard is
    missing.
    """
    registry = registry_without(blocked)
    reporter = reporter_named(format_, registry)
    from ngff_core.report.joining import incomplete, merge, missing, reports_of
    from ngff_core.report.reading import read_report

    joined = merge([read_report(file) for file in files])
    lacking = missing(joined.shards)
    reports = list(reports_of(joined))
    codes = {report.exit_code(strict=strict) for report in reports}
    options = told(registry, format_ == "text" and sys.stdout.isatty(), strict, None)
    if joined.shards is not None:
        options["shards"] = lambda: {**(joined.shards or {}), "missing": lacking}
    pieces = reporter(reports, options)
    for piece in [f"{pieces}\n"] if isinstance(pieces, str) else pieces:
        write(piece)
    if joined.shards is not None:
        click.echo(f"Error: {incomplete(joined.shards)}; the joined report is not the whole one", err=True)
        sys.exit(3)
    sys.exit(1 if 1 in codes else 3 if 3 in codes else 0)
