"""All objects below an address, and what is in one, block by block: for copying them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ngff_core.errors import StoreError
from ngff_core.stores.content import BLOCK, BrokenOffError, Content
from ngff_remote.clients.body import WebPageError
from ngff_remote.clients.connection import Connection
from ngff_remote.clients.failures import Failure, failure_of
from ngff_remote.listing.keys import all_keys

if TYPE_CHECKING:
    from obstore import GetResult

__all__ = ["content_at", "keys_below"]

_PAGES = (b"<!doctype html", b"<html")


def keys_below(connection: Connection, prefix: str, folder: str = "") -> Iterator[str] | None:
    """Return the keys, after a prefix with a final slash, of all objects in a folder there; ``None``: cannot list."""
    found = all_keys(connection, (prefix + folder).rstrip("/"))
    return None if found is None else _keys(connection, found, prefix)


def _keys(connection: Connection, found: Iterator[tuple[str, int]], prefix: str) -> Iterator[str]:
    for key, size in found:
        if key.endswith("/") or "//" in key:
            if size:
                raise StoreError(f"the store could not be listed: {key[len(prefix) :]!r} is no name that can be read")
            continue
        # what some tools leave for a folder is listed as an object without bytes, but is none
        if size or connection.get_here(key) is not None:
            yield key[len(prefix) :]


def content_at(connection: Connection, key: str) -> Content | None:
    """Begin to read an object; ``None`` when it is absent. Raises StoreError."""
    streamed = connection.stream(key)
    if isinstance(streamed, Content):
        return _no_page(key, iter(streamed), streamed.size)
    answer = streamed or connection.open(key)
    if isinstance(answer, Failure) and answer.error is None and connection.address.kind != "az":
        return None
    if answer is None or isinstance(answer, Failure) or answer.attributes.get("Content-Encoding"):
        data = connection.get_here(key)  # with other credentials, in another region, unpacked, with more care
        if isinstance(data, StoreError):
            raise data
        return None if data is None else Content([data], len(data))
    blocks = _blocks(answer)
    if connection.address.kind != "http":
        return Content(blocks, answer.meta["size"])
    return _no_page(key, blocks, answer.meta["size"])


def _no_page(key: str, blocks: Iterator[bytes], size: int | None) -> Content:
    """Return the content of a key; raises WebPageError where a page is in its place, before anything is written."""
    first = next(blocks, b"")
    if not key.endswith((".htm", ".html")) and first[:512].lstrip().lower().startswith(_PAGES):
        raise WebPageError
    return Content(_chain(first, blocks), size)


def _blocks(answer: GetResult) -> Iterator[bytes]:
    try:
        for block in answer.stream(BLOCK):
            yield bytes(block)
    except Exception as error:  # as above
        failure = failure_of(error)
        if failure.broke_off:
            raise BrokenOffError(str(failure.error)) from None
        raise failure.error or StoreError("it is not there any more") from None


def _chain(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from blocks
