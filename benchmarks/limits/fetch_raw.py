"""Fetch keys with obstore and nothing else: the limit for reading a store over HTTP.

python fetch_raw.py URL JOBS FILE_OF_KEYS
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import obstore
from obstore.store import HTTPStore

STORE = HTTPStore.from_url(sys.argv[1], client_options={"allow_http": True})


def fetch(key: str) -> int:
    try:
        return len(bytes(obstore.get(STORE, key).bytes()))
    except FileNotFoundError:
        return 0


with ThreadPoolExecutor(int(sys.argv[2])) as pool:
    print(sum(pool.map(fetch, Path(sys.argv[3]).read_text().split("\n"))))
