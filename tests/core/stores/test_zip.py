"""Zip archives as stores: what is read, what is refused, and that broken or hostile ones do no harm."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import threading
import tracemalloc
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fakes import make_registry, make_spec
from hypothesis import given, settings
from hypothesis import strategies as st

from ngff_core import check_store
from ngff_core.errors import StoreError
from ngff_core.plugins import Registry
from ngff_core.plugins.builtin import ngff_open_store
from ngff_core.report import Report
from ngff_core.stores import LocalStore
from ngff_core.stores.base import UnreachableError
from ngff_core.stores.zip.archive import Archive, Names, Order
from ngff_core.stores.zip.store import BytesSource, FileSource, ZipStore, zip_store
from ngff_core.stores.zip.unpacking import decompress
from ngff_core.testing.archives import zip_bytes

SPEC = make_spec("9.2", zarr_format=3, namespace="lab")
REGISTRY = make_registry(spec=SPEC)


def group(*items: str) -> bytes:
    ome = {"version": "9.2", "items": [{"name": name} for name in items]}
    return json.dumps({"zarr_format": 3, "node_type": "group", "attributes": {"lab": ome}}).encode()


BOXES = {"zarr.json": group("a", "b"), "a/zarr.json": group(), "b/zarr.json": group("c"), "b/c/zarr.json": group()}


def store_of(data: bytes, name: str = "x.ozx") -> ZipStore:
    return ZipStore(BytesSource(data), name)


def archive_of(data: bytes) -> Archive:
    archive = store_of(data).archive
    assert archive is not None
    return archive


def with_zipfile(entries: dict[str, bytes], method: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.comment = comment
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def check(data: bytes, registry: Registry = REGISTRY) -> Report:
    return check_store(store_of(data), registry=registry)


def told(report: Report) -> list[tuple[str, str]]:
    return [(issue.rule, issue.message) for issue in report.issues]


def central(data: bytes, name: str) -> int:
    """Return where the record of a name begins in the central directory."""
    at = data.rindex(name.encode()) - 46
    assert data[at : at + 4] == b"PK\1\2"
    return at


def patched(data: bytes, at: int, layout: str, value: int) -> bytes:
    return data[:at] + struct.pack(layout, value) + data[at + struct.calcsize(layout) :]


# --- reading ------------------------------------------------------------------------------------------

DOCUMENTS = {"zarr.json": b"{}", "A/1/zarr.json": b'{"a": 1}', "A/2/zarr.json": b"", "B/OME.xml": b"y", "B/n.txt": b"n"}


@pytest.mark.parametrize(
    "data",
    [
        zip_bytes(DOCUMENTS),
        zip_bytes(DOCUMENTS, zip64=False),
        zip_bytes(DOCUMENTS, compressed=DOCUMENTS),
        zip_bytes(DOCUMENTS, placed=reversed(DOCUMENTS)),
        with_zipfile(DOCUMENTS),
        with_zipfile(DOCUMENTS, zipfile.ZIP_DEFLATED, b"a comment"),
        with_zipfile(DOCUMENTS, zipfile.ZIP_BZIP2),
        with_zipfile(DOCUMENTS, zipfile.ZIP_LZMA),
        b"#!/bin/sh\n" * 7 + with_zipfile(DOCUMENTS),
        b"#!/bin/sh\n" * 7 + zip_bytes(DOCUMENTS),
        with_zipfile(DOCUMENTS) + b"trailing",
        with_zipfile(DOCUMENTS, comment=b"PK\5\6" + bytes(18) + b"not the end"),
    ],
    ids=[
        "zip64", "plain", "deflated", "other order", "zipfile", "zipfile deflate", "bzip2", "lzma",
        "bytes in front", "bytes in front of zip64", "bytes behind", "end record in the comment",
    ],
)  # fmt: skip
def test_documents_are_read_however_they_are_zipped(data: bytes) -> None:
    store = store_of(data)
    assert store.get_many(["A/1/zarr.json", "no/zarr.json", "zarr.json", "A/2/zarr.json", "B/OME.xml", "B/n.txt"]) == [
        b'{"a": 1}', None, b"{}", b"", b"y", b"n",
    ]  # fmt: skip
    assert store.list("") == ["A/", "B/", "zarr.json"]
    assert store.list("A") == ["1/", "2/"]
    assert store.list("B") == ["OME.xml", "n.txt"]
    assert store.list("nothing") == []
    assert store.list("zarr.json") == []


def test_entries_with_zip64_numbers_are_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("zarr.json", "w", force_zip64=True) as entry:
        entry.write(b"{}")
    data = buffer.getvalue()
    assert store_of(data).get("zarr.json") == b"{}"
    assert (archive_of(data).zip64, archive_of(data).zip64_entries) == (False, 1)
    assert (archive_of(zip_bytes(BOXES)).zip64, archive_of(with_zipfile(BOXES)).zip64) == (True, False)


def test_numbers_that_do_not_fit_are_taken_from_the_extra_field() -> None:
    head = struct.pack("<5H3L", 45, 0, 0, 0, 0, zipfile.crc32(b"{}"), 0xFFFFFFFF, 0xFFFFFFFF)  # type: ignore[attr-defined]
    wide = struct.pack("<2H2Q", 1, 16, 2, 2)
    local = b"PK\3\4" + head + struct.pack("<2H", 9, len(wide)) + b"zarr.json" + wide + b"{}"
    wide = struct.pack("<2H3Q", 1, 24, 2, 2, 0)
    record = b"PK\1\2" + struct.pack("<H", 45) + head + struct.pack("<5H2L", 9, len(wide), 0, 0, 0, 0, 0xFFFFFFFF)
    directory = record + b"zarr.json" + wide
    data = local + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(local), 0)
    assert store_of(data).get("zarr.json") == b"{}"


def test_chunks_are_read_although_only_metadata_is_kept() -> None:
    chunks = {f"0/c/{number}": str(number).encode() for number in range(500)}
    store = store_of(zip_bytes({**BOXES, **chunks}, compressed=["0/c/7"]))
    assert store.get_many(["0/c/499", "0/c/500", "zarr.json", "0/c/7"]) == [b"499", None, BOXES["zarr.json"], b"7"]
    assert store.list("") == ["0/", "a/", "b/", "zarr.json"]


def test_a_local_header_that_is_longer_than_expected_costs_a_second_read() -> None:
    calls: list[Sequence[tuple[int, int]]] = []

    class Counting(BytesSource):
        def read_many(self, ranges: Sequence[tuple[int, int]]) -> list[bytes | StoreError]:
            calls.append(ranges)
            return super().read_many(ranges)

    plain = zip_bytes({"zarr.json": b'{"a": 1}'}, zip64=False)
    start = 30 + len("zarr.json")
    longer = patched(plain, 28, "<H", 300)
    longer = longer[:start] + bytes(300) + longer[start:]
    end = longer.rindex(b"PK\5\6")
    data = patched(longer, end + 16, "<L", struct.unpack_from("<L", longer, end + 16)[0] + 300)
    assert ZipStore(Counting(data), "x.ozx").get("zarr.json") == b'{"a": 1}'
    assert calls[-1] == [(start + 300, 8)]
    assert len(calls[-2]) == 1


def test_many_documents_are_one_call() -> None:
    calls: list[int] = []

    class Counting(BytesSource):
        def read_many(self, ranges: Sequence[tuple[int, int]]) -> list[bytes | StoreError]:
            calls.append(len(ranges))
            return super().read_many(ranges)

    store = ZipStore(Counting(zip_bytes(BOXES)), "x.ozx")
    assert None not in store.get_many(list(BOXES))
    assert calls[-1] == 4
    store.get_many(list(BOXES))
    assert calls[-2:] == [4, 4]


def test_an_error_of_the_source_is_that_of_the_document() -> None:
    class Failing(BytesSource):
        def read_many(self, ranges: Sequence[tuple[int, int]]) -> list[bytes | StoreError]:
            return [
                StoreError("the server said 500") if offset == 0 and length < 300 else data
                for (offset, length), data in zip(ranges, super().read_many(ranges), strict=True)
            ]

    values = ZipStore(Failing(zip_bytes({**BOXES, "x": bytes(2000)})), "x.ozx").get_many(["zarr.json", "a/zarr.json"])
    assert str(values[0]) == "the server said 500"
    assert values[1] == BOXES["a/zarr.json"]


def test_a_store_may_be_asked_by_several_threads() -> None:
    store = store_of(zip_bytes({"zarr.json": b"", **{f"{n}/zarr.json": str(n).encode() for n in range(200)}}))
    gate = threading.Barrier(8)

    def ask(number: int) -> list[bytes | StoreError | None]:
        gate.wait()
        return store.get_many([f"{n}/zarr.json" for n in range(number, 200, 8)])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert answers == [[str(n).encode() for n in range(number, 200, 8)] for number in range(8)]


UNFLAGGED = (struct.pack("<2H", 45, 1 << 11), struct.pack("<2H", 45, 0))


def test_names_are_utf8_whatever_is_stated_else_the_old_code_page() -> None:
    data = zip_bytes({"zarr.json": b"", "é/x.txt": b""}).replace(*UNFLAGGED)
    assert store_of(data).list("") == ["zarr.json", "é/"]
    old = zip_bytes({"zarr.json": b"", "xx/x.txt": b""}).replace(b"xx/", b"\x82x/").replace(*UNFLAGGED)
    assert store_of(old).list("") == ["zarr.json", "éx/"]


def test_a_directory_in_place_of_a_document_is_an_error() -> None:
    store = store_of(zip_bytes({"zarr.json/": b"", "zarr.json/x.txt": b""}))
    with pytest.raises(StoreError, match=r"^it is a directory, expected a file$"):
        store.get("zarr.json")


# --- opening ------------------------------------------------------------------------------------------


def test_a_path_is_opened_as_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "folder.zip").mkdir()
    (tmp_path / "a.ozx").write_bytes(zip_bytes(BOXES))
    (tmp_path / "b").write_bytes(zip_bytes(BOXES))
    (tmp_path / "c.txt").write_bytes(b"hello")
    kinds = {name: type(ngff_open_store(str(tmp_path / name), {})) for name in ("folder.zip", "a.ozx", "b", "no.zip")}
    assert kinds == {"folder.zip": LocalStore, "a.ozx": ZipStore, "b": ZipStore, "no.zip": LocalStore}
    opened = ngff_open_store(f"file://{tmp_path}/a.ozx", {})
    assert isinstance(opened, ZipStore)
    assert opened.url == str(tmp_path / "a.ozx")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\3\4", "the archive is cut off: the central directory at its end is missing"),
        (b"PK\7\10" + bytes(50), "it is one part of an archive that is split into several files"),
        (zip_bytes({}), "the archive is empty"),
        (zip_bytes({}, zip64=False), "the archive is empty"),
    ],
)
def test_what_is_no_archive_is_one_clear_issue(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ozx"
    path.write_bytes(content)
    report = check_store(path, registry=REGISTRY)
    assert told(report) == [("document-unreadable", f"zarr.json could not be read: {message}")]
    assert (report.status, report.exit_code()) == ("unreadable", 3)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "the file is empty"), (b"hello", "it is a file, neither a directory nor a zip archive")],
)
def test_another_file_is_no_store(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    report = check_store(path, registry=REGISTRY)
    assert told(report) == [("store-not-found", message)]
    assert report.issues[0].hint == "to check one document: ngff validate - < FILE"
    assert report.exit_code() == 3


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    store = zip_store(str(tmp_path / ".." / tmp_path.name / "x")) if (tmp_path / "x").write_bytes(b"PK") else None
    assert store is not None
    os.remove(tmp_path / "x")
    with pytest.raises(UnreachableError, match="no such file or directory"):
        store.get("zarr.json")
    assert store.archive is None
    assert store.list("") is None


def test_fuzz_what_zipfile_refuses_to_open_is_not_valid(tmp_path: Path) -> None:
    """Found by fuzzing: a version that nobody reads, an end on another disk, a name that is not the UTF-8 it says."""
    sound = zip_bytes(BOXES)
    entry, locator = sound.find(b"PK\1\2"), sound.find(b"PK\6\7")
    name = sound.index(next(iter(BOXES)).encode(), entry)
    damaged = {
        "needs version 9.3": sound[: entry + 6] + b"\x5d" + sound[entry + 7 :],
        "split into several files": sound[: locator + 4] + b"\1" + sound[locator + 5 :],
        "has a name that is no plain": sound[:name] + b"\xff" + sound[name + 1 :],
    }
    for message, content in damaged.items():
        path = tmp_path / "x.ozx"
        path.write_bytes(content)
        with pytest.raises((zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError)):
            zipfile.ZipFile(path)
        report = check_store(path, registry=REGISTRY)
        assert not report.valid, message
        assert message in report.summary(20)


def test_fuzz_an_end_that_other_readers_do_not_find(tmp_path: Path) -> None:
    """More than the longest comment stands behind it: Python's zipfile does not look so far back."""
    path = tmp_path / "x.ozx"
    for behind, valid in ((0x10000, True), (0x10001, False)):
        path.write_bytes(zip_bytes(BOXES) + bytes(behind))
        assert zipfile.is_zipfile(path) == valid
        assert (ZipStore(FileSource(path), "x").archive is not None) == valid


