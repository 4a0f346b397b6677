"""The formats of reports, what they are told, and where they go: to the terminal, to files, several in one run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import tee
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import click

from ngff_core.cli.screen.colors import wants_color, wants_links
from ngff_core.cli.screen.completing import FILES, FORMATS
from ngff_core.cli.screen.rendering import FormatError, pieces_of
from ngff_core.cli.screen.writing import write_report
from ngff_core.errors import UsageError
from ngff_core.issues.bounding import MOST
from ngff_core.plugins.printing import standard_output
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.report.report import Report, Reporter
from ngff_core.words import suggestion

if TYPE_CHECKING:
    from ngff_core.cli.screen.whole_file import WholeFile

__all__ = [
    "Sink",
    "format_context",
    "formats_of",
    "most_of",
    "output_options",
    "publish",
    "refuse_files",
    "reporter_named",
    "shows_outline",
    "sinks_of",
]

FORMATS_HELP = "text, json, jsonl, sarif, github, junit, markdown or html."

_whole_file = Reference("ngff_core.cli.screen.whole_file:WholeFile")
_refuse_overwriting = Reference("ngff_core.cli.screen.named_files:refuse_overwriting")
_rule_table = Reference("ngff_core.explain:rule_table")
F = TypeVar("F", bound=Callable[..., Any])
SCREEN = "-"
_OUTLINED = ("html",)  # formats that show what there is in a store, whatever was found
_MOST: dict[str, int | None] = {"jsonl": None}  # what reads it goes through it line by line


@attrs.frozen(eq=False, repr=False, slots=False)
class Sink:
    """A format, and the file that it goes to; ``None`` is standard output.

    ``most`` is how many findings of each rule and severity it lists of a store; ``None``: all of them. ``brief``: the
    verdict is enough. ``plugin`` brings the format, if not core.
    """

    format: str
    reporter: Reporter
    path: str | None
    most: int | None = None
    brief: bool = False
    plugin: str | None = None


def output_options(default: str) -> Callable[[F], F]:
    """Add the options --format and --output."""

    def add(function: F) -> F:
        function = click.option(
            "--output",
            shell_complete=FILES,
            metavar="FILE",
            help="Write the report to FILE instead of standard output.",
        )(function)
        function = click.option(
            "--max-findings",
            type=click.IntRange(min=1),
            metavar="N",
            help=f"List at most N findings of each rule and severity in a store, and count the others.  [{MOST}]",
        )(function)
        return click.option(
            "--format",
            "formats",
            multiple=True,
            default=[default],
            show_default=True,
            shell_complete=FORMATS,
            metavar="FORMAT[=FILE]",
            help=f"{FORMATS_HELP} With FILE it is written there. Repeatable.",
        )(function)

    return add


def formats_of(given: Iterable[str]) -> list[str]:
    """Return the names of the formats that were asked for."""
    return [text.partition("=")[0] for text in given]


def sinks_of(
    formats: Sequence[str], output: str | None, registry: Registry, most: int | None, *, whole: bool = False
) -> list[Sink]:
    """Return where the formats of a command line go, that on the screen first; raises UsageError.

    ``most`` is how many findings of each rule and severity they list, where that was given; ``whole``: all of them.
    """
    given = [(name, file if separator else None) for name, separator, file in (f.partition("=") for f in formats)]
    plain = [name for name, file in given if file is None]
    if len(plain) > 1:
        raise UsageError(
            f"one format goes to {output or 'standard output'}, not {' and '.join(plain)}; "
            f"write the other to a file: --format {plain[1]}=FILE"
        )
    if output == "":
        raise UsageError("--output names no file")
    if output is not None and not plain:
        raise UsageError("--output goes with a --format that has no file of its own")
    each = [(name, (output or SCREEN) if file is None else file) for name, file in given]
    sinks = [
        Sink(
            name,
            reporter_named(name, registry),
            None if to == SCREEN else to,
            None if whole else most or _MOST.get(name, MOST),
            plugin=registry.bringer_of(name),
        )
        for name, to in each
    ]
    for sink in sinks:
        if sink.path == "":
            raise UsageError(f"--format {sink.format}= names no file")
    if len([sink for sink in sinks if sink.path is None]) > 1:
        raise UsageError("two formats would be written to standard output")
    refuse_files(sinks)
    if output is None and all(sink.path is not None for sink in sinks):
        sinks.append(Sink("text", reporter_named("text", registry), None, sinks[0].most, brief=True))
    return sorted(sinks, key=lambda sink: sink.path is not None or sink.brief)


def refuse_files(
    sinks: Iterable[Sink], *, written: Iterable[tuple[str, str]] = (), read: Iterable[tuple[str, str]] = ()
) -> None:
    """Raise UsageError where a format, or what else is written, would take the place of a file that is to stay.

    What else is written and what is read come with what they are, in words.
    """
    reports = [("a report", sink.path) for sink in sinks if sink.path is not None]
    if reports or written:
        _refuse_overwriting(reports + list(written), read)


class _Writing:
    """A format that is being written: its file, if it has one, and how many reports it has taken so far."""

    __slots__ = ("file", "pieces", "put", "taken")

    def __init__(
        self, sink: Sink, reports: Iterable[Report], file: WholeFile | None, context: Mapping[str, object]
    ) -> None:
        screen = standard_output() if sink.path is None else None
        wanted = {"color": wants_color, "links": wants_links} if sink.format == "text" else {}
        told = {**context, **{name: wants(screen) for name, wants in wanted.items()}}
        told |= {"quiet": True, "errors_only": True} if sink.brief else {}
        self.taken = 0
        self.file = file
        self.put = write_report if file is None else file.write
        self.pieces = pieces_of(sink.format, sink.reporter, self._taken(reports, sink.most), told, sink.plugin)

    def _taken(self, reports: Iterable[Report], most: int | None) -> Iterator[Report]:
        for report in reports:
            self.taken += 1
            yield report.limited(most)


def publish(sinks: Sequence[Sink], reports: Iterable[Report], context: Mapping[str, object]) -> Iterator[None]:
    """Write what the formats make of reports; yields before each piece, so that a progress line can go.

    The reports are without secrets: formats may write words in any way, and what they write is left as it is.

    Files are opened to begin with, so that one that cannot be written ends no long run, and are there when all is
    done. The formats take turns, so that reports are kept for none of them but those that take all at once. Where all
    have files of their own, the screen has the stores that failed, and the verdict at the end. Raises FormatError at
    the end where a format failed.
    """
    failures: list[str] = []
    streams: Sequence[Iterable[Report]] = [reports] if len(sinks) == 1 else tee(reports, len(sinks))
    with ExitStack() as stack:
        files = [None if sink.path is None else stack.enter_context(_whole_file(sink.path)) for sink in sinks]
        writing = [_Writing(*each, context) for each in zip(sinks, streams, files, strict=True)]
        del streams  # what one of them has not taken is kept for it
        while writing:
            one = min(writing, key=lambda each: each.taken)
            try:
                piece = next(one.pieces, None)
            except FormatError as error:  # the others are written all the same
                failures.append(str(error))
                if one.file is not None:
                    one.file.discard()
                piece = None
            if piece is None:
                writing.remove(one)
                continue
            if piece:
                yield
                one.put(piece)
    if failures:
        raise FormatError("; ".join(failures))


def most_of(sinks: Iterable[Sink]) -> int | None:
    """Return how many findings of each rule and severity all formats can do with; ``None``: one lists all."""
    numbers = [sink.most for sink in sinks]
    return None if None in numbers else max(number for number in numbers if number is not None)


def shows_outline(sinks: Iterable[Sink]) -> bool:
    """Tell whether a format shows what there is in a store (`Report.outline`)."""
    return any(sink.format in _OUTLINED for sink in sinks)


def reporter_named(name: str, registry: Registry) -> Reporter:
    """Return the report format of a name; raises UsageError where there is none."""
    known = registry.reporters()
    if name not in known:
        near = suggestion(name, sorted(known), "plugins can add formats")
        raise UsageError(f"no report format {name!r}, there are {', '.join(sorted(known))}{near}")
    return known[name]


def format_context(registry: Registry, configuration: str | None = None) -> dict[str, Any]:
    """Return the context of report formats (docs/formats.md); ``configuration`` is the path of that file."""
    return {
        "color": False,
        "links": False,
        "quiet": False,
        "errors_only": False,
        "configuration": configuration,
        "rules": lambda: _rule_table(registry, list(registry.specs)),
        "workspace": os.environ.get("GITHUB_WORKSPACE"),
        "shards": None,
        "search": None,
        "thumbnails": None,
    }
