"""A real proxy on loopback for what is asked of it over HTTP, which may want a password; tunnels it only counts."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import ProxyHandler, build_opener

__all__ = ["ProxyServer", "run_proxy"]


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
