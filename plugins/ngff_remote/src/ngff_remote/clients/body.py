"""The body of an answer: never more of it than the limit, and unpacked where the server packed it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from threading import Lock

from ngff_core.errors import StoreError
from ngff_core.stores import MAX_DOCUMENT, UndecidedError

__all__ = [
    "BLOCK",
    "LARGE",
    "TOO_LARGE",
    "TOO_MUCH",
    "Budget",
    "Part",
    "Span",
    "Turn",
    "WebPageError",
    "is_cut_short",
    "is_page",
    "join",
    "unpack",
]

BLOCK = 1 << 18
LAYERS = 4  # compressions of each other
MEMBERS = 4096  # of a compressed answer; who packs piece by piece has pieces of some kB
LARGE = 1 << 20  # bytes; larger documents are read one at a time
TOO_MUCH = f"it and documents near it have more than {MAX_DOCUMENT} bytes together"
TOO_LARGE = f"the document has more than {MAX_DOCUMENT} bytes, which is the limit"
_SPACE = b"\xef\xbb\xbf \t\r\n"
_UNPACKED = ("", "identity", "aws-chunked")
_PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 47}


Span = tuple[int, int]  # the first byte and the one after the last; (-N, 0) is the last N bytes


class Part(bytes):
    """Some bytes of an object: where they begin, and how long the object is."""

    start: int
    total: int


class WebPageError(UndecidedError):
    """A web page came in place of a document."""

    def __init__(self) -> None:
        super().__init__(
            "the server answered with a web page",
            hint="servers of web applications do so for everything they do not have; check the address",
        )


def join(parts: Iterable[bytes], limit: int = MAX_DOCUMENT) -> bytes:
    """Join the parts of a body; raises StoreError as soon as there is more than the limit."""
    found: list[bytes] = []
    size = 0
    for part in parts:
        size += len(part)
        if size > limit:
            raise StoreError(TOO_LARGE)
        found.append(part)
    return found[0] if len(found) == 1 else b"".join(found)


class Turn:
    """The right to hold a large document, which one has at a time; taken when it turns out that one is large."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self.taken = False

    def take(self, *, wait: bool = True) -> bool:
        """Take one's turn, if that has not been done; tell whether one has it."""
        self.taken = self.taken or self._lock.acquire(blocking=wait)
        return self.taken

    def __enter__(self) -> Turn:
        return self

    def __exit__(self, *_: object) -> None:
        if self.taken:
            self._lock.release()


class Budget:
    """How many bytes of large documents one batch may hold."""

    def __init__(self, limit: int = MAX_DOCUMENT) -> None:
        self._left = limit
        self._lock = Lock()

    def take(self, size: int) -> bool:
        """Tell whether there is room for so many bytes more; if so, they count."""
        with self._lock:
            fits = size <= self._left
            self._left -= size if fits else 0
            return fits


def unpack(body: bytes, encoding: str, turn: Turn, limit: int = MAX_DOCUMENT) -> bytes:
    """Undo a Content-Encoding, up to the limit."""
    names = [name for part in encoding.lower().split(",") if (name := part.strip()) not in _UNPACKED]
    if len(names) > LAYERS:
        raise StoreError(f"the server compressed the document {len(names)} times, more than {LAYERS}")
    for name in reversed(names):
        bits = _PACKED.get(name)
        if bits is None:
            raise StoreError(f"the server compressed the document as {name[:20]!r}, which was not asked for")
        body = _inflate(body, bits, turn, limit)
    return body


def _inflate(body: bytes, bits: int, turn: Turn, limit: int) -> bytes:
    """Undo one compression. What it is made of is bounded, not only what comes of it: members may be empty."""
    parts: list[bytes] = []
    size = at = members = 0
    try:
        while at < len(body):
            members += 1
            if members > MEMBERS:
                raise StoreError(f"the compressed answer is made of more than {MEMBERS} pieces")
            stream = zlib.decompressobj(bits)
            while not stream.eof:
                # a piece at a time, as what is not used of it is copied
                piece = stream.unconsumed_tail or body[at : at + BLOCK]
                at += 0 if stream.unconsumed_tail else len(piece)
                part = stream.decompress(piece, BLOCK)
                size += len(part)
                if size > limit:
                    raise StoreError(TOO_LARGE)
                if size > LARGE:
                    turn.take()
                parts.append(part)
                if not piece and not part and not stream.eof:
                    raise StoreError("the compressed answer ends too early")
            at -= len(stream.unused_data)
    except zlib.error:
        raise StoreError("the answer is not compressed as it says") from None
    return b"".join(parts)


def is_page(key: str, body: bytes) -> bool:
    """Tell whether a body is a web page, or an error in XML, in place of a document."""
    start = body[:512].lstrip(_SPACE)
    if not start.startswith(b"<"):
        return False
    return not key.endswith(".xml") or start[:14].lower().startswith((b"<!doctype html", b"<html"))


def is_cut_short(key: str, body: bytes) -> bool:
    """Tell whether a body may be the beginning of a longer document in JSON."""
    if key.endswith(".xml"):
        return False
    balanced = body.count(b"{") == body.count(b"}") and body.count(b"[") == body.count(b"]")
    return not balanced or not body[-64:].rstrip().endswith((b"}", b"]"))
