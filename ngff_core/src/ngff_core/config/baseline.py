"""Baselines: the findings that are known and accepted, written to a file and left out of later reports."""

from __future__ import annotations

import json  # names of files may hold halves of surrogate pairs, which strict JSON does not have
import os
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

import attrs

from ngff_core.errors import UsageError
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import to_pointer
from ngff_core.issues.requirement import Severity
from ngff_core.report.clearing import clean
from ngff_core.report.report import Report
from ngff_core.structure.faults import StructureError, fault_message
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model
from ngff_core.structure.own_files import read_value, write_value
from ngff_core.words import suggestion_of_path

if TYPE_CHECKING:
    from ngff_core.plugins.registry import Registry
from ngff_core.report.writing_files import CarefulFile

__all__ = ["SCHEMA", "Baseline", "Recorder", "read_baseline"]

SCHEMA = 1
_INDEX = re.compile(r"/\d+(?=/|$)")
_NUMBER = re.compile(r"""'[^']*'|"[^"]*"|\d+(?:\.\d+)?""")


@model
class Finding(Model):
    """One accepted finding, of the store at a relative address: what tells it from others."""

    store: str = member()
    rule: str = member()
    entry: str | None = member(required=True, nullable=True)
    node: str = member()
    pointer: str = member()
    message: str = member()


@model
class _File(Model):
    """A baseline as it is written; ``rule_set`` is what found the findings."""

    schema: Literal[1] = member(default=SCHEMA)
    rule_set: dict[str, Any] | None = member(default=None)
    findings: list[Finding] = member()


Key = Callable[[Finding | Issue], Hashable]


def _same(known: Finding | Issue) -> Hashable:
    return known.rule, known.entry, known.node, known.pointer, known.message


def _moved(known: Finding | Issue) -> Hashable:
    """Return what stays the same when an array of the document is sorted in another way."""
    return known.rule, known.entry, known.node, _INDEX.sub("/*", known.pointer), known.message


def _counted(known: Finding | Issue) -> Hashable:
    """Return what stays the same when the message counts something else; what stands in quotes is a name."""
    message = _NUMBER.sub(lambda match: match[0] if match[0][0] in "'\"" else "#", known.message)
    return known.rule, known.entry, known.node, known.pointer, message


def _by_location(known: Finding | Issue) -> Hashable:
    """Return what stays the same in other words; a missing key is only known by them."""
    return _same(known) if known.rule == "structure-missing" else (known.rule, known.entry, known.node, known.pointer)


class Baseline:
    """The accepted findings of stores, by address relative to the folder of the file.

    ``gone`` counts those that were not found again in the stores that were evaluated. ``rule_set`` is what found them.
    """

    def __init__(self, path: str, known: Mapping[str, Sequence[Finding]], rule_set: Mapping[str, object]) -> None:
        self.path = path
        self.gone = 0
        self._known = known
        self._rule_set = rule_set

    def apply(self, report: Report, registry: Registry) -> Report:
        """Return a report without the accepted findings, which are counted there.

        One accepted finding stands for one that is found: first for an equal one, then for one that only moved within
        an array, then for one at the same location in other words.
        """
        known = [_cleaned(one) for one in self._known.get(relative_address(report.url, self.path), ())]
        if not known:
            return report
        same_words = all(self._rule_set.get(name) == version for name, version in report.rule_set.items())
        keys: list[Key] = [_same, _moved, _counted if same_words else _by_location]
        evaluated = {number: issue for number, issue in enumerate(report.issues) if issue.judged}
        new, left = _unmatched(evaluated, known, keys)
        if new and left and report.version is not None:
            ids = {alias: rule.id for rule in registry.rules(report.version) for alias in rule.aliases}
            new, left = _unmatched(new, [attrs.evolve(k, rule=ids.get(k.rule, k.rule)) for k in left], keys)
        if not _unread(report):
            self.gone += sum(k.rule not in report.suppressed for k in left)
        return report.without(evaluated.keys() - new.keys(), "baseline")


