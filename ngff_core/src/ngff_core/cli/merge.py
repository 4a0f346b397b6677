"""`ngff merge`: join JSON reports, those of shards in particular."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from ngff_core.cli.common import no_plugin_option, registry_without
from ngff_core.cli.output import format_context, output_options, publish, refuse_files, sinks_of
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.cli.screen.completing import FILES
from ngff_core.cli.screen.rendering import FormatError
from ngff_core.errors import UsageError
from ngff_core.report.logs.merging import reports_of_logs
from ngff_core.report.logs.reading import is_log
from ngff_core.report.merging import incomplete, merge, reports_of
from ngff_core.report.reading import ReportFile, read_report
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
    """Join reports of `ngff validate --format json`, or logs (--log).

    The reports of all shards of a run (--shard) make the report of the run, whatever the order of the files; other
    reports, and logs, are joined in the order given. FILE may be a joined report itself.

    Exit code: as of one run: 0 clean, 1 invalid, 2 wrong usage, 3 could not be read or judged; also 3 where a shard is
    missing, or a log is of a run that was not finished.
    """
    registry = registry_without(blocked)
    sinks = sinks_of(formats, output, registry, max_findings)
    refuse_files(sinks, read=[("what is joined", file) for file in files])
    context = format_context(registry)
    reports, joined = _joined(files)
    shards = None
    if joined is not None:
        context["search"] = (lambda: joined.search) if joined.search is not None else None
        shards = joined.shards
    if shards is not None:
        context["shards"] = lambda: {**shards.to_dict(), "missing": shards.missing}
    codes: set[int] = set()
    try:
        for _ in publish(sinks, _counted(reports, strict, codes), context):
            pass
    except FormatError as error:
        click.echo(f"Error: {printable(str(error))}", err=True)
        codes.add(error.exit_code)
    if shards is not None:
        click.echo(f"Error: {incomplete(shards)}; the joined report is not the whole one", err=True)
        leave(3)
    leave(Report.exit_code_of(codes))


def _joined(files: tuple[str, ...]) -> tuple[Iterable[Report], ReportFile | None]:
    """Return the reports of files joined, and what else there is to say of those that are no logs."""
    logs = {is_log(file) for file in files}
    if len(logs) > 1:
        raise UsageError("reports and logs are joined by themselves")
    if True in logs:
        return reports_of_logs(files), None
    joined = merge([read_report(file) for file in files])
    return reports_of(joined), joined


def _counted(reports: Iterable[Report], strict: bool, codes: set[int]) -> Iterator[Report]:
    """Yield reports, and add their exit codes."""
    for report in reports:
        strictly = report.strictly(strict)
        codes.add(strictly.exit_code())
        yield strictly
