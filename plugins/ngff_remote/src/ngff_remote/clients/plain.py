"""Plain HTTP with the standard library, for what obstore's client does not do.

That client takes headers of the user, and the query as ``Referer``, along to wherever a redirect leads; it needs a
Content-Length, sends ``+`` in names as it is (which S3 takes for a space), cannot say ``%2F``, and does not tell
whether more came than was announced. This one takes two to three times the work, so it is the second choice.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from email.message import Message
from functools import cached_property
from http.client import HTTPException, HTTPResponse, IncompleteRead
from threading import local
from typing import TypeVar

import attrs

from ngff_core.errors import StoreError
from ngff_core.stores import MAX_DOCUMENT, UnreachableError
from ngff_core.stores.content import BrokenOffError
from ngff_remote.address import Address
from ngff_remote.clients.body import BLOCK, LARGE, TOO_LARGE, Part, Span, Turn, join, unpack
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
from ngff_remote.clients.proxies import proxies_of
from ngff_remote.clients.targets import Target, quoted, redirected, target_of
from ngff_remote.clients.wire import Deadline, Wire, connect, send, tls_context
from ngff_remote.options import Options

__all__ = ["PlainClient", "Streamed"]

T = TypeVar("T")
HOPS = 10
_BUSY = (408, 429, 500, 502, 503, 504)
_MOVED = (301, 302, 303, 307, 308)
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", re.ASCII)


class _Connections(dict[tuple[str, str], Wire]):
    """The open connections of one thread; they are closed when it ends."""

    def __del__(self) -> None:
        for connection in self.values():
            connection.close()


@attrs.frozen
class Streamed:
    """A body as it comes: its length if the server says so, whether its end is told at all, and its media type."""

    blocks: Iterable[bytes]
    size: int | None
    ends: bool
    media_type: str


class PlainClient:
    """Reads documents from one origin; each thread keeps its connections open.

    What was given for that origin goes nowhere else: to others, redirects are followed without headers of the user,
    without cookies, without ``Referer``.
    """

    def __init__(self, address: Address, options: Options) -> None:
        self._origin = target_of(address.place)
        self._base = f"/{address.raw}" if address.raw else ""
        self._query = f"?{address.query}" if address.query else ""
        self._timeout = options.timeout
        self._own = {"User-Agent": AGENT, "Accept": "*/*"}
        self._headers = {**self._own, **headers_of(address, options)}
        self._config = dict(options.client)
        self._proxies = proxies_of(self._config)
        self._threads = local()
        self._idle: list[_Connections] = []  # of answers that were read to their end
        self.version = 0  # of HTTP in the last answer: 10, 11; 0 before there was one
        self.led_away = False  # a redirect led to another origin

    def read(self, path: str, turn: Turn, span: Span | None = None) -> bytes | Failure:
        """Return the document under a path, or what came in its place; of a span, a `Part`."""
        target = self._target(path)
        more = (
            {} if span is None else {"Range": f"bytes={span[0]}" if span[0] < 0 else f"bytes={span[0]}-{span[1] - 1}"}
        )
        deadline = Deadline(self._timeout)
        return self._retried(lambda: self._follow(target, deadline, turn, more), deadline)

    def stream(self, path: str, turn: Turn) -> Streamed | Failure:
        """Begin to read what is under a path, of any size; what is packed is read as a whole."""
        deadline = Deadline(self._timeout)
        return self._retried(lambda: self._begin(self._target(path), deadline, turn), deadline)

    def _retried(self, ask: Callable[[], T | Failure], deadline: Deadline) -> T | Failure:
        for number in range(RETRIES + 1):
            pause = 0.1 * 2**number
            try:
                answer = ask()
                if not isinstance(answer, Failure) or answer.status not in _BUSY:
                    return answer
                pause = max(pause, answer.pause)
            except StoreError as error:
                return Failure(error, 200)
            except (OSError, HTTPException, UnicodeError) as error:
                self._forget()
                answer = _failure(error)
                if not answer.broke_off:
                    return answer
            if number == RETRIES or pause >= deadline.seconds_left:
                return answer
            time.sleep(pause)
        raise AssertionError("unreachable")

    def _target(self, path: str) -> Target:
        path = f"{self._base}/{quoted(path)}" if path else self._base
        return Target(self._origin.scheme, self._origin.host, path + self._query)

    def _begin(self, target: Target, deadline: Deadline, turn: Turn) -> Streamed | Failure:
        """Ask over connections that nothing else uses meanwhile."""
        try:
            connections = self._idle.pop()
        except IndexError:
            connections = _Connections()
        answer = self._answer(target, deadline, {}, connections)
        if isinstance(answer, Failure):
            self._idle.append(connections)
            return answer
        media_type = answer.headers.get_content_type()
        if not answer.headers.get("Content-Encoding"):
            ends = answer.length is not None or bool(answer.chunked)
            return Streamed(self._streamed(answer, deadline, connections), answer.length, ends, media_type)
        body = self._body(answer, deadline, turn, {})
        return body if isinstance(body, Failure) else Streamed([body], len(body), True, media_type)

    def _streamed(self, answer: HTTPResponse, deadline: Deadline, connections: _Connections) -> Iterator[bytes]:
        """Yield the bytes of an answer of any size; raises StoreError."""
        whole = False
        try:
            yield from _parts(answer, deadline, None)
            whole = answer.isclosed()
        except (OSError, HTTPException) as error:
            failure = _failure(error)
            kind = BrokenOffError if failure.broke_off else StoreError
            raise kind(str(failure.error), hint=failure.error.hint if failure.error else None) from None
        finally:
            answer.close()
            if whole:
                self._idle.append(connections)

    def _follow(self, target: Target, deadline: Deadline, turn: Turn, more: dict[str, str]) -> bytes | Failure:
        connections: _Connections = self._threads.__dict__.setdefault("connections", _Connections())
        answer = self._answer(target, deadline, more, connections)
        if isinstance(answer, Failure):
            return answer
        return self._body(answer, deadline, turn, more)

    def _answer(
        self, target: Target, deadline: Deadline, more: dict[str, str], connections: _Connections
    ) -> HTTPResponse | Failure:
        """Ask, and follow redirects; return the answer before its body is read, or what came in its place."""
        for _ in range(HOPS):
            origin = (target.scheme, target.host)
            if origin not in connections:
                context = self._context if target.scheme == "https" else None
                connections[origin] = connect(*origin, self._proxies.of(*origin), context)
            connection = connections[origin]
            at_home = origin == (self._origin.scheme, self._origin.host)
            self.led_away = self.led_away or not at_home
            answer = send(connection, target.path, {**(self._headers if at_home else self._own), **more}, deadline)
            self.version = answer.version
            if answer.status == 200 or (more and answer.status == 206):
                return answer
            answer.read(LARGE)
            if not answer.isclosed():  # what is left of the answer would be taken for the next one
                connection.close()
            answer.close()
            if answer.status not in _MOVED or not answer.headers.get("Location"):
                return _refusal(answer.status, answer.headers)
            moved = redirected(target, answer.headers["Location"])
            if moved is None:
                return Failure(of_status(answer.status), answer.status)
            target = moved
        return Failure(StoreError(CIRCLE[0]), 302)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return tls_context(self._config)

    def close(self) -> None:
        """Close the connections of this thread."""
        self._forget()

    def _forget(self) -> None:
        for connection in self._threads.__dict__.pop("connections", _Connections()).values():
            connection.close()

    # --- the body -----------------------------------------------------------------------------------

    def _body(self, answer: HTTPResponse, deadline: Deadline, turn: Turn, more: dict[str, str]) -> bytes | Failure:
        whole = False
        try:
            if more and answer.status == 200:
                return Failure(StoreError("the server sends no parts of files"), 200)
            if (answer.length or 0) > MAX_DOCUMENT:
                raise StoreError(TOO_LARGE)
            body = join(_parts(answer, deadline, turn))
            whole = answer.isclosed()
            body = unpack(body, answer.headers.get("Content-Encoding", ""), turn)
            return _part(body, answer.headers) if more else body
        finally:
            answer.close()
            if not whole:
                self._forget()


def _parts(answer: HTTPResponse, deadline: Deadline, turn: Turn | None) -> Iterator[bytes]:
    """Yield the bytes of an answer; raises IncompleteRead, and StoreError where there are more than announced."""
    got = 0
    while True:
        more = BLOCK if answer.length is None else answer.length
        if turn is not None and got + more > LARGE and not turn.taken:
            turn.take()
            deadline.restart()
        if answer.length == 1 and len(answer.fp.peek()) > 1:
            raise StoreError("the answer is longer than the server says")
        part = answer.read1(BLOCK if answer.length is None else max(1, min(BLOCK, answer.length - 1)))
        if not part:
            if answer.length:
                raise IncompleteRead(b"", answer.length)
            return
        got += len(part)
        yield part


def _part(body: bytes, headers: Message) -> Part | Failure:
    """Return some bytes of an object with where they are in it, if the server says so."""
    match = _RANGE.fullmatch(headers.get("Content-Range", ""))
    if match is None or int(match[2]) - int(match[1]) + 1 != len(body):
        return Failure(StoreError("the server does not tell which part of the file it sends"), 416)
    part = Part(body)
    part.start, part.total = int(match[1]), int(match[3])
    return part


def _refusal(status: int, headers: Message) -> Failure:
    pause = headers.get("Retry-After", "")
    return Failure(of_status(status), status, pause=float(pause) if pause.isascii() and pause.isdigit() else 0.0)


def _failure(error: OSError | HTTPException | UnicodeError) -> Failure:
    if isinstance(error, TimeoutError):
        return Failure(StoreError(TIMEOUT[0], hint=TIMEOUT[1]), reached=False)
    if isinstance(error, ConnectionRefusedError):
        return Failure(UnreachableError(REFUSED[0], hint=REFUSED[1]), reached=False)
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return Failure(UnreachableError(NO_HOST[0], hint=NO_HOST[1]), reached=False)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(UnreachableError(UNTRUSTED[0], hint=UNTRUSTED[1]), reached=False)
    if isinstance(error, IncompleteRead):
        return Failure(StoreError(BROKE_OFF[0]), reached=False, broke_off=True)
    return Failure(StoreError(LOST[0]), reached=False, broke_off=True)
