"""Listings that fail, never end, or are none: errors, and nothing is done after one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import pytest
from hierarchies import documents
from web import Answer, Request, serve

from ngff_core.cli import main
from ngff_core.errors import StoreError
from ngff_core.plugins import default_registry
from ngff_core.upgrade.copied.keys import keys_by_metadata, refuse_too_many
from ngff_core.upgrade.run import upgrade_store

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v04", reason="needs ngff-v04")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")

from ngff_remote.clients.failures import Failure
from ngff_remote.listing.pages import Page, checked
from ngff_remote.listing.signing import Credentials, signed_headers

KEYS = {"access_key_id": "owner", "secret_access_key": "secret-key", "timeout": 20}
CHUNK = bytes(range(256)) * 32
FILES = {**documents("image-0.4"), "0/0/0": CHUNK, "notes.txt": b"kept"}
Change = Callable[[int, Request, bytes], Answer]


def page(keys: Mapping[str, int], folders: Iterator[str] | list[str] = (), token: str = "") -> bytes:  # type: ignore[assignment]
    """Return a page of a listing."""
    entries = "".join(f"<Contents><Key>{escape(k)}</Key><Size>{size}</Size></Contents>" for k, size in keys.items())
    entries += "".join(f"<CommonPrefixes><Prefix>{escape(f)}</Prefix></CommonPrefixes>" for f in folders)
    more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>"
    end = more if token else "<IsTruncated>false</IsTruncated>"
    space = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    return f'<?xml version="1.0"?><ListBucketResult {space}>{entries}{end}</ListBucketResult>'.encode()


def bucket(change: Change) -> Callable[[Request, Answer], Answer | None]:
    """Serve FILES as a bucket that lists three keys a page; ``change`` sees the number of the page, and its bytes."""

    def manners(request: Request, proper: Answer) -> Answer | None:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        if "list-type" not in query:
            return None
        prefix = query.get("prefix", "")
        found = {f"x/{key}": len(body) for key, body in sorted(FILES.items()) if f"x/{key}".startswith(prefix)}
        folders: dict[str, None] = {}
        if "delimiter" in query:
            below = {key: key[len(prefix) :] for key in found}
            folders = {f"{prefix}{rest.partition('/')[0]}/": None for rest in below.values() if "/" in rest}
            found = {key: size for key, size in found.items() if "/" not in below[key]}
        number = int(query.get("continuation-token", "0"))
        some = dict(list(found.items())[3 * number : 3 * number + 3])
        more = 3 * number + 3 < len(found)
        return change(number, request, page(some, [] if number else list(folders), str(number + 1) if more else ""))

    return manners


def at_page(wrong: int, answer: Answer) -> Change:
    return lambda number, request, body: (
        answer if number == wrong and "delimiter" not in request.query else Answer(200, body)
    )


FAILURES = {
    "500": Answer(500, b"<Error/>"),
    "503": Answer(503),
    "reset": Answer(reset=True),
    "hangs": Answer(hang=True),
    "page": Answer(200, b"<!DOCTYPE html><html><body>hello</body></html>"),
    "well-formed page": Answer(200, b"<html><body>hello</body></html>"),
    "text": Answer(200, b"hello"),
    "nothing": Answer(200, b""),
    "JSON": Answer(200, b"{}"),
    "other XML": Answer(200, b"<ListAllMyBucketsResult/>"),
    "a listing without an end": Answer(200, b"<ListBucketResult></ListBucketResult>"),
    "cut off": Answer(200, page({"x/a": 1})[:-20]),
    "entities": Answer(200, b'<!DOCTYPE a [<!ENTITY b "c">]>' + page({"x/a": 1})),
    "no size": Answer(200, page({"x/a": 1}).replace(b"<Size>1</Size>", b"")),
    "other keys": Answer(200, page({"y/a": 1})),
    "a long key": Answer(200, page({"x/" + "a" * (17 << 20): 1})),
    "a page without token": Answer(200, page({"x/a": 1}).replace(b"false", b"true")),
}


@pytest.mark.parametrize("wrong", [0, 1])
@pytest.mark.parametrize("name", FAILURES)
def test_e15_a_copy_whose_listing_fails_is_not_done(
    name: str, wrong: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither what metadata names nor what was listed so far is taken for all."""
    with serve({f"x/{k}": b for k, b in FILES.items()}, bucket(at_page(wrong, FAILURES[name]))) as server:
        options = {**KEYS, "endpoint": f"{server.url}", "virtual_hosted_style_request": "true"}
        given = [f"--storage-option={key}={value}" for key, value in options.items() if key != "timeout"]
        with pytest.raises(SystemExit) as left:
            main(["upgrade", "s3://b/x", "--out", str(tmp_path / "out"), "--to", "0.5", "--timeout", "2", *given])
    text = capsys.readouterr()
    assert left.value.code == 3
    assert "the store could not be listed: " in text.err
    assert "done" not in text.out
    assert not (tmp_path / "out" / "zarr.json").exists()
    assert wrong == 1 or not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_e15_all_pages_are_copied(tmp_path: Path) -> None:
    with serve({f"x/{k}": b for k, b in FILES.items()}, bucket(lambda n, r, body: Answer(200, body))) as server:
        options = {**KEYS, "endpoint": server.url, "virtual_hosted_style_request": "true"}
        plan = upgrade_store("s3://b/x", "0.5", tmp_path / "out", storage_options=options)
    assert (tmp_path / "out" / "notes.txt").read_bytes() == b"kept"
    assert (tmp_path / "out" / "0" / "0" / "0").read_bytes() == CHUNK
    assert [remark for remark in plan.remarks if "not copied" in remark.text] == []


