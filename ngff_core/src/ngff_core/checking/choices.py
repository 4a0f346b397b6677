"""What users may choose in calls and files, before it becomes settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import attrs

from ngff_core.values import Value

__all__ = ["Choices", "Levels", "PerPath"]

Levels = tuple[tuple[str, str], ...]
"""Severities (or ``off``) by pattern."""


class Choices(TypedDict, total=False):
    """What a call of the library, or the command line, says beside the configuration; `Settings` tells what each is."""

    version: str | None
    profile: str | None
    select: Sequence[str]
    ignore: Sequence[str]
    preview: Sequence[str]
    follow_links: bool | None
    max_findings: int | None
    outline: bool


@attrs.frozen(eq=False, repr=False)
class PerPath(Value):
    """What counts for some nodes of some stores: globs over the paths of nodes, and over the addresses of stores.

    ``levels`` holds severities by pattern; what is ignored has the level ``off``.
    """

    paths: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    levels: Levels = ()
