"""What servers, redirects and proxies get to know and may do: secrets, deadlines, odd headers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from web import Answer, Folder, Request, serve

from ngff_core.errors import StoreError
from ngff_core.plugins import default_registry

pytest.importorskip("ngff_remote", reason="needs ngff-remote")

from ngff_remote.clients.targets import Target, redirected

SECRET = "Zq7-s3cr3t-Wx9"
HEADERS = {
    "header.X-Api-Key": SECRET,
    "header.x-amz-security-token": SECRET,
    "header.Authorization": f"Bearer {SECRET}",
    "header.Cookie": f"session={SECRET}",
}


def store_at(url: str, **options: Any) -> Any:
    return default_registry().open_store(url, {"timeout": 60, **options})


# --- R1: what is given for a host goes nowhere else ----------------------------------------------------------


def with_query(url: str, path: str) -> str:
    return url.replace("://", f"://me:{SECRET}@") + f"/{path}?X-Amz-Signature={SECRET}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("path", ["x.zarr", "a+b", "a%2Fb"])
def test_r1_nothing_that_was_given_follows_a_redirect(path: str, status: int) -> None:
    with serve({"found": b"{}"}) as other:

        def away(request: Request, proper: Answer) -> Answer:
            return Answer(status, headers={"Location": f"{other.url}/found"})

        with serve({}, away) as server:
            store = store_at(with_query(server.url, path), **HEADERS)
            assert store.get_many(["a", "b", "c"]) == [b"{}"] * 3
        for request in other.requests:
            assert set(request.headers) <= {"host", "user-agent", "accept", "accept-encoding"}
            assert SECRET not in f"{request}"
        assert {SECRET in f"{request}" for request in server.requests} == {True}


def test_r1_to_the_same_host_all_goes_along() -> None:
    def moved(request: Request, proper: Answer) -> Answer | None:
        return Answer(302, headers={"Location": "/found"}) if request.key != "found" else None

    with serve({"found": b"{}"}, moved) as server:
        assert store_at(server.url, **HEADERS).get("a") == b"{}"
        for request in server.requests:
            sent = [request.headers[name.removeprefix("header.").lower()] for name in HEADERS]
            assert sent == list(HEADERS.values())
            assert "referer" not in request.headers


def test_r1_archives_and_copies_give_nothing_away() -> None:
    """Parts of an archive, and what is copied block by block, are read by the same rules."""
    archive = bytes(range(256)) * 1024
    with serve({"x.ozx": archive, "chunk": archive}) as other:

        def away(request: Request, proper: Answer) -> Answer:
            return Answer(302, headers={"Location": f"{other.url}/{request.key}"})

        with serve({}, away) as server:
            source = store_at(with_query(server.url, "x.ozx"), **HEADERS)._source
            assert source.size == len(archive)
            assert source.read_many([(5, 10)]) == [archive[5:15]]
            assert [r.headers.get("range") for r in other.requests] == ["bytes=-131072", "bytes=5-14"]
            content = store_at(with_query(server.url, ""), **HEADERS).content("chunk")
            assert content.size == len(archive)
            assert b"".join(content) == archive
            assert store_at(with_query(server.url, ""), **HEADERS).kvstore() is None
        assert SECRET not in f"{[request[:5] for request in other.requests]}"
        assert {"referer", "x-api-key"} & {name for r in other.requests for name in r.headers} == set()


def test_r1_pixels_are_read_in_parts_and_give_nothing_away(tmp_path: Path) -> None:
    zarr: Any = pytest.importorskip("zarr", reason="needs zarr-python")
    array = zarr.create_array(tmp_path, shape=(64, 64), shards=(64, 64), chunks=(8, 8), dtype="uint16")
    array[:] = 1
    with serve(Folder(tmp_path)) as other:

        def away(request: Request, proper: Answer) -> Answer:
            return Answer(302, headers={"Location": f"{other.url}/{request.key}"})

        with serve({}, away) as server:
            found = zarr.open_array(store_at(with_query(server.url, ""), **HEADERS).zarr_store(), mode="r")
            assert (found[0:8, 8:16] == 1).all()
    chunks = [request for request in other.requests if request.key == "c/0/0"]
    assert len(chunks) == 2
    assert all("range" in request.headers for request in chunks)
    assert SECRET not in f"{other.requests}"
    assert {"referer" in request.headers for request in other.requests} == {False}


def test_r2_connections_show_no_secrets() -> None:
    connection = store_at(
        with_query("http://127.0.0.1:1", "x"), **HEADERS, proxy=f"http://me:{SECRET}@127.0.0.1:1"
    )._connection
    for thing in (connection, connection.options, connection.address, connection._plain_client._proxies):
        assert SECRET not in repr(thing)


def test_r1_nothing_was_given_and_no_referer_goes_along() -> None:
    """Where nothing is secret, obstore reads; it would say where it comes from."""
    with serve({"found": b"{}"}) as other:
        there = other.url.replace("127.0.0.1", "localhost")

        def away(request: Request, proper: Answer) -> Answer | None:
            return Answer(302, headers={"Location": f"{there}/found"}) if request.key == "x/away" else None

        with serve({"x/here": b"{}"}, away) as server:
            store = store_at(f"{server.url}/x")
            assert store.get_many(["here", "here"]) == [b"{}"] * 2
            assert store.get_many(["away", "here", "away"]) == [b"{}"] * 3
        assert len(other.requests) == 2
        assert {"referer" in request.headers for request in other.requests} == {False}


BUCKETS = {
    "s3": {"access_key_id": "a", "secret_access_key": "b", "session_token": SECRET},
    "gs": {},
    "az": {"account_name": "lab", "sas_key": f"sv=1&sig={SECRET}"},
}


@pytest.mark.parametrize("where", ["{}/bucket/k", "{}"])
@pytest.mark.parametrize("kind", BUCKETS)
def test_r1_buckets_are_not_followed_to_other_hosts(kind: str, where: str) -> None:
    with serve({"bucket/k": b"{}"}) as other:
        there = where.format(other.url.replace("127.0.0.1", "localhost"))
        with serve({}, lambda r, a: Answer(307, headers={"Location": there})) as server:
            store = store_at(f"{kind}://bucket", endpoint=server.url, **BUCKETS[kind], **HEADERS)
            value = store.get_many(["k"])[0]
        assert str(value) == "the server redirects to another host, which is not followed"
        assert other.requests == []


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("http://h/x", None),
        ("//h/x", "https h /x"),
        ("https://h:443/x?a=b#c", "https h /x?a=b"),
        ("https://me:pw@h/x", "https h /x"),
        ("https://other/x", "https other /x"),
        ("y", "https h /y"),
        ("file:///etc/passwd", None),
        ("https:///x", "https h /x"),
        ("https://[::1/x", None),
        ("https://h:99999/x", None),
        ("https://h o/x", None),
        ("https://h\x00/x", None),
        (f"https://{'a' * 70}ü.org/x", None),
        ("https://münchen.de/x", "https xn--mnchen-3ya.de /x"),
        ("/ü?ä=ö", "https h /%C3%BC?%C3%A4=%C3%B6"),
        ("/a b\r\nX: y", "https h /a%20bX:%20y"),
        ("/²\u2028", "https h /%C2%B2%E2%80%A8"),
    ],
)
def test_r4_where_redirects_lead(location: str, leads_to: str | None) -> None:
    found = redirected(Target("https", "h", "/"), location.encode("utf-8").decode("latin-1"))
    assert (found and f"{found.scheme} {found.host} {found.path}") == leads_to


# --- R4: headers that make no sense --------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["x", "a+b"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Location": "/é/x"},
        {"Location": "http://exämple.invalid:1/"},
        {"Location": "http://[::1/x"},
        {"Location": "http://127.0.0.1:99999/"},
        {"Location": "\u00b2"},
        {"Location": ""},
        {"Retry-After": "²"},
        {"Retry-After": "-1"},
        {"Retry-After": "9" * 400},
        {"Content-Encoding": "²"},
        {"Content-Range": "bytes ²-3/4"},
    ],
)
@pytest.mark.parametrize("status", [200, 206, 302, 503])
def test_r4_odd_headers(path: str, headers: dict[str, str], status: int) -> None:
    with serve({}, lambda r, a: Answer(status, b"x", headers)) as server:
        store = store_at(f"{server.url}/{path}", timeout=2)
        for value in store.get_many(["a"]):
            assert value in (None, b"x") or isinstance(value, StoreError)


# --- R3: one deadline for a whole answer ----------------------------------------------------------------------

CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
DRIPS = {
    "status": (b"H", b"T"),
    "headers": (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "many headers": (b"HTTP/1.1 200 OK\r\n", b"a:b\r\n"),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n{", b" "),
    "404": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 100000000\r\n\r\n", b"a"),
    "redirect": (b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 100000000\r\n\r\n", b"a"),
    "503": (b"HTTP/1.1 503 No\r\n" + CHUNKED, b"a"),
    "trailers": (b"HTTP/1.1 200 OK\r\n" + CHUNKED, b"a"),
    "many trailers": (b"HTTP/1.1 200 OK\r\n" + CHUNKED, b"a:b\r\n"),
    "trailers of a 404": (b"HTTP/1.1 404 Not Found\r\n" + CHUNKED, b"a:b\r\n"),
    "sizes of chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "100": (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "packed": (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n" + CHUNKED, b"a"),
}


@contextmanager
def dripping(first: bytes, then: bytes) -> Iterator[str]:
    """Run a server that never comes to an end."""
    done = threading.Event()

    def serve_one(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(1 << 16)
                connection.sendall(first)
                while not done.is_set():
                    connection.sendall(then)
                    time.sleep(0.02)
            except OSError:
                pass

    def accept() -> None:
        while not done.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve_one, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize("kind", DRIPS)
@pytest.mark.parametrize("client", ["plain", "obstore", "S3"])
def test_r3_answers_without_end(kind: str, client: str) -> None:
    """Without a deadline for all of it, none of these comes back."""
    with dripping(*DRIPS[kind]) as url:
        if client == "S3":
            store = store_at("s3://bucket", endpoint=url, timeout=0.5, anonymous=True)
        else:
            store = store_at(
                f"{url}/{'a+b' if client == 'plain' else 'a'}", timeout=0.5, jobs=1 if client == "obstore" else 8
            )
        value = store.get_many(["x"])[0]
        assert isinstance(value, StoreError)
        assert not isinstance(value, bytes)
