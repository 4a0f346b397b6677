"""The version that every OME object states, and the version strings that mean 0.6."""

from __future__ import annotations

from typing import Any

from ngff_core.structure import member

__all__ = ["CANDIDATE", "DRAFTS", "LAST_DRAFT", "VERSION", "is_accepted", "version_member"]

VERSION = "0.6"
CANDIDATE = "0.6rc0"
"""The release candidate: its rules are those of the release, whose schema accepts it."""
LAST_DRAFT = "0.6.dev4"
"""The last draft before the candidate: most of it can be read by the rules of the release."""
DRAFTS = frozenset(["0.6.dev1", "0.6.dev2", "0.6.dev3", "0.6dev1", "0.6dev2"])
"""Earlier drafts, of another form; the spelling without a dot stood in texts and examples."""


def is_accepted(version: str) -> bool:
    """Tell whether a version string means 0.6: also strings that never were versions, such as 0.6rc1 and 0.6.0."""
    meant = version == VERSION or (version.startswith(VERSION) and not version[3].isdigit())
    return meant and version not in DRAFTS


def version_member() -> Any:
    """Declare the version that every OME object of 0.6 states."""
    return member(default=VERSION, required=False, wrong="version-ome-value", before="*")
