"""What is run on the workers: nothing but what core sends, once it is sure that both judge by the same rules."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ngff_core.errors import EngineError
from ngff_core.plugins.registry import shared_registry
from ngff_core.version import __version__

__all__ = ["Rules", "has_the_profiler_that_hangs", "perform_alike", "rules_here"]

Rules = dict[str, str]
"""The releases of core and of the plugins that are not left out, by their distributions."""

_FREE_OF_HANGS = (3, 12)  # before, the profiler of a worker and a thread that begins may wait for each other for ever


def rules_here(blocked: tuple[str, ...]) -> Rules:
    """Return what judges in this process."""
    registry = shared_registry(blocked)
    plugins = {info.distribution: info.version for info in registry.plugins if not (info.blocked or info.error)}
    return {"ngff-core": __version__, **plugins}


def has_the_profiler_that_hangs() -> bool:
    """Tell whether this worker may stop for good, as Python before 3.12 does while Dask takes its profile."""
    import dask

    return sys.version_info < _FREE_OF_HANGS and bool(dask.config.get("distributed.worker.profile.enabled", True))


def perform_alike(rules: Rules, blocked: tuple[str, ...], work: Callable[..., Any], *arguments: object) -> Any:
    """Do some work if this worker, which may have come later than others, judges by the same rules."""
    found = rules_here(blocked)
    if found != rules:
        raise EngineError(different("a worker", found, rules))
    return work(*arguments)


def different(who: str, found: Rules, rules: Rules) -> str:
    """Say in what releases a worker and this process differ."""
    names = sorted(name for name in {*found, *rules} if found.get(name) != rules.get(name))
    there = ", ".join(f"{name} {found.get(name, 'is missing')}" for name in names)
    here = ", ".join(f"{name} {rules.get(name, 'is missing')}" for name in names)
    return f"{who} would judge by other rules: {there}; here {here}; install the same releases"
