"""Proxies: both clients take the same one, told by a real one on loopback."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest
from web import serve

from ngff_core.errors import StoreError, UsageError
from ngff_core.plugins import default_registry

pytest.importorskip("ngff_remote", reason="needs ngff-remote")

from ngff_remote.clients.proxies import for_obstore, proxies_of

SECRET = "Zq7-s3cr3t-Wx9"


def store_at(url: str, **options: Any) -> Any:
    return default_registry().open_store(url, {"timeout": 60, **options})


class ProxyServer(ThreadingHTTPServer):
    """Passes requests on; ``asked`` holds the method and the target of each, ``refused`` those without the password."""

    daemon_threads = True

    def __init__(self, user: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.expected = f"Basic {base64.b64encode(user.encode()).decode()}" if user else None
        self.asked: list[tuple[str, str]] = []
        self.refused: list[str] = []

    @property
    def place(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: ProxyServer

    def do_GET(self) -> None:
        if not self._may():
            return
        opener = build_opener(ProxyHandler({}))
        try:
            with opener.open(self.path, timeout=20) as answer:
                self._answer(answer.status, answer.read())
        except OSError as error:
            self._answer(getattr(error, "code", 502), b"")

    def do_CONNECT(self) -> None:
        if self._may():
            self._answer(502, b"no tunnels")

    def _may(self) -> bool:
        self.server.asked.append((self.command, self.path))
        if self.server.expected not in (None, self.headers.get("Proxy-Authorization")):
            self.server.refused.append(self.path)
            self._answer(407, b"")
            return False
        return True

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@contextmanager
def run_proxy(user: str = "") -> Iterator[ProxyServer]:
    """Run a proxy as long as the block does; ``user`` is ``NAME:PASSWORD``."""
    with ProxyServer(user) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def chosen(environ: dict[str, str], url: str, **client: str) -> str | None:
    scheme, _, host = url.partition("://")
    proxy = proxies_of(client, environ).of(scheme, host)
    return proxy and f"{proxy.url} {proxy.host} {proxy.user}".strip()


@pytest.mark.parametrize(
    ("environ", "url", "expected"),
    [
        ({}, "http://h", None),
        ({"http_proxy": "p:3128"}, "http://h", "http://p:3128 p:3128"),
        ({"http_proxy": "p:3128"}, "https://h", None),
        ({"https_proxy": "http://p"}, "https://h", "http://p p:80"),
        ({"HTTPS_PROXY": "http://p"}, "https://h", "http://p p:80"),
        ({"ALL_PROXY": "p:1"}, "https://h", "http://p:1 p:1"),
        ({"all_proxy": "p:1", "http_proxy": "q:1"}, "http://h", "http://q:1 q:1"),
        ({"HTTP_PROXY": "p:1", "http_proxy": "q:1"}, "http://h", "http://q:1 q:1"),
        ({"HTTP_PROXY": "p:1", "REQUEST_METHOD": "GET"}, "http://h", None),
        ({"http_proxy": "http://me:p%40w@p:1"}, "http://h", "http://me:p%40w@p:1 p:1 me:p@w"),
        ({"http_proxy": "me:pw@p:1"}, "http://h", "http://me:pw@p:1 p:1 me:pw"),
        ({"http_proxy": "p:1", "no_proxy": "*"}, "http://h", None),
        ({"http_proxy": "p:1", "NO_PROXY": "example.org, .lab"}, "http://data.example.org:80", None),
        ({"http_proxy": "p:1", "NO_PROXY": "example.org, .lab"}, "http://a.lab", None),
        ({"http_proxy": "p:1", "no_proxy": "example.org"}, "http://notexample.org", "http://p:1 p:1"),
        ({"http_proxy": "p:1", "no_proxy": "h:81"}, "http://h:80", "http://p:1 p:1"),
        ({"http_proxy": "p:1", "no_proxy": "h:80"}, "http://h:80", None),
        ({"http_proxy": "p:1", "no_proxy": "10.0.0.0/8,::1"}, "http://10.1.2.3:8080", None),
        ({"http_proxy": "p:1", "no_proxy": "10.0.0.0/8,::1"}, "http://[::1]:80", None),
        ({"http_proxy": "p:1", "no_proxy": ""}, "http://[::1]:80", "http://p:1 p:1"),
    ],
)
def test_r5_one_truth_about_proxies(environ: dict[str, str], url: str, expected: str | None) -> None:
    assert chosen(environ, url) == expected


@pytest.mark.parametrize("value", ["socks5://p:1", "http://", "p:port", "http://me:secret@[::1"])
def test_r5_proxies_that_are_none(value: str) -> None:
    with pytest.raises(UsageError, match=r"^http_proxy is no address of a proxy") as caught:
        proxies_of({}, {"http_proxy": value})
    assert "secret" not in str(caught.value)


def test_r5_the_option_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "other:1")
    assert chosen({"http_proxy": "other:1"}, "http://h", proxy_url="p:1") == "http://p:1 p:1"
    assert for_obstore({"proxy_url": "p:1"}, "http", ["h"]) == {"proxy_url": "http://p:1"}
    monkeypatch.setenv("no_proxy", "h")
    assert for_obstore({}, "http", ["h:80"]) == {"proxy_url": "http://other:1", "proxy_excludes": "h,h"}


ENVIRONMENTS = ["http_proxy={}", "http_proxy=http://{}", "HTTP_PROXY={}", "ALL_PROXY={}", "all_proxy=http://{}"]


@pytest.mark.parametrize("client", ["a+b", "a"])
@pytest.mark.parametrize("user", ["", f"me:{SECRET}"])
@pytest.mark.parametrize("form", ENVIRONMENTS)
def test_r5_both_clients_take_the_proxy(form: str, user: str, client: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve({"a+b/k": b"{}", "a/k": b"{}"}) as server, run_proxy(user) as proxy:
        name, _, value = form.format(f"{user}@{proxy.place}" if user else proxy.place).partition("=")
        monkeypatch.setenv(name, value)
        store = store_at(f"{server.url}/{client}", jobs=1)
        assert store.get_many(["k", "k"]) == [b"{}"] * 2
        target = f"{server.url}/{client.replace('+', '%2B')}/k"
        assert set(proxy.asked) == {("GET", target)}
        assert proxy.refused == []
        assert {"proxy-authorization" in request.headers for request in server.requests} == {False}
        proxy.asked.clear()
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert store_at(f"{server.url}/{client}", jobs=1).get("k") == b"{}"
        assert proxy.asked == []


@pytest.mark.parametrize("client", ["a+b", "a"])
@pytest.mark.parametrize("name", ["https_proxy", "ALL_PROXY"])
def test_r5_both_clients_ask_for_a_tunnel(name: str, client: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with run_proxy(f"me:{SECRET}") as proxy:
        monkeypatch.setenv(name, f"me:{SECRET}@{proxy.place}")
        value = store_at(f"https://nowhere.invalid/{client}", timeout=5).get_many(["k"])[0]
        assert isinstance(value, StoreError)
        assert set(proxy.asked) == {("CONNECT", "nowhere.invalid:443")}
        assert proxy.refused == []


def test_r5_the_region_is_asked_for_by_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    from ngff_remote.address import parse
    from ngff_remote.clients.region import region_of
    from ngff_remote.options import parse_options

    with run_proxy() as proxy:
        monkeypatch.setenv("https_proxy", proxy.place)
        assert region_of(parse("s3://bucket/x"), parse_options({"timeout": 5}, "s3")) is None
        assert proxy.asked == [("CONNECT", "s3.amazonaws.com:443")]
