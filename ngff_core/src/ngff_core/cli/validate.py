"""`ngff validate`: check hierarchies and documents."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from itertools import chain
from typing import TYPE_CHECKING, Any

import attrs
import click

from ngff_core.checking.settings import PROFILES, Settings
from ngff_core.cli.common import (
    check_rule_names,
    listed,
    no_plugin_option,
    registry_without,
    storage_options,
    storage_options_of,
)
from ngff_core.cli.output import FORMATS_HELP, format_context, print_pieces, reporter_named
from ngff_core.errors import UsageError
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.report.report import Report
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator

if TYPE_CHECKING:
    from ngff_core.cli.baselines import Baselines
    from ngff_core.cli.progress import Meter
    from ngff_core.config.load import Configuration
    from ngff_core.validation.many.shards import Shard
    from ngff_core.validation.many.workers import Workers

__all__ = ["command"]

_baselines = Reference("ngff_core.cli.baselines:Baselines")
_check_containing = Reference("ngff_core.validation.many.owners:validate_containing")
_find_configuration = Reference("ngff_core.config.find:find_configuration")
_find_stores = Reference("ngff_core.validation.many.addresses:find_stores")
_load_configuration = Reference("ngff_core.config.load:load_configuration")
_meter = Reference("ngff_core.cli.progress:Meter")
_shard = Reference("ngff_core.validation.many.shards:Shard")
_validate_found = Reference("ngff_core.validation.many.stores:validate_found")
_validate_with = Reference("ngff_core.validation.many.stores:validate_with")
_workers = Reference("ngff_core.validation.many.workers:Workers")


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--from", "list_file", metavar="FILE", help="Also check the paths and addresses in FILE, one a line.")
@click.option("--recursive", "-r", is_flag=True, help="Check every OME-Zarr hierarchy below each PATH.")
@click.option(
    "--containing", is_flag=True, help="PATHs are files: check the hierarchies that they belong to, each once."
)
@click.option("--version", metavar="VERSION", help="Judge as this version, whatever the files say.")
@click.option("--format", "format_", default="text", show_default=True, metavar="FORMAT", help=FORMATS_HELP)
@click.option("--strict", is_flag=True, help="Fail on warnings (SHOULD), too; the same as --profile strict.")
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    help="lenient: warn where the text and the schema of the specification disagree; strict: fail on warnings.  [spec]",
)
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
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Let N processes judge: stores, or parts of one plate.  [1]",
)
@storage_options
@click.option("--stats", is_flag=True, help="Say at the end how many requests, bytes and seconds it took (on stderr).")
@no_plugin_option
def command(
    paths: tuple[str, ...], blocked: tuple[str, ...], format_: str, strict: bool, stats: bool, **options: Any
) -> None:
    """Check OME-Zarr hierarchies: every document that their metadata names, no pixels.

    PATH is a directory, a zip archive, an address (https://, s3://, ...: see the documentation of ngff-remote), a
    pattern with *, or - to read one JSON document (a .zattrs or a zarr.json) from standard input.

    Exit code: 0 clean, 1 invalid (or warnings with --strict), 2 wrong usage, 3 could not be read or judged.
    """
    registry = registry_without(blocked)
    reporter = reporter_named(format_, registry)
    _refuse(paths, format_, options, registry)
    shard = _part(options["shard"], options["baseline_file"]) if options["shard"] is not None else None
    configuration = _configuration(options["config"], options["no_config"], registry)
    profile, strict = _strictness(options["profile"], strict, configuration)
    names = ("version", "select", "ignore", "preview")
    configured = configuration.settings if configuration is not None else None
    settings = Settings.of(configured, profile=profile, **{name: options[name] for name in names})
    run = _Run(strict, shard, _baselines_of(options, registry))
    meter: Meter | None = _meter(sys.stderr, live=sys.stderr.isatty(), stats=stats) if _watched(stats) else None
    context = format_context(
        registry, format_, strict=strict, configuration=None if configuration is None else configuration.path
    )
    with ExitStack() as stack:
        stack.enter_context(meter or nullcontext())
        workers = stack.enter_context(_workers_of(registry, options["workers"]))
        listeners = Listeners(on_progress=meter.update if meter is not None else None)
        work = _Work(Validator(registry, settings), paths, options, shard, workers, listeners)
        if shard is not None:
            context["shards"] = shard.to_dict
        for _ in print_pieces(reporter, run.record(work.reports()), context):
            if meter is not None:
                meter.clear()
    if stats:
        click.echo(f"rules of {', '.join(sorted(run.rule_sets)) or 'none'}", err=True)
    sys.exit(run.finish())


class _Run:
    """What a run comes to: its exit code, and whose rules ran."""

    def __init__(self, strict: bool, shard: Shard | None, baselines: Baselines | None) -> None:
        self.rule_sets: set[str] = set()
        self._codes: set[int] = set()
        self._strict = strict
        self._shard = shard
        self._baselines = baselines

    def record(self, reports: Iterable[Report]) -> Iterator[Report]:
        """Take note of reports as they go by, without what is known."""
        for report in reports:
            new = report if self._baselines is None else self._baselines.record(report)
            self._codes.add(new.exit_code(strict=self._strict))
            self.rule_sets.update(f"{name} {version}" for name, version in new.rule_set.items())
            yield new

    def finish(self) -> int:
        """Write what is to be written, and return the exit code."""
        if self._baselines is not None:
            self._baselines.finish(self._codes, whole=self._shard is None)
        if self._shard is not None and self._shard.unread:
            self._codes.add(3)
        return Report.exit_code_of(self._codes)


class _Work:
    """What is to be evaluated, and how."""

    __slots__ = ("listeners", "options", "paths", "shard", "validator", "workers")

    def __init__(
        self,
        validator: Validator,
        paths: tuple[str, ...],
        options: Mapping[str, Any],
        shard: Shard | None,
        workers: Workers | None,
        listeners: Listeners,
    ) -> None:
        self.validator = validator
        self.paths = paths
        self.options = options
        self.shard = shard
        self.workers = workers
        self.listeners = listeners

    def reports(self) -> Iterator[Report]:
        """Yield a report for each store; a single one that cannot be opened is an error of the caller."""
        connection = storage_options_of(self.options)
        list_file, recursive = self.options["list_file"], self.options["recursive"]
        uris = chain(self.paths, listed(list_file) if list_file is not None else ())
        one = len(self.paths) == 1 and list_file is None and not recursive and "*" not in self.paths[0]
        if self.options["containing"]:
            yield from _check_containing(self.validator, uris, connection, self.listeners)
        elif self.shard is not None:
            yield from self.shard.check(self.validator, uris, connection, self.listeners, recursive=recursive, one=one)
        elif one and self.paths[0] == "-":
            yield self._document()
        elif one and self.workers is None:
            yield self.validator.store(self.paths[0], connection, self.listeners)
        else:
            registry = self.validator.registry
            given = (self._document() if uri == "-" else uri for uri in uris)
            found = (store for uri in given for store in _find_stores(uri, registry, connection, recursive=recursive))
            if self.workers is not None:
                yield from _validate_with(
                    self.validator, found, connection, self.workers, self.listeners.on_progress, raising=one
                )
            else:
                yield from _validate_found(self.validator, found, connection, self.listeners)

    def _document(self) -> Report:
        """Check the document on standard input."""
        return attrs.evolve(self.validator.json(sys.stdin.buffer.read()), url="-")


# --- options ------------------------------------------------------------------------------------------


def _refuse(paths: tuple[str, ...], format_: str, options: Mapping[str, Any], registry: Registry) -> None:
    """Raise an error of usage for options that make no sense, alone or together."""
    if options["version"] is not None:
        registry.spec(options["version"])
    previews = (name for name in options["preview"] if name != "all")
    check_rule_names(registry, [*options["select"], *options["ignore"], *previews])
    if not paths and options["list_file"] is None:
        raise click.UsageError("Missing argument 'PATH...'.")
    containing = options["containing"]
    if containing and (options["recursive"] or "-" in paths):
        raise click.UsageError("--containing goes with files, not with --recursive or -.")
    if options["workers"] not in (None, 1):
        if containing or "-" in paths:
            raise click.UsageError("--workers goes with stores, not with --containing or -.")
        if options["shard"] is not None:
            raise click.UsageError("--workers divides a run on one machine, --shard over several; give one of them.")
    if options["shard"] is not None:
        _check_shard(options["shard"])
        if format_ != "json":
            raise click.UsageError(
                "--shard goes with --format json: ngff merge joins the shards, and writes any format."
            )
        if containing or "-" in paths:
            raise click.UsageError("--shard goes with stores, not with --containing or -.")
        if options["write_baseline"] is not None:
            raise click.UsageError("--write-baseline needs all findings, --shard judges a part; write it in one run.")


def _check_shard(text: str) -> None:
    number, _, of = text.partition("/")
    plain = number.isdecimal() and of.isdecimal() and text.isascii() and len(text) < 20
    if not plain or not 1 <= int(number) <= int(of) <= 100_000:
        raise UsageError(f"--shard {text!r} is not a part such as 3/16: NUMBER/OF, from 1/1 to 100000/100000")


def _part(text: str, baseline: str | None) -> Shard:
    number, _, of = text.partition("/")
    shard: Shard = _shard(int(number), int(of), baseline)
    return shard


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
        given = _find_configuration()
    if given is None:
        return None
    found: Configuration = _load_configuration(os.path.relpath(given) if os.path.isabs(given) else given, registry)
    return found


def _baselines_of(options: Mapping[str, object], registry: Registry) -> Baselines | None:
    known, recorded = options["baseline_file"], options["write_baseline"]
    return _baselines(known, recorded, registry) if known is not None or recorded is not None else None


def _watched(stats: bool) -> bool:
    return stats or sys.stderr.isatty()


def _workers_of(registry: Registry, number: int | None) -> AbstractContextManager[Workers | None]:
    """Return the workers of a run, which are stopped at its end."""
    if number is None or number == 1:
        return nullcontext()
    make = registry.executors()["processes"]
    workers: Workers = _workers.load().of(lambda: make(number, {}), number)
    return workers
