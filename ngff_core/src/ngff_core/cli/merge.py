"""`ngff merge`: join JSON reports, those of shards in particular."""

from __future__ import annotations

import sys

import click

from ngff_core.cli.common import no_plugin_option, registry_without
from ngff_core.cli.output import FORMATS_HELP, format_context, print_pieces, reporter_named
from ngff_core.report.merging import incomplete, merge, reports_of
from ngff_core.report.reading import read_report
from ngff_core.report.report import Report

__all__ = ["command"]


@click.command("merge")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "format_", default="json", show_default=True, metavar="FORMAT", help=FORMATS_HELP)
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
    joined = merge([read_report(file) for file in files])
    reports = list(reports_of(joined))
    context = format_context(registry, format_, strict=strict, configuration=None)
    if joined.search is not None:
        context["search"] = lambda: joined.search
    shards = joined.shards
    if shards is not None:
        context["shards"] = lambda: {**shards.to_dict(), "missing": shards.missing}
    for _ in print_pieces(reporter, reports, context):
        pass
    if shards is not None:
        click.echo(f"Error: {incomplete(shards)}; the joined report is not the whole one", err=True)
        sys.exit(3)
    sys.exit(Report.exit_code_of(report.exit_code(strict=strict) for report in reports))