def test_a_file_that_shrinks_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.ozx"
    path.write_bytes(zip_bytes(BOXES))
    source = FileSource(path)
    path.write_bytes(b"PK")
    with pytest.raises(UnreachableError, match="it became shorter while it was read"):
        ZipStore(source, "x.ozx").get("zarr.json")


# --- what is known of an archive ----------------------------------------------------------------------


def test_facts_of_an_archive() -> None:
    entries = {
        "zarr.json": b"{}",
        "0/": b"",
        "0/c/0": b"x",
        "0/zarr.json": b"{}",
        "labels/x.ozx": b"",
        "a/b/zarr.json": b"",
    }
    archive = archive_of(zip_bytes(entries, comment=b"hi", compressed=["0/c/0"], placed=sorted(entries)))
    order = Order("zarr.json", "0/", Names(2, ("0/zarr.json", "a/b/zarr.json")))
    assert archive == Archive(
        name="x.ozx", comment=b"hi", entries=6, folders=1, stated=6, zip64=True, zip64_entries=6, roots=Names(1, ("",)),
        listed=order,
        placed=Order("0/", "0/", Names(3, ("0/zarr.json", "a/b/zarr.json", "zarr.json")), "a/b/zarr.json", "zarr.json"),
        compressed=Names(1, ("0/c/0",)), methods=("deflate",), embedded=Names(1, ("labels/x.ozx",)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("names", "roots", "root"),
    [
        (["zarr.json", "a/zarr.json"], ("",), ""),
        (["x/zarr.json", "x/a/zarr.json"], ("x",), "x"),
        (["x/y/zarr.json", "x/y/a/zarr.json", "readme.txt"], ("x/y",), "x/y"),
        (["b/zarr.json", "a/zarr.json", "a/c/zarr.json"], ("a", "b"), "a"),
        (["b/.zgroup", "a/.zgroup"], ("a", "b"), ""),
        (["x/.zgroup", "x/0/.zarray"], ("x",), "x"),
        (["OME/METADATA.ome.xml", "x/y"], (), ""),
        (["__MACOSX/x/._zarr.json", "x/zarr.json"], ("x",), "x"),
    ],
)
def test_roots_of_hierarchies(names: list[str], roots: tuple[str, ...], root: str) -> None:
    archive = archive_of(zip_bytes(dict.fromkeys(names, b"")))
    assert (archive.roots, archive.root) == (Names(len(roots), roots), root)


def test_a_wrapped_hierarchy_is_judged_with_paths_from_its_root() -> None:
    report = check(zip_bytes({f"image.zarr/{name}": data for name, data in BOXES.items()}))
    assert (report.status, report.kind, report.counts, report.issues) == ("valid", "box", {"box": 4}, [])


def test_the_report_of_an_archive_is_that_of_the_directory(tmp_path: Path) -> None:
    damaged = {**BOXES, "b/c/zarr.json": b"{", "a/zarr.json": group().replace(b'"items": []', b'"items": [{}]')}
    for name, data in damaged.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    here, zipped = check_store(tmp_path, registry=REGISTRY), check(zip_bytes(damaged))
    assert zipped.issues == here.issues
    assert [issue.rule for issue in zipped.issues] == ["structure-missing", "document-not-json"]
    assert (zipped.counts, zipped.kind, zipped.version) == (here.counts, here.kind, here.version)


# --- hostile ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../zarr.json", "/etc/zarr.json", "C:/zarr.json", "a/../../b/zarr.json", "..\\zarr.json"]
)
def test_an_entry_that_climbs_out_is_an_issue_and_never_opened(name: str) -> None:
    data = zip_bytes({**BOXES, name: b"secret"})
    report = check(data)
    assert told(report) == [("path-outside-store", "an entry has a name that leads out of the archive")]
    assert report.issues[0].found == name
    assert report.exit_code() == 1
    assert store_of(data).get_many([name, name.lstrip("./")]) == [None, BOXES.get(name.lstrip("./"))]
    assert store_of(zip_bytes({name: b"x"})).list("") == []


