"""Reading with obstore: anonymous first, then with the credentials at hand; in the region of the bucket."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import attrs

from ngff_core.errors import NgffError, StoreError, UsageError
from ngff_core.references import Reference
from ngff_core.stores import MAX_DOCUMENT, UndecidedError
from ngff_remote.address import Address
from ngff_remote.clients.body import BLOCK, LARGE, TOO_LARGE, Part, Span, Turn, join, unpack
from ngff_remote.clients.failures import Failure, elsewhere, failure_of
from ngff_remote.clients.make import environment_credentials, make_client
from ngff_remote.options import Options

if TYPE_CHECKING:
    from obstore import GetResult
    from obstore.store import ObjectStore

    from ngff_remote.listing.pages import Page

__all__ = ["Access", "Want"]

T = TypeVar("T")
_pages_of = Reference("ngff_remote.listing.choose:pages_of")
_region_of = Reference("ngff_remote.clients.region:region_of")

ATTEMPTS = 8  # so often the credentials of the environment are tried in vain
BREAKS = 3  # so often a document is asked for whose answer breaks off


@attrs.frozen
class Want:
    """What is asked for: a document, or a span of bytes of an object; and whose turn to be large it is."""

    key: str
    turn: Turn
    span: Span | None = None


class Access:
    """Reads from one host or bucket with obstore; knows which of its clients to use."""

    def __init__(self, address: Address, options: Options) -> None:
        self.address = address
        self.options = options
        self._lock = Lock()
        self._region: str | None = None
        self._may_sign = self._finds_credentials()
        self._attempts = 0 if self._may_sign else ATTEMPTS
        self._signed: ObjectStore | None = None
        self._found = False  # something was read
        self.signs = options.explicit or options.anonymous is False
        self.client = make_client(address, options, signed=self.signs)

    def _finds_credentials(self) -> bool:
        return (
            self.options.anonymous is None and not self.options.explicit and environment_credentials(self.address.kind)
        )

    def read(self, want: Want) -> bytes | Failure:
        """Return the document under a key, or what came in its place; of a span, a `Part`."""
        client = self.client
        answer = self._read(client, want)
        if isinstance(answer, bytes):
            self._found = True
        elif answer.status:
            if answer.other_region and self.address.kind == "s3":
                return self._read_elsewhere(client, want, answer)
            if self._is_refusal(answer):
                if self._attempts < ATTEMPTS:
                    return self._read_signed(want, answer)
                if self.client is not client:  # meanwhile another thread found out that it takes credentials
                    return self._read(self.client, want)
        return answer

    def pages(self, prefix: str, delimiter: str = "") -> Iterator[Page | Failure]:
        """Yield what is below a prefix, page by page, with the client that may list; a Failure is the last."""
        client: ObjectStore | None = self.client
        pages = self._pages(self.client, self.signs, prefix, delimiter)
        found = next(pages, None)
        if isinstance(found, Failure) and (self._attempts < ATTEMPTS or self.client is not client):
            client = self._signed_client()
            if client is not None:
                pages = self._pages(client, True, prefix, delimiter)
                found = next(pages, None)
        if found is not None:
            yield found
            yield from pages

    def _pages(self, client: ObjectStore, signed: bool, prefix: str, delimiter: str) -> Iterator[Page | Failure]:
        place = (self.address, self.options, self._region)
        found: Iterator[Page | Failure] = _pages_of(place, client, signed, prefix, delimiter)
        return found

    def open(self, key: str) -> GetResult | Failure:
        """Begin to read an object, with the client that reading has found to be the right one."""
        try:
            return self.client.get(key)
        except Exception as error:  # obstore's, and some of Python's
            return failure_of(error)

    def write(self, call: Callable[[ObjectStore], T]) -> T | Failure:
        """Call something that writes with the client to write with: signed where there are credentials."""
        try:
            return call(self._writing_client())
        except NgffError:  # of the call itself
            raise
        except Exception as error:  # as above
            failure = failure_of(error)
        if not failure.other_region or self.address.kind != "s3":
            return failure
        self._find_region(failure)
        try:
            return call(self._writing_client())
        except NgffError:  # of the call itself
            raise
        except Exception as error:  # as above
            failure = failure_of(error)
            return attrs.evolve(failure, error=elsewhere(self._region)) if failure.other_region else failure

    def _writing_client(self) -> ObjectStore:
        if self.signs or not self._may_sign:
            return self.client
        return self._signed_client() or self.client

    # --- one document -------------------------------------------------------------------------------

    def _read(self, client: ObjectStore, want: Want) -> bytes | Failure:
        deadline = time.monotonic() + self.options.timeout
        for number in range(BREAKS):
            try:
                answer = _get(client, want)
            except Exception as error:  # obstore's, and some of Python's
                return failure_of(error)
            try:
                return self._body(answer, client, want) if want.span is None else _part(answer)
            except StoreError as error:
                return Failure(error, 200)
            except Exception as error:
                failure = failure_of(error)
                if number == BREAKS - 1 or not failure.broke_off or time.monotonic() >= deadline:
                    return failure
                time.sleep(0.1 * (number + 1))
        raise AssertionError("unreachable")

    def _body(self, answer: GetResult, client: ObjectStore, want: Want) -> bytes:
        if answer.meta["size"] > MAX_DOCUMENT:
            raise StoreError(TOO_LARGE)
        if answer.meta["size"] > LARGE and not want.turn.take(wait=False):
            del answer  # ends this answer: it would time out while it waits
            want.turn.take()
            answer = client.get(want.key)
        body = join(map(bytes, answer.stream(BLOCK)))
        if body[:1] == b"{":  # nothing that is packed begins so, and asking for the attributes takes its time
            return body
        encoding = answer.attributes.get("Content-Encoding")
        return unpack(body, str(encoding), want.turn) if encoding else body

    # --- other clients ------------------------------------------------------------------------------

    def _is_refusal(self, answer: Failure) -> bool:
        # Azure hides what is not public; as long as nothing was read, it may all be there
        return answer.status in (401, 403) or (
            self.address.kind == "az" and answer.status in (404, 409) and not self._found
        )

    def _read_signed(self, want: Want, refusal: Failure) -> bytes | Failure:
        client = self._signed_client()
        if client is None:
            return refusal
        answer = self._read(client, want)
        if isinstance(answer, bytes) or (answer.status == 404 and refusal.status != 404):
            self.client = client
            self.signs = True
            self._attempts = ATTEMPTS
            return answer
        with self._lock:
            self._attempts += 1
        if answer.credentials and isinstance(refusal.error, UndecidedError):
            hint = f"the credentials of the environment are not accepted either ({answer.credentials})"
            return attrs.evolve(refusal, error=UndecidedError(str(refusal.error), hint=hint))
        return refusal

    def _signed_client(self) -> ObjectStore | None:
        with self._lock:
            if self._signed is None:
                try:
                    self._signed = make_client(self.address, self.options, signed=True, region=self._region)
                except UsageError:
                    self._attempts = ATTEMPTS
            return self._signed

    def _read_elsewhere(self, client: ObjectStore, want: Want, refusal: Failure) -> bytes | Failure:
        self._find_region(refusal)
        if self.client is not client:
            answer = self._read(self.client, want)
            if isinstance(answer, bytes) or not answer.other_region:
                return answer
        return attrs.evolve(refusal, error=elsewhere(self._region))

    def _find_region(self, refusal: Failure) -> None:
        with self._lock:
            if self._region is None:
                self._region = refusal.region or self._ask_region() or ""
                if self._region:
                    self.client = make_client(self.address, self.options, signed=self.signs, region=self._region)
                    self._signed = None

    def _ask_region(self) -> str | None:
        region: str | None = _region_of(self.address, self.options)
        return region


def _get(client: ObjectStore, want: Want) -> GetResult:
    span = want.span
    if span is None:
        return client.get(want.key)
    if span[0] < 0:
        return client.get(want.key, options={"range": {"suffix": -span[0]}})
    return client.get(want.key, options={"range": span})


def _part(answer: GetResult) -> Part:
    part = Part(join(map(bytes, answer.stream(BLOCK))))
    part.start, part.total = answer.range[0], answer.meta["size"]
    return part
