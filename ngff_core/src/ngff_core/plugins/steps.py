"""Whose steps between versions are taken: those of the plugins that bring the versions, so that none replaces one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import attrs

from ngff_core.version_order import order_of

if TYPE_CHECKING:
    from ngff_core.migration.interface import Migration
    from ngff_core.plugins.info import PluginInfo

__all__ = ["steps_of"]


def steps_of(info: PluginInfo, brought: Iterable[Migration], owners: Mapping[str, PluginInfo]) -> list[Migration]:
    """Return the steps that are a plugin's to bring, with its name; one that is not is noted as its failure.

    ``owners`` are the plugins that bring versions.
    """
    taken = []
    for step in brought:
        if _is_for(info, step, owners):
            taken.append(attrs.evolve(step, plugin=info.distribution))
        else:
            others = {owners[v].distribution for v in (step.source, step.target) if owners.get(v, info) is not info}
            of = " or ".join(sorted(others))
            info.error = info.error or f"ngff_migrations: the step {step.source} to {step.target} is for {of} to bring"
    return taken


def _is_for(info: PluginInfo, step: Migration, owners: Mapping[str, PluginInfo]) -> bool:
    """Tell whether a step is a plugin's: it brings the newer version, or the older one of a step back.

    Between versions that nobody else brings, any plugin may bring a step.
    """
    source, target = owners.get(step.source), owners.get(step.target)
    if all(owner is None or owner is info for owner in (source, target)):
        return True
    before, after = order_of(step.source), order_of(step.target)
    if not before or not after:  # one of them is no number, as of a lab's own
        return info in (source, target)
    return target is info or (source is info and after < before)
