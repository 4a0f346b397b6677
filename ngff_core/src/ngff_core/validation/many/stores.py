"""Many stores in one call: their reports in order, each as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Unpack

from ngff_core.crawl.listening import Listener
from ngff_core.errors import UsageError
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import Report
from ngff_core.stores.base import Store
from ngff_core.stores.capabilities import is_store
from ngff_core.validation.calls import Options, validator_of
from ngff_core.validation.many.addresses import find_stores
from ngff_core.validation.many.found import validate_found
from ngff_core.validation.store import Listeners

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["check_stores"]

Connection = Mapping[str, Any] | None

Uris = Iterable[object] | str | PathLike[str] | Store
"""Paths, addresses and stores, or one of these by itself."""

_adapt = Reference("ngff_core.stores.adapters.adapt:store_for")
_searching_workers = Reference("ngff_core.validation.many.searching:SearchingWorkers")
_validate_with = Reference("ngff_core.validation.many.divided:validate_with")
_workers = Reference("ngff_core.validation.many.workers:Workers")


def check_stores(
    uris: Uris,
    *,
    recursive: bool = False,
    registry: Registry | None = None,
    storage_options: Connection = None,
    on_node: Listener | None = None,
    on_progress: Callable[[ReadStats], None] | None = None,
    executor: Executor | None = None,
    **options: Unpack[Options],
) -> Iterator[Report]:
    """Check many stores; yields a report for each, in order, as soon as it and those before it are done.

    ``uris`` are paths, addresses or stores, or one of these by itself; paths and addresses may hold ``*`` (and ``?``,
    ``[...]`` in paths). With ``recursive`` every OME-Zarr hierarchy below each is checked. Further options are those of
    `check_store`. One store that cannot be opened never ends the run: it gets a report of its own.
    """
    validator = validator_of(registry, **options)  # once, and what is wrong with it is no matter of a store
    workers = _workers(executor) if executor is not None else None
    folders_of = _searching_workers(workers, validator, storage_options).folders_of if workers is not None else None
    found = (
        store
        for uri in _each(uris)
        for store in find_stores(uri, validator, storage_options, recursive=recursive, folders_of=folders_of)
    )
    if workers is None:
        return validate_found(validator, found, storage_options, Listeners(on_node, on_progress))
    reports: Iterator[Report] = _validate_with(validator, found, storage_options, workers, on_progress)
    return reports


def _each(uris: object) -> Iterable[object]:
    """Return the stores that a caller gave; a path or a store by itself is one, although it can be iterated."""
    one = isinstance(uris, (str, PathLike, Mapping)) or is_store(uris) or hasattr(uris, "store")
    if one or (not isinstance(uris, Iterable) and _adapt(uris) is not None):
        return (uris,)
    if isinstance(uris, Iterable) and not isinstance(uris, (bytes, bytearray)):
        return uris
    raise UsageError(f"expected a list of paths, addresses and stores, got {uris!r}")
