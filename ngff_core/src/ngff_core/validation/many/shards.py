"""Evaluate one of several parts of the stores, or of the branches of one; `ngff merge` joins the reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

import attrs

from ngff_core.crawl.scope import WHOLE
from ngff_core.report.report import Report, status_of
from ngff_core.structure.values import JSONObject
from ngff_core.validation.many.addresses import Address, Found, failed, find_stores
from ngff_core.validation.many.digests import settings_digest
from ngff_core.validation.many.found import validate_found
from ngff_core.validation.many.jobs import divide
from ngff_core.validation.outcome import report_of
from ngff_core.validation.store import Listeners, evaluate_store
from ngff_core.validation.validator import Validator

__all__ = ["Shard"]

Connection = Mapping[str, Any] | None


class Shard:
    """Part ``number`` of ``of``: every ``of``-th store, or every ``of``-th branch where there is one store, a plate.

    The first shard also has the rest of the plate, or a single store that is no plate. ``baseline`` is the file that
    findings are held against, if any: it has to be the same for all.
    """

    def __init__(self, number: int, of: int, baseline: str | None = None) -> None:
        self.number = number
        self.of = of
        self.unread = False  # it could not be found out whether there is one store
        self._stores = 0
        self._divided = False
        self._settings = ""
        self._baseline = baseline

    def check(
        self,
        validator: Validator,
        uris: Iterable[object],
        storage_options: Connection,
        listeners: Listeners,
        *,
        recursive: bool = False,
        one: bool = False,
    ) -> Iterator[Report]:
        """Check this part of stores; ``one``: there is one path, and what keeps it from being opened is raised."""
        self._settings = settings_digest(validator.settings, _bytes_of(self._baseline))
        if one:
            (uri,) = uris
            self._stores = 1
            yield from self._single(validator, Address(uri), storage_options, listeners)
            return
        told = listeners.on_folder
        found = (
            store
            for uri in uris
            for store in find_stores(uri, validator, storage_options, recursive=recursive, on_folder=told)
        )
        first = list(islice(found, 2))
        if len(first) != 1:
            mine = self._mine(chain(first, found))
            yield from validate_found(validator, mine, storage_options, listeners)
            return
        self._stores = 1
        try:
            if isinstance(first[0], Report):
                yield from self._whole(first[0])
            else:
                yield from self._single(validator, first[0], storage_options, listeners)
        except Exception as error:  # as with many
            yield from self._whole(failed(first[0], error))

    def to_dict(self) -> JSONObject:
        """Return what merging has to know; complete once all reports were taken."""
        return {
            "of": self.of,
            "numbers": [self.number],
            "by": "wells" if self._divided else "stores",
            "stores": self._stores,
            "settings": self._settings,
        }

    def _mine(self, stores: Iterable[Found]) -> Iterator[Found]:
        for position, store in enumerate(stores):
            self._stores += 1
            if position % self.of == self.number - 1:
                yield store

    def _single(
        self, validator: Validator, address: Address, storage_options: Connection, listeners: Listeners
    ) -> Iterator[Report]:
        store = address.open(validator, storage_options)
        division = divide(validator, store, self.of)
        self._divided = division.scopes != (WHOLE,)
        if self._divided:
            # the first one has the plate itself: joined, they are shown as a map
            settings = attrs.evolve(validator.settings, outline=self.number == 1)
            mine = attrs.evolve(validator, settings=settings)
            partial = evaluate_store(mine, store, division.scopes[self.number - 1], listeners)
            yield report_of(partial, validator.settings, part=True)
        elif self.number == 1:
            yield validator.store(store, storage_options, listeners)
        else:
            self.unread = status_of(division.issues) == "unreadable"

    def _whole(self, report: Report) -> Iterator[Report]:
        """Yield a report that cannot be divided, from the first shard."""
        if self.number == 1:
            yield report
        else:
            self.unread = report.status == "unreadable"


def _bytes_of(baseline: str | None) -> bytes:
    if baseline is None:
        return b""
    with open(baseline, "rb") as file:
        return file.read()
