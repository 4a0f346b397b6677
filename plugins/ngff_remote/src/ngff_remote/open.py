"""Open an address: stores of the same host or bucket, opened with the same options, share their connection."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import Any

from ngff_core.stores import Store
from ngff_remote.address import Address, parse
from ngff_remote.archive import RangeSource, is_archive
from ngff_remote.connection import Connection
from ngff_remote.options import Options, parse_options
from ngff_remote.store import RemoteStore

__all__ = ["open_url"]

_PREFIXES = ("AWS_", "AZURE_", "GOOGLE_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "HOME")
_lock = Lock()


def open_url(url: str, options: Mapping[str, Any]) -> Store:
    """Open an address of a kind that obstore reads; nothing is asked for yet."""
    address = parse(url)
    place, path = _place(address)
    with _lock:
        connection = _connection(place, parse_options(options, address.kind), _environment())
    if is_archive(address.path):
        from ngff_core.stores.zip.store import ZipStore

        return ZipStore(RangeSource(path, connection), address.shown)
    return RemoteStore(address.shown, path, connection)


def _place(address: Address) -> tuple[Address, str]:
    """Return what stores share, and the path there. Where a path cannot be decoded and encoded again, it is shared."""
    if address.kind != "http":
        scheme = address.shown.partition("://")[0]
        return address._replace(path="", raw="", shown=f"{scheme}://{address.place}"), address.path
    if "%2F" in address.raw.upper() or "//" in address.raw or "\ufffd" in address.path:
        return address._replace(path="", shown=address.place), ""
    return address._replace(path="", raw="", shown=address.place), address.path


def _environment() -> tuple[tuple[str, str], ...]:
    """Return what clients take from the environment: with other values, another connection."""
    return tuple(sorted(item for item in os.environ.items() if item[0].upper().startswith(_PREFIXES)))


@lru_cache(maxsize=64)
def _connection(place: Address, options: Options, environment: object) -> Connection:
    return Connection(place, options)
