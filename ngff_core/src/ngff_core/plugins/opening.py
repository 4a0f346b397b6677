"""Open what is behind an address: plugin by plugin, until one knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pluggy

from ngff_core.errors import NgffError, PluginError, ResultError, UsageError, failure_of
from ngff_core.masking import masked, remember_address
from ngff_core.plugins.info import PluginInfo
from ngff_core.references import Reference
from ngff_core.stores.base import Store
from ngff_core.stores.capabilities import is_store
from ngff_core.stores.forking import record_opened

__all__ = ["open_with"]

_pip_install = Reference("ngff_core.installing:pip_install")
Opener = tuple[PluginInfo, pluggy.HookImpl]


def open_with(
    openers: Iterable[Opener], url: str, options: Mapping[str, object], plugins: Sequence[PluginInfo]
) -> Store:
    """Return the store behind an address, of the first plugin that opens it.

    One that fails takes no others down: it is recorded as failed where another opens what it could not. Raises
    PluginError where no other does, and UsageError where no plugin knows addresses of the kind.
    """
    failed: list[tuple[PluginInfo, str]] = []
    for info, implementation in openers:
        given = {"url": url, "options": options}
        try:
            store = implementation.function(*(given[name] for name in implementation.argnames))
            if store is not None and not is_store(store):
                raise ResultError(f"it returned {type(store).__name__}, expected a store")
            if store is not None:
                _check_members(store)
        except NgffError as error:
            if not isinstance(error, ResultError):
                raise
            failed.append((info, str(error)))
        except BaseException as error:  # whatever a plugin does
            kind, _, said = failure_of(error).partition(": ")
            failed.append((info, masked(said if isinstance(error, Exception) else f"{kind}: {said}")))
        else:
            if store is not None:
                _record(failed)
                record_opened(store)
                return store
    if failed:
        info, text = failed[0]
        raise PluginError(f"{info.distribution} could not open {masked(url)}: {text}")
    raise UsageError(_how_to_open(url.partition("://")[0], plugins))


_MEMBERS: tuple[tuple[str, type, Any, str], ...] = (
    ("url", str, "", "its address"),
    ("batch", int, 1, "a number of keys"),
    ("concurrent", int, 1, "a number of batches"),
    ("lists_cheaply", bool, False, "a boolean"),
)


def _check_members(store: Store) -> None:
    """Raise ResultError for a store that says of itself what cannot be worked with."""
    for name, cls, least, expected in _MEMBERS:
        value = getattr(store, name)
        if not isinstance(value, cls) or value < least:
            raise ResultError(f"it returned a store whose {name} is {value!r:.100}, expected {expected}")
    remember_address(store.url)  # with secrets that are none of the address that it was opened by


def _record(failed: Iterable[tuple[PluginInfo, str]]) -> None:
    for info, text in failed:
        info.error = f"ngff_open_store: {text}"


def _how_to_open(scheme: str, plugins: Iterable[PluginInfo]) -> str:
    """Say that nothing opens addresses of a kind, and what to install."""
    message = f"no installed plugin opens {scheme}:// addresses"
    remote = next((info for info in plugins if info.distribution == "ngff-remote"), None)
    if remote is None:
        names = ", ".join(info.distribution for info in plugins) or "none"
        return f"{message}; try: {_pip_install('ngff-remote')} (installed: {names})"
    if remote.blocked:
        return f"{message}; ngff-remote is switched off"
    if remote.error:
        return f"{message}; ngff-remote failed: {remote.error}"
    from importlib.util import find_spec

    if find_spec("fsspec") is None:
        return f"{message}; with fsspec, ngff-remote opens further kinds; try: pip install fsspec"
    return f"{message}; neither ngff-remote nor fsspec knows them"
