"""`ngff validate`: check hierarchies and documents."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Any

import click

from ngff_core.checking.settings import PROFILES
from ngff_core.cli.common import (
    VERSION,
    links_option,
    no_plugin_option,
    registry_without,
    storage_options,
    storage_options_of,
)
from ngff_core.cli.output import Sink, format_context, output_options, publish, refuse_files, sinks_of
from ngff_core.cli.runs.run import Run
from ngff_core.cli.runs.usage import read_files, refuse, settings_of, written_besides
from ngff_core.cli.runs.work import Work
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.cli.screen.completing import FILES, RULES, VERSIONS
from ngff_core.cli.screen.rendering import FormatError
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator
from ngff_core.words import printable

if TYPE_CHECKING:
    from ngff_core.cli.runs.baselines import Baselines
    from ngff_core.cli.runs.progress import Meter
    from ngff_core.validation.many.shards import Shard
    from ngff_core.validation.many.survey import Survey
    from ngff_core.view.pictures.thumbnails import Thumbnails

__all__ = ["command"]

_baselines = Reference("ngff_core.cli.runs.baselines:Baselines")
_meter = Reference("ngff_core.cli.runs.progress:Meter")
_shard = Reference("ngff_core.validation.many.shards:Shard")
_thumbnails = Reference("ngff_core.view.pictures.thumbnails:Thumbnails")
_survey = Reference("ngff_core.validation.many.survey:Survey")


@click.command("validate", cls=CoreCommand)
@click.argument("paths", nargs=-1, shell_complete=FILES, metavar="PATH...")
@click.option(
    "--from",
    "list_file",
    shell_complete=FILES,
    metavar="FILE",
    help="Also check the stores in FILE: one a line, JSON Lines, CSV, or the manifest.json of an S3 Inventory.",
)
@click.option("--recursive", "-r", is_flag=True, help="Check every OME-Zarr hierarchy below each PATH.")
@click.option(
    "--containing", is_flag=True, help="PATHs are files: check the hierarchies that they belong to, each once."
)
@click.option(
    "--version",
    type=VERSION,
    shell_complete=VERSIONS,
    metavar="VERSION",
    help="Judge as this version, whatever the files say.",
)
@output_options("text")
@click.option("--thumbnails", is_flag=True, help="Show small pictures, in the format html: reads pixels.")
@click.option("--quiet", "-q", is_flag=True, help="One line for each store, in the format text.")
@click.option(
    "--errors-only",
    is_flag=True,
    help="Leave out what does not make a store fail; in text and Markdown also stores that do not.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings (SHOULD), too, as --profile strict does.")
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    help="lenient: warn where the text and the schema of the specification disagree; strict: fail on warnings.  [spec]",
)
@click.option(
    "--select",
    multiple=True,
    shell_complete=RULES,
    metavar="RULE",
    help="Only report this rule, or all that begin so. Repeatable.",
)
@click.option(
    "--ignore",
    multiple=True,
    shell_complete=RULES,
    metavar="RULE",
    help="Do not report this rule, or any that begins so. Repeatable.",
)
@click.option(
    "--preview",
    multiple=True,
    shell_complete=RULES,
    metavar="RULE",
    help="Also run this new rule, or any that begins so, or all. Repeatable.",
)
@links_option
@click.option(
    "--config",
    shell_complete=FILES,
    metavar="FILE",
    help="The configuration.  [ngff.toml or pyproject.toml, here or above]",
)
@click.option("--no-config", is_flag=True, help="Look for no configuration.")
@click.option(
    "--baseline",
    "baseline_file",
    shell_complete=FILES,
    metavar="FILE",
    help="Only report what is not in this baseline.",
)
@click.option(
    "--write-baseline", shell_complete=FILES, metavar="FILE", help="Write what is found to a baseline, and accept it."
)
@click.option(
    "--shard", metavar="N/OF", help="Only check part N of OF of the stores, or of one plate's wells; see ngff merge."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Let N workers judge: stores, or parts of one plate.  [1]",
)
@click.option("--engine", metavar="NAME", help="What the workers are: processes, or what a plugin brings.  [processes]")
@click.option("--scheduler", metavar="ADDRESS", help="Where the workers of another engine are.")
@click.option(
    "--log", "log_file", shell_complete=FILES, metavar="FILE", help="Append each result to FILE as soon as it is there."
)
@click.option("--resume", is_flag=True, help="Go on with the log of a run that was broken off; see --log.")
@storage_options
@click.option("--stats", is_flag=True, help="Say at the end how many requests, bytes and seconds it took (on stderr).")
@color_option
@no_plugin_option
def command(
    paths: tuple[str, ...],
    blocked: tuple[str, ...],
    formats: tuple[str, ...],
    strict: bool,
    stats: bool,
    **options: Any,
) -> None:
    """Check OME-Zarr hierarchies: every document that their metadata names, no pixels.

    PATH is a directory, a zip archive, an address (https://, s3://, ...: see the documentation of ngff-remote), a
    pattern with *, or - to read one JSON document (a .zattrs or a zarr.json) from standard input.

    Exit code: 0 clean, 1 invalid (or warnings with --strict), 2 wrong usage, 3 could not be read or judged, 130 broken
    off by Ctrl-C, 143 told to end.
    """
    registry = registry_without(blocked)
    sinks = sinks_of(formats, options["output"], registry, options["max_findings"], whole=options["shard"] is not None)
    refuse(paths, formats, options, registry)
    shard = _part(options["shard"], options["baseline_file"]) if options["shard"] is not None else None
    settings, strict, configuration = settings_of(options, strict, registry, sinks)
    refuse_files(sinks, written=written_besides(options), read=read_files(paths, options, configuration))
    run = Run(strict, shard, _baselines_of(options, registry), errors_only=options["errors_only"])
    meter: Meter | None = _meter(sys.stderr, live=_on_terminal(), stats=stats) if _watched(stats) else None
    context = format_context(registry, configuration) | _asked(options, registry)
    survey: Survey | None = _survey() if options["recursive"] and _is_told(sinks, stats) else None
    try:
        with ExitStack() as stack:
            stack.enter_context(meter or nullcontext())
            work = Work(Validator(registry, settings), paths, options, shard, _listeners(meter, survey))
            stack.enter_context(work)
            work.progress.ahead = _on_terminal()
            if meter is not None:
                meter.stores = work.progress
            context["shards"] = shard.to_dict if shard is not None else None
            context["search"] = survey.to_dict if survey is not None else None
            for _ in publish(sinks, run.record(work.reports(), work.progress), context):
                if meter is not None:
                    meter.clear()
            run.check_stop()  # here, so that workers are told
    except KeyboardInterrupt as stop:
        leave(run.broken_off(stop))
    except FormatError as error:
        run.fail(error)
    if stats:
        _say_more(survey, run)
    leave(run.finish())


def _listeners(meter: Meter | None, survey: Survey | None) -> Listeners:
    return Listeners(
        on_progress=meter.update if meter is not None else None,
        on_folder=survey.record if survey is not None else None,
    )


def _is_told(sinks: Iterable[Sink], stats: bool) -> bool:
    """Tell whether anybody hears of the folders of a search: the report for people says nothing of them."""
    return stats or any(sink.format != "text" for sink in sinks)


def _say_more(survey: Survey | None, run: Run) -> None:
    for line in survey.lines() if survey is not None else ():
        click.echo(printable(line), err=True)
    click.echo(printable(f"rules of {', '.join(sorted(run.rule_sets)) or 'none'}"), err=True)


# --- options ------------------------------------------------------------------------------------------


def _part(text: str, baseline: str | None) -> Shard:
    number, _, of = text.partition("/")
    shard: Shard = _shard(int(number), int(of), baseline)
    return shard


def _baselines_of(options: Mapping[str, object], registry: Registry) -> Baselines | None:
    known, recorded = options["baseline_file"], options["write_baseline"]
    return _baselines(known, recorded, registry) if known is not None or recorded is not None else None


def _asked(options: Mapping[str, Any], registry: Registry) -> dict[str, Any]:
    """Return what was asked of formats."""
    asked = {name: options[name] for name in ("quiet", "errors_only")}
    if not options["thumbnails"]:
        return asked
    thumbnails: Thumbnails = _thumbnails(registry, storage_options_of(options))
    thumbnails.check()
    return {**asked, "thumbnails": thumbnails}


def _on_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _watched(stats: bool) -> bool:
    return stats or _on_terminal()
