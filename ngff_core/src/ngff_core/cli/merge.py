"""`ngff merge`: join JSON reports, those of shards in particular."""

from __future__ import annotations

import click

from ngff_core.cli.common import no_plugin_option, registry_without
from ngff_core.cli.output import format_context, output_options, publish, sinks_of
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.cli.screen.completing import FILES
from ngff_core.cli.screen.rendering import FormatError
from ngff_core.report.merging import incomplete, merge, reports_of
from ngff_core.report.reading import read_report
from ngff_core.report.report import Report
from ngff_core.words import printable

__all__ = ["command"]


@click.command("merge", cls=CoreCommand)
@click.argument("files", nargs=-1, required=True, shell_complete=FILES, metavar="FILE...")
@output_options("json")
@click.option("--strict", is_flag=True, help="Fail on warnings (SHOULD), too.")
@color_option
@no_plugin_option
def command(
    files: tuple[str, ...],
    formats: tuple[str, ...],
    output: str | None,
    max_findings: int | None,
    strict: bool,
    blocked: tuple[str, ...],
) -> None:
    """Join reports of `ngff validate --format json`.

    The reports of all shards of a run (--shard) make the report of the run, whatever the order of the files; other
    reports are joined in the order given. FILE may be a joined report itself.

    Exit code: as of one run: 0 clean, 1 invalid, 2 wrong usage, 3 could not be read or judged; also 3 where a shard is
    missing.
    """
    registry = registry_without(blocked)
    sinks = sinks_of(formats, output, registry, max_findings)
    joined = merge([read_report(file) for file in files])
    reports = [report.strictly(strict) for report in reports_of(joined)]
    context = format_context(registry)
    if joined.search is not None:
        context["search"] = lambda: joined.search
    shards = joined.shards
    if shards is not None:
        context["shards"] = lambda: {**shards.to_dict(), "missing": shards.missing}
    codes = {report.exit_code() for report in reports}
    try:
        for _ in publish(sinks, reports, context):
            pass
    except FormatError as error:
        click.echo(f"Error: {printable(str(error))}", err=True)
        codes.add(error.exit_code)
    if shards is not None:
        click.echo(f"Error: {incomplete(shards)}; the joined report is not the whole one", err=True)
        leave(3)
    leave(Report.exit_code_of(codes))
