"""`ngff validate`: check hierarchies and documents."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from ngff_core.check import PROFILES
from ngff_core.cli.common import (
    check_rule_names,
    no_plugin_option,
    registry_without,
    storage_options,
    storage_options_of,
    write,
)
from ngff_core.errors import UsageError
from ngff_core.validate import check_json, check_store

if TYPE_CHECKING:
    from ngff_core.report import Report

__all__ = ["command"]


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--from", "list_file", metavar="FILE", help="Also check the paths and addresses in FILE, one a line.")
@click.option("--recursive", "-r", is_flag=True, help="Check every OME-Zarr hierarchy below each PATH.")
@click.option("--version", metavar="VERSION", help="Judge as this version, whatever the files say.")
@click.option("--format", "format_", default="text", show_default=True, metavar="FORMAT", help="text, json or jsonl.")
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
@storage_options
@click.option("--stats", is_flag=True, help="Say at the end how many requests, bytes and seconds it took (on stderr).")
@no_plugin_option
def command(
    paths: tuple[str, ...],
    list_file: str | None,
    recursive: bool,
    version: str | None,
    format_: str,
    strict: bool,
    profile: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    stats: bool,
    blocked: tuple[str, ...],
    **connection: Any,
) -> None:
    """Check OME-Zarr hierarchies: every document that their metadata names, no pixels.

    PATH is a directory, a zip archive, an address (https://, s3://, ...: see the documentation of ngff-remote), a
    pattern with *, or - to read one JSON document (a .zattrs or a zarr.json) from standard input.

    Exit code: 0 clean, 1 invalid (or warnings with --strict), 2 wrong usage, 3 could not be read or judged.
    """
    registry = registry_without(blocked)
    reporter = registry.reporters().get(format_)
    if reporter is None:
        raise UsageError(f"no report format {format_!r}, there are {', '.join(sorted(registry.reporters()))}")
    if version is not None:
        registry.spec(version)
    check_rule_names(registry, [*select, *ignore])
    if not paths and list_file is None:
        raise click.UsageError("Missing argument 'PATH...'.")
    options = {"version": version, "profile": profile, "select": select, "ignore": ignore, "registry": registry}
    meter = _meter(stats)
    with meter or _nothing():
        reports = _reports(paths, list_file, recursive, options, storage_options_of(connection), meter)
        codes: set[int] = set()
        color = format_ == "text" and sys.stdout.isatty()
        pieces = reporter(_noting(reports, codes, strict), {"color": color, "strict": strict})
        for piece in [f"{pieces}\n"] if isinstance(pieces, str) else pieces:
            if meter is not None:
                meter.clear()
            write(piece)
    sys.exit(1 if 1 in codes else 3 if 3 in codes else 0)


def _meter(stats: bool) -> Any:
    if not stats and not sys.stderr.isatty():
        return None
    from ngff_core.cli.progress import Meter

    return Meter(sys.stderr, live=sys.stderr.isatty(), stats=stats)


def _nothing() -> Any:
    from contextlib import nullcontext

    return nullcontext()


def _noting(reports: Iterable[Report], codes: set[int], strict: bool) -> Iterator[Report]:
    for report in reports:
        codes.add(report.exit_code(strict=strict))
        yield report


def _reports(
    paths: tuple[str, ...],
    list_file: str | None,
    recursive: bool,
    options: dict[str, Any],
    connection: dict[str, Any],
    meter: Any,
) -> Iterator[Report]:
    """Yield a report for each store; a single one that cannot be opened is an error of the caller."""
    options["on_progress"] = meter.update if meter is not None else None
    if len(paths) == 1 and list_file is None and not recursive and "*" not in paths[0]:
        yield _document(options) if paths[0] == "-" else check_store(paths[0], storage_options=connection, **options)
        return
    from itertools import chain

    from ngff_core.many import check_stores

    listed = _listed(list_file) if list_file is not None else ()
    uris = (_document(options) if uri == "-" else uri for uri in chain(paths, listed))
    yield from check_stores(uris, recursive=recursive, storage_options=connection, **options)


def _document(options: dict[str, Any]) -> Report:
    """Check the document on standard input."""
    report = check_json(sys.stdin.buffer.read(), **{k: v for k, v in options.items() if k != "on_progress"})
    report.url = "-"
    return report


def _listed(name: str) -> Iterator[str]:
    """Yield the paths and addresses of a list: one a line; empty lines and those that begin with # do not count."""
    try:
        with click.open_file(name, encoding="utf-8") as file:
            for line in map(str.strip, file):
                if line and not line.startswith("#"):
                    yield line
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"the list {name!r} could not be read: {reason}") from None
