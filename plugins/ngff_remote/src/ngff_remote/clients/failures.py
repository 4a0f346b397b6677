"""Turn the exceptions of obstore into what the crawler understands: absent, undecided, or an error in plain words.

obstore tells statuses and causes only in its texts, which also hold the address with its secrets and pages of
debugging output. Nothing of these texts is passed on but what is recognised here.
"""

from __future__ import annotations

import re

import attrs

from ngff_core.errors import StoreError
from ngff_core.stores import UndecidedError, UnreachableError
from ngff_remote.clients.proxies import NOWHERE

__all__ = [
    "Failure",
    "NoConditionsError",
    "NotThereError",
    "elsewhere",
    "failure_of",
    "of_status",
    "refusal_of",
    "refused_write",
    "unlisted",
]

REFUSED = ("the server refuses connections", "check host and port; is the server running?")
NO_HOST = ("there is no host of that name", "check the address and the network")
TIMEOUT = ("no answer in time", "--timeout SECONDS waits longer")
BROKE_OFF = ("the connection broke off before the end of the answer", None)
UNTRUSTED = ("the server's certificate is not trusted", "--storage-option ca=FILE names further authorities")
CIRCLE = ("the server redirects in a circle, or too often", None)
ASTRAY = ("the server redirects to an address that is not followed", None)
AWAY = ("the server redirects to another host, which is not followed", "give the address of that host")
LOST = ("the connection failed", None)
_CAUSES: tuple[tuple[str, tuple[str, str | None], bool], ...] = (
    # what the text holds, what it means, whether the server answered
    (f"{NOWHERE.rpartition('/')[2]},", AWAY, True),
    ("ertificate", UNTRUSTED, False),
    ("dns error", NO_HOST, False),
    ("ConnectionRefused", REFUSED, False),
    ("NetworkUnreachable", ("the network cannot be reached", None), False),
    ("HostUnreachable", ("the host cannot be reached", None), False),
    ("kind: Timeout", TIMEOUT, False),
    ("InvalidContentType", ("the server does not speak TLS", "perhaps the address begins with http://"), False),
    ("BadScheme", ASTRAY, True),
    ("error following redirect", CIRCLE, True),
    ("kind: Interrupted", BROKE_OFF, False),
    ("body error", BROKE_OFF, False),
    ("error sending request", LOST, False),
    ("HttpError", LOST, False),
)
_NOWHERE = (UNTRUSTED, NO_HOST, REFUSED)
_BUSY = {429: "asked for fewer requests", **dict.fromkeys((502, 503, 504), "was busy")}
_REFUSALS = {REFUSED[0]: "refused connections", BROKE_OFF[0]: "broke off connections", LOST[0]: "broke off connections"}
_STATUS = re.compile(r"non-2xx status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_REGION = re.compile(r"<Region>([a-z0-9-]{2,40})</Region>")
_CREDENTIALS = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired")
_NO_BUCKET = ("NoSuchBucket", "ContainerNotFound")
_OTHER_REGION = ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException")


@attrs.frozen
class Failure:
    """What came of a request that gave no document.

    ``error`` is ``None`` where the key is absent. ``status`` is 0 where no whole answer came, ``reached`` whether
    the server answered at all. ``other_region`` tells that the bucket is elsewhere, ``region`` where, if it says.
    ``lengthless``: the server does not tell the length, without which obstore does not read on. ``away``: it redirects
    to another host, where obstore is not let go. ``broke_off``: the answer began well and may be asked for again.
    """

    error: StoreError | None
    status: int = 0
    reached: bool = True
    other_region: bool = False
    region: str | None = None
    lengthless: bool = False
    away: bool = False
    broke_off: bool = False
    pause: float = 0.0  # seconds that the server asks to wait
    credentials: str = ""  # the server's word for what is wrong with them


def failure_of(error: Exception) -> Failure:
    """Find out what an exception of obstore stands for."""
    text = str(error)
    match = _STATUS.search(text)
    if match is not None:
        status = int(match[1])
        word = _CODE.search(text)
        code = word[1] if word else ""
        region = _REGION.search(text)
        moved = code in _OTHER_REGION and (status != 400 or region is not None)
        return Failure(
            of_status(status, code),
            status,
            other_region=moved,
            region=region[1] if region else None,
            credentials=code if code in _CREDENTIALS else "",
        )
    if isinstance(error, FileNotFoundError):
        return Failure(None, 404)
    if "without LOCATION" in text or "without Location" in text:
        return Failure(StoreError("the server redirects to nowhere"), 301, other_region=True)
    if type(error).__name__ == "NotSupportedError":
        return Failure(StoreError("the server sends no parts of files"), 416)
    if "Content-Length Header missing" in text:
        return Failure(StoreError("the server does not tell how long the document is"), 200, lengthless=True)
    for mark, cause, reached in _CAUSES:
        if mark in text:
            kind = UnreachableError if cause in _NOWHERE else StoreError
            return Failure(
                kind(cause[0], hint=cause[1]), reached=reached, broke_off=cause is BROKE_OFF, away=cause is AWAY
            )
    return Failure(StoreError("the answer of the server makes no sense"), 200)


def refusal_of(answer: object) -> str | None:
    """Return what a host did that is perhaps asked by too many at once; ``None`` for any other answer."""
    if not isinstance(answer, Failure):
        return None
    if answer.reached:
        return _BUSY.get(answer.status)
    return _REFUSALS.get(str(answer.error))


def of_status(status: int, code: str = "") -> StoreError | None:
    """Return what an HTTP status means for a key; ``None``: absent."""
    if code in _NO_BUCKET:
        return UnreachableError("there is no bucket of that name", hint="check the name, and the endpoint or region")
    if status in (404, 410):
        return None
    if code in _CREDENTIALS:
        where = "check access_key_id, secret_access_key and session_token, or AWS_* in the environment"
        return UnreachableError(f"the server does not accept the credentials ({code})", hint=where)
    if status in (400, 401, 403, 405):
        hint = "give credentials, or check that they allow to read" if status in (401, 403) else None
        return UndecidedError(f"the server refuses access ({status})", hint=hint)
    if 300 <= status < 400:
        return StoreError(ASTRAY[0])
    if status == 429:
        return StoreError("the server asks for fewer requests (429)", hint="--max-rps N slows down")
    if status >= 500:
        return StoreError(f"the server failed ({status})", hint="try again later, or with fewer --jobs")
    return StoreError(f"the server answered with status {status}")


class NotThereError(StoreError):
    """What was to be copied or replaced is not there."""


class NoConditionsError(StoreError):
    """The server does not write under conditions."""


def refused_write(failure: Failure) -> StoreError:
    """Return the error of a write that did not work out."""
    if failure.error is None:
        return NotThereError("it is not there")
    if failure.status == 501:
        return NoConditionsError("the server cannot do that (501)")
    if failure.status in (401, 403):
        hint = "give credentials that allow to write; --storage-option anonymous=false looks for some of this machine"
        return StoreError(f"the server refuses to write ({failure.status})", hint=hint)
    if failure.status in (400, 405):
        return StoreError(f"the server refuses to write ({failure.status})")
    return failure.error


def unlisted(failure: Failure) -> StoreError | None:
    """Return the error of a listing that failed; ``None`` where it is refused, or there is nothing that lists."""
    error = failure.error
    if error is None or isinstance(error, UndecidedError) or failure.status == 501:
        return None
    return type(error)(f"the store could not be listed: {error}", hint=error.hint)


def elsewhere(region: str | None) -> StoreError:
    """Return the error of a bucket that is in another region, and in which if that is known."""
    where = f"the bucket is in the region {region}" if region else "the bucket is in another region"
    return UnreachableError(where, hint=f"--storage-option region={region or 'REGION'}")
