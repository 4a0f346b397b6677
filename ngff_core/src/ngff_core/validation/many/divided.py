"""Let workers evaluate stores, or the parts of one; the reports in order, each as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from itertools import chain, islice, tee
from typing import Any, TypeGuard

from ngff_core.report.joining import join
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import Report
from ngff_core.validation.many.addresses import Address, Found, failed
from ngff_core.validation.many.found import validate_found
from ngff_core.validation.many.jobs import Job, divide, job_for
from ngff_core.validation.many.workers import Workers, perform_with
from ngff_core.validation.outcome import report_of
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator

__all__ = ["check_divided", "validate_with"]

PARTS = 16  # of a store whose branches are evaluated by several workers

Connection = Mapping[str, Any] | None


def validate_with(
    validator: Validator,
    found: Iterable[Found],
    storage_options: Connection,
    workers: Workers,
    on_progress: Callable[[ReadStats], None] | None = None,
    *,
    raising: bool = False,
) -> Iterator[Report]:
    """Let workers evaluate stores, or the parts of a single one; yield the reports in order.

    ``raising``: there is one, and what keeps it from being opened is an error of the caller.

    What cannot be sent to another process is evaluated in this one: stores that are objects, plugins that are.
    """
    found = iter(found)
    first = list(islice(found, 2))
    storage_options = workers.share_of(storage_options)
    stats = ReadStats()
    if not validator.registry.portable:
        yield from validate_found(validator, chain(first, found), storage_options, Listeners(None, on_progress))
        return
    if len(first) == 1 and isinstance(first[0], Address) and first[0].portable:
        reports = iter([_divided(validator, first[0], storage_options, workers, raising=raising)])
    else:
        reports = _whole(validator, chain(first, found), storage_options, workers)
    for report in reports:
        stats.add(report.stats)
        if on_progress is not None:
            on_progress(stats)
        yield report


def _whole(
    validator: Validator, found: Iterator[Found], storage_options: Connection, workers: Workers
) -> Iterator[Report]:
    """Let workers evaluate stores, one a job."""
    # what was read, and the open store, are of no use to others: a job is all that is kept of what is under way
    ones, same = tee(job_for(validator, one, storage_options) if _is_sent(one) else one for one in found)
    partials = perform_with(workers, (one for one in same if isinstance(one, Job)))
    for one in ones:
        if isinstance(one, Job):
            yield report_of(next(partials), validator.settings)
        else:
            yield from validate_found(validator, [one], storage_options, Listeners())


def _is_sent(one: Found) -> TypeGuard[Address]:
    """Tell whether another process can open a store."""
    return isinstance(one, Address) and one.portable


def check_divided(validator: Validator, uri: object, storage_options: Connection, executor: Executor) -> Report:
    """Let workers evaluate the parts of one store; raises what keeps it from being opened."""
    address = Address(uri)
    if not (validator.registry.portable and address.portable):
        return validator.store(uri, storage_options)
    return _divided(validator, address, storage_options, Workers(executor), raising=True)


def _divided(
    validator: Validator, address: Address, storage_options: Connection, workers: Workers, *, raising: bool = False
) -> Report:
    try:
        if validator.settings.version is not None:
            validator.registry.spec(validator.settings.version)
        store = address.open(validator, storage_options)
        division = divide(validator, store, max(PARTS, 4 * workers.number))
    except Exception as error:
        if raising:
            raise
        return failed(address, error)
    scopes = [scope for scope in division.scopes if scope.trunk or scope.branches]
    if len(scopes) == 1:
        return validator.store(store, storage_options)
    jobs = (job_for(validator, address, storage_options, scope) for scope in scopes)
    partials = list(perform_with(workers, jobs, together=1))  # in larger ones, some worker would have the last
    return report_of(join(partials), validator.settings)
