"""Which stores paths, patterns and addresses stand for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from ngff_core.crawl.discover import ARCHIVES, roots_below
from ngff_core.crawl.reader import Reader
from ngff_core.errors import NgffError
from ngff_core.issues.findings import finding
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.report.report import Report
from ngff_core.stores.base import Store
from ngff_core.stores.below import StoreBelow
from ngff_core.stores.capabilities import is_store, url_of
from ngff_core.validation.opening import store_of
from ngff_core.validation.root import has_metadata, is_array, read_root

__all__ = ["Address", "failed", "find_stores"]

_glob = Reference("glob:glob")


@attrs.frozen(eq=False)
class Address:
    """Where a store is: what a user gave, and the path below that; ``store`` is the open store where there is one.

    A text can be sent to another process, an object cannot.
    """

    uri: object
    below: str = ""
    store: Store | None = None

    @property
    def url(self) -> str:
        """What names the store in reports."""
        return url_of(self.store or (f"{self.uri}/{self.below}" if self.below else self.uri))

    @property
    def portable(self) -> bool:
        """True where the store can be opened anew by what the user gave."""
        return isinstance(self.uri, (str, os.PathLike))

    @property
    def remote(self) -> bool:
        """True where reading means waiting."""
        if isinstance(self.uri, str):
            return "://" in self.uri
        opened = self.store or self.uri
        return is_store(opened) and opened.concurrent > 1

    def open(self, registry: Registry, storage_options: Mapping[str, object] | None) -> Store:
        """Return the open store."""
        if self.store is not None:
            return self.store
        store = store_of(self.uri, registry, storage_options)
        return StoreBelow(store, self.below) if self.below else store


Found = Address | Report
"""A store that was found, or the report that there is none."""


def find_stores(
    uri: object, registry: Registry, storage_options: Mapping[str, object] | None = None, *, recursive: bool = False
) -> Iterator[Found]:
    """Yield what a path, pattern or address stands for: stores, or the report that there is none."""
    if isinstance(uri, Report):
        yield uri
        return
    finder = _Finder(registry, storage_options)
    try:
        pattern = isinstance(uri, str) and "*" in uri and not os.path.lexists(uri)
        for one in finder.matching(str(uri)) if pattern else [Address(uri)]:
            below = recursive and not isinstance(one, Report)
            yield from finder.below(one) if below and isinstance(one, Address) else [one]
    except Exception as error:
        yield failed(uri, error)


def failed(uri: object, error: Exception) -> Report:
    """Make the report on a store that could not be opened or evaluated."""
    if isinstance(error, NgffError):
        issue = finding("store-not-opened", str(error))
    else:
        message = f"judging it failed: {type(error).__name__}: {error}"
        issue = finding("store-not-opened", message, hint="this is a defect of the tool, please report it")
    return Report(url=url_of(uri), issues=[issue])


@attrs.frozen(eq=False)
class _Finder:
    registry: Registry
    storage_options: Mapping[str, Any] | None

    def below(self, address: Address) -> Iterator[Found]:
        """Yield every hierarchy below a store; the store itself when it is one, or when there is none."""
        store = address.open(self.registry, self.storage_options)
        reader = Reader(store)
        specs = list(self.registry.specs.values())
        root = read_root(reader, specs)
        if has_metadata(root, specs) or is_array(root):
            yield attrs.evolve(address, store=store)
            return
        count = 0
        for path in roots_below(reader, specs):
            count += 1
            yield self._inside(address, store, path)
        if not count:
            yield attrs.evolve(address, store=store)

    def matching(self, pattern: str) -> Iterator[Found]:
        """Yield what a pattern stands for; in addresses only ``*`` is special."""
        if "://" not in pattern:
            found = sorted(_glob(pattern, recursive=True))
            if not found:
                yield Report(url=pattern, issues=[finding("store-not-found", "no path matches the pattern")])
            yield from map(Address, found)
            return
        base, _, rest = pattern.partition("*")
        base, _, start = base.rpartition("/")
        store = store_of(base, self.registry, self.storage_options)
        paths = list(_listed(Reader(store), "", (start + "*" + rest).split("/")))
        if not paths:
            message = "nothing here matches the pattern"
            if store.list("") is None:
                message = "this place cannot be listed, so a pattern finds nothing"
            yield Report(url=pattern, issues=[finding("store-not-found", message)])
        yield from (self._inside(Address(base), store, path) for path in paths)

    def _inside(self, outer: Address, store: Store, path: str) -> Address:
        """Return the address of what is at a path in a store; archives are opened by themselves."""
        if path.endswith(ARCHIVES):
            return Address(f"{outer.uri}/{path}" if not outer.below else f"{outer.uri}/{outer.below}/{path}")
        inside = f"{outer.below}/{path}" if outer.below else path
        return Address(outer.uri, inside, StoreBelow(store, path))


def _listed(reader: Reader, path: str, parts: Sequence[str]) -> Iterator[str]:
    """Yield the paths of folders and archives below a path whose components match, by listing."""
    if not parts or parts == [""]:
        yield path
        return
    prefix = f"{path}/" if path else ""
    wanted = re.compile(".*".join(map(re.escape, parts[0].split("*"))))
    for name in reader.list(path) or ():
        if wanted.fullmatch(name.rstrip("/")):
            if name.endswith("/"):
                yield from _listed(reader, prefix + name[:-1], parts[1:])
            elif len(parts) == 1 and name.endswith(ARCHIVES):
                yield prefix + name
