"""What a format makes of reports: text, whatever the plugin that brings the format does on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from ngff_core.errors import PluginError, ResultError, failure_of
from ngff_core.report.report import Report, Reporter

__all__ = ["FormatError", "pieces_of"]


class FormatError(PluginError):
    """A format could not be written, as the plugin that brings it failed; all reports were made, though."""


class _Source:
    """Reports on their way to a format. What goes wrong in making them is remembered: it is not the format's fault."""

    def __init__(self, reports: Iterable[Report], *, copied: bool) -> None:
        self.error: BaseException | None = None
        self._reports = iter(reports)
        self._copied = copied

    def __iter__(self) -> Iterator[Report]:
        return self

    def __next__(self) -> Report:
        try:
            report = next(self._reports)
        except StopIteration:
            raise
        except BaseException as error:
            self.error = error
            raise
        return _copy(report) if self._copied else report


def pieces_of(
    name: str, reporter: Reporter, reports: Iterable[Report], options: Mapping[str, object], plugin: str | None
) -> Iterator[str]:
    """Yield the pieces of text that a format makes of reports; raise FormatError where it fails.

    All reports are made, whether the format asks for them or not: the exit code is theirs. A ``plugin``, which is the
    name of the distribution that brings the format if not core, is given copies: other formats have the same reports.
    """
    source = _Source(reports, copied=plugin is not None)
    failure: str | None = None
    pieces: Iterator[object] | None = None
    while failure is None:
        try:
            if pieces is None:
                pieces = _started(reporter(source, options))
            piece = next(pieces)
            if not isinstance(piece, str):
                raise ResultError(f"it yielded {type(piece).__name__}, expected text")
        except StopIteration:
            break
        except BaseException as error:  # whatever a plugin does
            if source.error is not None:
                raise source.error from None
            failure = failure_of(error)
        else:
            yield piece
    for _ in source:
        pass
    if failure is not None:
        raise FormatError(f"the format {name!r} of {plugin or 'ngff-core'} failed: {failure}")
    if source.error is not None:  # which the format kept to itself
        raise source.error


def _started(made: object) -> Iterator[object]:
    if isinstance(made, str):
        return iter([f"{made}\n"])
    if not isinstance(made, Iterable):
        raise ResultError(f"it returned {type(made).__name__}, expected pieces of text")
    return iter(made)


def _copy(report: Report) -> Report:
    counted = dict(report.suppressed_for)
    return attrs.evolve(
        report,
        issues=[*report.issues],
        counts=dict(report.counts),
        rule_set=dict(report.rule_set),
        suppressed_for=counted,
    )
