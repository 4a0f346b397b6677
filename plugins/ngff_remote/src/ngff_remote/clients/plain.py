"""Plain HTTP with the standard library, for what obstore's client does not do.

That client needs a Content-Length, sends ``+`` in names as it is (which S3 takes for a space), cannot say ``%2F``,
and does not tell whether more came than was announced. This one costs half as much again, so it is the second choice.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from threading import local
from urllib.parse import quote, urljoin, urlsplit

import attrs

from ngff_core.errors import StoreError
from ngff_core.stores import MAX_DOCUMENT, UnreachableError
from ngff_remote.address import Address
from ngff_remote.clients.body import BLOCK, LARGE, TOO_LARGE, Turn, join, unpack
from ngff_remote.clients.failures import (
    BROKE_OFF,
    CIRCLE,
    LOST,
    NO_HOST,
    REFUSED,
    TIMEOUT,
    UNTRUSTED,
    Failure,
    of_status,
)
from ngff_remote.clients.make import AGENT, RETRIES, headers_of
from ngff_remote.options import Options

__all__ = ["PlainClient", "quoted"]

HOPS = 10
_BUSY = (408, 429, 500, 502, 503, 504)
_MOVED = (301, 302, 303, 307, 308)


@attrs.frozen
class _Target:
    scheme: str
    host: str  # and port
    path: str  # and query, as they are sent


class _Connection(HTTPConnection):
    before = ""  # what stands before the path in requests


class _Connections(dict[tuple[str, ...], HTTPConnection]):
    """The open connections of one thread; they are closed when it ends."""

    def __del__(self) -> None:
        for connection in self.values():
            connection.close()


class PlainClient:
    """Reads documents from one origin; each thread keeps its connections open."""

    def __init__(self, address: Address, options: Options) -> None:
        self._origin = urlsplit(address.place)
        self._base = f"/{address.raw}" if address.raw else ""
        self._query = f"?{address.query}" if address.query else ""
        self._timeout = options.timeout
        self._headers = {"User-Agent": AGENT, "Accept": "*/*", **headers_of(address, options)}
        self._config = dict(options.client)
        self._threads = local()
        self.version = 0  # of HTTP in the last answer: 10, 11; 0 before there was one

    def read(self, path: str, turn: Turn) -> bytes | Failure:
        """Return the document under a path, or what came in its place."""
        path = f"{self._base}/{quoted(path)}" if path else self._base
        target = _Target(self._origin.scheme, self._origin.netloc, path + self._query)
        deadline = time.monotonic() + self._timeout
        for number in range(RETRIES + 1):
            pause = 0.1 * 2**number
            try:
                answer = self._follow(target, deadline, turn)
                if isinstance(answer, bytes) or answer.status not in _BUSY:
                    return answer
                pause = max(pause, answer.pause)
            except StoreError as error:
                return Failure(error, 200)
            except (OSError, HTTPException) as error:
                self._forget()
                answer = _failure(error)
                if not answer.broke_off:
                    return answer
            if number == RETRIES or time.monotonic() + pause >= deadline:
                return answer
            time.sleep(pause)
        raise AssertionError("unreachable")

    def _follow(self, target: _Target, deadline: float, turn: Turn) -> bytes | Failure:
        for _ in range(HOPS):
            connection = self._connection(target)
            if connection.sock is not None:
                connection.sock.settimeout(max(0.001, deadline - time.monotonic()))
            headers = self._headers
            if target.host != self._origin.netloc:  # secrets stay with whom they were given for
                headers = {n: v for n, v in headers.items() if n.lower() not in ("authorization", "cookie")}
            before = connection.before if isinstance(connection, _Connection) else ""
            connection.request("GET", before + target.path, headers=headers)
            answer = connection.getresponse()
            self.version = answer.version
            if answer.status == 200:
                return self._body(answer, connection, deadline, turn)
            answer.read(LARGE)
            self._end(answer, connection)
            if answer.status not in _MOVED or not answer.headers.get("Location"):
                return _refusal(answer.status, answer.headers)
            moved = _redirected(target, answer.headers["Location"])
            if moved is None:
                return Failure(of_status(answer.status), answer.status)
            target = moved
        return Failure(StoreError(CIRCLE[0]), 302)

    def _connection(self, target: _Target) -> HTTPConnection:
        known: dict[tuple[str, ...], HTTPConnection] = self._threads.__dict__.setdefault("connections", _Connections())
        origin = (target.scheme, target.host)
        connection = known.get(origin)
        if connection is None:
            connection = known[origin] = self._new_connection(target)
        return connection

    def _new_connection(self, target: _Target) -> HTTPConnection:
        from urllib.request import getproxies, proxy_bypass

        proxy = self._config.get("proxy_url") or getproxies().get(target.scheme)
        proxy = None if proxy is None or proxy_bypass(target.host) else urlsplit(proxy).netloc
        if target.scheme == "http":
            plain = _Connection(proxy or target.host, timeout=self._timeout)
            plain.before = f"http://{target.host}" if proxy else ""  # of a proxy, whole addresses are asked for
            return plain
        context = ssl.create_default_context()
        if self._config.get("root_certificate"):
            context.load_verify_locations(cadata=self._config["root_certificate"].decode("ascii", "replace"))
        if self._config.get("allow_invalid_certificates"):
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection(proxy or target.host, timeout=self._timeout, context=context)
        if proxy is not None:
            connection.set_tunnel(target.host)
        return connection

    def _forget(self) -> None:
        for connection in self._threads.__dict__.pop("connections", _Connections()).values():
            connection.close()

    # --- the body -----------------------------------------------------------------------------------

    def _body(self, answer: HTTPResponse, connection: HTTPConnection, deadline: float, turn: Turn) -> bytes:
        if (answer.length or 0) > MAX_DOCUMENT:
            connection.close()
            raise StoreError(TOO_LARGE)
        try:
            body = join(self._parts(answer, connection.sock, deadline, turn))
            return unpack(body, answer.headers.get("Content-Encoding", ""), turn)
        except BaseException:
            connection.close()
            raise
        finally:
            self._end(answer, connection)

    def _parts(self, answer: HTTPResponse, sock: socket.socket | None, deadline: float, turn: Turn) -> Iterator[bytes]:
        got = 0
        while True:
            more = BLOCK if answer.length is None else answer.length
            if got + more > LARGE and not turn.taken:
                turn.take()
                deadline = time.monotonic() + self._timeout  # waiting for others is not the server's fault
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if sock is not None and sock.fileno() >= 0:
                sock.settimeout(left)
            if answer.length == 1 and len(answer.fp.peek()) > 1:
                raise StoreError("the answer is longer than the server says")
            part = answer.read1(BLOCK if answer.length is None else max(1, min(BLOCK, answer.length - 1)))
            if not part:
                if answer.length:
                    raise IncompleteRead(b"", answer.length)
                return
            got += len(part)
            yield part

    def _end(self, answer: HTTPResponse, connection: HTTPConnection) -> None:
        if not answer.isclosed():  # what is left of the answer would be taken for the next one
            connection.close()
        answer.close()


def quoted(path: str) -> str:
    """Return a path as it is sent: everything encoded that anyone might take for something else."""
    return quote(path, safe="/-_.~")


def _redirected(target: _Target, location: str) -> _Target | None:
    """Return where a redirect leads; ``None`` for other schemes, and for the way out of TLS."""
    try:
        parts = urlsplit(urljoin(f"{target.scheme}://{target.host}{target.path}", location))
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not host or (target.scheme == "https" and parts.scheme == "http"):
        return None
    path = quote(parts.path, safe="/%-_.~!$&'()*+,;=:@") or "/"
    return _Target(parts.scheme, host, path + (f"?{parts.query}" if parts.query else ""))


def _refusal(status: int, headers: Message) -> Failure:
    pause = headers.get("Retry-After", "")
    return Failure(of_status(status), status, pause=float(pause) if pause.isdigit() else 0.0)


def _failure(error: OSError | HTTPException) -> Failure:
    if isinstance(error, TimeoutError):
        return Failure(StoreError(TIMEOUT[0], hint=TIMEOUT[1]), reached=False)
    if isinstance(error, ConnectionRefusedError):
        return Failure(UnreachableError(REFUSED[0], hint=REFUSED[1]), reached=False)
    if isinstance(error, socket.gaierror):
        return Failure(UnreachableError(NO_HOST[0], hint=NO_HOST[1]), reached=False)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(UnreachableError(UNTRUSTED[0], hint=UNTRUSTED[1]), reached=False)
    if isinstance(error, IncompleteRead):
        return Failure(StoreError(BROKE_OFF[0]), reached=False, broke_off=True)
    return Failure(StoreError(LOST[0]), reached=False, broke_off=True)
