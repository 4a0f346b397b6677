"""What is run on the workers: nothing but what core sends, once it is sure that both judge by the same rules."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
from distributed import secede

from ngff_core.crawl.ahead import AT_ONCE
from ngff_core.errors import EngineError
from ngff_core.plugins.registry import shared_registry
from ngff_core.validation.many.jobs import Job
from ngff_core.version import __version__

__all__ = ["Here", "Rules", "has_the_profiler_that_hangs", "perform_alike", "relative_paths", "rules_here"]

Rules = dict[str, str]
"""The releases of core and of the plugins that are not left out, by their distributions."""

_MANY = 4 * AT_ONCE  # jobs of a batch: of fewer, most would still be under way when the last one begins

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


@attrs.frozen
class Here:
    """What a worker has to have in common with the command: the rules, and the folder where relative paths begin."""

    rules: Rules
    blocked: tuple[str, ...]
    folder: str = attrs.field(factory=os.getcwd)


def perform_alike(here: Here, work: Callable[..., Any], *arguments: object) -> Any:
    """Do some work if this worker, which may have come later than others, judges by the same rules.

    A relative path means the same store in the same folder only: elsewhere it may lead to another one.
    """
    found = rules_here(here.blocked)
    if found != here.rules:
        raise EngineError(different("a worker", found, here.rules))
    if os.getcwd() != here.folder and (path := next(relative_paths(arguments), None)) is not None:
        raise EngineError(
            f"{path} is a relative path, and a worker was started in another folder: {os.getcwd()}, not {here.folder};"
            " give absolute paths"
        )
    return work(*map(_making_room, arguments))


def _making_room(given: object) -> object:
    """Return what is given to work; the next batch begins as soon as the last jobs of one that waits have begun.

    The last of them wait for their stores alone: a worker would have nothing to do for a tenth of the time. A rate that
    must not be exceeded is that of one batch.
    """
    if not isinstance(given, list) or len(given) < _MANY or not all(isinstance(job, Job) for job in given):
        return given
    if not all(job.address.remote and (job.storage_options or {}).get("max_rps") is None for job in given):
        return given
    return _then_secede(given)


def _then_secede(jobs: list[Job]) -> Iterator[Job]:
    yield from jobs
    secede()


def relative_paths(value: object) -> Iterator[str]:
    """Yield the relative paths among what is sent to a worker."""
    if isinstance(value, Mapping):
        yield from relative_paths(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from relative_paths(item)
    else:
        uri = getattr(getattr(value, "address", value), "uri", None)
        if isinstance(uri, (str, os.PathLike)) and "://" not in (path := os.fspath(uri)) and not os.path.isabs(path):
            yield path


def different(who: str, found: Rules, rules: Rules) -> str:
    """Say in what releases a worker and this process differ."""
    names = sorted(name for name in {*found, *rules} if found.get(name) != rules.get(name))
    there = ", ".join(f"{name} {found.get(name, 'is missing')}" for name in names)
    here = ", ".join(f"{name} {rules.get(name, 'is missing')}" for name in names)
    return f"{who} would judge by other rules: {there}; here {here}; install the same releases"
