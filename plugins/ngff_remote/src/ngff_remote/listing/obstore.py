"""Listings by obstore's client, each page of which comes in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ngff_core.errors import StoreError
from ngff_remote.clients.failures import TIMEOUT, Failure, failure_of
from ngff_remote.listing.pages import Page

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["pages_of_obstore"]

PAGE = 1000
PATIENCE = 3  # times the timeout: one page may be asked for more than once


def pages_of_obstore(client: ObjectStore, prefix: str, delimiter: str, timeout: float) -> Iterator[Page | Failure]:
    """Yield the pages of a listing, or what came in place of one."""
    import asyncio

    import obstore

    async def next_page(stream: Any) -> Page | None:
        if delimiter:
            found = await asyncio.wait_for(obstore.list_with_delimiter_async(client, prefix or None), timeout)
            return Page(_objects(found["objects"]), [f"{path}/" for path in found["common_prefixes"]])
        try:
            return Page(_objects(await asyncio.wait_for(anext(stream), PATIENCE * timeout)), [])
        except StopAsyncIteration:
            return None

    runner = asyncio.Runner()
    try:
        stream = None if delimiter else aiter(client.list(prefix or None, chunk_size=PAGE))
        while (page := runner.run(next_page(stream))) is not None:
            yield page
            if delimiter:
                return
    except TimeoutError:
        yield Failure(StoreError(TIMEOUT[0], hint=TIMEOUT[1]), reached=False)
    except Exception as error:  # obstore's: no permission, no such bucket, names that it cannot hold
        yield failure_of(error)
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        yield Failure(StoreError("the listing makes no sense"), 200)
    finally:
        runner.close()


def _objects(entries: Any) -> list[tuple[str, int]]:
    return [(entry["path"], entry["size"]) for entry in entries]
