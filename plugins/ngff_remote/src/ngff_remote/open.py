"""Open an address: stores of the same host or bucket, opened with the same options, share their connection."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import Any

import attrs

from ngff_core.references import Reference
from ngff_core.stores import Store
from ngff_remote.address import Address, parse
from ngff_remote.clients.connection import Connection
from ngff_remote.options import Options, parse_options
from ngff_remote.stores.archive import RangeSource, is_archive
from ngff_remote.stores.store import RemoteStore

__all__ = ["open_url"]

_PREFIXES = ("AWS_", "AZURE_", "GOOGLE_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "HOME")
_zip_store = Reference("ngff_core.stores.zip.store:ZipStore")
_lock = Lock()


def open_url(url: str, options: Mapping[str, Any]) -> Store:
    """Open an address of a kind that obstore reads; nothing is asked for yet."""
    address = parse(url)
    place, path = _place(address)
    with _lock:
        connection = _connection(place, parse_options(options, address.kind), _environment())
    if is_archive(address.path):
        store: Store = _zip_store(RangeSource(path, connection), address.shown)
        return store
    return RemoteStore(address.shown, path, connection)


def _place(address: Address) -> tuple[Address, str]:
    """Return what stores share, and the path there. Where a path cannot be decoded and encoded again, it is shared."""
    if address.kind != "http":
        scheme = address.shown.partition("://")[0]
        return attrs.evolve(address, path="", raw="", shown=f"{scheme}://{address.place}"), address.path
    if "%2F" in address.raw.upper() or "//" in address.raw or "\ufffd" in address.path:
        return attrs.evolve(address, path="", shown=address.place), ""
    return attrs.evolve(address, path="", raw="", shown=address.place), address.path


def _environment() -> tuple[tuple[str, str], ...]:
    """Return what clients take from the environment: with other values, another connection."""
    return tuple(sorted(item for item in os.environ.items() if item[0].upper().startswith(_PREFIXES)))


@lru_cache(maxsize=64)
def _connection(place: Address, options: Options, environment: object) -> Connection:
    return Connection(place, options)