@pytest.mark.parametrize(
    "name", ["a\\zarr.json", "./zarr.json", "a//zarr.json", "", "x" * 5000 + "/zarr.json", "a\0/zarr.json"]
)
def test_an_entry_with_no_plain_name_is_an_issue(name: str) -> None:
    report = check(zip_bytes({**BOXES, name: b""}))
    assert told(report) == [
        ("archive-names-plain", "an entry has a name that is no plain relative path with forward slashes")
    ]


def test_names_that_occur_twice_are_an_issue_and_the_last_is_read() -> None:
    data = zip_bytes({**BOXES, "A/zarr.json": b"x", "0/c/0": b"", "0/c/1": b""})
    data = data.replace(b"A/zarr.json", b"a/zarr.json").replace(b"0/c/1", b"0/c/0")
    report = check(data)
    assert [issue.rule for issue in report.issues] == ["archive-names-unique", "document-not-json"]
    assert report.issues[0].message == "2 entries, each of which has the name of another"
    assert report.issues[0].found == "a/zarr.json, 0/c/0"


def test_names_that_are_read_as_the_same_are_the_same() -> None:
    data = bytearray(zip_bytes({**BOXES, "0/é": b"1", "0/x": b"2"}).replace(b"0/x", b"0/\x82"))
    for signature, flags, name in ((b"PK\3\4", 6, 30), (b"PK\1\2", 8, 46)):
        at = data.find(b"0/\x82", data.find(signature)) - name
        assert data[at : at + 4] == signature
        data[at + flags : at + flags + 2] = b"\0\0"  # its name is not UTF-8
    (issue,) = check(bytes(data)).issues
    assert (issue.rule, issue.found) == ("archive-names-unique", "0/é")


