"""A real HTTP server on loopback, in a thread, that counts what is asked of it and can be given bad manners."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

__all__ = ["LAB", "Answer", "Folder", "Request", "WebServer", "serve"]

LAB = ["lab/"] if any(d.name == "ngff-rules-example" for d in distributions()) else []
"""The rules of the example plugin, which is not installed everywhere: they are left out."""

_REASONS = {200: "OK", 206: "Partial Content", 404: "Not Found"}


class Request(NamedTuple):
    """What was asked: ``key`` is the decoded path without its first slash, ``target`` the path as it was sent."""

    method: str
    key: str
    target: str
    query: str
    headers: Mapping[str, str]
    number: int  # how often this key was asked for before


class Answer(NamedTuple):
    """What to answer, and how badly: each of the fields after ``headers`` is a way to be odd."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    length: int | None = None  # the Content-Length that is claimed
    chunked: bool = False
    close: bool = False  # the connection is closed after the answer
    reset: bool = False  # the connection is reset, without an answer
    hang: bool = False  # nothing is ever answered
    drip: float = 0.0  # seconds between one byte of the body and the next
    endless: bytes = b""  # sent again and again after the body, as long as the client listens
    raw: bytes | None = None  # sent as it is, in place of status line, headers and body


Manners = Callable[[Request, Answer], Answer | None]


class Folder(Mapping[str, bytes]):
    """The files below a directory, by key."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __getitem__(self, key: str) -> bytes:
        path = self._root / key
        if not key or not path.is_file():
            raise KeyError(key)
        return path.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return (p.relative_to(self._root).as_posix() for p in sorted(self._root.rglob("*")) if p.is_file())

    def __len__(self) -> int:
        return sum(1 for _ in self)


class WebServer:
    """Serves a mapping of keys to bytes; ``manners`` sees each request and the proper answer, and may change it."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        manners: Manners | None = None,
        latency: float = 0.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.files = files
        self.tls = tls
        self.manners = manners
        self.latency = latency
        self.requests: list[Request] = []
        self.asked: Counter[str] = Counter()
        self.connections = 0
        self.under_way = 0
        self.most_under_way = 0
        self._loop = asyncio.new_event_loop()
        self._open: set[_Connection] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
        self.port = 0

    @property
    def url(self) -> str:
        """The address of the root, without a final slash."""
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}"

    def start(self) -> WebServer:
        """Start to listen on a free port."""
        self._thread.start()
        self._ready.wait()
        return self

    def stop(self) -> None:
        """Stop, and drop every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def forget(self) -> None:
        """Start counting anew."""
        self.requests.clear()
        self.asked.clear()
        self.most_under_way = 0

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=256, ssl=self.tls)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._drop(server))
        self._loop.close()

    async def _drop(self, server: asyncio.Server) -> None:
        """Stop to listen, and drop every connection; those that are just being accepted are let in first.

        A server that is closed before they are leaves them open.
        """
        for _ in range(1000):
            sending = {task for connection in self._open for task in connection.tasks}
            if asyncio.all_tasks(self._loop) <= {asyncio.current_task(self._loop), *sending}:
                break
            await asyncio.sleep(0)
        server.close()
        for _ in range(10):
            for connection in tuple(self._open):
                connection.transport.abort()
            await asyncio.sleep(0)
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Return what to answer to a request."""
        path, _, query = target.partition("?")
        key = unquote(path).lstrip("/")
        request = Request(method, key, path, query, headers, self.asked[key])
        self.requests.append(request)
        self.asked[key] += 1
        answer = self._proper(request)
        return answer if self.manners is None else self.manners(request, answer) or answer

    def _proper(self, request: Request) -> Answer:
        try:
            body = self.files[request.key]
        except KeyError:
            return Answer(404, b"not found")
        span = request.headers.get("range", "")
        if not span.startswith("bytes="):
            return Answer(200, body)
        first, _, last = span.removeprefix("bytes=").partition("-")
        start = int(first) if first else max(0, len(body) - int(last))
        stop = min(int(last) + 1, len(body)) if first and last else len(body)
        if start >= len(body):
            return Answer(416, b"", {"Content-Range": f"bytes */{len(body)}"})
        return Answer(206, body[start:stop], {"Content-Range": f"bytes {start}-{stop - 1}/{len(body)}"})


class _Connection(asyncio.Protocol):
    """One connection: requests come one after the other, each is answered before the next is read."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        self.buffer = b""
        self.gone = False
        self.tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections += 1
        self.server._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        self.server._open.discard(self)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, rest = self.buffer.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            method, target, _ = lines[0].split(" ", 2)
            fields = (line.partition(":") for line in lines[1:])
            headers = {name.strip().lower(): value.strip() for name, _, value in fields}
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            server = self.server
            server.under_way += 1
            server.most_under_way = max(server.most_under_way, server.under_way)
            answer = server.answer(method, target, headers)
            if server.latency:
                server._loop.call_later(server.latency, self._send, method, answer)
            else:
                self._send(method, answer)

    def _send(self, method: str, answer: Answer) -> None:
        self.server.under_way -= 1
        if answer.hang or self.gone:
            return
        if answer.reset:
            self.transport.abort()
            return
        if answer.raw is not None:
            self.transport.write(answer.raw)
            self.transport.close()
            return
        odd = answer.chunked or answer.endless
        length = len(answer.body) if answer.length is None else answer.length
        fields = {"Content-Type": "application/octet-stream", **answer.headers}
        fields |= {"Transfer-Encoding": "chunked"} if odd else {"Content-Length": str(length)}
        fields |= {"Connection": "close"} if answer.close else {}
        lines = [f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Odd')}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        head = "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n"
        if method == "HEAD":
            self.transport.write(head)
        elif odd or answer.drip:
            task = self.server._loop.create_task(self._send_slowly(head, answer))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            return
        else:
            self.transport.write(head + answer.body)
        if answer.close or (answer.length is not None and answer.length > len(answer.body)):
            self.transport.close()

    async def _send_slowly(self, head: bytes, answer: Answer) -> None:
        self.transport.write(head)
        for part in _parts(answer):
            if self.gone:
                return
            self.transport.write(b"%x\r\n%s\r\n" % (len(part), part) if answer.chunked or answer.endless else part)
            while self.transport.get_write_buffer_size() > 1 << 20 and not self.gone:
                await asyncio.sleep(0.001)
            await asyncio.sleep(answer.drip)
        self.transport.write(b"0\r\n\r\n" if answer.chunked else b"")
        if answer.close:
            self.transport.close()


def _parts(answer: Answer) -> Iterator[bytes]:
    if answer.drip:
        yield from (answer.body[i : i + 1] for i in range(len(answer.body)))
    elif answer.body:
        yield answer.body
    while answer.endless:
        yield answer.endless


@contextmanager
def serve(
    files: Mapping[str, bytes],
    manners: Manners | None = None,
    latency: float = 0.0,
    tls: ssl.SSLContext | None = None,
) -> Iterator[WebServer]:
    """Run a server as long as the block does."""
    server = WebServer(files, manners, latency, tls).start()
    try:
        yield server
    finally:
        server.stop()
