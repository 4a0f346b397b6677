"""`ngff table`: the results of logs as Parquet, for DuckDB, pandas and polars."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.cli.screen.completing import FILES
from ngff_core.cli.screen.named_files import refuse_overwriting
from ngff_core.errors import UsageError
from ngff_core.report.logs.merging import reports_of_logs
from ngff_core.report.logs.reading import is_log
from ngff_core.report.logs.tables import TABLES, write_tables
from ngff_core.report.reading import INCOMPLETE
from ngff_core.report.report import Report
from ngff_core.words import counted, printable

__all__ = ["command"]


@click.command("table", cls=CoreCommand)
@click.argument("logs", nargs=-1, required=True, shell_complete=FILES, metavar="LOG...")
@click.option("--out", required=True, metavar="DIR", help="The folder to write stores.parquet and findings.parquet to.")
def command(logs: tuple[str, ...], out: str) -> None:
    """Write the results of logs (`ngff validate --log`) as tables: one of stores, one of findings.

    Of a store that is in a log more than once, the last result counts. Needs pyarrow: the extra ngff-core[table].

    Exit code: 0 written, 2 wrong usage, 3 a log is of a run that was not finished, or a table could not be written.
    """
    for path in logs:
        if not is_log(path):
            raise UsageError(f"{path!r} is no log; write one with `ngff validate --log FILE`")
    refuse_overwriting([("a table", os.path.join(out, name)) for name in TABLES], [("the log", path) for path in logs])
    unfinished: list[str] = []
    rows = write_tables(_whole(reports_of_logs(logs), unfinished), out)
    for name, number in zip(TABLES, rows, strict=True):
        click.echo(printable(f"wrote {counted(number, 'row')} to {os.path.join(out, name)}"), err=True)
    for message in unfinished:
        click.echo(printable(f"Error: {message}"), err=True)
    leave(3 if unfinished else 0)


def _whole(reports: Iterator[Report], unfinished: list[str]) -> Iterator[Report]:
    """Yield the reports of stores, and take down what is said of logs that are not whole."""
    for report in reports:
        said = [issue.message for issue in report.issues if issue.rule == INCOMPLETE]
        unfinished += said
        if not said:
            yield report