def _cleaned(known: Finding) -> Finding:
    """Return what a finding is compared by: reports are without secrets, a baseline of before may not be."""
    told = ((name, getattr(known, name)) for name in ("node", "pointer", "message"))
    changed = {name: new for name, text in told if (new := clean(text)) != text}
    return attrs.evolve(known, **changed) if changed else known


def _unmatched(
    issues: Mapping[int, Issue], known: list[Finding], keys: Iterable[Key]
) -> tuple[Mapping[int, Issue], list[Finding]]:
    """Return the findings that no accepted one stands for, and the accepted ones that stand for none."""
    for key in keys:
        table: defaultdict[Hashable, list[Finding]] = defaultdict(list)
        for one in reversed(known):
            table[key(one)].append(one)
        left = {}
        for number, issue in issues.items():
            fitting = table.get(key(issue))
            if fitting:
                fitting.pop()
            else:
                left[number] = issue
        issues = left
        known = [one for fitting in table.values() for one in reversed(fitting)]
    return issues, known


def _unread(report: Report) -> bool:
    return any(not issue.judged and issue.severity is Severity.ERROR for issue in report.issues)


class Recorder:
    """Takes down the findings of a run, to be written as a baseline.

    What could not be read or evaluated cannot be accepted; ``unread`` says that there was some.
    """

    def __init__(self, path: str) -> None:
        folder = os.path.dirname(os.path.abspath(path))
        if not os.path.isdir(folder):
            raise UsageError(f"the baseline {path!r} cannot be written: there is no folder {folder!r}")
        self.path = path
        self.findings: list[Finding] = []
        self.unread = False
        self._rule_set: dict[str, str] = {}

    def record(self, report: Report) -> None:
        """Record the findings of one store."""
        store = relative_address(report.url, self.path)
        self._rule_set.update(report.rule_set)
        self.unread = self.unread or _unread(report)
        self.findings += [_finding(store, issue) for issue in report.issues if issue.judged]

    def write(self) -> None:
        """Write the file: one finding a line, sorted; all of it or nothing."""
        from ngff_core.report.formats.json import dump

        head = dump({"schema": SCHEMA, "rule_set": dict(sorted(self._rule_set.items()))}, indent=False)
        lines = [f"  {dump(write_value(finding), indent=False)}" for finding in sorted(self.findings, key=_order)]
        body = "\n" + ",\n".join(lines) + "\n" if lines else ""
        text = f'{head[:-1]},"findings":[{body}]}}\n'
        try:
            file = CarefulFile(self.path)
            try:
                file.write(text)
                file.finish()
            finally:
                file.discard()
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(f"the baseline {self.path!r} could not be written: {reason}") from None


def _finding(store: str, issue: Issue) -> Finding:
    return Finding(
        store=store, rule=issue.rule, entry=issue.entry, node=issue.node, pointer=issue.pointer, message=issue.message
    )


def _order(known: Finding) -> tuple[str, ...]:
    return known.store, known.node, known.pointer, known.rule, known.entry or "", known.message


def read_baseline(path: str) -> Baseline:
    """Read a baseline; raises UsageError for a file that is none."""
    try:
        with open(path, "rb") as file:
            document = json.loads(file.read())
    except OSError as error:
        raise UsageError(
            f"the baseline {path!r} could not be read: {error.strerror}{suggestion_of_path(path)}"
        ) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the baseline {path!r} is not JSON: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise UsageError(f"{path!r} is no baseline that this release reads; write it anew with --write-baseline")
    try:
        read = read_value(document, _File)
    except StructureError as error:
        fault = error.faults[0]
        at = f" at {to_pointer(fault.pointer)}" if fault.pointer else ""
        raise UsageError(f"the baseline {path!r} is damaged{at}: {fault_message(fault)}; write it anew") from None
    known: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in read.findings:
        known[finding.store].append(finding)
    return Baseline(path, known, read.rule_set or {})


def relative_address(url: str, path: str) -> str:
    """Return the address of a store as a baseline states it: paths relative to the folder of the baseline."""
    if "://" in url or url in ("", "-"):
        return url
    absolute = os.path.abspath(url)
    with suppress(ValueError):  # on another drive
        absolute = os.path.relpath(absolute, os.path.dirname(os.path.abspath(path)))
    return absolute.replace(os.sep, "/")
