"""`ngff validate`: check hierarchies and documents."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from ngff_core.checking.settings import PROFILES
from ngff_core.cli.common import (
    check_rule_names,
    no_plugin_option,
    registry_without,
    storage_options,
    storage_options_of,
    write,
)
from ngff_core.errors import UsageError
from ngff_core.validation.calls import check_json, check_store
from ngff_core.words import suggestion

if TYPE_CHECKING:
    from ngff_core.cli.baselines import Baselines
    from ngff_core.config.load import Configuration
    from ngff_core.plugins.registry import Registry
    from ngff_core.report.report import Report, Reporter
    from ngff_core.validation.jobs import Shard

__all__ = ["command", "reporter_named", "told"]


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--from", "list_file", metavar="FILE", help="Also check the paths and addresses in FILE, one a line.")
@click.option("--recursive", "-r", is_flag=True, help="Check every OME-Zarr hierarchy below each PATH.")
@click.option(
    "--containing", is_flag=True, help="PATHs are files: check the hierarchies that they belong to, each once."
)
@click.option("--version", metavar="VERSION", help="Judge as this version, whatever the files say.")
@click.option(
    "--format", "format_", default="text", show_default=True, metavar="FORMAT",
    help="text, json, jsonl, sarif, github, junit or markdown.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Fail on warnings (SHOULD), too; the same as --profile strict.")
@click.option(
    "--profile", type=click.Choice(PROFILES),
    help="lenient: warn where the text and the schema of the specification disagree; strict: fail on warnings.  [spec]",
)  # fmt: skip
@click.option(
    "--select", multiple=True, metavar="RULE", help="Only report this rule, or all that begin so. Repeatable."
)
@click.option(
    "--ignore", multiple=True, metavar="RULE", help="Do not report this rule, or any that begins so. Repeatable."
)
@click.option(
    "--preview",
    multiple=True,
    metavar="RULE",
    help="Also run this new rule, or any that begins so, or all. Repeatable.",
)
@click.option("--config", metavar="FILE", help="The configuration.  [ngff.toml or pyproject.toml, here or above]")
@click.option("--no-config", is_flag=True, help="Look for no configuration.")
@click.option("--baseline", "baseline_file", metavar="FILE", help="Only report what is not in this baseline.")
@click.option("--write-baseline", metavar="FILE", help="Write what is found to a baseline, and accept it.")
@click.option(
    "--shard", metavar="N/OF", help="Only check part N of OF of the stores, or of one plate's wells; see ngff merge."
)
@storage_options
@click.option("--stats", is_flag=True, help="Say at the end how many requests, bytes and seconds it took (on stderr).")
@no_plugin_option
def command(
    paths: tuple[str, ...],
    list_file: str | None,
    recursive: bool,
    containing: bool,
    version: str | None,
    format_: str,
    strict: bool,
    profile: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    preview: tuple[str, ...],
    config: str | None,
    no_config: bool,
    baseline_file: str | None,
    write_baseline: str | None,
    shard: str | None,
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
    reporter = reporter_named(format_, registry)
    if version is not None:
        registry.spec(version)
    check_rule_names(registry, [*select, *ignore, *(name for name in preview if name != "all")])
    if not paths and list_file is None:
        raise click.UsageError("Missing argument 'PATH...'.")
    if containing and (recursive or "-" in paths):
        raise click.UsageError("--containing goes with files, not with --recursive or -.")
    part = None
    if shard is not None:
        part = _shard(shard, format_, paths, containing, write_baseline, baseline_file)
    configuration = _configuration(config, no_config, registry)
    profile, strict = _strictness(profile, strict, configuration)
    options: dict[str, Any] = {"version": version, "profile": profile, "select": select, "ignore": ignore}
    options |= {"preview": preview, "config": configuration, "registry": registry}
    run = _Run(strict, part, _baselines(baseline_file, write_baseline, registry))
    meter = _meter(stats)
    with meter or _nothing():
        reports = _reports(
            paths, list_file, recursive, containing, part, options, storage_options_of(connection), meter
        )
        color = format_ == "text" and sys.stdout.isatty()
        hints = told(registry, color, strict, configuration)
        if part is not None:
            hints["shards"] = part.to_dict
        pieces = reporter(run.noting(reports), hints)
        for piece in [f"{pieces}\n"] if isinstance(pieces, str) else pieces:
            if meter is not None:
                meter.clear()
            write(piece)
    if stats:
        click.echo(f"rules of {', '.join(sorted(run.judged_by)) or 'none'}", err=True)
    sys.exit(run.finish())


class _Run:
    """What a run comes to: its exit code, and whose rules judged."""

    def __init__(self, strict: bool, shard: Shard | None, baselines: Baselines | None) -> None:
        self.codes: set[int] = set()
        self._shard = shard
        self.judged_by: set[str] = set()
        self._strict = strict
        self._baselines = baselines

    def noting(self, reports: Iterable[Report]) -> Iterator[Report]:
        """Take note of reports as they go by, without what is known."""
        for report in reports:
            if self._baselines is not None:
                self._baselines.note(report)
            self.codes.add(report.exit_code(strict=self._strict))
            self.judged_by.update(f"{name} {version}" for name, version in report.rule_set.items())
            yield report

    def finish(self) -> int:
        """Write what is to be written, and return the exit code."""
        if self._baselines is not None:
            self._baselines.finish(self.codes, whole=self._shard is None)
        if self._shard is not None and self._shard.unread:
            self.codes.add(3)
        return 1 if 1 in self.codes else 3 if 3 in self.codes else 0


def _strictness(profile: str | None, strict: bool, configuration: Configuration | None) -> tuple[str | None, bool]:
    """Return the profile that was asked for, and whether warnings fail; --strict leaves the reading `lenient` be."""
    configured = configuration.settings.profile if configuration is not None else "spec"
    if profile is None and strict and configured == "spec":
        profile = "strict"
    return profile, strict or (profile or configured) == "strict"


def _configuration(given: str | None, none: bool, registry: Registry) -> Configuration | None:
    """Return the configuration that was named or is found from the working directory upwards, if any."""
    if given is not None and none:
        raise click.UsageError("--config and --no-config exclude each other.")
    if given is None and not none:
        from ngff_core.config.find import find_configuration

        given = find_configuration()
    if given is None:
        return None
    from ngff_core.config.load import load_configuration

    return load_configuration(os.path.relpath(given) if os.path.isabs(given) else given, registry)


def _baselines(known: str | None, recorded: str | None, registry: Registry) -> Baselines | None:
    if known is None and recorded is None:
        return None
    from ngff_core.cli.baselines import Baselines

    return Baselines(known, recorded, registry)


def _shard(
    text: str,
    format_: str,
    paths: tuple[str, ...],
    containing: bool,
    write_baseline: str | None,
    baseline: str | None,
) -> Shard:
    """Return the part of the run that --shard asks for; refuse what does not go with it."""
    number, _, of = text.partition("/")
    plain = number.isdecimal() and of.isdecimal() and text.isascii() and len(text) < 20
    if not plain or not 1 <= int(number) <= int(of) <= 100_000:
        raise UsageError(f"--shard {text!r} is not a part such as 3/16: NUMBER/OF, from 1/1 to 100000/100000")
    if format_ != "json":
        raise click.UsageError("--shard goes with --format json: ngff merge joins the shards, and writes any format.")
    if containing or "-" in paths:
        raise click.UsageError("--shard goes with stores, not with --containing or -.")
    if write_baseline is not None:
        raise click.UsageError("--write-baseline needs all findings, --shard judges a part; write it in one run.")
    from ngff_core.validation.jobs import Shard

    return Shard(int(number), int(of), baseline)


def reporter_named(name: str, registry: Registry) -> Reporter:
    """Return the report format of a name; raises UsageError where there is none."""
    known = registry.reporters()
    if name not in known:
        near = suggestion(name, sorted(known), "plugins can add formats")
        raise UsageError(f"no report format {name!r}, there are {', '.join(sorted(known))}{near}")
    return known[name]


def told(registry: Registry, color: bool, strict: bool, configuration: Configuration | None) -> dict[str, Any]:
    """Return what report formats are told."""

    def rules() -> list[dict[str, Any]]:
        from ngff_core.explain import rule_table

        return rule_table(registry, list(registry.specs))

    return {
        "color": color,
        "strict": strict,
        "configuration": None if configuration is None else configuration.path,
        "rules": rules,
        "workspace": os.environ.get("GITHUB_WORKSPACE"),
        "shards": None,
    }


def _meter(stats: bool) -> Any:
    if not stats and not sys.stderr.isatty():
        return None
    from ngff_core.cli.progress import Meter

    return Meter(sys.stderr, live=sys.stderr.isatty(), stats=stats)


def _nothing() -> Any:
    from contextlib import nullcontext

    return nullcontext()


def _reports(
    paths: tuple[str, ...],
    list_file: str | None,
    recursive: bool,
    containing: bool,
    shard: Shard | None,
    options: dict[str, Any],
    connection: dict[str, Any],
    meter: Any,
) -> Iterator[Report]:
    """Yield a report for each store; a single one that cannot be opened is an error of the caller."""
    options["on_progress"] = meter.update if meter is not None else None
    if containing:
        from ngff_core.validation.owners import check_containing

        files = [*paths, *(_listed(list_file) if list_file is not None else ())]
        yield from check_containing(files, storage_options=connection, **options)
        return
    one = len(paths) == 1 and list_file is None and not recursive and "*" not in paths[0]
    if shard is not None:
        uris = [*paths, *(_listed(list_file) if list_file is not None else ())]
        yield from shard.check(uris, recursive=recursive, one=one, storage_options=connection, **options)
        return
    if one:
        yield _document(options) if paths[0] == "-" else check_store(paths[0], storage_options=connection, **options)
        return
    from itertools import chain

    from ngff_core.validation.stores import check_stores

    listed = _listed(list_file) if list_file is not None else ()
    stores = (_document(options) if uri == "-" else uri for uri in chain(paths, listed))
    yield from check_stores(stores, recursive=recursive, storage_options=connection, **options)


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
