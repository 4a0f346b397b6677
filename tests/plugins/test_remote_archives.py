"""Zip archives on web servers: read by ranges, in whole where there are none, and what is said where neither goes."""

from __future__ import annotations

import io
import random
import zipfile
from typing import Any

import pytest
from hierarchies import HIERARCHIES, documents
from web import Answer, Request, serve

from ngff_core.plugins import default_registry
from ngff_core.report import Report
from ngff_core.stores import MAX_DOCUMENT, MemoryStore
from ngff_core.validation.calls import check_store

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v04", reason="needs ngff-v04")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")
PIXELS = random.Random(1).randbytes(1 << 20)


def archive(files: dict[str, bytes], *, first: bool = True) -> bytes:
    """Pack documents before or behind a megabyte of pixels."""
    pixels = {"0/c/0/0": PIXELS}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for key, body in {**files, **pixels}.items() if first else {**pixels, **files}.items():
            packed.writestr(key, body)
    return file.getvalue()


def own(report: Report) -> list[tuple[str, str, str]]:
    """Return the findings on the metadata, without those on the archive itself."""
    return [(i.rule, i.severity.value, i.node) for i in report.issues if not i.rule.startswith("zip-")]


def without_ranges(request: Request, proper: Answer) -> Answer:
    return Answer(200, served[request.key]) if request.key in served else proper


def refuses_ranges(request: Request, proper: Answer) -> Answer | None:
    return Answer(416) if "range" in request.headers else None


def without_head(request: Request, proper: Answer) -> Answer | None:
    return Answer(405) if request.method == "HEAD" else None


served: dict[str, bytes] = {}


@pytest.mark.parametrize("name", HIERARCHIES)
@pytest.mark.parametrize("first", [True, False], ids=["documents first", "documents last"])
def test_by_ranges(name: str, first: bool) -> None:
    files = documents(name)
    packed = archive(files, first=first)
    with serve({f"{name}.zip": packed}, without_head) as server:
        report = check_store(f"{server.url}/{name}.zip?signature=s3cr3t")
        asked = [r.headers["range"] for r in server.requests]
        assert {r.query for r in server.requests} == {"signature=s3cr3t"}
    assert report.url == f"{server.url}/{name}.zip"
    assert (report.status, own(report)) == ("valid", own(check_store(MemoryStore(files))))
    assert asked[0] == "bytes=-131072"
    # documents that are at the end came with the directory; others are asked for level by level, not one by one
    assert len(asked) == 1 if not first else 2 <= len(asked) <= 5


@pytest.mark.parametrize("name", ["image-0.5", "plate-0.4"])
@pytest.mark.parametrize("manners", [without_ranges, refuses_ranges], ids=["sends all", "416"])
def test_in_whole(name: str, manners: Any) -> None:
    files = documents(name)
    served[f"{name}.ozx"] = archive(files)
    with serve(served, manners) as server:
        report = check_store(f"{server.url}/{name}.ozx")
        assert [r.headers.get("range") for r in server.requests] == ["bytes=-131072", None]
    assert (report.status, own(report)) == ("valid", own(check_store(MemoryStore(files))))


@pytest.mark.parametrize("name", ["a+b.zip", "a b.zip", "ü#[x].zip"])
def test_names(name: str) -> None:
    with serve({f"x/{name}": archive(documents("image-0.4"))}) as server:
        assert check_store(f"{server.url}/x/{name}").status == "valid"


def test_small_archives() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for key, body in documents("image-0.4").items():
            packed.writestr(key, body)
    with serve({"a.zip": file.getvalue()}) as server:
        assert check_store(f"{server.url}/a.zip").status == "valid"
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(404), "there is no such file"),
        (Answer(403), "the server refuses access (403)"),
        (Answer(500), "the server failed (500)"),
        (
            Answer(200, b"{", endless=b"x" * 65536),
            f"the server sends no parts of files, and this one has more than {MAX_DOCUMENT} bytes",
        ),
    ],
)
def test_archives_that_cannot_be_read(answer: Answer, message: str) -> None:
    with serve({}, lambda r, a: answer) as server:
        report = check_store(f"{server.url}/a.zip")
    assert {(i.rule, i.message.partition(": ")[2]) for i in report.issues} == {("document-unreadable", message)}
    assert report.exit_code() == 3


@pytest.mark.parametrize("body", [b"", b"<html>none</html>", b"PK"])
def test_what_is_no_archive(body: bytes) -> None:
    with serve({"a.zip": body}) as server:
        report = check_store(f"{server.url}/a.zip")
    assert report.exit_code() == 3


def test_ranges_are_put_together() -> None:
    body = random.Random(2).randbytes(3_000_000)
    with serve({"a.zip": body}) as server:
        from ngff_remote.stores.archive import RangeSource

        store: Any = default_registry().open_store(server.url)
        source = RangeSource("a.zip", store._connection)
        assert source.size == len(body)
        chosen = random.Random(3)
        for _ in range(30):
            ranges = [(chosen.randrange(3_000_000), chosen.randrange(40_000)) for _ in range(chosen.randrange(1, 60))]
            expected = [body[offset : offset + length] for offset, length in ranges]
            assert source.read_many(ranges) == expected
        server.forget()
        near = [(number * 1000, 500) for number in range(500)]
        assert source.read_many(near) == [body[offset : offset + 500] for offset, _ in near]
        assert len(server.requests) == 1
        far = [(number * 100_000, 500) for number in range(20)]
        server.forget()
        assert source.read_many(far) == [body[offset : offset + 500] for offset, _ in far]
        assert len(server.requests) == 20
