"""The version that every OME object states, and the version strings that mean 0.6."""

from __future__ import annotations

import re
from typing import Any

from ngff_core.structure import member

__all__ = ["VERSION", "is_accepted", "is_prerelease", "version_member"]

VERSION = "0.6"
_PRERELEASE = re.compile(r"0\.6(?:\.?rc\d+|\.?dev\d+|-dev.*)", re.ASCII)


def is_accepted(version: str) -> bool:
    """Tell whether a version string is 0.6 or one of its patch, candidate and development versions."""
    return version == VERSION or (version.startswith(VERSION) and not version[3].isdigit())


def is_prerelease(version: str) -> bool:
    """Tell whether a version string names a candidate or a development version of 0.6."""
    return _PRERELEASE.fullmatch(version) is not None


def version_member() -> Any:
    """Declare the version that every OME object of 0.6 states."""
    return member(default=VERSION, required=False, wrong="version-ome-value", before="*")
