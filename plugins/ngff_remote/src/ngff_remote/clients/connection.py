"""What all stores behind one host or bucket share: the client, its threads, the rate, and whether the host answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from ngff_core.errors import StoreError
from ngff_core.references import Reference
from ngff_remote.address import Address
from ngff_remote.clients.access import Access, Want
from ngff_remote.clients.body import LARGE, TOO_MUCH, Budget, Part, Turn, WebPageError, is_cut_short, is_page
from ngff_remote.clients.crowd import FEW, Crowd
from ngff_remote.clients.failures import Failure, refusal_of, refused_write
from ngff_remote.clients.forks import check_process
from ngff_remote.clients.limits import Breaker, Rate
from ngff_remote.clients.pool import Pool
from ngff_remote.listing.listed import Listed
from ngff_remote.options import Options

if TYPE_CHECKING:
    from obstore import GetResult
    from obstore.store import ObjectStore

    from ngff_remote.clients.plain import PlainClient, Streamed
    from ngff_remote.listing.pages import Page

__all__ = ["Connection"]

T = TypeVar("T")
R = TypeVar("R")
_plain_client = Reference("ngff_remote.clients.plain:PlainClient")
OLD = 10  # HTTP/1.0, as `http.client` has it
OLD_HTTP = "speaks HTTP/1.0, which takes a connection for each request"
PAUSE = 0.05  # seconds before what was refused is asked for again, and longer if by itself
AGAIN = 3  # so often is asked again for what is refused by itself
_NO_PARTS = (200, 400, 404, 405, 416, 501)


class Connection:
    """Reads documents from one host or bucket; ``jobs`` requests are under way at most."""

    def __init__(self, address: Address, options: Options) -> None:
        self.address = address
        self.jobs = options.jobs
        self._pool = Pool(options.jobs)
        self._rate = Rate(options.max_rps) if options.max_rps is not None else None
        self._breaker = Breaker(2 * options.jobs, options.timeout)
        self._access = Access(address, options)
        self._web = address.kind == "http"
        self.options = options
        self._plain: PlainClient | None = None
        # obstore's client takes whatever was given along to wherever a redirect leads
        given = self._web and bool(address.query or address.user or options.headers)
        self._only_plain = bool(address.raw) or given
        self._lock = Lock()
        self._large = Lock()
        # which version of HTTP a server speaks is told by the plain client, which reads the first document
        self._unknown = address.place.startswith("http:") and options.jobs > FEW and not options.client
        self._first = Lock()
        self.listed = Listed()
        self._crowd = Crowd(options.jobs, limited=self._unknown)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle where it leads and how, credentials as well; another process connects anew."""
        return Connection, (self.address, self.options)

    @property
    def remark(self) -> str | None:
        """Why fewer requests are under way than there are jobs, if so."""
        why = self._crowd.why
        if why is None:
            return None
        fewer = f"{FEW} requests" if why == OLD_HTTP else "at times fewer requests"
        return f"{self.address.shown} {why}: {fewer} under way instead of {self.jobs}"

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return for each key its bytes, ``None`` when it is absent, or the error that kept it from being read."""
        budget = Budget()
        return self._pool.map(lambda key: self._get(key, budget), keys)

    def pages(self, prefix: str, delimiter: str = "") -> Iterator[Page | Failure] | None:
        """Return the pages of a listing, of which a Failure is the last; ``None`` where there is none: plain HTTP."""
        if self._web:
            return None
        error = self._breaker.check()
        if error is not None:
            return iter([Failure(error, reached=False)])
        self._wait()
        return self._access.pages(prefix, delimiter)

    def client_for(self, key: str) -> ObjectStore | None:
        """Return obstore's client where it can be asked for a key without further ado."""
        check_process()
        return None if self._rate is not None or self._needs_care(key) else self._access.client

    def get_parts(self, spans: Sequence[tuple[str, int, int]]) -> list[bytes | StoreError]:
        """Return for each key, begin and end the bytes there, or the error that kept them from being read."""
        return self._pool.map(self._get_part, spans)

    def get_tail(self, key: str, length: int) -> tuple[int, bytes] | StoreError | None:
        """Return the last bytes under a key, and where they begin; ``None``: absent, or no parts are sent."""
        span = (-length, 0)
        if self.address.kind == "az":  # which sends no last bytes without being told where they are
            head = self._noted(self._ask(Want(key, self._turn(), (0, 1))))
            span = (max(0, head.total - length), head.total) if isinstance(head, Part) else (0, 1)
        answer = self._noted(self._ask_part(Want(key, self._turn(), span)))
        if isinstance(answer, Part):
            return answer.start, bytes(answer)
        return answer.error if isinstance(answer, Failure) and answer.status not in _NO_PARTS else None

    def get_whole(self, key: str) -> bytes | StoreError | None:
        """Return all that is under a key, whatever it is."""
        with self._turn() as turn:
            want = Want(key, turn)
            answer = self._noted(self._ask_plain(want) if self._web else self._ask(want))
        return answer if isinstance(answer, bytes) else answer.error

    # --- copying and writing ------------------------------------------------------------------------

    def each(self, call: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Call a function with each item, as many at once as requests may be under way."""
        return self._pool.map(call, items)

    def get_here(self, key: str) -> bytes | StoreError | None:
        """Return what `get_many` returns for a key, read in the calling thread."""
        return self._get(key, Budget())

    def open(self, key: str) -> GetResult | Failure | None:
        """Begin to read an object in the calling thread; ``None``: it takes more care, as `get_here` does."""
        if self._needs_care(key) or self._breaker.check() is not None:
            return None
        self._wait()
        return self._access.open(key)

    def stream(self, key: str) -> Streamed | Failure:
        """Begin to read an object over plain HTTP in the calling thread.

        Any status but 200 is a failure: obstore's client takes an answer of part of an object, or of none, for all.
        """
        error = self._breaker.check()
        if error is not None:
            return Failure(error, reached=False)
        with self._turn() as turn:
            return self._in_turn(lambda: self._begin(key, turn))

    def _begin(self, key: str, turn: Turn) -> Streamed | Failure:
        self._wait()
        return self._plain_client.stream(key, turn)

    def write(self, call: Callable[[ObjectStore], T]) -> T:
        """Call something that writes, in the calling thread; raises StoreError and what stands for a conflict."""
        error = self._breaker.check()
        if error is not None:
            raise error
        self._wait()
        self.listed.forget()
        answer = self._access.write(call)
        if not isinstance(answer, Failure):
            self._breaker.answered()
            return answer
        if answer.reached and (answer.status < 500 or answer.status == 501):
            self._breaker.answered()
        elif answer.error is not None:
            raise self._breaker.failed(answer.error)
        raise refused_write(answer)

    def _get_part(self, span: tuple[str, int, int]) -> bytes | StoreError:
        error = self._breaker.check()
        if error is not None:
            return error
        key, first, end = span
        if end <= first:
            return b""
        answer = self._noted(self._ask_part(Want(key, self._turn(), (first, end))))
        if isinstance(answer, bytes):
            return bytes(answer)
        return answer.error or StoreError("it is not there any more")

    def _get(self, key: str, budget: Budget) -> bytes | StoreError | None:
        error = self._breaker.check()
        if error is not None:
            return error
        with self._turn() as turn:  # until a large document counts, or is let go of
            want = Want(key, turn)
            answer = self._in_turn(lambda: self._ask_web(want) if self._web else self._ask(want))
            if isinstance(answer, Failure):
                return answer.error
            return answer if len(answer) <= LARGE or budget.take(len(answer)) else StoreError(TOO_MUCH)

    def _in_turn(self, ask: Callable[[], T | Failure]) -> T | Failure:
        """Ask with as many others as the host takes; again, and with fewer, where it refused some of many.

        What is refused by itself is asked for a few times more: there may be others at that host.
        """
        deadline = time.monotonic() + self.options.timeout
        alone = 0
        while True:
            entered = self._crowd.enter()
            refusal = None
            try:
                answer = self._noted(ask())
                refusal = refusal_of(answer) if self._breaker.answers else None
            finally:
                fewer = self._crowd.leave(entered, refusal, again=alone > 0)
            if refusal is None or self.jobs == 1:
                return answer
            alone += not fewer
            pause = PAUSE * 2**alone
            if alone > AGAIN or time.monotonic() + pause >= deadline or self._breaker.check() is not None:
                return answer
            time.sleep(pause)

    def _turn(self) -> Turn:
        return Turn(self._large)

    def _noted(self, answer: T | Failure) -> T | Failure:
        """Note whether the host answered, and was able to."""
        if not isinstance(answer, Failure) or (answer.reached and answer.status != 429 and answer.status < 500):
            self._breaker.answered()
        elif answer.error is not None:
            error = self._breaker.failed(answer.error)
            return answer if answer.reached else attrs.evolve(answer, error=error)
        return answer

    def _ask(self, want: Want) -> bytes | Failure:
        self._wait()
        return self._access.read(want)

    def _ask_web(self, want: Want) -> bytes | Failure:
        answer: bytes | Failure | None = None
        if self._unknown and self._first.acquire(blocking=False):
            answer = self._ask_first(want)
        elif not self._needs_care(want.key):
            answer = self._ask(want)
            if isinstance(answer, Failure):
                beyond = answer.lengthless or answer.away
                self._only_plain = self._only_plain or beyond
                answer = None if beyond else answer
            elif is_cut_short(want.key, answer):
                answer = None  # which also lets go of it
        if answer is None:
            answer = self._ask_plain(want)
            self._only_plain = self._only_plain or self._plain_client.led_away
        if isinstance(answer, bytes) and is_page(want.key, answer):
            return Failure(WebPageError(), 200)
        return answer

    def _ask_first(self, want: Want) -> bytes | Failure:
        """Ask what tells the version of HTTP: before 1.1 a connection serves a single request."""
        try:
            answer = self._ask_plain(want)
            if self._plain_client.version == OLD:
                self._crowd.limit(OLD_HTTP)
            return answer
        finally:
            self._unknown = False
            self._crowd.lift()

    def _ask_plain(self, want: Want) -> bytes | Failure:
        self._wait()
        return self._plain_client.read(want.key, want.turn, want.span)

    def _ask_part(self, want: Want) -> bytes | Failure:
        return self._ask_plain(want) if self._needs_care(want.key) else self._ask(want)

    def _needs_care(self, key: str) -> bool:
        """Tell whether obstore's client cannot be asked for a key."""
        return self._only_plain or (self._web and "+" in key)

    @property
    def _plain_client(self) -> PlainClient:
        with self._lock:
            if self._plain is None:
                self._plain = _plain_client(self.address, self.options)
            return self._plain

    def _wait(self) -> None:
        check_process()
        if self._rate is not None:
            self._rate.wait()
