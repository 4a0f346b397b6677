"""Odd web servers: what a valid hierarchy behind each of them is judged as, and why."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hierarchies import HIERARCHIES, WELLS, documents
from patience import patiently
from web import LAB, Answer, Manners, Request, serve

from ngff_core.report import Report
from ngff_core.stores import MAX_DOCUMENT, MemoryStore
from ngff_core.validation.calls import check_store

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v04", reason="needs ngff-v04")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")

PAGE = b"\n <!DOCTYPE html><html><body>the application</body></html>"
XML = b'\xef\xbb\xbf<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'
Findings = list[tuple[str, str, str]]


def findings(report: Report) -> Findings:
    return [(i.rule, i.severity.value, i.node) for i in report.issues]


def check(url: str, **options: Any) -> Report:
    return check_store(url, ignore=LAB, storage_options={"timeout": 60, **options})


def absent(answer: Answer) -> Manners:
    """Return manners that answer so to what is not there."""
    return lambda request, proper: answer if proper.status == 404 else None


def present(change: Callable[[Request, Answer], Answer]) -> Manners:
    """Return manners that change the answers to what is there."""
    return lambda request, proper: change(request, proper) if proper.status == 200 else None


# --- servers that leave no doubt -------------------------------------------------------------------------


def packed(request: Request, proper: Answer) -> Answer:
    return proper._replace(body=gzip.compress(proper.body), headers={"Content-Encoding": "gzip"})


def deflated(request: Request, proper: Answer) -> Answer:
    return proper._replace(body=zlib.compress(proper.body), headers={"Content-Encoding": "deflate"})


def moved(request: Request, proper: Answer) -> Answer:
    if request.key.startswith("elsewhere/"):
        return proper
    return Answer(302, headers={"Location": f"/elsewhere/{request.key}"})


def busy_twice(request: Request, proper: Answer) -> Answer:
    return Answer(500, b"<html>oops") if request.number < 2 else proper


def too_fast(request: Request, proper: Answer) -> Answer:
    return Answer(429, headers={"Retry-After": "0"}) if request.number < 1 else proper


def resets_once(request: Request, proper: Answer) -> Answer:
    return Answer(reset=True) if request.number < 1 else proper


def breaks_off_once(request: Request, proper: Answer) -> Answer:
    return proper._replace(length=len(proper.body) + 9) if request.number < 1 else proper


def without_head_and_range(request: Request, proper: Answer) -> Answer | None:
    if request.method == "HEAD":
        return Answer(405)
    return Answer(501) if "range" in request.headers else None


CLEAR: dict[str, Manners] = {
    "410 for absent keys": absent(Answer(410)),
    "404 with a page": absent(Answer(404, PAGE, {"Content-Type": "text/html"})),
    "wrong content type": present(lambda r, a: a._replace(headers={"Content-Type": "image/tiff"})),
    "gzip": present(packed),
    "deflate": present(deflated),
    "no length": present(lambda r, a: a._replace(chunked=True)),
    "gzip without length": present(lambda r, a: packed(r, a)._replace(chunked=True)),
    "redirect": present(moved),
    "500 twice": present(busy_twice),
    "429 once": present(too_fast),
    "reset once": present(resets_once),
    "broken off once": present(breaks_off_once),
    "closes every connection": lambda r, a: a._replace(close=True),
    "no HEAD, no Range": without_head_and_range,
}


@pytest.mark.parametrize("name", HIERARCHIES)
@pytest.mark.parametrize("manners", CLEAR.values(), ids=CLEAR)
def test_valid_as_if_nothing_was(manners: Manners, name: str) -> None:
    files = documents(name)
    expected = findings(check_store(MemoryStore(files), ignore=LAB))
    with serve({**files, **{f"elsewhere/{key}": body for key, body in files.items()}}, manners) as server:
        report = check(server.url)
    assert (report.status, findings(report)) == ("valid", expected)


# --- servers that do not say whether something is there --------------------------------------------------

UNCLEAR = {
    "403": (Answer(403, XML), "the server refuses access (403)"),
    "401": (Answer(401), "the server refuses access (401)"),
    "400": (Answer(400, b"bad"), "the server refuses access (400)"),
    "405": (Answer(405), "the server refuses access (405)"),
    "page": (Answer(200, PAGE, {"Content-Type": "text/html"}), "the server answered with a web page"),
    "XML": (Answer(200, XML, {"Content-Type": "application/xml"}), "the server answered with a web page"),
    "page as JSON": (Answer(200, PAGE, {"Content-Type": "application/json"}), "the server answered with a web page"),
}
# what is optional and not there: the node and the document
ASSUMED = {
    "image-0.4": [("", "zarr.json")],
    "image-0.5": [],
    "plate-0.4": [("", "zarr.json"), *((f"{well}/0/labels", ".zgroup") for well in WELLS), ("OME", ".zgroup")],
    "plate-0.5": [*((f"{well}/0/labels", "zarr.json") for well in WELLS), ("OME", "zarr.json")],
}


@pytest.mark.parametrize("name", HIERARCHIES)
@pytest.mark.parametrize(("answer", "reason"), UNCLEAR.values(), ids=UNCLEAR)
def test_absence_is_assumed(answer: Answer, reason: str, name: str) -> None:
    files = documents(name)
    usual = findings(check_store(MemoryStore(files), ignore=LAB))
    with serve(files, absent(answer)) as server:
        report = check(server.url)
    assumed = [i for i in report.issues if i.rule == "absence-assumed"]
    assert [(i.node, i.document, i.message) for i in assumed] == [
        (node, document, f"{document} is taken for absent: {reason}") for node, document in ASSUMED[name]
    ]
    assert {i.severity.value for i in assumed} <= {"info"}
    assert [f for f in findings(report) if f[0] != "absence-assumed"] == usual
    assert (report.status, report.exit_code(strict=True)) == ("valid", 0)


# --- servers that cannot be read -------------------------------------------------------------------------


def endless(request: Request, proper: Answer) -> Answer:
    return Answer(200, b'{"a": "', endless=b"x" * (1 << 16))


def bomb(request: Request, proper: Answer) -> Answer:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * (1 << 20)
    parts = [packer.compress(block) for _ in range((MAX_DOCUMENT >> 20) + 2)]
    return Answer(200, b"".join([*parts, packer.flush()]), {"Content-Encoding": "gzip"})


LIMIT = f"the document has more than {MAX_DOCUMENT} bytes, which is the limit"
BAD: dict[str, tuple[Callable[[Request, Answer], Answer], str]] = {
    "endless": (endless, LIMIT),
    "bomb": (bomb, LIMIT),
    "announced too short": (
        lambda r, a: a._replace(length=len(a.body) - 5),
        "the answer is longer than the server says",
    ),
    "announced too long": (
        lambda r, a: a._replace(length=len(a.body) + 5),
        "the connection broke off before the end of the answer",
    ),
    "announced beyond the limit": (lambda r, a: a._replace(length=MAX_DOCUMENT + 1), LIMIT),
    "redirects in a circle": (
        lambda r, a: Answer(302, headers={"Location": f"/{r.key}"}),
        "the server redirects in a circle, or too often",
    ),
    "redirect to a file": (
        lambda r, a: Answer(302, headers={"Location": "file:///etc/hostname"}),
        "the server redirects to an address that is not followed",
    ),
    "redirect to nowhere": (lambda r, a: Answer(302), "the server redirects to nowhere"),
    "always 500": (lambda r, a: Answer(500, b"oops"), "the server failed (500)"),
    "always 429": (lambda r, a: Answer(429, b"oops"), "the server asks for fewer requests (429)"),
    "418": (lambda r, a: Answer(418, b"teapot"), "the server answered with status 418"),
    "always reset": (lambda r, a: Answer(reset=True), "the connection failed"),
    "gzip that is none": (
        lambda r, a: a._replace(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8bnonsense"),
        "the answer is not compressed as it says",
    ),
    "gzip cut short": (
        lambda r, a: a._replace(headers={"Content-Encoding": "gzip"}, body=gzip.compress(a.body)[:-12]),
        "the compressed answer ends too early",
    ),
    "brotli": (
        lambda r, a: a._replace(headers={"Content-Encoding": "br"}, body=b"\x0b\x02\x80"),
        "the server compressed the document as 'br', which was not asked for",
    ),
    "403 for a required document": (lambda r, a: Answer(403), "the server refuses access (403)"),
    "a page for a required document": (lambda r, a: Answer(200, PAGE), "the server answered with a web page"),
}
SLOW: dict[str, Callable[[Request, Answer], Answer]] = {
    "hangs": lambda r, a: Answer(hang=True),
    "drips": lambda r, a: a._replace(drip=0.05),
}
REQUIRED = {"image-0.4": "1/.zarray", "plate-0.5": "A/2/zarr.json"}


def only(key: str, change: Callable[[Request, Answer], Answer]) -> Manners:
    return lambda request, proper: change(request, proper) if request.key == key else None


@pytest.mark.parametrize("name", ["image-0.4", "plate-0.5"])
@pytest.mark.parametrize(("change", "reason"), BAD.values(), ids=BAD)
def test_unreadable(change: Callable[[Request, Answer], Answer], reason: str, name: str) -> None:
    key = REQUIRED[name]
    node, _, document = key.rpartition("/")
    files = documents(name)
    usual = findings(check_store(MemoryStore(files), ignore=LAB))
    with serve(files, only(key, change)) as server:
        report = check(server.url)
    assert [(i.rule, i.node, i.message) for i in report.issues if i.severity.value != "info"] == [
        ("document-unreadable", node, f"{document} could not be read: {reason}")
    ]
    assert [f for f in findings(report) if f[1] == "info"] == usual
    assert (report.status, report.exit_code()) == ("unreadable", 3)


@pytest.mark.parametrize("change", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize("name", ["image-0.4", "plate-0.5"])
@patiently
def test_too_slow(change: Callable[[Request, Answer], Answer], name: str, timeout: float) -> None:
    key = REQUIRED[name]
    with serve(documents(name), only(key, change)) as server:
        report = check(server.url, timeout=timeout)
    assert server.asked[key] == 1
    assert [i.message.partition(": ")[2] for i in report.issues if i.severity.value != "info"] == ["no answer in time"]
    assert report.exit_code() == 3


LARGE = ("bomb", "endless", "announced beyond the limit")  # these take their time: one hierarchy is enough


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in (*BAD, *SLOW) for name in HIERARCHIES if kind not in LARGE or name == "image-0.5"],
)
@patiently
def test_all_is_unreadable(kind: str, name: str, timeout: float) -> None:
    change, _ = {**BAD, **{name: (change, "") for name, change in SLOW.items()}}[kind]
    with serve(documents(name), present(change)) as server:
        report = check(server.url, timeout=timeout if kind in SLOW else 60)
    assert {i.rule for i in report.issues} <= {"document-unreadable", "store-not-found"}
    assert (report.status, report.exit_code()) == ("unreadable", 3)


@patiently
def test_a_host_that_never_answered_is_asked_once(timeout: float) -> None:
    """Four documents could be at the root; a server that hangs costs one timeout, not three."""
    with serve({}, manners=lambda request, answer: answer._replace(hang=True)) as server:
        report = check_store(f"{server.url}/x.zarr", storage_options={"timeout": timeout})
        assert [request.key for request in server.requests] == ["x.zarr/zarr.json"]
    assert [(i.rule, i.message) for i in report.issues] == [
        ("document-unreadable", "zarr.json could not be read: no answer in time")
    ]
