"""Copy objects, many at once; what an interrupted copy has left is compared first, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import attrs

from ngff_core.errors import StoreError, UsageError
from ngff_core.stores import Store, UndecidedError
from ngff_core.stores.answers import names_in
from ngff_core.stores.capabilities import jobs_of
from ngff_core.stores.content import BrokenOffError, Content, content_of
from ngff_core.stores.writing import Writer
from ngff_core.upgrade.copied.expected import Expecting

__all__ = ["Copied", "Wanted", "batches", "copy_all", "named", "refuse_others"]

TRIES = 3
_FOLDERS = 1024  # listings that are remembered


@attrs.frozen
class Wanted:
    """What is copied: the key in the source, the key in the copy, and what is known: that it is there, its size."""

    key: str
    new: str
    there: bool = True
    is_chunk: bool = False
    size: int | None = None


@attrs.frozen
class Copied:
    """What is not certain of an object: that a chunk is absent, that all of it came; or the numbers of such objects."""

    absent: int = 0
    open_ended: int = 0

    def __add__(self, other: Copied) -> Copied:
        return Copied(self.absent + other.absent, self.open_ended + other.open_ended)


def copy_all(source: Store, writer: Writer, wanted: Iterable[Wanted], unfinished: bool) -> Copied:
    """Copy objects, many at once where that takes time; returns how many are not certain.

    Where a copy is ``unfinished``, what is there may be half written (after a loss of power), or older than the source.
    """
    from concurrent.futures import ThreadPoolExecutor

    jobs = max(writer.jobs, jobs_of(source))
    uncertain = Copied()
    with ThreadPoolExecutor(jobs, "ngff-copy") as pool:
        for some in batches(wanted, 16 * jobs):
            there = _there(writer, [item.new for item in some], pool.map) if unfinished else frozenset()
            calls = [pool.submit(_copy_one, source, writer, item, item.new in there) for item in some]
            try:
                uncertain = sum((call.result() for call in calls), uncertain)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return uncertain


def _copy_one(source: Store, writer: Writer, wanted: Wanted, begun: bool) -> Copied:
    """Copy one object, unless it is there as it is to be; tell what is not certain of it."""
    key, there = wanted.key, wanted.there
    expecting = None if there else Expecting(source, wanted.size)
    source = expecting or source
    for number in range(TRIES):
        try:
            if begun and _is_copied(source, writer, wanted):
                return Copied()
            if not writer.copy(source, key, wanted.new) and (there or begun):
                raise StoreError("it is not there any more")
            return Copied(open_ended=int(expecting is not None and expecting.doubtful))
        except UndecidedError as error:
            if there or begun:
                raise named(key, error) from None
            return Copied(absent=int(wanted.is_chunk))
        except BrokenOffError as error:
            if number == TRIES - 1:
                raise named(key, error) from None
        except StoreError as error:
            raise named(key, error) from None
    raise AssertionError("unreachable")


def named(key: str, error: StoreError) -> StoreError:
    """Return an error of copying with the key that it is about."""
    return type(error)(f"{key} could not be copied: {error}", hint=error.hint)


def _there(writer: Writer, keys: Sequence[str], each: Callable[..., Iterable[Any]]) -> frozenset[str]:
    """Return those keys that have something under them."""
    folders = list(dict.fromkeys(key.rpartition("/")[0] for key in keys))
    lists = zip(folders, each(writer.list, folders), strict=True)
    return frozenset(f"{folder}/{name}".lstrip("/") for folder, names in lists for name in names or ())


def _is_copied(source: Store, writer: Writer, wanted: Wanted) -> bool:
    """Tell whether what is there has the bytes of the source; takes it away where it has not."""
    content = content_of(source, wanted.key)
    if content is None:
        return False
    with content:
        if _has(writer, wanted.new, content):
            return True
    writer.delete_many([wanted.new])
    return False


def _has(writer: Writer, key: str, content: Content) -> bool:
    try:
        found = content_of(writer, key)
    except StoreError:  # what cannot be read is copied again
        return False
    if found is None:
        return False
    with found:
        if None not in (found.size, content.size) and found.size != content.size:
            return False
        try:
            digest = _digest(found)
        except StoreError:
            return False
        return digest == _digest(content)


def _digest(content: Content) -> bytes:
    digest = hashlib.blake2b()
    for block in content:
        digest.update(block)
    return digest.digest()


def refuse_others(source: Store, keys: Iterable[str], old_key: Callable[[str], str], url: str) -> None:
    """Raise UsageError where a copy that was begun holds what the source does not, such as chunks deleted since.

    ``keys`` are those of the copy; ``old_key`` tells what each is in the source.
    """

    @lru_cache(_FOLDERS)
    def names(folder: str) -> frozenset[str] | None:
        found = names_in(source, folder)
        return None if found is None else frozenset(found)

    for key in keys:
        folder, _, name = old_key(key).rpartition("/")
        there = names(folder)
        if there is not None and name not in there:
            raise UsageError(
                f"{url} holds the beginning of a copy, and in it {key}, which {source.url} does not hold (any more);"
                " delete it first"
            )


def batches(items: Iterable[object], size: int) -> Iterator[list[Any]]:
    """Yield some items at a time."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
