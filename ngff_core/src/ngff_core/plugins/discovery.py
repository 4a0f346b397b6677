"""Find the entry points of plugins without importing `importlib.metadata`.

That import and its scan cost more than all else that `ngff` does before it reads the first document, so the
directories of installed distributions are read directly. Wherever this would not see everything (zip
files, eggs, finders of other tools on ``sys.meta_path``) the standard library is asked after all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import PathFinder
from typing import Any, NamedTuple

__all__ = ["EntryPoint", "entry_points"]


class EntryPoint(NamedTuple):  # no attrs class: listing entry points would take the 15 ms of importing attrs
    """An entry point: its name, what it names (``module:attribute``), and the distribution that brings it."""

    name: str
    value: str
    distribution: str
    version: str

    def load(self) -> Any:
        """Import what it names."""
        module, _, attribute = self.value.partition("[")[0].strip().partition(":")
        found: Any = import_module(module.strip())
        for part in filter(None, attribute.strip().split(".")):
            found = getattr(found, part)
        return found


def entry_points(group: str) -> list[EntryPoint]:
    """Return the entry points of a group; of distributions installed twice, those that come first."""
    if any(hasattr(f, "find_distributions") and f is not PathFinder for f in sys.meta_path):
        return _from_standard_library(group)
    found: list[EntryPoint] = []
    seen: set[str] = set()
    for folder in dict.fromkeys(sys.path):
        names = _metadata_folders(folder or os.curdir)
        if names is None:
            return _from_standard_library(group)
        for name in names:
            stem, _, kind = name.rpartition(".")
            project, _, version = stem.partition("-")
            key = _normalized(project)
            if key in seen:
                continue
            seen.add(key)
            text = _read(os.path.join(folder or os.curdir, name, "entry_points.txt"), f"[{group}]".encode())
            if text is not None:
                version = version.partition("-")[0] if kind == "egg-info" else version
                found += [EntryPoint(n, v, key, version) for n, v in _section(text, group)]
    return found


def _normalized(project: str) -> str:
    """Return the name of a project as all tools know it; without a pattern, which would be compiled on every start."""
    name = project.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name


def _metadata_folders(folder: str) -> list[str] | None:
    """Return the metadata directories in a directory; ``None`` when only the standard library can tell."""
    if folder.endswith(".egg"):
        return None
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
    except NotADirectoryError:
        return None
    except OSError:
        return []


def _read(path: str, section: bytes) -> str | None:
    """Return the text of a file, if it has such a section: most have not, and are never decoded."""
    try:
        with open(path, "rb", buffering=0) as file:
            data = file.read()
        return data.decode() if section in data else None
    except (OSError, UnicodeDecodeError):
        return None


def _section(text: str, group: str) -> Iterator[tuple[str, str]]:
    inside = False
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            inside = line == f"[{group}]"
        elif inside and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _from_standard_library(group: str) -> list[EntryPoint]:
    from importlib import metadata

    return [
        EntryPoint(e.name, e.value, e.dist.name if e.dist else "unknown", e.dist.version if e.dist else "")
        for e in metadata.entry_points(group=group)
    ]
