"""Where the specification notes and the official test data are, when they are there at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

__all__ = ["MISSING", "document_of", "official_cases", "shared_folder"]

MISSING = "the specification folder is not there (../shared, or set NGFF_SHARED)"


def shared_folder() -> Path | None:
    """Return the folder, or ``None``."""
    folder = Path(os.environ.get("NGFF_SHARED", Path(__file__).parents[3] / "shared"))
    return folder if (folder / "spec" / "rules.yaml").is_file() else None


def official_cases(*versions: str) -> list[dict[str, Any]]:
    """Return the index entries of the official cases of some versions; none when the folder is not there."""
    folder = shared_folder()
    if folder is None:
        return []
    cases = json.loads((folder / "spec" / "suites" / "cases.json").read_text(encoding="utf-8"))
    return [case for case in cases if case["version"] in versions]


def document_of(case: dict[str, Any]) -> Any:
    """Return the document of a case; the examples carry comment lines, which are left out."""
    folder = shared_folder()
    assert folder is not None
    text = (folder / "spec" / "suites" / case["file"]).read_text(encoding="utf-8")
    if case["kind"] == "example":
        text = "\n".join(line for line in text.split("\n") if not line.strip().startswith("//"))
    value = json.loads(text)
    for part in case["pointer"].split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
