"""Evaluate what a visitor gave, and write the reports: the same as the command writes, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from ngff_core.checking.settings import Settings
from ngff_core.errors import NgffError
from ngff_core.explain import rule_table
from ngff_core.issues.bounding import MOST
from ngff_core.plugins.registry import default_registry
from ngff_core.report.clearing import without_secrets
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import Report
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator
from ngff_core.words import printable
from ngff_web.answers import Answer, Wanted, answer_of
from ngff_web.asked import Ask
from ngff_web.subjects import KeyOf, Subject, subject_of

__all__ = ["Check", "versions"]

Wait = Callable[[int, Sequence[str], Sequence[str]], Callable[[], Any]]
"""Asks the page for keys and listings of the subject of a number; what it returns waits for what the page answers."""


def versions() -> list[str]:
    """Return the versions that can be chosen."""
    return list(default_registry().specs)


class Check:
    """One run over all that a visitor gave.

    `step` evaluates. Where it returns what is wanted, the page finds that out, `tell`s it, and calls `step` again; with
    ``wait`` there is no need to. ``progress`` is told how many documents were asked for.
    """

    def __init__(
        self,
        given: Sequence[Any],
        version: str | None,
        profile: str,
        wait: Wait | None,
        progress: Callable[[int], object],
    ) -> None:
        settings = Settings.of(version=version, profile=profile, max_findings=MOST, outline=True)
        self._validator = Validator(default_registry(), settings)
        self._listeners = Listeners(on_progress=lambda stats: _told(progress, stats))
        self._given = given
        self._wait = wait
        self._reports: list[Report] = []
        self._subject: Subject | None = None
        self._wanted = Wanted()
        self.problem: str | None = None

    def step(self) -> tuple[int, list[str], list[str]] | None:
        """Evaluate as far as possible; return the number of a subject, and the keys and prefixes wanted of it.

        What was given wrongly is no report: `problem` says so.
        """
        try:
            return self._step()
        except NgffError as error:
            self.problem = printable(str(error))
            return None

    def _step(self) -> tuple[int, list[str], list[str]] | None:
        while (number := len(self._reports)) < len(self._given):
            if self._subject is None:
                self._subject = subject_of(self._given[number], None if self._wait is None else self._ask)
            report = self._evaluate(self._subject)
            wanted = self._subject.wanted
            if wanted is not None:
                self._wanted = wanted
                return number, [*map(self._subject.key_of, wanted.keys)], [*wanted.prefixes]
            self._reports.append(without_secrets(report).limited(MOST))
            self._subject = None
        return None

    def tell(self, answered: Any) -> None:
        """Take in what `step` wanted."""
        assert self._subject is not None
        self._subject.store.tell(self._wanted, _answer(self._wanted, answered))

    def report(self, format: str) -> str:
        """Return the report in a format."""
        registry = default_registry()
        context = {"rules": lambda: rule_table(registry, list(registry.specs))}
        return "".join(registry.reporters()[format](self._reports, context))

    def verdicts(self) -> list[str]:
        """Return the verdict on each subject, with how much was found."""
        return [report.summary(0).partition("\n")[0] for report in self._reports]

    def _evaluate(self, subject: Subject) -> Report:
        if subject.text is not None:
            return attrs.evolve(self._validator.json(subject.text), url=subject.url)
        return self._validator.store(subject.store, None, self._listeners)

    def _ask(self, key_of: KeyOf) -> Ask:
        number, wait = len(self._reports), self._wait
        assert wait is not None

        def ask(wanted: Wanted) -> Callable[[], Answer]:
            waited = wait(number, [*map(key_of, wanted.keys)], wanted.prefixes)
            return lambda: _answer(wanted, waited())

        return ask


def _answer(wanted: Wanted, answered: Any) -> Answer:
    return answer_of(wanted, answered.about.to_py(), answered.data.to_bytes())


def _told(progress: Callable[[int], object], stats: ReadStats) -> None:
    progress(stats.requests)
