"""The JSON report: one object, every finding on its own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from ngff_core.report import SCHEMA, Report

__all__ = ["render"]

_CONTROLS = re.compile("[\x7f-\x9f]")


def render(reports: Sequence[Report], options: Mapping[str, Any]) -> str:
    """Return the reports as one JSON object (schema in docs/report.md)."""
    document = {"schema": SCHEMA, "results": [report.to_dict() for report in reports]}
    return dump(document)


def dump(document: Any) -> str:
    """Write JSON that is safe on a terminal, whatever the names of files hold."""
    try:
        text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
    except TypeError:  # names that are no valid text
        text = json.dumps(document, indent=2)
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
