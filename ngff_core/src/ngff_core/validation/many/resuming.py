"""Runs whose results are taken down in a log, and which take over what is in it from before."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import attrs

from ngff_core.masking import hidden, masked
from ngff_core.masking.forms import secrets_in_options
from ngff_core.report.logs.reading import Line, Results
from ngff_core.report.logs.writing import LogFile
from ngff_core.report.report import Report
from ngff_core.validation.many.addresses import Address, Found
from ngff_core.validation.many.digests import rules_digest, settings_digest
from ngff_core.validation.setup import Setup
from ngff_core.words import counted

__all__ = ["Logged"]

_NO_MATTER = ("jobs", "max_rps", "timeout")  # options that change nothing in what is found
_ELSEWHERE = re.compile(r"(AWS|AZURE|GOOGLE)_.*(ENDPOINT|ACCOUNT_NAME|EMULATOR)", re.IGNORECASE)


class Logged:
    """Takes down the reports of a run as they come; with ``resume``, stores that are in the log are not judged again.

    They have to have been judged by the same rules, with the same settings, from the same place.
    """

    def __init__(
        self, path: str, setup: Setup, storage_options: Mapping[str, Any] | None = None, *, resume: bool = False
    ) -> None:
        self._by = (rules_digest(setup.registry), settings_digest(setup.settings, _rest(setup, storage_options)))
        self._file = LogFile(path, self._by, resume=resume)
        self.before = Results(path, self._is_wanted)
        self.taken_over = 0
        self._done = 0
        self._under_way: deque[tuple[str | None, bool]] = deque()

    def known(self, found: Iterable[Found]) -> Iterator[Found]:
        """Yield what was found, the report in place of each store that is in the log."""
        for one in found:
            key = _key_of(one)
            report = self.before.get(key) if key is not None and not isinstance(one, Report) else None
            self._under_way.append((key, report is not None))
            yield one if report is None else _named_as(one.url, report)

    def record(self, reports: Iterable[Report]) -> Iterator[Report]:
        """Yield the reports on what was found, those that are new written down before."""
        for report in reports:
            key, taken_over = self._under_way.popleft()
            self._done += 1
            if taken_over:
                self.taken_over += 1
            else:
                self._file.append(key, report)
            yield report
        self._file.end(self._done, self.before.damaged)

    def remarks(self) -> Iterator[str]:
        """Say what in the log is not taken over."""
        where = f"of {self.before.path!r}"
        if self.before.others:
            others = counted(self.before.others, "result")
            yield f"{others} {where} not taken over: by other rules, with other settings, or not judged to the end"
        if self.before.damaged:
            lines = counted(self.before.damaged, "line")
            yield f"{lines} {where} not read, the first is line {self.before.first_damaged}: judged again"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.__exit__(kind, error, trace)
        self.before.__exit__(kind, error, trace)

    def _is_wanted(self, line: Line) -> bool:
        return line.by == self._by and line.key is not None and line.judged  # the others are tried again


def _key_of(one: Found) -> str | None:
    """Return what names a store from anywhere; ``None`` for an address with a secret, which is not written down."""
    if isinstance(one, Address) and "://" in (given := f"{one.uri}/{one.below}") and masked(given) != given:
        return None
    key = one.url if "://" in one.url else os.path.abspath(one.url)
    return key if hidden(key) == key else None


def _named_as(url: str, report: Report) -> Report:
    """Return a report that names its store as it is given now; what only differs in `./` or a last `/` stays."""
    # the open store has taken these away when the report was made
    return report if os.path.normpath(report.url) == os.path.normpath(url) else attrs.evolve(report, url=url)


def _rest(setup: Setup, options: Mapping[str, Any] | None) -> bytes:
    """Return what the findings depend on besides rules and settings: where globs begin, how stores are reached."""
    options = options or {}
    secrets = {*secrets_in_options(options)}
    plain = sorted((name, str(value)) for name, value in options.items() if name not in _NO_MATTER)
    elsewhere = sorted((name, masked(value)) for name, value in os.environ.items() if _ELSEWHERE.match(name))
    pairs = [pair for pair in plain if pair[1] not in secrets]
    return repr((setup.settings.folder, pairs, *elsewhere)).encode("utf-8", "surrogatepass")
