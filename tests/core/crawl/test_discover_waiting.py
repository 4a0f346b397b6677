"""Searches in stores that mean waiting: a level of folders is listed at once, and read in few batches."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from fakes import box_store, make_registry

from ngff_core.crawl.ahead import AT_ONCE
from ngff_core.crawl.looked import What
from ngff_core.crawl.reader import Reader
from ngff_core.crawl.search.discover import look_below
from ngff_core.stores import MemoryStore

REGISTRY = make_registry()
SPECS = list(REGISTRY.specs.values())
FOLDERS = 4 * AT_ONCE
BOX = {"version": "9.1", "items": []}


def documents() -> Mapping[str, bytes]:
    return box_store({f"{n:02}/{m}.zarr": BOX for n in range(FOLDERS) for m in range(3)})


class Far(MemoryStore):
    """A store behind a network: what is asked of it is taken down."""

    concurrent = 4
    batch = 32

    def __init__(self, together: int) -> None:
        super().__init__(documents())
        self.batches: list[Sequence[str]] = []
        self._together = threading.Barrier(together)

    def list(self, prefix: str) -> list[str] | None:
        if prefix.count("/") == 0 and prefix:
            self._together.wait(60)  # fails where so many are not asked for at once
        return super().list(prefix)

    def get_many(self, keys: Sequence[str]) -> list[bytes | None]:  # type: ignore[override]
        self.batches.append(keys)
        return super().get_many(keys)  # type: ignore[return-value]


def test_a_level_is_listed_at_once_and_read_in_few_batches() -> None:
    far = Far(AT_ONCE)
    found = [looked.path for looked in look_below(Reader(far), SPECS) if looked.what == What.STORE]
    assert found == [f"{n:02}/{m}.zarr" for n in range(FOLDERS) for m in range(3)]
    asked = sum(map(len, far.batches))
    assert max(map(len, far.batches)) == far.batch
    assert len(far.batches) <= asked / far.batch + 3


def test_what_is_found_is_what_a_store_at_hand_gives() -> None:
    near = MemoryStore(documents())
    assert list(look_below(Reader(Far(1)), SPECS)) == list(look_below(Reader(near), SPECS))


def test_a_search_that_is_broken_off_leaves_no_thread() -> None:
    search = look_below(Reader(Far(1)), SPECS)
    for _ in range(5):
        next(search)
    search.close()
    for thread in threading.enumerate():
        if thread.name.startswith("ngff-ahead"):
            thread.join(60)
            assert not thread.is_alive()
