"""Reading over HTTP: names, secrets, options, limits, and servers that are not there."""

from __future__ import annotations

import base64
import gzip
import json
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hierarchies import documents
from patience import patiently
from web import Answer, Request, WebServer, serve

from ngff_core.errors import StoreError, UsageError
from ngff_core.plugins import default_registry
from ngff_core.stores import MAX_DOCUMENT, Store, UndecidedError, UnreachableError
from ngff_core.validation.calls import check_store

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")
SECRET = "s3cr3t"


def store_at(url: str, **options: Any) -> Store:
    return default_registry().open_store(url, {"timeout": 60, **options})


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serve({"a.zarr/zarr.json": b"{}", "zarr.json": b"[]", "a.zarr/OME/METADATA.ome.xml": b"<OME/>"}) as running:
        yield running


def ngff(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ngff_core", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# --- what a store is -------------------------------------------------------------------------------------


def test_a_store(server: WebServer) -> None:
    store = store_at(f"{server.url}/a.zarr/")
    assert store.url == f"{server.url}/a.zarr"
    assert (store.batch, store.concurrent, store.lists_cheaply) == (128, 4, False)
    assert store.get("zarr.json") == b"{}"
    assert store.get("absent") is None
    assert store.get_many(["absent", "zarr.json", "OME/METADATA.ome.xml"]) == [None, b"{}", b"<OME/>"]
    assert store.get_many([]) == []
    assert store.list("") is None
    assert [r.target for r in server.requests[:1]] == ["/a.zarr/zarr.json"]


def test_the_root_of_a_server(server: WebServer) -> None:
    assert store_at(server.url).get("zarr.json") == b"[]"
    assert store_at(f"{server.url}/").get("a.zarr/zarr.json") == b"{}"


def test_d1_stores_are_pickled(server: WebServer) -> None:
    store = pickle.loads(pickle.dumps(store_at(f"{server.url}/a.zarr", jobs=3)))
    assert (store.url, store.jobs) == (f"{server.url}/a.zarr", 3)
    assert store.get_many(["absent", "zarr.json"]) == [None, b"{}"]
    archive = pickle.loads(pickle.dumps(store_at(f"{server.url}/a.zip")))
    assert archive.url == f"{server.url}/a.zip"


def test_stores_of_one_server_share_its_connections(server: WebServer) -> None:
    for number in range(30):
        store_at(f"{server.url}/{number}.zarr").get("zarr.json")
    assert server.connections < 5  # one, unless an answer comes before its connection is put back


def test_requests_under_way_are_bounded() -> None:
    files = {str(number): b"{}" for number in range(60)}
    with serve(files, latency=0.05) as server:
        store = store_at(server.url, jobs=5)
        assert store.batch == 10
        values: list[Any] = []
        threads = [threading.Thread(target=lambda: values.extend(store.get_many([*files]))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert values == [b"{}"] * 240
        assert server.most_under_way == 5


def test_all_jobs_are_used() -> None:
    files = {str(number): b"{}" for number in range(200)}
    with serve(files, latency=0.3) as server:
        assert store_at(server.url).get_many([*files]) == [b"{}"] * 200
        assert server.most_under_way == 64


# --- names ------------------------------------------------------------------------------------------------

NAMES = {
    "a b": "a%20b",
    "ü": "%C3%BC",
    "日本": "%E6%97%A5%E6%9C%AC",
    "50%": "50%25",
    "%41": "%2541",
    "a#b": "a%23b",
    "a?b": "a%3Fb",
    "a+b": "a%2Bb",
    "a&b=c": "a&b=c",
    "a;b,c": "a;b,c",
    "[x]": "[x]",
    "a'b(c)!": "a'b(c)!",
    "~a_b-c.d": "~a_b-c.d",
    '"<>{}|^`': "%22%3C%3E%7B%7D%7C%5E%60",
    "\\": "%5C",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_of_keys(name: str) -> None:
    with serve({f"x/{name}/zarr.json": b"{}"}) as server:
        assert store_at(f"{server.url}/x").get(f"{name}/zarr.json") == b"{}"
        assert len(server.requests) == 1


@pytest.mark.parametrize(("name", "encoded"), NAMES.items())
def test_names_in_addresses(name: str, encoded: str) -> None:
    with serve({f"x/{name}/zarr.json": b"{}"}) as server:
        store = store_at(f"{server.url}/x/{encoded}")
        assert store.get("zarr.json") == b"{}"
        assert store.url == f"{server.url}/x/{encoded}"


def test_names_that_need_no_encoding_in_addresses() -> None:
    with serve({"a b#ü/zarr.json": b"{}"}) as server:
        assert store_at(f"{server.url}/a b#ü").get("zarr.json") == b"{}"


def test_an_encoded_slash_stays_one() -> None:
    with serve({}, lambda r, a: Answer(200, b"{}") if r.target == "/a%2Fb/c%20d/zarr.json" else None) as server:
        assert store_at(f"{server.url}/a%2Fb/c%20d").get("zarr.json") == b"{}"


def test_a_plus_is_never_sent_bare() -> None:
    with serve({"a+b/zarr.json": b"{}"}) as server:
        assert store_at(f"{server.url}/a+b").get("zarr.json") == b"{}"
        assert [r.target for r in server.requests] == ["/a%2Bb/zarr.json"]


# --- secrets ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["x", "a%2Fb"])
def test_query_strings_are_sent_and_not_shown(path: str) -> None:
    loop = Answer(302, headers={"Location": f"loop?x={SECRET}"})
    pages = {"ok": Answer(200, b"{}"), "500": Answer(500), "403": Answer(403), "loop": loop}
    with serve({}, lambda r, a: pages.get(r.key.rpartition("/")[2])) as server:
        store = store_at(f"{server.url}/{path}?sig={SECRET}%2B%26&exp=1")
        values = store.get_many(["ok", "none", "500", "403", "loop"])
        assert {r.query for r in server.requests if "loop" not in r.key} == {f"sig={SECRET}%2B%26&exp=1"}
    values += store.get_many(["ok"])  # nobody is there any more
    assert values[:2] == [b"{}", None]
    for error in values[2:]:
        assert isinstance(error, StoreError)
        assert SECRET not in f"{error} {error.hint} {error!r} {error.__cause__} {error.__context__}"
    assert store.url == f"{server.url}/{path}"


def test_users_of_addresses(server: WebServer) -> None:
    url = server.url.replace("http://", f"http://me:{SECRET}%20%C3%BC@")
    store = store_at(f"{url}/a.zarr")
    assert store.get("zarr.json") == b"{}"
    expected = base64.b64encode(f"me:{SECRET} ü".encode()).decode()
    assert [r.headers["authorization"] for r in server.requests] == [f"Basic {expected}"]
    assert store.url == f"{server.url}/a.zarr"


@pytest.mark.parametrize("plain", [False, True])
def test_headers(server: WebServer, plain: bool) -> None:
    options = {"header.Authorization": f"Bearer {SECRET}", "header.X-Lab": "idr"}
    store_at(f"{server.url}/{'a+b' if plain else 'a'}", **options).get("zarr.json")
    headers = server.requests[0].headers
    assert (headers["authorization"], headers["x-lab"]) == (f"Bearer {SECRET}", "idr")


@pytest.mark.parametrize("plain", [False, True])
def test_secrets_do_not_follow_redirects(server: WebServer, plain: bool) -> None:
    def away(request: Request, proper: Answer) -> Answer:
        return Answer(307, headers={"Location": f"{server.url}/zarr.json"})

    with serve({}, away) as other:
        options = {"header.Authorization": f"Bearer {SECRET}"}
        assert store_at(f"{other.url}/{'a+b' if plain else 'a'}", **options).get("zarr.json") == b"[]"
    assert ["authorization" in r.headers for r in server.requests] == [False]


def test_reports_hold_no_secrets() -> None:
    with serve(documents("image-0.5"), lambda r, a: Answer(403) if r.key == "1/zarr.json" else None) as server:
        url = server.url.replace("://", f"://me:{SECRET}@")
        done = ngff("validate", "--format", "json", f"{url}?X-Amz-Signature={SECRET}")
    assert (done.returncode, done.stderr) == (3, "")
    assert SECRET not in done.stdout
    assert json.loads(done.stdout)["results"][0]["url"] == server.url


# --- limits -----------------------------------------------------------------------------------------------


def test_large_documents_are_read_one_at_a_time() -> None:
    body = b"{" + b" " * (3 << 20) + b"}"
    with serve({str(number): body for number in range(6)}, latency=0.02) as server:
        assert store_at(server.url).get_many([str(number) for number in range(6)]) == [body] * 6


@pytest.mark.parametrize("manner", ["plain", "chunked", "packed"])
def test_large_documents_are_not_held_all_at_once(manner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many large documents a batch has, no more bytes of them are kept than of one that is just allowed."""
    monkeypatch.setattr("ngff_remote.clients.body.Budget.__init__.__defaults__", (7 << 20,))
    body = b"[" + b" " * (2 << 20) + b"]"

    def manners(request: Request, proper: Answer) -> Answer:
        if manner == "packed":
            return proper._replace(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        return proper._replace(chunked=manner == "chunked")

    with serve({str(number): body for number in range(6)}, manners) as server:
        values = store_at(server.url).get_many([str(number) for number in range(6)])
    assert values.count(body) == 3
    errors = {str(value) for value in values if value != body}
    assert errors == {f"it and documents near it have more than {MAX_DOCUMENT} bytes together"}


def test_a_server_that_only_fails_is_given_up() -> None:
    with serve({}, lambda r, a: Answer(503)) as server:
        values = store_at(server.url, jobs=2).get_many([str(number) for number in range(50)])
        assert {str(value) for value in values} == {"the server failed (503)"}
        assert 4 * 5 <= len(server.requests) <= 6 * 5  # each of them with four more attempts


def test_a_rate_spreads_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    from ngff_remote.clients import limits

    now, slept = 100.0, []
    clock = SimpleNamespace(monotonic=lambda: now, sleep=slept.append)
    monkeypatch.setattr(limits, "time", clock)
    rate = limits.Rate(4)
    for _ in range(4):
        rate.wait()
    assert slept == [0.25, 0.5, 0.75]
    now = 200.0
    rate.wait()
    assert slept == [0.25, 0.5, 0.75]


def test_a_rate() -> None:
    with serve({}) as server:
        assert store_at(server.url, max_rps=200).get_many(["a"] * 20) == [None] * 20
        assert len(server.requests) == 20


@patiently
def test_timeouts_are_not_tried_again_and_a_dead_server_is_given_up(timeout: float) -> None:
    with serve({}, lambda r, a: Answer(hang=True)) as server:
        store = store_at(server.url, timeout=timeout, jobs=4)
        values = store.get_many([str(number) for number in range(100)])
        assert [str(value) for value in values] == ["no answer in time"] * 100
        # twice as many as there are jobs, and those that were under way then
        assert 8 <= len(server.requests) <= 12
        assert isinstance(values[-1], UnreachableError)


@patiently
def test_a_server_that_comes_back_is_asked_again(timeout: float) -> None:
    awake = threading.Event()
    with serve({"a": b"{}"}, lambda r, a: None if awake.is_set() else Answer(hang=True)) as server:
        store = store_at(server.url, timeout=timeout, jobs=1)
        store.get_many(["a"] * 4)
        assert len(server.requests) == 2
        awake.set()
        value = None
        while not isinstance(value, bytes):
            value = store.get_many(["a"])[0]
        assert store.get_many(["a"] * 3) == [b"{}"] * 3


def test_the_limit_is_that_of_core() -> None:
    with serve({"a": b"{}"}, lambda r, a: a._replace(length=MAX_DOCUMENT + 1)) as server:
        value = store_at(server.url).get_many(["a"])[0]
    assert str(value) == f"the document has more than {MAX_DOCUMENT} bytes, which is the limit"


# --- servers that are not there ----------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize("path", ["a", "a+b"])
def test_connections_refused(path: str) -> None:
    value = store_at(f"http://127.0.0.1:{free_port()}/{path}").get_many(["zarr.json"])[0]
    assert isinstance(value, UnreachableError)
    assert (str(value), value.hint) == ("the server refuses connections", "check host and port; is the server running?")


@pytest.mark.parametrize("path", ["a", "a+b"])
def test_no_such_host(path: str) -> None:
    value = store_at(f"http://nowhere.invalid/{path}").get_many(["zarr.json"])[0]
    assert isinstance(value, UnreachableError)
    assert (str(value), value.hint) == ("there is no host of that name", "check the address and the network")


@pytest.mark.parametrize("path", ["a", "a+b"])
def test_no_tls(server: WebServer, path: str) -> None:
    server.manners = lambda r, a: Answer(400)
    url = server.url.replace("http://", "https://")
    value = store_at(f"{url}/{path}", timeout=1).get_many(["zarr.json"])[0]
    assert isinstance(value, StoreError)
    assert not isinstance(value, UndecidedError)


def test_exit_code_and_text() -> None:
    url = f"http://127.0.0.1:{free_port()}/a.zarr"
    done = ngff("validate", url)
    assert done.returncode == 3
    assert "the server refuses connections" in done.stdout
    assert "Debug" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


# --- options ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"endpont": "x"}, "unknown storage option 'endpont'; did you mean 'endpoint'?"),
        ({"AWS_REGIO": "x"}, "unknown storage option 'AWS_REGIO'; did you mean 'region'?"),
        ({"jobs": 0}, "jobs is 0, expected an integer above 0"),
        ({"jobs": 1.5}, "jobs is 1.5, expected an integer above 0"),
        ({"max_rps": "fast"}, "max_rps is 'fast', expected a number above 0"),
        ({"timeout": -1}, "timeout is -1, expected a number above 0"),
        ({"anonymous": "perhaps"}, "storage option 'anonymous' is 'perhaps', expected true or false"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        default_registry().open_store("https://127.0.0.1/a", options)
    assert str(caught.value) == message


@pytest.mark.parametrize("url", ["http://", "http:///a", "http://[::1/a", "http://a:b/c", "s3://", "s3:///a", "az://"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsageError):
        store_at(url)


def test_options_of_other_kinds_are_left_out(server: WebServer) -> None:
    options = {"region": "eu-west-1", "anonymous": "true", "account_name": "a", "AWS_ENDPOINT_URL": "http://x"}
    assert store_at(server.url, **options).get("zarr.json") == b"[]"


def test_local_addresses_stay_with_core(tmp_path: Any) -> None:
    (tmp_path / "zarr.json").write_bytes(b"{}")
    assert type(store_at(f"file://{tmp_path}")).__name__ == "LocalStore"


# --- start-up -----------------------------------------------------------------------------------------------


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    program = (
        "import sys; from ngff_core.plugins import default_registry; r = default_registry()\n"
        "print('ngff_remote.plugin' in sys.modules, 'obstore' in sys.modules, 'ngff_remote.options' in sys.modules)\n"
        "r.open_store('https://127.0.0.1:9/a', {})\n"
        "heavy = ('asyncio', 'fsspec', 'http.client', 'logging', 'obstore.fsspec')\n"
        "print('obstore' in sys.modules, *(name for name in heavy if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True False False", "True"]


def test_a_valid_image(server: WebServer) -> None:
    server.files = documents("image-0.5")
    report = check_store(server.url)
    assert (report.status, report.url) == ("valid", server.url)
    assert sorted(server.asked.elements()) == sorted(server.files)
