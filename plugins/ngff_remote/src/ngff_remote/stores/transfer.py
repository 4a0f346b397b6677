"""All objects below an address, and what is in one, block by block: for copying them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ngff_core.errors import StoreError
from ngff_core.stores.content import BLOCK, BrokenOffError, Content
from ngff_core.words import counted
from ngff_remote.clients.body import WebPageError
from ngff_remote.clients.connection import Connection
from ngff_remote.clients.failures import Failure, failure_of
from ngff_remote.listing.keys import all_keys

if TYPE_CHECKING:
    from obstore import GetResult

__all__ = ["content_at", "keys_below"]

_PAGES = (b"<!doctype html", b"<html")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_DOCUMENTS = (".zattrs", ".zgroup", ".zarray", ".zmetadata", "zarr.json", "METADATA.ome.xml")


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
            connection.listed.note(key, size)
            yield key[len(prefix) :]


def content_at(connection: Connection, key: str) -> Content | None:
    """Begin to read an object; ``None`` when it is absent. Raises StoreError."""
    if connection.address.kind == "http":
        return _streamed(connection, key)
    answer = connection.open(key)
    if isinstance(answer, Failure) and answer.error is None and connection.address.kind != "az":
        return None
    size = connection.listed.size_of(key)
    if answer is None or isinstance(answer, Failure):
        data = _whole(connection, key)  # which finds out about other credentials, and another region
        answer = None if data is None else connection.open(key)
        if answer is None or isinstance(answer, Failure):
            return None if data is None else _as_listed(Content([data], len(data)), size)
    content = _as_listed(Content(_blocks(answer), answer.meta["size"]), size)
    if answer.attributes.get("Content-Encoding"):
        data = _whole(connection, key)  # unpacked
        return None if data is None else Content([data], len(data))
    return content


def _whole(connection: Connection, key: str) -> bytes | None:
    data = connection.get_here(key)
    if isinstance(data, StoreError):
        raise data
    return data


def _as_listed(content: Content, size: int | None) -> Content:
    """Return some content; raises BrokenOffError where it is shorter or longer than what was listed.

    obstore's client does not tell the status of an answer: this may be one of a part, or of nothing.
    """
    if size is not None and content.size != size:
        came = counted(content.size or 0, "byte")
        raise BrokenOffError(f"{came} came of {size} in the listing", hint="was it changed meanwhile? try again")
    return content


def _streamed(connection: Connection, key: str) -> Content | None:
    """Return the content of a key; raises WebPageError where a page is in its place, before anything is written."""
    answer = connection.stream(key)
    if isinstance(answer, Failure):
        if answer.broke_off:
            raise BrokenOffError(str(answer.error))
        if answer.error is not None:
            raise answer.error
        return None
    blocks = iter(answer.blocks)
    first = next(blocks, b"")
    # chunks may begin with any bytes: only where the server says as well that it is a page, it is one
    may_be = answer.media_type in _PAGE_TYPES or key.endswith(_DOCUMENTS)
    if may_be and not key.endswith((".htm", ".html")) and first[:512].lstrip().lower().startswith(_PAGES):
        raise WebPageError
    return Content(_chain(first, blocks), answer.size, ends=answer.ends)


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
