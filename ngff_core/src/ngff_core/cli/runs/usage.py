"""Options that make no sense, alone or together, and what others stand for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ngff_core.checking.settings import Settings
from ngff_core.cli.common import check_rule_names
from ngff_core.cli.output import Sink, formats_of, most_of, shows_outline
from ngff_core.errors import UsageError
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.words import suggestion

if TYPE_CHECKING:
    from ngff_core.config.load import Configuration
    from ngff_core.plugins.hookspecs import ExecutorFactory

__all__ = [
    "PROCESSES",
    "configuration_of",
    "divides",
    "executor_named",
    "read_files",
    "refuse",
    "settings_of",
    "written_besides",
]

PROCESSES = "processes"
BASELINE = "the baseline"
LOG = "the log"

_find_configuration = Reference("ngff_core.config.find:find_configuration")
_load_configuration = Reference("ngff_core.config.load:load_configuration")


def refuse(paths: tuple[str, ...], formats: Iterable[str], options: Mapping[str, Any], registry: Registry) -> None:
    """Raise an error of usage for options that make no sense, alone or together."""
    if options["version"] is not None:
        registry.spec(options["version"])
    previews = (name for name in options["preview"] if name != "all")
    check_rule_names(registry, [*options["select"], *options["ignore"], *previews])
    if not paths and options["list_file"] is None:
        raise click.UsageError("Missing argument 'PATH...'.")
    if "" in paths:
        raise click.UsageError("PATH is empty; the working directory is .")
    containing = options["containing"]
    if containing and (options["recursive"] or "-" in paths):
        raise click.UsageError("--containing goes with files, not with --recursive or -.")
    if options["engine"] is not None:
        executor_named(options["engine"], registry)
    if options["scheduler"] is not None and options["engine"] in (None, PROCESSES):
        raise click.UsageError("--scheduler says where the workers of another engine are: name it with --engine.")
    if divides(options):
        given = "--workers" if options["engine"] is None else "--engine"
        if containing or "-" in paths:
            raise click.UsageError(f"{given} goes with stores, not with --containing or -.")
        if options["shard"] is not None:
            raise click.UsageError(f"{given} divides a run by itself, --shard over several runs; give one of them.")
    if options["log_file"] is not None and (containing or "-" in paths or options["shard"] is not None):
        raise click.UsageError("--log goes with stores, not with --containing, --shard or -.")
    if options["thumbnails"] and "html" not in formats_of(formats):
        raise click.UsageError("--thumbnails goes with --format html.")
    if options["resume"] and options["log_file"] is None:
        raise click.UsageError("--resume goes on with a log: name it with --log FILE.")
    if options["shard"] is not None:
        _check_shard(options["shard"])
        if set(formats_of(formats)) != {"json"}:
            raise click.UsageError(
                "--shard goes with --format json: ngff merge joins the shards, and writes any format."
            )
        if containing or "-" in paths:
            raise click.UsageError("--shard goes with stores, not with --containing or -.")
        if options["max_findings"] is not None:
            raise click.UsageError("--shard keeps all findings: --max-findings goes with ngff merge, which joins them.")
        if options["write_baseline"] is not None:
            raise click.UsageError("--write-baseline needs all findings, --shard judges a part; write it in one run.")


def divides(options: Mapping[str, Any]) -> bool:
    """Tell whether a run is divided between workers."""
    return options["workers"] not in (None, 1) or options["engine"] not in (None, PROCESSES)


def executor_named(name: str, registry: Registry) -> ExecutorFactory:
    """Return what makes the workers of an engine; raises UsageError where there is none of that name."""
    known = registry.executors()
    if name not in known:
        near = suggestion(name, sorted(known), "plugins can add engines, such as ngff-dask")
        raise UsageError(f"no engine {name!r}, there are {', '.join(sorted(known))}{near}")
    return known[name]


def written_besides(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is written besides reports, each with what it is."""
    named = ((BASELINE, options["write_baseline"]), (LOG, options["log_file"]))
    return [(what, path) for what, path in named if path is not None]


def read_files(
    paths: Iterable[str], options: Mapping[str, Any], configuration: str | None
) -> Iterator[tuple[str, str]]:
    """Yield the files that a run reads and must not write over, each with what it is."""
    named = (
        (BASELINE, options["baseline_file"]),
        ("the list", options["list_file"]),
        ("the configuration", configuration),
    )
    yield from ((what, path) for what, path in named if path not in (None, "-"))
    yield from (("what is checked", path) for path in paths if os.path.isfile(path))


def _check_shard(text: str) -> None:
    number, _, of = text.partition("/")
    plain = number.isdecimal() and of.isdecimal() and text.isascii() and len(text) < 20
    if not plain or not 1 <= int(number) <= int(of) <= 100_000:
        raise UsageError(f"--shard {text!r} is not a part such as 3/16: NUMBER/OF, from 1/1 to 100000/100000")


def settings_of(
    options: Mapping[str, Any], strict: bool, registry: Registry, sinks: Sequence[Sink]
) -> tuple[Settings, bool, str | None]:
    """Return the settings that options and the configuration come to, whether warnings fail, and the path of that.

    The formats decide how many findings of each rule and severity are kept, and whether what there is in a store is.
    """
    most, outline = most_of(sinks), shows_outline(sinks)
    configuration = configuration_of(options["config"], options["no_config"], registry)
    profile, strict = _strictness(options["profile"], strict, configuration)
    names = ("version", "select", "ignore", "preview", "follow_links")
    configured = configuration.settings if configuration is not None else None
    if options["baseline_file"] is not None or options["write_baseline"] is not None:
        most = None  # they look at all findings
    chosen = {name: options[name] for name in names}
    settings = Settings.of(configured, profile=profile, max_findings=most, outline=outline, **chosen)
    return settings, strict, None if configuration is None else configuration.path


def _strictness(profile: str | None, strict: bool, configuration: Configuration | None) -> tuple[str | None, bool]:
    """Return the profile that was asked for, and whether warnings fail; --strict leaves the reading `lenient` be."""
    configured = configuration.settings.profile if configuration is not None else "spec"
    if strict and (profile or configured) == "spec":
        profile = "strict"
    return profile, strict or (profile or configured) == "strict"


def configuration_of(given: str | None, none: bool, registry: Registry) -> Configuration | None:
    """Return the configuration that was named or is found from the working directory upwards, if any."""
    if given is not None and none:
        raise click.UsageError("--config and --no-config exclude each other.")
    if given is None and not none:
        given = _find_configuration()
    if given is None:
        return None
    found: Configuration = _load_configuration(os.path.relpath(given) if os.path.isabs(given) else given, registry)
    return found
