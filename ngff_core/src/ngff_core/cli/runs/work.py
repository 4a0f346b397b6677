"""What a run is to evaluate: paths, lists, documents; here, by workers, or a part."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import attrs

from ngff_core.cli.common import listed, storage_options_of
from ngff_core.cli.progress import Progress
from ngff_core.references import Reference
from ngff_core.report.report import Report
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator

if TYPE_CHECKING:
    from ngff_core.validation.many.addresses import Found
    from ngff_core.validation.many.shards import Shard
    from ngff_core.validation.many.workers import Workers

__all__ = ["Work"]

AHEAD = 1000  # stores that are looked for ahead of the work

_check_containing = Reference("ngff_core.validation.many.owners:validate_containing")
_find_stores = Reference("ngff_core.validation.many.addresses:find_stores")
_validate_found = Reference("ngff_core.validation.many.stores:validate_found")
_validate_with = Reference("ngff_core.validation.many.stores:validate_with")


class Work:
    """What is to be evaluated, and how."""

    __slots__ = ("listeners", "options", "paths", "progress", "shard", "validator", "workers")

    def __init__(
        self,
        validator: Validator,
        paths: tuple[str, ...],
        options: Mapping[str, Any],
        shard: Shard | None,
        workers: Workers | None,
        listeners: Listeners,
    ) -> None:
        self.validator = validator
        self.paths = paths
        self.options = options
        self.shard = shard
        self.workers = workers
        self.listeners = listeners
        self.progress = Progress()

    def reports(self) -> Iterator[Report]:
        """Yield a report for each store; a single one that cannot be opened is an error of the caller."""
        gc.freeze()  # what is there by now stays: collecting garbage need not look at it, here and in workers
        connection = storage_options_of(self.options)
        list_file, recursive = self.options["list_file"], self.options["recursive"]
        uris = chain(self.paths, listed(list_file) if list_file is not None else ())
        one = len(self.paths) == 1 and list_file is None and not recursive and "*" not in self.paths[0]
        if self.options["containing"]:
            yield from _check_containing(self.validator, uris, connection, self.listeners)
        elif self.shard is not None:
            yield from self.shard.check(self.validator, uris, connection, self.listeners, recursive=recursive, one=one)
        elif one and self.paths[0] == "-":
            yield self._document()
        elif one and self.workers is None:
            yield self.validator.store(self.paths[0], connection, self.listeners)
        else:
            found = self._counted(self._found(connection, uris))
            if self.workers is not None:
                yield from _validate_with(
                    self.validator, found, connection, self.workers, self.listeners.on_progress, raising=one
                )
            else:
                yield from _validate_found(self.validator, found, connection, self.listeners)

    def _found(self, connection: Mapping[str, object], uris: Iterable[str]) -> Iterator[Found]:
        """Yield the stores that paths and addresses stand for."""
        recursive, told = self.options["recursive"], self.listeners.on_folder
        for uri in uris:
            given = self._document() if uri == "-" else uri
            yield from _find_stores(given, self.validator, connection, recursive=recursive, on_folder=told)

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
