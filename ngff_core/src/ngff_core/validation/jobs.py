"""Judge one of several parts of the stores, or of the wells of one plate; `ngff_core.merge` joins the reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from ngff_core.crawl.scope import Share
from ngff_core.plugins.registry import Registry
from ngff_core.report.report import Report
from ngff_core.validation.calls import check_store, settings_of
from ngff_core.validation.stores import check_stores, find_stores

__all__ = ["Shard"]


class Shard:
    """Part ``number`` of ``of``: every ``of``-th store, or every ``of``-th well where there is one store, a plate.

    All else of a plate, and a single store that is none, belong to the first shard. ``baseline`` is the file that
    findings are held against, if any: it has to be the same for all.
    """

    def __init__(self, number: int, of: int, baseline: str | None = None) -> None:
        self.number = number
        self.of = of
        self.unread = False  # whether there is one store at all could not be told
        self._stores = 0
        self._wells = False
        self._settings = ""
        self._baseline = baseline

    def check(
        self, uris: Iterable[Any], registry: Registry, *, recursive: bool = False, one: bool = False, **options: Any
    ) -> Iterator[Report]:
        """Check this part of stores; ``one``: there is one path, and what keeps it from being opened is raised.

        Options are those of `check_stores`.
        """
        self._settings = _digest(registry, options, self._baseline)
        if one:
            found: Iterator[Any] = iter(uris)
        else:
            storage = options.get("storage_options")
            found = (store for uri in uris for store in find_stores(uri, registry, storage, recursive=recursive))
        first = list(islice(found, 2))
        if one or len(first) == 1:
            self._stores = 1
            yield from self._single(first[0], registry, one, options)
        else:
            yield from check_stores(self._mine(chain(first, found)), registry=registry, **options)

    def to_dict(self) -> dict[str, Any]:
        """Return what merging has to know; complete once all reports were taken."""
        return {
            "of": self.of,
            "numbers": [self.number],
            "by": "wells" if self._wells else "stores",
            "stores": self._stores,
            "settings": self._settings,
        }

    def _mine(self, stores: Iterable[Any]) -> Iterator[Any]:
        for position, store in enumerate(stores):
            self._stores += 1
            if position % self.of == self.number - 1:
                yield store

    def _single(self, store: Any, registry: Registry, one: bool, options: dict[str, Any]) -> Iterator[Report]:
        share = Share(self.number, self.of)
        if one:
            report = check_store(store, registry=registry, share=share, **options)
        else:
            (report,) = check_stores([store], registry=registry, share=share, **options)
        self._wells = share.divided
        if share.divided or share.first:
            yield report
        else:
            self.unread = report.status == "unreadable"


def _digest(registry: Registry, options: dict[str, Any], baseline: str | None) -> str:
    """Return a short text that is the same for equal settings."""
    from hashlib import sha256

    names = ("version", "profile", "select", "ignore", "preview", "config")
    settings = settings_of(registry, **{name: options[name] for name in names if name in options})
    plain = settings._replace(folder="", select=tuple(settings.select), ignore=tuple(settings.ignore))
    known = b""
    if baseline is not None:
        with open(baseline, "rb") as file:
            known = file.read()
    return sha256(repr(tuple(plain)).encode() + known).hexdigest()[:16]
