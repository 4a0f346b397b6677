"""The paths and addresses of a list: which of its forms it has, and what it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from ngff_core.errors import UsageError
from ngff_core.json_text import JSONDecodeError, loads
from ngff_core.masking import remember_address
from ngff_core.references import Reference
from ngff_core.structure.values import JSON
from ngff_core.validation.lists.files import Lines, Places, lines_of
from ngff_core.validation.many.addresses import Address
from ngff_core.validation.setup import Setup

__all__ = ["listed"]

NAMES = ("url", "uri", "address", "path", "store")
"""What the key, or the column, of a path or an address is called; the first of these that is there counts."""

_rows = Reference("ngff_core.validation.lists.rows:rows_of")
_is_table = Reference("ngff_core.validation.lists.rows:is_table")
_inventory = Reference("ngff_core.validation.lists.inventory:stores_in_inventory")


def listed(name: str, setup: Setup, storage_options: Mapping[str, Any] | None = None) -> Iterator[str | Address]:
    """Yield the paths and addresses of a list, each as soon as it is read; ``-`` is standard input.

    One a line (empty lines and those that begin with # do not count), JSON Lines, CSV, or the manifest of an S3
    Inventory: told by the end of its name, or by its first line. Raises UsageError where it cannot be read, and where
    it names none: a list that was not filled must not pass for a run without findings.
    """
    empty = True
    for found in _found(name, Places(setup, storage_options)):
        empty = False
        if isinstance(found, str):
            remember_address(found)  # others may open it, and this process shows what they found
        yield found
    if empty:
        raise UsageError(f"the list {name!r} names no path")


def _found(name: str, places: Places) -> Iterator[str | Address]:
    remember_address(name)
    if name.lower().endswith(".json"):
        yield from _inventory(name, places)
        return
    where = f"the list {name!r}"
    with places.opened(name, "the list") as file:
        lines = lines_of(file, where)
        first = next(((number, line) for number, line in lines if line.strip()), None)
        if first is not None:
            whole = chain([first], lines)
            yield from _FORMS[_form_of(name.lower(), first[1])](whole, where)


def _form_of(name: str, first: str) -> str:
    """Tell the form of a list by the end of its name, else by its first line."""
    if name.endswith((".jsonl", ".ndjson")) or (not name.endswith(".csv") and first.lstrip().startswith(("{", '"'))):
        return "JSON Lines"
    return "CSV" if name.endswith(".csv") or _is_table(first, NAMES) else "text"


def _plain(lines: Lines, where: str) -> Iterator[str]:
    for _, line in lines:
        if (text := line.strip()) and not text.startswith("#"):
            yield text


def _json_lines(lines: Lines, where: str) -> Iterator[str]:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            value: JSON = loads(line)
        except JSONDecodeError as error:
            raise UsageError(f"line {number} of {where} is not JSON: {error}") from None
        if _is_of_run(value):
            continue
        text = _named(value)
        if not text:
            raise UsageError(
                f"line {number} of {where} names no store: expected a string, or an object in which one of the keys "
                f"{', '.join(NAMES)} holds one"
            )
        yield text


def _is_of_run(value: JSON) -> bool:
    """Tell whether a line of a log, or of a report, says something of the run and not of a store."""
    if not isinstance(value, dict) or "schema" not in value:
        return False
    result = value.get("result")
    return "summary" in value or "end" in value or (isinstance(result, dict) and result.get("url") == "")


def _named(value: JSON) -> str | None:
    """Return the path or address that a line names; a log has it in the key, as it is known from anywhere."""
    if isinstance(value, dict) and isinstance(value.get("result"), dict):
        return _named(value["key"] if value.get("key") is not None else value["result"])
    if isinstance(value, dict):
        value = next((value[name] for name in NAMES if name in value), None)
    return value if isinstance(value, str) else None


def _table(lines: Lines, where: str) -> Iterator[str]:
    rows: Iterator[str] = _rows(lines, where, NAMES)
    return rows


_FORMS = {"text": _plain, "JSON Lines": _json_lines, "CSV": _table}
