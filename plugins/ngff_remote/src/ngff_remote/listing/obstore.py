"""Listings by obstore's client, each page of which comes in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from threading import Thread
from typing import TYPE_CHECKING, Any

import obstore

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
    if delimiter:
        yield _in_time(lambda: _level(client, prefix), PATIENCE * timeout) or Page([], [])
        return
    stream = aiter(client.list(prefix or None, chunk_size=PAGE))
    while (page := _in_time(lambda: _next(stream), PATIENCE * timeout)) is not None:
        yield page
        if isinstance(page, Failure):
            return


async def _level(client: ObjectStore, prefix: str) -> Page:
    found = await obstore.list_with_delimiter_async(client, prefix or None)
    return Page(_objects(found["objects"]), [f"{path}/" for path in found["common_prefixes"]])


async def _next(stream: Any) -> Page | None:
    try:
        return Page(_objects(await anext(stream)), [])
    except StopAsyncIteration:
        return None


def _objects(entries: Any) -> list[tuple[str, int]]:
    return [(entry["path"], entry["size"]) for entry in entries]


def _in_time(ask: Callable[[], Awaitable[Page | None]], seconds: float) -> Page | Failure | None:
    """Return what is asked for, or why it did not come.

    Only an asynchronous call can be given up; it has a thread of its own, as the caller may have a loop of its own.
    """
    found: list[Page | Failure | None] = []

    def run() -> None:
        try:
            found.append(asyncio.run(asyncio.wait_for(_awaited(ask), seconds)))
        except TimeoutError:
            found.append(Failure(StoreError(TIMEOUT[0], hint=TIMEOUT[1]), reached=False))
        except Exception as error:  # obstore's: no permission, no such bucket, names that it cannot hold
            found.append(failure_of(error))
        except BaseException:  # it panics over keys that are too long
            found.append(Failure(StoreError("the listing makes no sense"), 200))

    thread = Thread(target=run, name="ngff-list", daemon=True)
    thread.start()
    thread.join()
    return found[0]


async def _awaited(ask: Callable[[], Awaitable[Page | None]]) -> Page | None:
    return await ask()