def test_fuzz_strongly_encrypted_entries_are_encrypted() -> None:
    data = zip_bytes(BOXES)
    at = data.find(b"PK\1\2") + 8
    strong = data[:at] + struct.pack("<H", 1 << 6) + data[at + 2 :]
    assert ("archive-not-encrypted", "an entry is encrypted") in told(check(strong))


def test_encrypted_entries_are_an_issue_and_documents_among_them_unreadable() -> None:
    data = zip_bytes(BOXES)
    at = central(data, "a/zarr.json")
    report = check(patched(data, at + 8, "<H", 1))
    assert told(report) == [
        ("archive-not-encrypted", "an entry is encrypted"),
        ("document-unreadable", "zarr.json could not be read: it is encrypted"),
    ]
    assert report.issues[1].node == "a"


def test_a_symbolic_link_is_not_followed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("zarr.json", group("a"))
        link = zipfile.ZipInfo("a/zarr.json")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "../zarr.json")
    report = check(buffer.getvalue())
    message = "zarr.json could not be read: it is a symbolic link, which is not followed in archives"
    assert told(report) == [("document-unreadable", message)]


@pytest.mark.parametrize(
    ("method", "name"), [(1, "shrink"), (9, "deflate64"), (93, "zstd"), (99, "AES encryption"), (77, "method 77")]
)
def test_a_compression_that_is_not_supported_is_named(method: int, name: str) -> None:
    data = zip_bytes({"zarr.json": b"{}"})
    with pytest.raises(StoreError, match=rf"^it is compressed with {name}, which is not supported$"):
        store_of(patched(data, central(data, "zarr.json") + 10, "<H", method)).get("zarr.json")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_is_not_unpacked(method: int) -> None:
    data = with_zipfile({"zarr.json": bytes(1 << 24)}, method)
    store = store_of(data)
    store.max_bytes = 1 << 20
    tracemalloc.start()
    with pytest.raises(StoreError, match=r"^the document has 16777216 bytes; the limit is 1048576$"):
        store.get("zarr.json")
    lying = store_of(patched(data, central(data, "zarr.json") + 24, "<L", 1000))
    with pytest.raises(StoreError, match=r"^the archive is damaged: the entry has more bytes, stated are 1000$"):
        lying.get("zarr.json")
    assert tracemalloc.get_traced_memory()[1] < 1 << 22
    tracemalloc.stop()