def test_e15_a_listing_that_lacks_what_was_read(tmp_path: Path) -> None:
    """A listing of nothing, in order as it is, of a store that has just been read."""

    def change(number: int, request: Request, body: bytes) -> Answer:
        return Answer(200, body if "delimiter" in request.query else page({"x/notes.txt": 4}))

    with serve({f"x/{k}": b for k, b in FILES.items()}, bucket(change)) as server:
        options = {**KEYS, "endpoint": server.url, "virtual_hosted_style_request": "true"}
        with pytest.raises(StoreError, match=r"^the listing of s3://b/x lacks what is there: 0/.zarray"):
            upgrade_store("s3://b/x", "0.5", tmp_path / "out", storage_options=options)
    assert not (tmp_path / "out" / "zarr.json").exists()


def test_e15_a_server_that_cannot_list_says_what_is_not_seen(tmp_path: Path) -> None:
    with serve(FILES) as server:
        plan = upgrade_store(server.url, "0.5", tmp_path / "out")
    assert [r.text for r in plan.remarks if r.text.endswith("were not seen, and not copied")]
    assert not (tmp_path / "out" / "notes.txt").exists()


@pytest.mark.parametrize("name", FAILURES)
def test_r6_an_upgrade_in_place_whose_listing_fails_is_not_begun(name: str) -> None:
    answer = FAILURES[name]

    def change(number: int, request: Request, body: bytes) -> Answer:
        return answer

    with serve({f"x/{k}": b for k, b in FILES.items()}, bucket(change)) as server:
        options = {**KEYS, "timeout": 2, "endpoint": server.url, "virtual_hosted_style_request": "true"}
        with pytest.raises(StoreError, match="the store could not be listed: "):
            upgrade_store("s3://b/x", "0.5", storage_options=options)
        assert {request.method for request in server.requests} == {"GET"}


# --- listings that never end ----------------------------------------------------------------------------------


def endless(request: Request) -> Iterator[tuple[str, bytes]]:
    token = parse_qs(request.query).get("continuation-token", ["0"])[0]
    yield "the same token", page({f"x/{token}": 1}, token="1")
    yield "new tokens, the same keys", page({"x/a": 1}, token=f"{int(token) + 1}")
    yield "new tokens, no keys", page({}, token=f"{int(token) + 1}")


@pytest.mark.parametrize(
    ("number", "message"),
    [(0, "the listing repeats itself"), (1, "the listing repeats itself"), (2, "goes on without naming anything")],
)
def test_r6_listings_that_never_end(number: int, message: str) -> None:
    def manners(request: Request, proper: Answer) -> Answer | None:
        return Answer(200, [body for _, body in endless(request)][number]) if "list-type" in request.query else None

    with serve({}, manners) as server:
        store: Any = default_registry().open_store("s3://b/x", {**KEYS, "endpoint": server.url})
        with pytest.raises(StoreError, match=message):
            store.list("")
        with pytest.raises(StoreError, match=message):
            list(store.all_keys())
        assert len(server.requests) < 300


def test_r6_new_keys_for_ever() -> None:
    pages: Iterator[Page | Failure] = (Page([(f"x/{n}", 1)], [], str(n)) for n in itertools.count())
    *before, last = checked(pages, "x", most=50)
    assert len(before) == 50
    assert isinstance(last, Failure)
    assert str(last.error) == "the listing has more than 50 keys, which is the limit"


@pytest.mark.parametrize("kind", ["gs", "az"])
@pytest.mark.parametrize("body", [b"<html></html>", b"hello", b"[]"])
def test_r6_other_clouds(kind: str, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "lab")
    with serve({}, lambda r, a: Answer(200, body)) as server:
        store: Any = default_registry().open_store(f"{kind}://b/x", {"endpoint": server.url, "timeout": 20})
        try:
            found = list(store.all_keys() or ())
        except StoreError:
            found = []
        assert found == []


def test_r6_the_signature_of_aws() -> None:
    """The example of their documentation, "GET Bucket (List Objects)"."""
    from datetime import UTC, datetime

    credentials = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    now = datetime(2013, 5, 24, tzinfo=UTC)
    host = "examplebucket.s3.amazonaws.com"
    headers = signed_headers(credentials, "us-east-1", host, "/?max-keys=2&prefix=J", {}, now)
    assert headers["Authorization"].rpartition("=")[2] == (
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    )
    assert "secret" not in repr(credentials).lower()


# --- R4: more chunks than can be asked for ---------------------------------------------------------------------


def test_r4_the_keys_of_huge_arrays_are_made_one_by_one(tmp_path: Path) -> None:
    from ngff_core.upgrade.plan import plan_upgrade

    huge = b'{"zarr_format":2,"shape":[%d,16],"chunks":[1,1],"dtype":"|u1","compressor":null,"fill_value":0,"order":"C","filters":null,"dimension_separator":"/"}'  # noqa: E501
    files = {**documents("image-0.4"), "0/.zarray": huge % 800_000_000}
    for key, body in files.items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(body)
    found = plan_upgrade(tmp_path, "0.5").documents[0]
    chunks = (it.key for it in keys_by_metadata({"0": found["0"]}) if it.is_chunk)
    assert list(itertools.islice(chunks, 18))[-3:] == ["0/0/15", "0/1/0", "0/1/1"]
    with pytest.raises(StoreError, match=r"its arrays may have 12,800,000,000 chunks; up to 100,000,000 are asked for"):
        refuse_too_many({"0": found["0"]})
