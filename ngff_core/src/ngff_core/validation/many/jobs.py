"""Plan, perform: the work on many stores, and on the parts of one, as jobs that any process can do."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import partial
from time import monotonic
from typing import Any

import attrs

from ngff_core.checking.settings import Settings
from ngff_core.crawl.ahead import in_order
from ngff_core.crawl.reader import Reader
from ngff_core.crawl.scope import WHOLE, Scope, branches_of
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.plugins.registry import shared_registry
from ngff_core.report.partial import Partial
from ngff_core.spec.typed import group_metadata
from ngff_core.stores.base import Store
from ngff_core.stores.capabilities import archive_of
from ngff_core.validation.many.addresses import Address, failed
from ngff_core.validation.outcome import one_section
from ngff_core.validation.root import Chosen, choose, read_root
from ngff_core.validation.setup import Setup
from ngff_core.validation.store import evaluate_store

__all__ = ["Division", "Job", "divide", "job_for", "perform", "perform_all"]


@attrs.frozen(eq=False)
class Job:
    """One piece of work: a store, or a part of one. Holds all that a process needs to do it, and can be pickled.

    ``blocked`` are plugins that are left out; ``address`` is without an open store.
    """

    address: Address
    settings: Settings
    storage_options: Mapping[str, Any] | None = attrs.field(default=None, repr=False)
    blocked: tuple[str, ...] = ()
    scope: Scope = WHOLE


@attrs.frozen(eq=False)
class Division:
    """The parts of a store that can be evaluated apart from each other, and what could not be read at its root."""

    scopes: tuple[Scope, ...]
    issues: tuple[Issue, ...] = ()


def job_for(
    setup: Setup, address: Address, storage_options: Mapping[str, object] | None = None, scope: Scope = WHOLE
) -> Job:
    """Return the job of evaluating a store, or a part of it, as it is set up here."""
    blocked = tuple(sorted(setup.registry.blocked))
    return Job(Address(address.uri, address.below), setup.settings, storage_options, blocked, scope)


def divide(setup: Setup, store: Store, parts: int) -> Division:
    """Divide a store into parts, the first with its root; one that cannot be divided is a single part.

    Reads no more than the root.
    """
    reader = Reader(store)
    root = read_root(reader, setup.specs, setup.settings.version)
    chosen = choose(setup, root, reader)
    if not isinstance(chosen, Chosen):
        return Division((WHOLE,), chosen)
    version = setup.version(chosen.spec.version)
    document = root.documents.get(chosen.zarr_format)
    # rules on archives and on hierarchies look at all branches together
    if document is None or version.checker.keeps_nodes or archive_of(store) is not None:
        return Division((WHOLE,), chosen.issues)
    metadata = group_metadata(version.spec, version.converter, document)
    kind = version.spec.kind_named(metadata.kind) if metadata.kind is not None else None
    if kind is None or kind.parts is None or version.spec.kinds_beside(metadata.ome or {}, kind):
        return Division((WHOLE,), chosen.issues)
    branches = branches_of(kind, GroupNode("", metadata), parts)
    return Division(tuple(Scope(n == 0, some) for n, some in enumerate(branches)), chosen.issues)


def perform(job: Job, opened: dict[str, Store] | None = None) -> Partial:
    """Evaluate a store, or a part of one; whatever is wrong is in the outcome. ``opened`` is what jobs share."""
    registry = shared_registry(job.blocked)
    try:
        setup = Setup(registry, job.settings)
        return evaluate_store(setup, job.address.open(setup, job.storage_options, opened), job.scope)
    except BaseException as error:  # whatever is wrong with one, the others are evaluated
        report = failed(job.address, error)
        return Partial(url=report.url, sections=one_section(report.issues), trunk=job.scope.trunk)


def perform_all(jobs: Iterable[Job]) -> tuple[float, list[Partial]]:
    """Perform several jobs, those that mean waiting at the same time; return the seconds it took, and the outcomes.

    This is what another process is sent.
    """
    begun, here = monotonic(), os.getpid()
    try:
        partials = list(in_order(jobs, partial(perform, opened={}), lambda job: job.address.remote))
        return monotonic() - begun, partials
    finally:
        if os.getpid() != here:  # a plugin has forked: of the copy nobody knows, and it would take the work of others
            os._exit(1)