def test_many_bombs_together_are_not_unpacked_at_once() -> None:
    store = store_of(zip_bytes(BOXES))
    store.max_bytes = len(BOXES["zarr.json"]) + len(BOXES["a/zarr.json"])
    values = store.get_many(list(BOXES))
    assert values[:2] == [BOXES["zarr.json"], BOXES["a/zarr.json"]]
    assert {str(value) for value in values[2:]} == {
        f"it and documents near it have more than {store.max_bytes} bytes together"
    }


def test_a_dictionary_is_not_allocated_as_large_as_is_stated() -> None:
    data = with_zipfile({"zarr.json": b"{}"}, zipfile.ZIP_LZMA)
    place = 30 + len("zarr.json")
    tracemalloc.start()
    assert store_of(patched(data, place + 5, "<L", 0xFFFFFFF0)).get("zarr.json") == b"{}"
    assert tracemalloc.get_traced_memory()[1] < 1 << 22
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "method", "size"),
    [
        (b"\xff\xff", 8, 5),
        (b"nonsense", 12, 5),
        (b"123", 14, 5),
        (b"\0\0\5\0\xff\0\0\1\0", 14, 5),
        (b"\0\0\5\0]\0\0\1\0\xff", 14, 5),
        (b"abc", 0, 5),
    ],
)
def test_data_that_cannot_be_unpacked_is_an_error(data: bytes, method: int, size: int) -> None:
    with pytest.raises(StoreError, match=r"^the archive is damaged: the entry"):
        decompress(data, method, size)


