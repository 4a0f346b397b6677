"""Journals as somebody might put them into a store to have something else changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ngff_core.upgrade.journal import JOURNAL

__all__ = ["EVIL", "TEXT", "document", "journal", "rename"]


def journal(*lines: dict[str, Any], command: str = "upgrade") -> bytes:
    """Return a journal that is whole, whatever it says; ``command`` is that of `ngff` which it says it is of."""
    about = {"from": "0.4", "to": "0.5"} if command == "upgrade" else {"from": "0.4", "to": "0.4", "command": command}
    text = b"".join(json.dumps(line).encode() + b"\n" for line in ({"schema": 2, **about}, *lines))
    return text + json.dumps({"end": hashlib.sha256(text).hexdigest()}).encode() + b"\n"


def document(key: Any, old: int | None, new: int | None) -> dict[str, Any]:
    return {"key": key, "old": old, "new": new}


def rename(path: Any, old: list[Any], new: list[Any], ndim: Any = 2) -> dict[str, Any]:
    return {"rename": path, "ndim": ndim, "old": old, "new": new}


TEXT = {"text": '{"zarr_format": 3}'}
V2 = ["v2", "."]
EVIL = {
    "above": [TEXT, document("../evil.txt", None, 0)],
    "above as a document": [TEXT, document("../zarr.json", 0, None)],
    "absolute": [TEXT, document("{outside}/zarr.json", 0, None)],
    "through the store": [TEXT, document("0/../../zarr.json", None, 0)],
    "a chunk": [TEXT, document("0/0/0/0", 0, None)],
    "a file that is no document": [TEXT, document("notes.txt", None, 0)],
    "another journal": [TEXT, document(JOURNAL, None, 0)],
    "NUL": [TEXT, document("a\0/zarr.json", None, 0)],
    "no text": [TEXT, document(7, None, 0)],
    "a separator that climbs": [rename("0", V2, ["v2", "/../../"])],
    "an encoding of another": [rename("0", V2, ["../x", "/"])],
    "an array above": [rename("..", V2, ["v2", "/"])],
    "an absolute array": [rename("/", V2, ["v2", "/"])],
    "many dimensions": [rename("0", V2, ["v2", "/"], 10**9)],
    "no dimensions": [rename("0", V2, ["v2", "/"], -1)],
    "no array": [rename(None, V2, ["v2", "/"])],
    "no separator": [rename("0", ["v2", None], ["v2", "/"])],
    "no JSON": [{"text": "rm -rf"}, document("zarr.json", None, 0)],
}
