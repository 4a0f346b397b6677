"""Whose fixes count: those of the plugin that brings the version, then core's, then those of others."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ngff_core.mending.fix import Fix
from ngff_core.plugins.info import PluginInfo

__all__ = ["fixes_of"]


def fixes_of(
    version: str, brought: Iterable[tuple[PluginInfo, Iterable[Fix]]], owner: PluginInfo | None, core: str
) -> list[Fix]:
    """Return the fixes for a version, each with the distribution that brings it."""
    ranked = sorted(brought, key=lambda pair: (pair[0] is not owner, pair[0].target != core))
    return [
        attrs.evolve(fix, plugin=info.distribution) for info, fixes in ranked for fix in fixes if fix.is_for(version)
    ]