LAST = len(zip_bytes({"zarr.json": b"{}"}, zip64=False)) - 22


@pytest.mark.parametrize(
    ("offset", "layout", "value", "message"),
    [
        (16, "<L", 1, "the entry does not have the checksum that is stated"),
        (42, "<L", 7, "the entry is not where its directory says"),
        (20, "<L", 5000, "the archive states a place for it that is not in the file"),
        (42, "<L", 0xFFFFFFF0, "the archive states a place for it that is not in the file"),
    ],
)
def test_a_record_that_lies_is_found_out(offset: int, layout: str, value: int, message: str) -> None:
    data = zip_bytes({"zarr.json": b"{}"}, zip64=False)
    with pytest.raises(StoreError, match=rf"{message}$"):
        store_of(patched(data, central(data, "zarr.json") + offset, layout, value)).get("zarr.json")


def test_another_name_in_front_of_the_data_is_found_out() -> None:
    data = zip_bytes({"zarr.json": b"{}"}).replace(b"zarr.json", b"zarr.jsom", 1)
    with pytest.raises(StoreError, match=r"the entry has another name in front of its data$"):
        store_of(data).get("zarr.json")


@pytest.mark.parametrize(
    ("offset", "layout", "value", "message"),
    [
        (12, "<L", 0xFFFFFF, "the archive is damaged: its end does not tell where its central directory is"),
        (
            12,
            "<L",
            20,
            "the archive is damaged: there are 35 bytes between its central directory and its end, where readers look"
            " for the directory",
        ),
        (16, "<L", 5000, "the archive is damaged: its end does not tell where its central directory is"),
    ],
)
def test_an_end_that_lies_is_found_out(offset: int, layout: str, value: int, message: str) -> None:
    data = patched(zip_bytes({"zarr.json": b"{}"}, zip64=False), LAST + offset, layout, value)
    report = check(data)
    assert told(report) == [("document-unreadable", f"zarr.json could not be read: {message}")]
    assert report.exit_code() == 3


