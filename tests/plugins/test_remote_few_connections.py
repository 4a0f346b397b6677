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
from hierarchies import documents
from web import LAB, Answer, Request, serve

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
        assert Handler.most < 2 * FEW  # one may not have counted itself out when its answer is there
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


REFUSING = {
    "503": (Answer(503), "was busy"),
    "429": (Answer(429), "asked for fewer requests"),
    "429 with Retry-After": (Answer(429, headers={"Retry-After": "0"}), "asked for fewer requests"),
    "reset": (Answer(reset=True), "broke off connections"),
}


@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.parametrize("name", REFUSING)
def test_d8_a_server_that_refuses_more_than_it_can_do_is_asked_by_fewer(name: str, limit: int) -> None:
    refusal, words = REFUSING[name]
    with serve({**documents("plate-0.5"), **dict.fromkeys(KEYS, b"{}")}, latency=0.02) as server:
        server.manners = lambda request, proper: refusal if server.under_way > limit else proper
        report = check_store(opened(server.url), ignore=LAB)
        assert report.valid
        assert report.counts["well"] == 4
        store: Any = opened(server.url)
        assert store.get(KEYS[0]) == b"{}"
        assert store.get_many(KEYS) == [b"{}"] * len(KEYS)
        assert server.most_under_way > 10
        remark = f"{server.url} {words}: at times fewer requests under way instead of 64"
        assert store.remark in (None, remark)  # perhaps its client has asked again at the right time


@pytest.mark.parametrize("name", REFUSING)
def test_d8_the_store_says_that_there_were_fewer(name: str) -> None:
    refusal, words = REFUSING[name]

    def manners(request: Request, proper: Answer) -> Answer:
        refused = request.key != "zarr.json" and request.number < 5  # as often as the client asks by itself
        return refusal if refused else proper

    with serve(dict.fromkeys(["zarr.json", *KEYS], b"{}"), manners) as server:
        store: Any = opened(server.url)
        assert store.get("zarr.json") == b"{}"
        assert store.get_many(KEYS) == [b"{}"] * len(KEYS)
        assert store.remark == f"{server.url} {words}: at times fewer requests under way instead of 64"


def test_d8_refused_connections_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_d8_what_is_refused_by_itself_slows_nothing_else() -> None:
    files = dict.fromkeys(KEYS * 4, b"{}")
    with serve(files, lambda request, proper: Answer(503) if request.key == KEYS[7] else proper) as server:
        store: Any = opened(server.url)
        store.get("zarr.json")
        found = store.get_many(KEYS)
        assert str(found[7]) == "the server failed (503)"
        assert found[:7] + found[8:] == [b"{}"] * (len(KEYS) - 1)
        assert store.remark is None


def test_d8_retrying_ends_with_the_timeout() -> None:
    with serve(dict.fromkeys(KEYS, b"{}")) as server:
        store: Any = opened(server.url, timeout=0.5)
        assert store.get(KEYS[0]) == b"{}"
        server.manners = lambda request, proper: Answer(503)
        assert {str(value) for value in store.get_many(KEYS)} == {"the server failed (503)"}


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
        entered = crowd.enter()
        with lock:
            inside += 1
            most = max(most, inside)
        for _ in range(1000):
            pass
        with lock:
            inside -= 1
        crowd.leave(entered)

    threads: Sequence[threading.Thread] = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return most


def test_d8_a_crowd_lets_in_few_until_it_is_lifted() -> None:
    crowd = Crowd(64, limited=True)
    assert together(crowd, 40) <= FEW
    crowd.lift()
    assert wave(crowd, 40, 40) == 40
    crowd.limit("is small")
    assert together(crowd, 40) <= FEW
    crowd.lift()  # it is known by now
    assert together(crowd, 40) <= FEW
    assert crowd.why == "is small"


def wave(crowd: Crowd, number: int, takes: int) -> int:
    """Let as many in as may be, of whom so many are answered; return how many that were."""
    number = min(number, crowd.room)
    entered = [crowd.enter() for _ in range(number)]
    for place, one in enumerate(entered):
        crowd.leave(one, None if place < takes else "was busy")
    return number


def test_d8_a_crowd_is_halved_by_refusals_and_grows_with_answers() -> None:
    crowd = Crowd(64)
    assert [wave(crowd, 64, 4) for _ in range(6)] == [64, 32, 16, 8, 4, 4]
    assert crowd.why == "was busy"
    assert max(wave(crowd, 64, 64) for _ in range(40)) > 4
    crowd = Crowd(64)
    assert [wave(crowd, 10, 3) for _ in range(4)] == [10, 5, 2, 2]


def test_d8_one_refusal_or_one_at_a_time_is_no_crowd() -> None:
    crowd = Crowd(64)
    assert [wave(crowd, 64, 63) for _ in range(9)] == [64] * 9
    crowd = Crowd(64)
    assert [wave(crowd, 1, 0) for _ in range(9)] == [1] * 9
    assert (crowd.room, crowd.why) == (64, None)
