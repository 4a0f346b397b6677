"""Judge a plate in one process, and fetch the same keys with obstore in the same, by turns; print the median ratios.

    python calls.py URL FILE_OF_KEYS TIMES

Prints those of 64 and of 128 requests at once, both to fetching 64 at once.
"""

import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import obstore
from obstore.store import HTTPStore

from ngff_core import check_store

URL, KEYS, TIMES = sys.argv[1], Path(sys.argv[2]).read_text().split("\n"), int(sys.argv[3])
STORE = HTTPStore.from_url(URL, client_options={"allow_http": True})


def fetch(key: str) -> int:
    try:
        return len(bytes(obstore.get(STORE, key).bytes()))
    except FileNotFoundError:
        return 0


def raw() -> None:
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(fetch, KEYS))


def judge(jobs: int) -> None:
    assert check_store(URL, storage_options={"jobs": jobs}).valid


def seconds(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


judge(64), judge(128)
ratios = []
for _ in range(TIMES):
    limit = seconds(raw)
    ratios.append((seconds(lambda: judge(64)) / limit, seconds(lambda: judge(128)) / limit))
print(*(statistics.median(column) for column in zip(*ratios, strict=True)))
