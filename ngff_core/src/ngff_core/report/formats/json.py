"""The JSON reports, every finding on its own: one object, or one line for each store."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ngff_core.json_text import dumps
from ngff_core.report.report import SCHEMA, Report
from ngff_core.report.summary import Summary

__all__ = ["dump", "render", "render_lines"]

_CONTROLS = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def render(reports: Iterable[Report], options: Mapping[str, Any]) -> Iterator[str]:
    """Return the reports as one JSON object (schema in docs/report.md)."""
    summary = Summary()
    results = [summary.count(report).to_dict() for report in reports]
    yield dump({"schema": SCHEMA, "results": results, "summary": summary.to_dict(), **_about_the_run(options)}) + "\n"


def render_lines(reports: Iterable[Report], options: Mapping[str, object]) -> Iterator[str]:
    """Yield one line of JSON for each report as it comes, and one with the summary (JSON Lines)."""
    summary = Summary()
    for report in reports:
        yield dump({"schema": SCHEMA, "result": summary.count(report).to_dict()}, indent=False) + "\n"
    yield dump({"schema": SCHEMA, "summary": summary.to_dict(), **_about_the_run(options)}, indent=False) + "\n"


def _about_the_run(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return of which parts of a run it is the report, and what a search looked at."""
    known = {name: options.get(name) for name in ("shards", "search")}
    return {name: told() for name, told in known.items() if told is not None}


def dump(document: object, *, indent: bool = True) -> str:
    """Write JSON that is safe on a terminal, whatever the names of files hold."""
    try:
        text = dumps(document, indent=indent).decode()
    except TypeError:  # names that are no valid text
        text = json.dumps(document, indent=2 if indent else None)
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
