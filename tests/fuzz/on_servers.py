"""Servers whose answers are odd: a store is not valid where something of it could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

from changing import Step, nudged
from engine import Case
from on_stores import looked_at
from oracles import findings, of_command, of_report, ran, same
from sound_stores import documents_of, stores
from web import Answer, Request, serve

from ngff_core import check_store
from ngff_core.stores import MemoryStore

__all__ = ["INSTALLED", "SERVERS"]

INSTALLED = find_spec("ngff_remote") is not None
TIMEOUT = 1.0
STATUSES = (
    100,
    101,
    103,
    199,
    200,
    201,
    203,
    204,
    205,
    206,
    226,
    300,
    301,
    302,
    303,
    304,
    305,
    307,
    308,
    400,
    401,
    402,
    403,
    404,
    405,
    406,
    410,
    416,
    418,
    429,
    451,
    500,
    501,
    502,
    503,
    504,
    511,
    599,
    600,
    999,
    0,
    99,
    1000,
)
HEADERS = (
    ("Location", "http://127.0.0.1:1/x"), ("Location", "é\u2028"), ("Location", "//"), ("Location", "file:///etc/passwd"),
    ("Location", "zarr.json"), ("Location", "?"), ("Location", "http://["), ("Retry-After", "²"), ("Retry-After", "-1"),
    ("Retry-After", "99999999999"), ("Retry-After", "Wed, 99 Foo"), ("Content-Encoding", "gzip"),
    ("Content-Encoding", "br, gzip, x"), ("Content-Type", "text/html; charset=ÿ"), ("Content-Range", "bytes 5-2/1"),
    ("Content-Range", "bytes */*"), ("Content-Range", "lines"), ("Transfer-Encoding", "chunked"), ("ETag", "\x7f"),
    ("Last-Modified", "yesterday"), ("X-A", "a" * 70_000), ("Content-Length", "-1"), ("Content-Length", "1e3"),
    ("Set-Cookie", "a=b\x00c"), ("Connection", "upgrade"), ("Accept-Ranges", "none"), ("Date", ""), ("Age", "x"),
)  # fmt: skip
RAW = (
    "",
    "\r\n\r\n",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/9.9 200 OK\r\n\r\n{}",
    "HTTP/1.1 2OO OK\r\n\r\n",
    "ICY 200 OK\r\n\r\n{}",
    "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP/1.0 200 OK\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\n:\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "\x16\x03\x01\x02\x00",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n",
)
ABSENT = (404, 410)


class Servers:
    """A store behind a server with odd manners: some of its keys, or all, are answered oddly."""

    name = "servers"

    def draw(self, rng: Random) -> Case:
        """Draw a store, and the manners of its server."""
        base = rng.choice([name for name in stores() if name.split()[0] in ("image", "labels")])
        keys = [key for key in stores()[base] if key in documents_of(stores()[base])]
        steps = [_draw_step(rng, keys) for _ in range(rng.choice((1, 1, 2)))]
        choices = {"command": rng.random() < 0.1, "view": rng.random() < 0.3}
        return Case(self.name, base, steps, choices)

    def problems(self, case: Case, folder: Path) -> Iterator[str]:
        """Yield what does not hold."""
        files = stores()[case.base]
        spoilt: set[str] = set()

        def manners(request: Request, proper: Answer) -> Answer | None:
            answer = _answer(request, proper, case.steps)
            if answer is not None and _hides(answer, proper):
                spoilt.add(request.key)
            return answer

        with serve(files, manners) as server:
            options = {"timeout": TIMEOUT}
            report = check_store(server.url, storage_options=options)
            yield from of_report(report)
            if report.valid and spoilt:
                yield f"valid, although {sorted(spoilt)} could not be read"
            if not spoilt and not case.steps:
                yield from same("as in memory", findings(report), findings(check_store(MemoryStore(dict(files)))))
            if case.choices["command"]:
                done = ran("validate", server.url, "--timeout", TIMEOUT, "--format", "json", "--no-config")
                yield from of_command(done, json_out=True)
                yield from of_command(ran("info", server.url, "--timeout", TIMEOUT))
            if case.choices["view"]:
                yield from looked_at(server.url)


def _draw_step(rng: Random, keys: list[str]) -> Step:
    key = rng.choice((*keys, *keys, "*", "absent"))
    kind = rng.choice(("status", "status", "header", "header", "body", "length", "way", "raw"))
    if kind == "status":
        return [key, kind, rng.choice(STATUSES), rng.choice(("", "{}", "<html>", "same"))]
    if kind == "header":
        return [key, kind, *rng.choice(HEADERS), rng.choice((200, 200, 206, 302, 307, 429, 503))]
    if kind == "body":
        some = "".join(chr(rng.randrange(256)) for _ in range(3))
        return [key, kind, rng.choice(("flip", "cut", "put", "drop", "head")), rng.random(), some, rng.randrange(1, 40)]
    if kind == "length":
        return [key, kind, rng.choice((-1, 0, 1, 10, 2**31, 2**64))]
    if kind == "way":
        return [key, kind, rng.choice(("chunked", "close", "reset", "drip"))]
    return [key, kind, rng.choice(RAW)]


def _answer(request: Request, proper: Answer, steps: list[Step]) -> Answer | None:
    answer: Answer | None = None
    for key, kind, *given in steps:
        if key in ("*", request.key) or (key == "absent" and proper.status == 404):
            answer = _KINDS[kind](answer or proper, *given)
    return answer


def _status(answer: Answer, status: int, body: str) -> Answer:
    return answer._replace(status=status, body=answer.body if body == "same" else body.encode())


def _header(answer: Answer, name: str, value: str, status: int) -> Answer:
    status = answer.status if answer.status in ABSENT or status == 200 else status
    return answer._replace(status=status, headers={**answer.headers, name: value})


def _body(answer: Answer, kind: str, share: float, some: str, length: int) -> Answer:
    return answer._replace(body=nudged(answer.body, kind, int(share * len(answer.body)), some, length))


def _length(answer: Answer, number: int) -> Answer:
    return answer._replace(length=max(0, len(answer.body) + number) if abs(number) <= 10 else number)


def _way(answer: Answer, way: str) -> Answer:
    odd: dict[str, Any] = {"drip": 0.05} if way == "drip" else {way: True}
    return answer._replace(**odd)


def _raw(answer: Answer, text: str) -> Answer:
    return answer._replace(raw=text.encode("latin-1"), close=True)


_KINDS = {"status": _status, "header": _header, "body": _body, "length": _length, "way": _way, "raw": _raw}


def _hides(answer: Answer, proper: Answer) -> bool:
    """Tell whether an answer says neither what a document holds nor that it is not there."""
    if proper.status not in (200, 206) or answer.raw is not None:
        return False
    return answer.status >= 400 and answer.status not in ABSENT


SERVERS = Servers()
