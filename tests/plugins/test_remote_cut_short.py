"""Answers that hold part of an object, none of it, or something else: no copy takes them for the object."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

import pytest
from web import Answer, Folder, Request, serve

from ngff_core.errors import StoreError
from ngff_core.upgrade.run import upgrade_store

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v04", reason="needs ngff-v04")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")

from ngff_remote.clients.body import LAYERS, MEMBERS, Turn, unpack

KEYS = {"access_key_id": "owner", "secret_access_key": "secret-key"}
CHUNK = b"0123456789abcdef"
KEY = "0/0/0"
Change = Callable[[Answer], Answer]


def image(tmp_path: Path, compressor: Mapping[str, Any] | None = None, chunk: bytes = CHUNK) -> dict[str, bytes]:
    """Return an image of 0.4 with one chunk of 16 bytes."""
    axes = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
    scale = {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]}
    attributes = {"multiscales": [{"version": "0.4", "name": "x", "axes": axes, "datasets": [scale]}]}
    array = {
        "zarr_format": 2,
        "shape": [4, 4],
        "chunks": [4, 4],
        "dtype": "|u1",
        "compressor": compressor,
        "fill_value": 0,
        "order": "C",
        "filters": None,
        "dimension_separator": "/",
    }
    documents = {".zgroup": {"zarr_format": 2}, ".zattrs": attributes, "0/.zarray": array}
    return {**{key: json.dumps(value).encode() for key, value in documents.items()}, KEY: chunk}


def copied(files: Mapping[str, bytes], change: Change, out: Path) -> tuple[bytes | None, list[str]]:
    """Return the chunk in a copy from a server that answers oddly to it, and the remarks on the copy."""

    def manners(request: Request, proper: Answer) -> Answer | None:
        return change(proper) if request.key == KEY else None

    with serve(files, manners) as server:
        plan = upgrade_store(server.url, "0.5", out, storage_options={"timeout": 20})
    return Folder(out).get(KEY), [remark.text for remark in plan.remarks]


SHORT = "8 bytes came of a chunk that has 16, as nothing compresses it"
PART: dict[str, tuple[Change, str]] = {
    "206": (
        lambda a: Answer(206, a.body[:8], {"Content-Range": "bytes 0-7/16"}),
        "the server answered with status 206",
    ),
    "206 without a range": (lambda a: Answer(206, a.body[:8]), "the server answered with status 206"),
    "204": (lambda a: Answer(204), "the server answered with status 204"),
    "203": (lambda a: Answer(203, b"x"), "the server answered with status 203"),
    "226": (lambda a: Answer(226, b"x"), "the server answered with status 226"),
}
OTHER_SIZE: dict[str, tuple[Change, str]] = {
    "announced so": (lambda a: Answer(200, a.body[:8]), SHORT),
    "without end": (lambda a: Answer(raw=b"HTTP/1.1 200 OK\r\n\r\n" + a.body[:8]), SHORT),
    "in pieces": (lambda a: Answer(200, a.body[:8], chunked=True), SHORT),
    "too long": (lambda a: Answer(200, a.body + b"x"), SHORT.replace("8 bytes", "17 bytes")),
}


@pytest.mark.parametrize("kind", [*PART, *OTHER_SIZE])
def test_attack2_no_part_of_a_chunk_is_taken_for_it(tmp_path: Path, kind: str) -> None:
    change, reason = {**PART, **OTHER_SIZE}[kind]
    with pytest.raises(StoreError, match=f"^{KEY} could not be copied: {reason}$"):
        copied(image(tmp_path), change, tmp_path / "out")
    assert KEY not in Folder(tmp_path / "out")
    assert ".zgroup" not in Folder(tmp_path / "out")
    assert "zarr.json" not in Folder(tmp_path / "out")


@pytest.mark.parametrize("kind", PART)
def test_attack2_nor_of_one_whose_size_is_not_known(tmp_path: Path, kind: str) -> None:
    change, reason = PART[kind]
    with pytest.raises(StoreError, match=f"^{KEY} could not be copied: {reason}$"):
        copied(image(tmp_path, {"id": "gzip", "level": 1}), change, tmp_path / "out")


def test_attack2_what_nothing_ends_is_remarked(tmp_path: Path) -> None:
    packed = image(tmp_path, {"id": "gzip", "level": 1})
    chunk, remarks = copied(packed, lambda a: Answer(raw=b"HTTP/1.1 200 OK\r\n\r\n" + a.body), tmp_path / "out")
    assert chunk == CHUNK
    assert [text for text in remarks if "did not say how long 1 object would be" in text]
    chunk, remarks = copied(packed, lambda a: a._replace(chunked=True), tmp_path / "pieces")
    assert chunk == CHUNK
    assert not [text for text in remarks if "did not say" in text]


def test_attack2_whole_chunks_are_copied(tmp_path: Path) -> None:
    def zipped(answer: Answer) -> Answer:
        return Answer(200, gzip.compress(answer.body), {"Content-Encoding": "gzip"})

    whole: dict[str, Change] = {"as it is": lambda a: a, "in pieces": lambda a: a._replace(chunked=True), "gz": zipped}
    for name, change in whole.items():
        assert copied(image(tmp_path), change, tmp_path / name)[0] == CHUNK


# --- pages ---------------------------------------------------------------------------------------------------

PAGE = b"<!doctype html>x"


@pytest.mark.parametrize("chunk", [PAGE, b"<html><body>0123"])
@pytest.mark.parametrize("media_type", ["application/octet-stream", "text/html"])
def test_attack2_a_chunk_that_begins_like_a_page(tmp_path: Path, chunk: bytes, media_type: str) -> None:
    """Only where the server says as well that it is a page, it is one."""
    files = image(tmp_path, chunk=chunk)
    found, remarks = copied(files, lambda a: a._replace(headers={"Content-Type": media_type}), tmp_path / "out")
    is_page = media_type == "text/html"
    assert found == (None if is_page else chunk)
    assert bool([text for text in remarks if "could not be told from an absent one" in text]) == is_page


def test_attack2_a_chunk_that_a_server_calls_html(tmp_path: Path) -> None:
    named = copied(image(tmp_path), lambda a: a._replace(headers={"Content-Type": "text/html"}), tmp_path / "out")
    assert named[0] == CHUNK


# --- buckets -------------------------------------------------------------------------------------------------

IN_BUCKET: dict[str, tuple[Change, str]] = {
    "short": (lambda a: Answer(200, a.body[:8]), "8 bytes came of 16 in the listing"),
    "206": (
        lambda a: Answer(206, a.body[:8], {"Content-Range": "bytes 0-7/16"}),
        "8 bytes came of 16 in the listing",
    ),
    "204": (lambda a: Answer(204), "0 bytes came of 16 in the listing"),
}


def bucket(files: Mapping[str, bytes], change: Change) -> Callable[[Request, Answer], Answer | None]:
    """Serve files as a bucket, and answer oddly to the chunk."""

    def manners(request: Request, proper: Answer) -> Answer | None:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        if "list-type" not in query:
            there = {**dict(LAST), "ETag": '"a"'} if proper.status == 200 else {}
            proper = proper._replace(headers={**proper.headers, **there})
            changed = change(proper) if request.key == f"data/x/{KEY}" else proper
            return changed._replace(headers={**there, **changed.headers})
        prefix = query.get("prefix", "")
        below = {key: len(body) for key, body in sorted(files.items()) if key.startswith(prefix)}
        folders = set()
        if "delimiter" in query:
            folders = {prefix + key[len(prefix) :].partition("/")[0] for key in below if "/" in key[len(prefix) :]}
            below = {key: size for key, size in below.items() if "/" not in key[len(prefix) :]}
        entries = "".join(f"<Contents><Key>{key}</Key><Size>{size}</Size></Contents>" for key, size in below.items())
        entries += "".join(f"<CommonPrefixes><Prefix>{f}/</Prefix></CommonPrefixes>" for f in sorted(folders))
        text = f"<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"
        return Answer(200, text.encode(), {"Content-Type": "application/xml"})

    return manners


LAST = {"Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}


@pytest.mark.parametrize(("change", "reason"), IN_BUCKET.values(), ids=IN_BUCKET)
@pytest.mark.parametrize("compressor", [None, {"id": "gzip", "level": 1}])
def test_attack2_what_comes_of_a_bucket_has_the_size_that_was_listed(
    tmp_path: Path, change: Change, reason: str, compressor: Mapping[str, Any] | None
) -> None:
    files = {f"x/{key}": body for key, body in image(tmp_path, compressor).items()}
    served = {f"data/{key}": body for key, body in files.items()}
    with serve(served, bucket(files, change)) as server:
        given = {"endpoint": server.url, "timeout": 20, **KEYS}
        with pytest.raises(StoreError, match=f"^{KEY} could not be copied: {reason}"):
            upgrade_store("s3://data/x", "0.5", tmp_path / "out", storage_options=given)
    assert KEY not in Folder(tmp_path / "out")
    with serve(served, bucket(files, lambda a: a)) as server:
        given = {"endpoint": server.url, "timeout": 20, **KEYS}
        upgrade_store("s3://data/x", "0.5", tmp_path / "whole", storage_options=given)
    assert Folder(tmp_path / "whole")[KEY] == CHUNK


# --- unpacking -----------------------------------------------------------------------------------------------


def test_attack2_a_compressed_answer_of_very_many_pieces_is_refused() -> None:
    """Each of them may be empty, so that no limit on what comes of them is reached."""
    empty = gzip.compress(b"")
    with pytest.raises(StoreError, match=r"^the compressed answer is made of more than 4096 pieces$"):
        unpack(empty * (MEMBERS + 1), "gzip", Turn(Lock()))
    assert unpack(empty * (MEMBERS - 1) + gzip.compress(b"{}"), "gzip", Turn(Lock())) == b"{}"


def test_attack2_nor_are_more_compressions_undone_than_anybody_makes() -> None:
    body = b"{}"
    for _ in range(LAYERS):
        body = gzip.compress(body)
    assert unpack(body, ",".join(["gzip"] * LAYERS), Turn(Lock())) == b"{}"
    with pytest.raises(StoreError, match=r"compressed the document 5 times, more than 4$"):
        unpack(gzip.compress(body), ",".join(["gzip"] * (LAYERS + 1)), Turn(Lock()))


def test_attack2_pieces_across_blocks() -> None:
    """Compressed bytes are unpacked some at a time: where pieces end has nothing to do with that."""
    parts = [bytes([number]) * (100_000 + number) + str(number).encode() for number in range(20)]
    noise = bytes((number * number * 7919 >> 3) & 255 for number in range(600_000))
    body = b"".join(gzip.compress(part, 0) for part in [noise, *parts, b"", noise])
    assert unpack(body, "gzip", Turn(Lock())) == noise + b"".join(parts) + noise
    with pytest.raises(StoreError, match=r"^the compressed answer ends too early$"):
        unpack(body[:-9], "gzip", Turn(Lock()))
