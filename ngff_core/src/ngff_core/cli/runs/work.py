"""What a run is to evaluate: paths, lists, documents; here, by workers, or a part."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import chain, islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import attrs
import click

from ngff_core.cli.common import storage_options_of
from ngff_core.cli.runs.progress import Progress
from ngff_core.cli.runs.usage import PROCESSES, divides, executor_named
from ngff_core.references import Reference
from ngff_core.report.report import Report
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator
from ngff_core.words import printable

if TYPE_CHECKING:
    from ngff_core.validation.many.addresses import Address, Found
    from ngff_core.validation.many.resuming import Logged
    from ngff_core.validation.many.shards import Shard
    from ngff_core.validation.many.workers import Workers

__all__ = ["Work"]

AHEAD = 1000  # stores that are looked for ahead of the work

_address = Reference("ngff_core.validation.many.addresses:Address")
_check_containing = Reference("ngff_core.validation.many.owners:validate_containing")
_find_stores = Reference("ngff_core.validation.many.addresses:find_stores")
_listed = Reference("ngff_core.validation.lists.reading:listed")
_logged = Reference("ngff_core.validation.many.resuming:Logged")
_searching_workers = Reference("ngff_core.validation.many.searching:SearchingWorkers")
_validate_found = Reference("ngff_core.validation.many.found:validate_found")
_validate_with = Reference("ngff_core.validation.many.divided:validate_with")
_workers_of = Reference("ngff_core.validation.many.workers:Workers")


class Work:
    """What is to be evaluated, and how; while it is entered there are its workers, and its log is open."""

    __slots__ = (
        "_connection",
        "_stack",
        "listeners",
        "log",
        "options",
        "paths",
        "progress",
        "shard",
        "validator",
        "workers",
    )

    def __init__(
        self,
        validator: Validator,
        paths: tuple[str, ...],
        options: Mapping[str, Any],
        shard: Shard | None,
        listeners: Listeners,
    ) -> None:
        self.validator = validator
        self.paths = paths
        self.options = options
        self.shard = shard
        self.listeners = listeners
        self.workers: Workers | None = None
        self.log: Logged | None = None
        self.progress = Progress()
        self._connection = storage_options_of(options)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            if divides(self.options):
                self.workers = stack.enter_context(self._workers())
            if self.options["log_file"] is not None:
                self.log = stack.enter_context(self._opened_log())
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def _workers(self) -> Workers:
        engine, number = self.options["engine"] or PROCESSES, self.options["workers"]
        make = executor_named(engine, self.validator.registry)
        told = {name: self.options[name] for name in ("scheduler", "timeout")}
        told["blocked"] = tuple(sorted(self.validator.registry.blocked))
        workers: Workers = _workers_of.load().of(lambda: make(number, told), number or 1)
        return workers

    def _opened_log(self) -> Logged:
        """Open the log, and say what in one that is gone on with is not taken over."""
        log: Logged = _logged(self.options["log_file"], self.validator, self._connection, resume=self.options["resume"])
        for remark in log.remarks():
            click.echo(printable(remark), err=True)
        return log

    def reports(self) -> Iterator[Report]:
        """Yield a report for each store; a single one that cannot be opened is an error of the caller."""
        gc.freeze()  # what is there by now stays: collecting garbage need not look at it, here and in workers
        return self._reports() if self.log is None else self.log.record(self._reports())

    def _reports(self) -> Iterator[Report]:
        connection = self._connection
        list_file, recursive = self.options["list_file"], self.options["recursive"]
        listed: Iterable[str | Address] = ()
        if list_file is not None:
            listed = _listed(list_file, self.validator, connection)
        uris = chain(self.paths, listed)
        one = len(self.paths) == 1 and list_file is None and not recursive and "*" not in self.paths[0]
        if self.options["containing"]:
            files = (uri if isinstance(uri, str) else uri.url for uri in uris)
            yield from _check_containing(self.validator, files, connection, self.listeners)
        elif self.shard is not None:
            yield from self.shard.check(self.validator, uris, connection, self.listeners, recursive=recursive, one=one)
        elif one and self.paths[0] == "-":
            yield self._document()
        elif one and self.workers is None:
            yield self._single(self.paths[0], connection)
        else:
            found = self._known(self._counted(self._found(connection, uris)))
            if self.workers is not None:
                yield from _validate_with(
                    self.validator, found, connection, self.workers, self.listeners.on_progress, raising=one
                )
            else:
                yield from _validate_found(self.validator, found, connection, self.listeners)

    def _single(self, path: str, connection: Mapping[str, object]) -> Report:
        if self.log is not None:
            (found,) = self.log.known([_address(path)])
            if isinstance(found, Report):
                return found
        return self.validator.store(path, connection, self.listeners)

    def _known(self, found: Iterator[Found]) -> Iterator[Found]:
        """Yield what was found, with the reports of what is known from a log."""
        return found if self.log is None else self.log.known(found)

    def _found(self, connection: Mapping[str, object], uris: Iterable[str | Address]) -> Iterator[Found]:
        """Yield the stores that paths and addresses stand for."""
        recursive, told = self.options["recursive"], self.listeners.on_folder
        folders_of = None
        if recursive and self.workers is not None:
            folders_of = _searching_workers(self.workers, self.validator, connection).folders_of
        for uri in uris:
            given = self._document() if uri == "-" else uri
            yield from _find_stores(
                given, self.validator, connection, recursive=recursive, on_folder=told, folders_of=folders_of
            )

    def _counted(self, found: Iterator[Found]) -> Iterator[Found]:
        """Count stores, some ahead of the work, so that it can be said how far it is."""
        progress = self.progress
        # what is slow to come is evaluated as it comes: addresses, and lists that somebody else writes meanwhile
        slow = self.options["list_file"] == "-" or any("://" in path for path in self.paths)
        progress.ahead = progress.ahead and not slow
        number = AHEAD if progress.ahead else 1
        while some := list(islice(found, number)):
            progress.found += len(some)
            progress.complete = len(some) < number
            yield from some if number == 1 else [one if isinstance(one, Report) else one.for_later() for one in some]
        progress.complete = True

    def _document(self) -> Report:
        """Check the document on standard input."""
        return attrs.evolve(self.validator.json(sys.stdin.buffer.read(MAX_DOCUMENT + 1)), url="-")
