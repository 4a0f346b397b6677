"""Names and keys by listing; a listing that failed is an error, one that is refused is none at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from ngff_core.errors import StoreError
from ngff_remote.clients.connection import Connection
from ngff_remote.clients.failures import Failure, unlisted
from ngff_remote.listing.pages import Page, names_in

__all__ = ["all_keys", "names"]


def names(connection: Connection, prefix: str) -> list[str] | None:
    """Return the names directly below a prefix; ``None`` where this is not possible or not allowed.

    Raises StoreError where a listing failed: that is none of nothing.
    """
    pages = connection.pages(prefix, "/")
    found = connection.each(lambda _: names_in(pages, prefix), [None])[0] if pages is not None else None
    if not isinstance(found, Failure):
        return found
    error = unlisted(found)
    if error is not None:
        raise error
    return None


def all_keys(connection: Connection, prefix: str) -> Iterator[tuple[str, int]] | None:
    """Return all objects below a prefix with their sizes; ``None`` where this is not possible or not allowed.

    Raises StoreError, also on the way.
    """
    pages = connection.pages(prefix)
    if pages is None:
        return None
    first = next(pages, None)
    if isinstance(first, Failure):
        error = unlisted(first)
        if error is not None:
            raise error
        return None
    return _objects(chain([] if first is None else [first], pages))


def _objects(pages: Iterable[Page | Failure]) -> Iterator[tuple[str, int]]:
    for page in pages:
        if isinstance(page, Failure):
            raise unlisted(page) or StoreError("the store may not be listed any more")
        yield from page.objects