def test_a_count_that_disagrees_is_an_issue() -> None:
    data = zip_bytes(BOXES, zip64=False)
    end = data.rindex(b"PK\5\6")
    report = check(patched(patched(data, end + 8, "<H", 9), end + 10, "<H", 9))
    assert told(report) == [("archive-consistent", "the archive states 9 entries, its central directory has 4")]


def test_a_count_that_ran_over_is_none() -> None:
    entries = {**BOXES, **{f"0/c/{number}": b"" for number in range(65536)}}
    data = zip_bytes(entries, zip64=False)
    end = data.rindex(b"PK\5\6")
    assert check(patched(patched(data, end + 8, "<H", 4), end + 10, "<H", 4)).issues == []


@pytest.mark.parametrize(
    "data", [zip_bytes(BOXES), zip_bytes(BOXES, zip64=False, compressed=BOXES), with_zipfile(BOXES)]
)
def test_an_archive_that_is_cut_off_is_unreadable(data: bytes) -> None:
    for length in range(0, len(data), 7):
        report = check(data[:length])
        assert (report.status, report.exit_code(), len(report.issues)) == ("unreadable", 3, 1), length
    assert check(data).issues == []


def test_an_archive_with_bytes_missing_in_the_middle_is_no_harm() -> None:
    data = zip_bytes(BOXES)
    statuses = {check(data[:at] + data[at + 5 :]).exit_code() for at in range(0, len(data) - 5, 3)}
    assert statuses <= {0, 1, 3}
    assert 3 in statuses


@given(st.integers(0, 2**32), st.integers(1, 8))
@settings(deadline=None, max_examples=300)
def test_flipped_bytes_are_no_harm(seed: int, number: int) -> None:
    chance = random.Random(seed)
    data = bytearray(zip_bytes(BOXES, compressed=["a/zarr.json"], comment=b"{}", zip64=bool(seed & 1)))
    for _ in range(number):
        data[chance.randrange(len(data))] = chance.randrange(256)
    report = check(bytes(data))
    assert report.exit_code() in (0, 1, 3)
    assert [issue for issue in report.issues if issue.rule == "rule-crashed"] == []


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_no_harm(data: bytes) -> None:
    assert check(data).exit_code() == 3
    assert check(data + zip_bytes({"zarr.json": group()})).exit_code() == 0


def test_an_archive_of_many_chunks_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.ozx"
    path.write_bytes(zip_bytes({**BOXES, **{f"0/c/{n // 300}/{n % 300}": b"" for n in range(100_000)}}))
    tracemalloc.start()
    report = check_store(path, registry=REGISTRY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (report.issues, report.counts) == ([], {"box": 4})
    assert peak < 16 << 20


@pytest.mark.parametrize(
    "names", [[f"{'d/' * 1500}{n}/zarr.json" for n in range(300)], [f"{n}{'x' * 60_000}" for n in range(100)]]
)
def test_long_names_take_little_memory(names: list[str]) -> None:
    data = zip_bytes(dict.fromkeys(names, b""))
    tracemalloc.start()
    assert archive_of(data).entries == len(names)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


def test_too_many_documents_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.stores.zip.gathering.MAX_ENTRIES", 3)
    report = check(zip_bytes(BOXES))
    message = "zarr.json could not be read: it holds more than 3 metadata documents, too many to keep apart"
    assert told(report) == [("document-unreadable", message)]


def test_findings_on_the_archive_can_be_ignored() -> None:
    data = zip_bytes({**BOXES, "../x": b""})
    registry: Any = REGISTRY
    assert check_store(store_of(data), registry=registry, ignore=["path-outside-store"]).issues == []
