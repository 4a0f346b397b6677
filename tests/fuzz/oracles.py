"""What holds of every report and of every run of the command, whatever the input is."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from ngff_core.cli import main
from ngff_core.explain import rule_table
from ngff_core.plugins.registry import default_registry
from ngff_core.report import Report
from ngff_core.report.reading import report_file

__all__ = ["Ran", "findings", "of_command", "of_report", "ran", "same", "tree"]

CODES = {0, 1, 2, 3}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e]")


class Ran(NamedTuple):
    """A run of the command; ``crash`` is what escaped it."""

    code: int
    out: str
    err: str


def findings(report: Report) -> list[tuple[str, str, str, str]]:
    """Return rule, severity, node and pointer of each finding, in an order that depends on nothing else."""
    return sorted((i.rule, i.severity.value, i.node, i.pointer) for i in report.issues)


def same(what: str, first: Any, second: Any) -> Iterator[str]:
    """Yield a problem where two things differ."""
    if first != second:
        yield f"{what}: differs\n  {first!r:.2000}\n  {second!r:.2000}"


# --- reports ----------------------------------------------------------------------------------------


@cache
def _rules() -> Any:
    registry = default_registry()
    return rule_table(registry, list(registry.specs))


def of_report(report: Report) -> Iterator[str]:
    """Yield what is wrong with a report by itself: crashes of rules, formats that cannot be read, odd words."""
    for issue in report.issues:
        if issue.rule in ("rule-crashed", "plugin-failed") or "RecursionError" in issue.message:
            yield f"{issue.rule} {issue.message.partition(':')[0]}: {issue.message}"
        if not issue.message or "object at 0x" in issue.message:
            yield f"message of {issue.rule}: {issue.message!r}"
    for name, reporter in default_registry().reporters().items():
        text = "".join(reporter([report], {"strict": False, "rules": _rules}))
        try:
            text.encode()
        except UnicodeEncodeError as error:
            yield f"{name} is no text that can be printed: {error}"
            continue
        yield from (f"{name}: {problem}" for problem in _READERS.get(name, _readable)(text, report))


def _strict(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def _json(text: str, report: Report) -> Iterator[str]:
    again = report_file("report", _strict(text)).results
    yield from same("what is read back", [findings(r) for r in again], [findings(report)])


def _lines(text: str, report: Report) -> Iterator[str]:
    results = [value["result"] for value in map(_strict, text.splitlines()) if "result" in value]
    yield from same("number of findings", [len(r["issues"]) for r in results], [len(report.issues)])


def _sarif(text: str, report: Report) -> Iterator[str]:
    yield from same("number of findings", len(_strict(text)["runs"][0]["results"]), len(report.issues))


def _junit(text: str, report: Report) -> Iterator[str]:
    ElementTree.fromstring(text)
    yield from ()


def _readable(text: str, report: Report) -> Iterator[str]:
    odd = _CONTROLS.search(text)
    if odd is not None:
        yield f"control character {odd[0]!r}"


_READERS: dict[str, Callable[[str, Report], Iterator[str]]] = {
    "json": _json,
    "jsonl": _lines,
    "sarif": _sarif,
    "junit": _junit,
}


# --- the command ------------------------------------------------------------------------------------


def ran(*args: object) -> Ran:
    """Run the command in this process, as with output to a file; what escapes it is raised."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in "12")
    code: Any = "none"
    with _streams(out, err):
        try:
            main([str(arg) for arg in args])
        except SystemExit as leaving:
            code = leaving.code
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Ran(code, *texts)


@contextmanager
def _streams(out: Any, err: Any) -> Iterator[None]:
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def of_command(done: Ran, *, json_out: bool = False) -> Iterator[str]:
    """Yield what is wrong with a run of the command by itself."""
    if done.code not in CODES:
        yield f"exit code: {done.code!r}\n{done.err}"
    if "Traceback" in done.err:
        yield f"Traceback on stderr\n{done.err}"
    if json_out and done.code != 2 and done.out:
        _strict(done.out)
    for text in (done.err, "" if json_out else done.out):
        odd = _CONTROLS.search(text)
        if odd is not None:
            yield f"control character on the screen: {odd[0]!r} in {text!r:.500}"


# --- trees ------------------------------------------------------------------------------------------


def tree(root: Path) -> dict[str, Any]:
    """Return all that is below a directory: content of files, targets of links, kinds of everything else."""
    found: dict[str, Any] = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            key = os.path.relpath(path, root)
            if stat.S_ISLNK(mode):
                found[key] = ("link", os.readlink(path))
            elif stat.S_ISREG(mode):
                found[key] = Path(path).read_bytes()
            else:
                found[key] = stat.S_IFMT(mode)
    return found
