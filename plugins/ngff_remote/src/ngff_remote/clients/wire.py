"""Connections of the standard library's HTTP client, with one deadline for all that is sent and received on the way."""

from __future__ import annotations

import io
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any

from ngff_core.errors import StoreError
from ngff_remote.clients.proxies import Proxy

__all__ = ["Deadline", "connect", "send", "tls_context"]


class Deadline:
    """When an answer has to be there, as a whole."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.restart()

    def restart(self) -> None:
        """Begin anew: what was waited for meanwhile was not the server's fault."""
        self._end = time.monotonic() + self.seconds

    @property
    def seconds_left(self) -> float:
        """The seconds that are left, which may be fewer than none."""
        return self._end - time.monotonic()

    @property
    def left(self) -> float:
        """The seconds that are left; raises TimeoutError where there are none."""
        left = self.seconds_left
        if left <= 0:
            raise TimeoutError
        return left


class _TimedReader(io.RawIOBase):
    """The bytes that a socket receives; each wait for some is cut short by the deadline of the whole."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._deadline.left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Timed:
    """What connections have in common: answers are read until the ``deadline``, which each request sets."""

    deadline: Deadline
    before = ""  # what stands before the path in requests
    more: Mapping[str, str] = {}  # headers for a proxy

    def response_class(self, sock: socket.socket, *arguments: Any, **options: Any) -> HTTPResponse:
        """Return an answer that is read in time; `http.client` calls this."""
        response = HTTPResponse(sock, *arguments, **options)
        response.fp.close()
        response.fp = io.BufferedReader(_TimedReader(sock, self.deadline))
        return response


class _Plain(_Timed, HTTPConnection):  # type: ignore[misc]  # a method makes answers, in place of a class
    pass


class _Secure(_Timed, HTTPSConnection):  # type: ignore[misc]
    pass


Wire = _Plain | _Secure


def connect(scheme: str, host: str, proxy: Proxy | None, context: ssl.SSLContext | None) -> Wire:
    """Return a connection to a host, not yet opened."""
    secret = {"Proxy-Authorization": "Basic " + b64encode(proxy.user.encode()).decode()} if proxy and proxy.user else {}
    at = host if proxy is None else proxy.host
    if scheme == "http":
        kind = _Secure if proxy is not None and proxy.url.startswith("https:") else _Plain
        plain = kind(at)
        if proxy is not None:  # of a proxy, whole addresses are asked for
            plain.before, plain.more = f"http://{host}", secret
        return plain
    secure = _Secure(at, context=context)
    if proxy is not None and proxy.url.startswith("https:"):
        raise StoreError(
            "a proxy that speaks TLS itself is not used for https", hint="name one that begins with http://"
        )
    if proxy is not None:
        secure.set_tunnel(host, headers=secret)
    return secure


def send(
    connection: Wire, path: str, headers: Mapping[str, str], deadline: Deadline, method: str = "GET"
) -> HTTPResponse:
    """Ask for something, and return the answer as far as its headers."""
    connection.deadline = deadline
    connection.timeout = deadline.left
    if connection.sock is not None:
        connection.sock.settimeout(deadline.left)
    connection.request(method, connection.before + path, headers={**headers, **connection.more})
    if connection.sock is not None:
        connection.sock.settimeout(deadline.left)
    return connection.getresponse()


def tls_context(client: Mapping[str, Any]) -> ssl.SSLContext:
    """Return whom to trust, by the options of obstore's client."""
    context = ssl.create_default_context()
    if client.get("root_certificate"):
        context.load_verify_locations(cadata=client["root_certificate"].decode("ascii", "replace"))
    if client.get("allow_invalid_certificates"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
