"""Many stores in one call: which there are, and their reports in order, each as soon as it is there."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ngff_core.crawl.discover import ARCHIVES, roots_below
from ngff_core.crawl.reader import Reader
from ngff_core.errors import NgffError
from ngff_core.issues.findings import finding
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.report.report import Report
from ngff_core.spec.detect import claim_at_root
from ngff_core.stores.below import StoreBelow
from ngff_core.stores.capabilities import is_store, url_of
from ngff_core.validation.calls import check_store, store_of
from ngff_core.validation.store import is_array, read_root

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["check_stores", "find_stores"]

AT_ONCE = 16  # stores that are judged at the same time where reading them means waiting


def check_stores(
    uris: Iterable[Any],
    *,
    recursive: bool = False,
    registry: Registry | None = None,
    storage_options: Mapping[str, Any] | None = None,
    **options: Any,
) -> Iterator[Report]:
    """Check many stores; yields a report for each, in order, as soon as it and those before it are done.

    ``uris`` are paths, addresses or stores; paths and addresses may hold ``*`` (and ``?``, ``[...]`` in paths). With
    ``recursive`` every OME-Zarr hierarchy below each is checked. Further options are those of `check_store`. One
    store that cannot be opened never ends the run: it gets a report of its own.
    """
    registry = registry or default_registry()
    if options.get("config") is not None:  # read once, and what is wrong with it is no matter of a store
        from ngff_core.config.load import load_configuration

        options["config"] = load_configuration(options["config"], registry)

    def check(uri: Any) -> Report:
        if isinstance(uri, Report):
            return uri
        try:
            return check_store(uri, registry=registry, storage_options=storage_options, **options)
        except Exception as error:  # whatever is wrong with one, the others are judged
            return failed(uri, error)

    found = (store for uri in uris for store in find_stores(uri, registry, storage_options, recursive=recursive))
    yield from _in_order(found, check)


def find_stores(
    uri: Any, registry: Registry, storage_options: Mapping[str, Any] | None = None, *, recursive: bool = False
) -> Iterator[Any]:
    """Yield what a path, pattern or address stands for: stores, or the report that there is none."""
    try:
        pattern = isinstance(uri, str) and "*" in uri and not os.path.lexists(uri)
        for one in _matches(uri, registry, storage_options) if pattern else [uri]:
            below = recursive and not isinstance(one, Report)
            yield from _below(one, registry, storage_options) if below else [one]
    except Exception as error:
        yield failed(uri, error)


def failed(uri: Any, error: Exception) -> Report:
    """Make the report on a store that could not be opened or judged."""
    if isinstance(error, NgffError):
        issue = finding("store-not-opened", str(error))
    else:
        message = f"judging it failed: {type(error).__name__}: {error}"
        issue = finding("store-not-opened", message, hint="this is a defect of the tool, please report it")
    return Report(url=url_of(uri), issues=[issue])


def _below(uri: Any, registry: Registry, storage_options: Mapping[str, Any] | None) -> Iterator[Any]:
    """Yield every hierarchy below a store; the store itself when it is one, or when there is none."""
    store = store_of(uri, registry, storage_options)
    reader = Reader(store)
    specs = list(registry.specs.values())
    root = read_root(reader, specs)
    claims = [claim_at_root(specs, document.attributes) for document in root.documents.values()]
    if any(claim is not None for claim in claims) or is_array(root):
        yield store
        return
    count = 0
    for path in roots_below(reader, specs):
        count += 1
        yield f"{uri}/{path}" if path.endswith(ARCHIVES) else StoreBelow(store, path)
    if not count:
        yield store


def _matches(pattern: str, registry: Registry, storage_options: Mapping[str, Any] | None) -> Iterator[Any]:
    """Yield what a pattern stands for; in addresses only ``*`` is special."""
    if "://" not in pattern:
        from glob import glob

        found = sorted(glob(pattern, recursive=True))
        if not found:
            yield Report(url=pattern, issues=[finding("store-not-found", "no path matches the pattern")])
        yield from found
        return
    base, _, rest = pattern.partition("*")
    base, _, start = base.rpartition("/")
    store = store_of(base, registry, storage_options)
    found = list(_listed(Reader(store), "", (start + "*" + rest).split("/")))
    if not found:
        message = "nothing here matches the pattern"
        if store.list("") is None:
            message = "this place cannot be listed, so a pattern finds nothing"
        yield Report(url=pattern, issues=[finding("store-not-found", message)])
    yield from (f"{base}/{path}" if path.endswith(ARCHIVES) else StoreBelow(store, path) for path in found)


def _listed(reader: Reader, path: str, parts: Sequence[str]) -> Iterator[str]:
    """Yield the paths of folders and archives below a path whose components match, by listing."""
    import re

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


def _in_order(stores: Iterable[Any], check: Callable[[Any], Report]) -> Iterator[Report]:
    """Check stores, several at a time where reading means waiting, and yield the reports in order."""
    waiting: deque[Future[Report]] = deque()
    pool = None
    try:
        for store in stores:
            if not _is_remote(store) and not waiting:
                yield check(store)
                continue
            if pool is None:
                from concurrent.futures import ThreadPoolExecutor

                pool = ThreadPoolExecutor(AT_ONCE, "ngff-store")
            waiting.append(pool.submit(check, store))
            while waiting and (len(waiting) > 2 * AT_ONCE or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def _is_remote(store: Any) -> bool:
    return "://" in store if isinstance(store, str) else is_store(store) and store.concurrent > 1
