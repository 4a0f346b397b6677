"""Searches whose folders are listed and looked at by workers, where that means waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import Any, Generic, TypeVar

import attrs

from ngff_core.crawl.ahead import AT_ONCE, ahead
from ngff_core.crawl.reader import NOTHING, Reader
from ngff_core.crawl.search.folders import Folders, FoldersHere, Found, Listing
from ngff_core.errors import EngineError, NgffError
from ngff_core.plugins.registry import shared_registry
from ngff_core.validation.many.addresses import Address
from ngff_core.validation.many.jobs import Job, job_for
from ngff_core.validation.many.workers import Workers
from ngff_core.validation.setup import Setup

__all__ = ["SearchingWorkers", "listings_of", "looks_of"]

R = TypeVar("R")

LISTED = AT_ONCE  # folders of a task: as many as one process lists at once
LOOKED_AT = 4 * AT_ONCE


@attrs.frozen(eq=False)
class SearchingWorkers:
    """Workers that search below addresses; what is at hand is searched faster than it is sent."""

    workers: Workers
    setup: Setup
    storage_options: Mapping[str, Any] | None = attrs.field(default=None, repr=False)

    def folders_of(self, address: Address, here: Folders) -> Folders:
        """Return the folders of a store as workers see them, or those here."""
        if not (address.remote and address.portable and self.setup.registry.portable):
            return here
        options = self.workers.share_of(self.storage_options)
        return _FoldersThere(self.workers, job_for(self.setup, address, options), here)


@attrs.frozen(eq=False)
class _FoldersThere:
    """The folders of a store that workers read; those of a task that is lost are read here."""

    workers: Workers
    job: Job
    here: Folders

    def listings(self, paths: Iterable[str]) -> Iterator[Listing]:
        """Yield what is in each folder; raises StoreError where listing one fails."""
        return self._by_tasks(iter(paths), LISTED, listings_of, self.here.listings)

    def looks(self, paths: Iterable[str]) -> Iterator[Found]:
        """Yield what each folder is by its documents."""
        return self._by_tasks(iter(paths), LOOKED_AT, looks_of, self.here.looks)

    def _by_tasks(
        self, paths: Iterator[str], number: int, work: Callable[..., Sequence[R]], here: Callable[..., Iterator[R]]
    ) -> Iterator[R]:
        begun = (_Task(some, self._submit(work, some)) for some in iter(lambda: list(islice(paths, number)), []))
        for task in ahead(begun, self.workers.window):
            found: Iterable[R]
            try:
                found = task.result()
            except EngineError:
                raise
            except Exception:  # whatever an executor raises when a worker dies, or a store that cannot be listed
                found = here(task.paths)
            yield from found

    def _submit(self, work: Callable[..., Sequence[R]], paths: Sequence[str]) -> Future[Sequence[R]]:
        try:
            return self.workers.executor.submit(work, [self.job], paths)
        except NgffError:  # it says itself what is wrong
            raise
        except Exception as error:  # a broken executor takes nothing
            failed: Future[Sequence[R]] = Future()
            failed.set_exception(error)
            return failed


@attrs.frozen(eq=False)
class _Task(Generic[R]):
    paths: Sequence[str]
    _future: Future[Sequence[R]]

    def done(self) -> bool:
        return self._future.done()

    def result(self) -> Sequence[R]:
        return self._future.result()

    def cancel(self) -> bool:
        return self._future.cancel()


def listings_of(jobs: Sequence[Job], paths: Sequence[str]) -> list[Listing]:
    """List folders of the store of a job: this is what another process is sent."""
    return [*_folders_of(*jobs).listings(paths)]


def looks_of(jobs: Sequence[Job], paths: Sequence[str]) -> list[Found]:
    """Look at folders of the store of a job, whose documents stay where they were read."""
    return [attrs.evolve(found, read=NOTHING) for found in _folders_of(*jobs).looks(paths)]


def _folders_of(job: Job) -> FoldersHere:
    setup = Setup(shared_registry(job.blocked), job.settings)
    return FoldersHere(Reader(job.address.open(setup, job.storage_options)), setup.specs)
