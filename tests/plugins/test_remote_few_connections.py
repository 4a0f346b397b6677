"""D8: servers that take few connections at once, such as `python -m http.server`."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from web import serve

from ngff_core.errors import StoreError
from ngff_core.report.partial import ReadStats
from ngff_core.stores import Store, UnreachableError
from ngff_core.validation.calls import check_store

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")

from ngff_core.plugins import default_registry
from ngff_remote.clients.crowd import FEW, Crowd
from ngff_remote.clients.failures import REFUSED, Failure

CELLS = Path(__file__).parents[2] / "examples" / "cells.ome.zarr"
KEYS = [f"labels/cells/{number}/zarr.json" for number in range(2)] + [f"{number}/zarr.json" for number in range(40)]
OLD = "speaks HTTP/1.0, which takes a connection for each request: 4 requests under way instead of 64"


class Handler(SimpleHTTPRequestHandler):
    """Counts the requests under way, each of which takes as long as it takes the others to come."""

    under_way = most = 0
    lock = threading.Lock()

    def do_GET(self) -> None:
        with Handler.lock:
            Handler.under_way += 1
            Handler.most = max(Handler.most, Handler.under_way)
        super().do_GET()
        with Handler.lock:
            Handler.under_way -= 1

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def http_server(handler: type[SimpleHTTPRequestHandler], folder: Path) -> Iterator[str]:
    Handler.most = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def opened(url: str, **options: Any) -> Store:
    return default_registry().open_store(url, {"timeout": 20, **options})


def test_d8_a_server_of_http_1_0_is_asked_by_few_at_once() -> None:
    with http_server(Handler, CELLS) as url:
        store = opened(url)
        found = store.get_many(KEYS * 4)
        assert Handler.most <= FEW
        assert sum(isinstance(value, bytes) for value in found) == 16
        assert not [value for value in found if isinstance(value, StoreError)]
        stats: list[ReadStats] = []
        report = check_store(opened(url), on_progress=stats.append)
    assert report.valid
    assert report.stats.remarks == {f"{url} {OLD}"} == stats[-1].remarks


def test_d8_the_command_says_so_with_stats() -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(CELLS.parent)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().partition(' port ')[2].split()[0]}"
        command = [sys.executable, "-m", "ngff_core", "validate", "-q"]
        addresses = [f"{url}/{name}.ome.zarr" for name in ("cells", "broken", "cells")]
        quiet = subprocess.run([*command, *addresses], capture_output=True, text=True, check=False)
        told = subprocess.run([*command, *addresses, "--stats"], capture_output=True, text=True, check=False)
        server.terminate()
    assert (quiet.returncode, told.returncode) == (1, 1)
    assert quiet.stdout == told.stdout
    assert quiet.stdout.splitlines()[-1] == "3 stores: 2 valid, 1 invalid"
    assert quiet.stderr == ""
    assert told.stderr.splitlines().count(f"{url} {OLD}") == 1


def test_d8_other_servers_are_asked_by_as_many_as_there_are_jobs() -> None:
    """And each key is asked for once."""
    with serve(dict.fromkeys(KEYS, b"{}"), latency=0.05) as server:
        store = opened(server.url)
        store.get_many(KEYS[:1])
        server.forget()
        assert store.get_many(KEYS * 2) == [b"{}"] * 84
        assert server.most_under_way > 2 * FEW
        assert len(server.requests) == 84
        assert check_store(store).stats.remarks == frozenset()


def test_d8_fewer_jobs_than_that_stay_as_they_are() -> None:
    with http_server(Handler, CELLS) as url:
        assert check_store(opened(url, jobs=2)).stats.remarks == frozenset()


def test_d8_what_was_refused_among_many_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that has answered, and refuses when many ask at once."""
    with serve(dict.fromkeys(KEYS, b"{}")) as server:
        store: Any = opened(server.url)
        store.get("zarr.json")
        access, refused = store._connection._access, set()
        read = access.read

        def refusing(want: Any) -> bytes | Failure:
            if want.key in KEYS[10:] and want.key not in refused:
                refused.add(want.key)
                return Failure(UnreachableError(REFUSED[0]), reached=False)
            return read(want)

        monkeypatch.setattr(access, "read", refusing)
        assert store.get_many(KEYS) == [b"{}"] * len(KEYS)
        assert len(refused) == len(KEYS) - 10
        assert store.remark == f"{server.url} refused connections: 4 requests under way instead of 64"


def test_d8_a_server_that_is_not_there_is_not_asked_again() -> None:
    with serve({}) as server:
        url = server.url
    store: Any = opened(url, timeout=1)
    with pytest.raises(UnreachableError):
        store.get("zarr.json")
    assert store.remark is None


def together(crowd: Crowd, number: int) -> int:
    """Let so many threads in at once; return how many were inside at the same time."""
    inside = most = 0
    lock, go = threading.Lock(), threading.Barrier(number)

    def one() -> None:
        nonlocal inside, most
        go.wait()
        counted = crowd.enter()
        with lock:
            inside += 1
            most = max(most, inside)
        for _ in range(1000):
            pass
        with lock:
            inside -= 1
        crowd.leave(counted)

    threads: Sequence[threading.Thread] = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return most


def test_d8_a_crowd_lets_in_few_until_it_is_lifted() -> None:
    crowd = Crowd(limited=True)
    assert together(crowd, 40) <= FEW
    crowd.lift()
    assert crowd.enter() is False
    crowd.limit("is small")
    assert together(crowd, 40) <= FEW
    crowd.lift()  # it is known by now
    assert crowd.enter() is True
    assert crowd.why == "is small"
