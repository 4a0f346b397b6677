"""Baselines: the findings that are known and accepted, written to a file and left out of later reports."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ngff_core.errors import UsageError
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.report.report import Report

if TYPE_CHECKING:
    from ngff_core.plugins.registry import Registry

__all__ = ["SCHEMA", "Baseline", "Recorder", "read_baseline"]

SCHEMA = 1
_INDEX = re.compile(r"/\d+(?=/|$)")
_NUMBER = re.compile(r"""'[^']*'|"[^"]*"|\d+(?:\.\d+)?""")


class Known(NamedTuple):
    """One accepted finding: what tells it from others."""

    rule: str
    entry: str | None
    node: str
    pointer: str
    message: str

    @classmethod
    def of(cls, issue: Issue) -> Known:
        """Return what tells a finding from others."""
        return cls(issue.rule, issue.entry, issue.node, issue.pointer, issue.message)


Key = Callable[[Known], Hashable]


def _same(known: Known) -> Hashable:
    return known


def _moved(known: Known) -> Hashable:
    """Return what stays the same when an array of the document is sorted in another way."""
    return known._replace(pointer=_INDEX.sub("/*", known.pointer))


def _counted(known: Known) -> Hashable:
    """Return what stays the same when the message counts something else; what stands in quotes is a name."""
    return known._replace(message=_NUMBER.sub(lambda match: match[0] if match[0][0] in "'\"" else "#", known.message))


def _placed(known: Known) -> Hashable:
    """Return what stays the same in other words; a missing key is only told by them."""
    return known if known.rule == "structure-missing" else known._replace(message="")


class Baseline:
    """The accepted findings of stores, by address relative to the folder of the file.

    ``gone`` counts those that were not found again in the stores that were judged. ``rule_set`` is what found them.
    """

    def __init__(self, path: str, known: Mapping[str, Sequence[Known]], rule_set: Mapping[str, str]) -> None:
        self.path = path
        self.gone = 0
        self._known = known
        self._rule_set = rule_set

    def apply(self, report: Report, registry: Registry) -> Report:
        """Return a report without the accepted findings, which are counted there.

        One accepted finding stands for one that is found: first for an equal one, then for one that only moved within
        an array, then for one at the same place in other words.
        """
        known = list(self._known.get(relative_address(report.url, self.path), ()))
        if not known:
            return report
        same_words = all(self._rule_set.get(name) == version for name, version in report.rule_set.items())
        keys: list[Key] = [_same, _moved, _counted if same_words else _placed]
        judged = {number: issue for number, issue in enumerate(report.issues) if issue.judged}
        new, left = _unmatched(judged, known, keys)
        if new and left and report.version is not None:
            ids = {alias: rule.id for rule in registry.rules(report.version) for alias in rule.aliases}
            new, left = _unmatched(new, [k._replace(rule=ids.get(k.rule, k.rule)) for k in left], keys)
        if not _unread(report):
            self.gone += sum(k.rule not in report.suppressed for k in left)
        return report.without((issue for number, issue in judged.items() if number not in new), "baseline")


def _unmatched(
    issues: Mapping[int, Issue], known: list[Known], keys: Iterable[Key]
) -> tuple[Mapping[int, Issue], list[Known]]:
    """Return the findings that no accepted one stands for, and the accepted ones that stand for none."""
    for key in keys:
        table: defaultdict[Hashable, list[Known]] = defaultdict(list)
        for one in reversed(known):
            table[key(one)].append(one)
        left = {}
        for number, issue in issues.items():
            fitting = table.get(key(Known.of(issue)))
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

    What could not be read or judged cannot be accepted; ``unread`` says that there was some.
    """

    def __init__(self, path: str) -> None:
        folder = os.path.dirname(os.path.abspath(path))
        if not os.path.isdir(folder):
            raise UsageError(f"the baseline {path!r} cannot be written: there is no folder {folder!r}")
        self.path = path
        self.findings: list[dict[str, Any]] = []
        self.unread = False
        self._rule_set: dict[str, str] = {}

    def note(self, report: Report) -> None:
        """Take down the findings of one store."""
        store = relative_address(report.url, self.path)
        self._rule_set.update(report.rule_set)
        self.unread = self.unread or _unread(report)
        self.findings += [{"store": store, **Known.of(issue)._asdict()} for issue in report.issues if issue.judged]

    def write(self) -> None:
        """Write the file: one finding a line, sorted; all of it or nothing."""
        from ngff_core.report.formats.json import dump

        head = dump({"schema": SCHEMA, "rule_set": dict(sorted(self._rule_set.items()))}, indent=False)
        lines = [f"  {dump(finding, indent=False)}" for finding in sorted(self.findings, key=_order)]
        body = "\n" + ",\n".join(lines) + "\n" if lines else ""
        text = f'{head[:-1]},"findings":[{body}]}}\n'
        part = f"{self.path}.part"
        try:
            with open(part, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(part, self.path)
        except OSError as error:
            raise UsageError(f"the baseline {self.path!r} could not be written: {error.strerror}") from None


def _order(finding: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(finding[key] or "" for key in ("store", "node", "pointer", "rule", "entry", "message"))


def read_baseline(path: str) -> Baseline:
    """Read a baseline; raises UsageError for a file that is none."""
    try:
        with open(path, "rb") as file:
            document = json.loads(file.read())
    except OSError as error:
        raise UsageError(f"the baseline {path!r} could not be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the baseline {path!r} is not JSON: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise UsageError(f"{path!r} is no baseline that this release reads; write it anew with --write-baseline")
    known: defaultdict[str, list[Known]] = defaultdict(list)
    rule_set = document.get("rule_set")
    findings = document.get("findings")
    for number, finding in enumerate(findings if isinstance(findings, list) else [None]):
        if not _is_finding(finding):
            raise UsageError(f"the baseline {path!r} is damaged at /findings/{number}; write it anew")
        known[finding["store"]].append(Known(*(finding[name] for name in Known._fields)))
    return Baseline(path, known, rule_set if isinstance(rule_set, dict) else {})


def _is_finding(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(name), str) for name in ("store", "rule", "node", "pointer", "message"))
        and isinstance(value.get("entry", 0), (str, type(None)))
    )


def relative_address(url: str, path: str) -> str:
    """Return the address of a store as a baseline states it: paths relative to the folder of the baseline."""
    if "://" in url or url in ("", "-"):
        return url
    absolute = os.path.abspath(url)
    with suppress(ValueError):  # on another drive
        absolute = os.path.relpath(absolute, os.path.dirname(os.path.abspath(path)))
    return absolute.replace(os.sep, "/")
