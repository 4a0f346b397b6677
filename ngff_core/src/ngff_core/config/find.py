"""Find and read a configuration file: `ngff.toml`, or `[tool.ngff]` in `pyproject.toml`."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from typing import Any

from ngff_core.errors import UsageError
from ngff_core.structure.values import JSONObject
from ngff_core.words import suggestion_of_path

__all__ = ["find_configuration", "read_table"]

FILE = "ngff.toml"
PROJECT = "pyproject.toml"
TABLE = b"[tool.ngff"
MOST = 1 << 20  # bytes of a file
DEEPEST = 100  # parts of a key
TOO_LARGE = "has an integer that is too large: TOML has those of 64 bits"
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # no pipe keeps one waiting


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
        data = _read(path)
    except OSError:  # nothing there, or no file: it is nobody's configuration
        return False
    if TABLE not in data:  # as in most files: no parser is imported for them
        return False
    tool = _parse(path, data).get("tool")
    return isinstance(tool, dict) and "ngff" in tool


def read_table(path: str) -> tuple[Any, tuple[str, ...]]:
    """Return what a configuration file holds for us, and below which keys; raises UsageError."""
    try:
        data = _read(path)
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


def _read(path: str) -> bytes:
    """Return what is in a regular file; raises OSError for what is none, such as a pipe on which nobody writes."""
    descriptor = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    with open(descriptor, "rb") as file:
        data = file.read(MOST + 1)
    if len(data) > MOST:
        raise UsageError(f"{path} has more than {MOST:,} bytes, which is too much for a configuration")
    return data


def _parse(path: str, data: bytes) -> JSONObject:
    import tomllib

    try:
        text = data.decode()
        if _longest_key(text) > DEEPEST:  # which takes the parser minutes
            raise UsageError(f"{path} has a key of more than {DEEPEST} parts")
        table = tomllib.loads(text)
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    except RecursionError:
        raise UsageError(f"{path} is nested too deep") from None
    except ValueError:  # more digits than Python reads
        raise UsageError(f"{path} {TOO_LARGE}") from None
    if any(isinstance(value, int) and not -(2**63) <= value < 2**63 for value in _values(table)):
        raise UsageError(f"{path} {TOO_LARGE}")
    return table


def _longest_key(text: str) -> int:
    """Return of how many parts the longest key may be; what stands in quotes on one line is one part."""
    plain = re.sub(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', "q", text)
    dots = (len(re.findall(r"[\w-][ \t]*\.", piece)) for piece in re.split(r"[\n\[\]{},=#]", plain))
    return max(dots) + 1


def _values(table: JSONObject) -> Iterator[Any]:
    """Yield all that is in a table, at any depth."""
    left: list[Any] = [table]
    while left:
        value = left.pop()
        yield value
        left += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
