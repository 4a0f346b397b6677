"""Find and read a configuration file: `ngff.toml`, or `[tool.ngff]` in `pyproject.toml`."""

from __future__ import annotations

import os
from typing import Any

from ngff_core.errors import UsageError
from ngff_core.structure.values import JSONObject
from ngff_core.words import suggestion_of_path

__all__ = ["find_configuration", "read_table"]

FILE = "ngff.toml"
PROJECT = "pyproject.toml"
TABLE = b"[tool.ngff"


def find_configuration(start: str = "") -> str | None:
    """Return the nearest configuration file, from a folder upwards; in one folder `ngff.toml` goes first.

    A `pyproject.toml` counts where a header in it begins with ``[tool.ngff``.
    """
    try:
        folder = os.path.abspath(start)
    except FileNotFoundError:  # the working directory is gone
        return None
    while True:
        path = os.path.join(folder, FILE)
        if os.path.isfile(path):
            return path
        path = os.path.join(folder, PROJECT)
        if _has_table(path):
            return path
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return None


def _has_table(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return False
    if TABLE not in data:  # as in most files: no parser is imported for them
        return False
    tool = _parse(path, data).get("tool")
    return isinstance(tool, dict) and "ngff" in tool


def read_table(path: str) -> tuple[Any, tuple[str, ...]]:
    """Return what a configuration file holds for us, and below which keys; raises UsageError."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        reason = f"{error.strerror}{suggestion_of_path(path)}"
        raise UsageError(f"the configuration {path!r} could not be read: {reason}") from None
    table = _parse(path, data)
    if os.path.basename(path) != PROJECT:
        return table, ()
    tool = table.get("tool")
    if not isinstance(tool, dict) or "ngff" not in tool:
        raise UsageError(f"{path} has no table [tool.ngff]")
    return tool["ngff"], ("tool", "ngff")


def _parse(path: str, data: bytes) -> JSONObject:
    import tomllib

    try:
        return tomllib.loads(data.decode())
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
