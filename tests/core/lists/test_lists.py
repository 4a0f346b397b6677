"""Lists of stores: their forms, what is refused, and the stores among the keys of an inventory."""

from __future__ import annotations

import gzip
import io
import json
import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fakes import found, make_plugin

from ngff_core.checking.settings import Settings
from ngff_core.errors import MissingPackageError, UsageError
from ngff_core.plugins import Registry
from ngff_core.stores import MemoryStore
from ngff_core.validation.lists.files import LONGEST
from ngff_core.validation.lists.outermost import Outermost
from ngff_core.validation.lists.reading import listed
from ngff_core.validation.setup import Setup

SETUP = Setup(Registry(found=[]), Settings())
KEYS = "url, uri, address, path, store"


def read(path: Path | str, setup: Setup = SETUP) -> list[Any]:
    return [one if isinstance(one, str) else one.url for one in listed(str(path), setup)]


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


# --- forms -------------------------------------------------------------------------------------------------

LOG = """{"schema":1,"key":"/data/a.zarr","rule_set":"x","settings":"y","result":{"url":"a.zarr"}}
{"schema":1,"key":null,"rule_set":"x","settings":"y","result":{"url":"https://host/b.zarr"}}
{"schema":1,"end":{"stores":2,"unread":0}}
"""
REPORT = """{"schema":1,"result":{"url":"a.zarr","issues":[]}}
{"schema":1,"result":{"url":""}}
{"schema":1,"summary":{"stores":1}}
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("# images\n\n  a.zarr \nb, c.zarr\r\n", ["a.zarr", "b, c.zarr"]),
        ('{"url": "a.zarr"}\n\n{"path": "b.zarr", "size": 5}\n', ["a.zarr", "b.zarr"]),
        ('{"store": "S1", "address": "s3://b/c.zarr"}\n{"uri": "d"}\n', ["s3://b/c.zarr", "d"]),
        ('"a.zarr"\n"b \\"c\\".zarr"', ["a.zarr", 'b "c".zarr']),
        (LOG, ["/data/a.zarr", "https://host/b.zarr"]),
        (REPORT, ["a.zarr"]),
        ("id,Path\n1,a.zarr\n\n2, b.zarr\n", ["a.zarr", "b.zarr"]),
        ('store,"url"\nS1,"a,b.zarr"\n', ["a,b.zarr"]),
        ("url\nnext.zarr\n", ["url", "next.zarr"]),  # of one column only a name that ends with .csv tells
    ],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_forms_are_told_by_the_first_line(tmp_path: Path, text: str, names: list[str], mark: str) -> None:
    assert read(write(tmp_path, "list", mark + text)) == names


@pytest.mark.parametrize(
    ("name", "text", "names"),
    [
        ("l.csv", "url\na.zarr\n", ["a.zarr"]),
        ("l.CSV", "a.zarr\nb.zarr", ["a.zarr", "b.zarr"]),
        ("l.csv", '{"a"}.zarr\n', ['{"a"}.zarr']),
        ("l.jsonl", "\n" + REPORT, ["a.zarr"]),
        ("l.ndjson", '"a"', ["a"]),
    ],
)
def test_forms_are_told_by_names(tmp_path: Path, name: str, text: str, names: list[str]) -> None:
    assert read(write(tmp_path, name, text)) == names


def test_a_list_on_standard_input_is_not_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    class Slow(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            taken.append(len(taken))
            line = b'{"url": "%d"}\n' % len(taken)
            buffer[: len(line)] = line
            return len(line)

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Slow(), 16)))
    names = listed("-", SETUP)
    assert [next(names), next(names), next(names)] == ["1", "2", "3"]
    assert len(taken) < 6


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("l", "\n# nothing\n", "the list 'l' names no path"),
        ("l.csv", "url,b\n", "the list 'l.csv' names no path"),
        ("l.csv", "", "the list 'l.csv' names no path"),
        ("l", "a\n" + "b" * LONGEST + "\n", f"line 2 of the list 'l' has more than {LONGEST} bytes"),
        ("l", b"a\ncaf\xe9\n", "the list 'l' could not be read: it is not UTF-8 text"),
        ("l", '{"url": "a"}\n{"url": "b"\n', "line 2 of the list 'l' is not JSON: "),
        ("l", '{"url": 5}\n', f"names no store: expected a string, or an object in which one of the keys {KEYS}"),
        ("l", '"a"\n\n""\n', "line 3 of the list 'l' names no store: "),
        ("l.jsonl", "[1]\n", "line 1 of the list 'l.jsonl' names no store: "),
        ("l.jsonl", '{"name": "a"}\n', "line 1 of the list 'l.jsonl' names no store: "),
        ("l", '{"schema": 1, "key": null, "result": {"url": 7}}', "line 1 of the list 'l' names no store: "),
        ("l.csv", "a,b\n1,2\n", f"no column of the list 'l.csv' is called {KEYS}: its first line has to"),
        ("l.csv", "url,b\n1,2\n1,2,3\n", "line 3 of the list 'l.csv' has 3 columns, expected 2"),
        ("l.csv", "url,b\n,2\n", "line 2 of the list 'l.csv' names no store: its column 1 is empty"),
        ("l.csv", 'url\n"a"b\n', "line 2 of the list 'l.csv' is no CSV: "),
        ("l.csv", 'url\n"a\n', "line 2 of the list 'l.csv' is no CSV: "),
        ("l.csv", 'url\n"' + ("a" * 60000 + "\n") * 4, "of the list 'l.csv' is no CSV: field larger than field limit"),
    ],
)  # fmt: skip
def test_what_is_no_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str | bytes, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(UsageError) as caught:
        read(name)
    assert said in str(caught.value)


# --- the stores among keys ---------------------------------------------------------------------------------

BUCKET = {
    "a.zarr": ["zarr.json", "0/zarr.json", "0/c/0/0", "labels/zarr.json", "labels/x/zarr.json"],
    "p/b": [".zgroup", ".zattrs", "0/.zarray", "0/0/0"],
    "p/b.zarr": [".zattrs", "A/.zgroup", "A/1/.zgroup", "A/1/0/.zattrs"],
    "p/q/c.zarr": ["0/.zarray", "0/0.0"],  # what makes it a group was lost
    "p/q/d.ozx": [""],
    "p/q/e.zarr.zip": [""],
    "p/q/.e.ozx": [""],
    "p-q/f": ["zarr.json"],
    "/g": [".zgroup"],
    "h//i": [".zgroup"],
    "z.zarr/whole": ["zarr.json", "in.zarr/.zattrs", "in.ozx"],
    "z.zarr": [""],
}
OTHERS = ["readme.txt", ".hidden/a/.zattrs", "p/.trash/b.zarr/zarr.json", "p/q/my.zarr", "x.zarray", "zarr.json.txt"]


def keys() -> list[str]:
    inside = [f"{store}/{key}".removesuffix("/") for store, some in BUCKET.items() for key in some if store != "z.zarr"]
    return [*inside, "z.zarr/note.txt", *OTHERS]


@pytest.mark.parametrize("order", [sorted, lambda keys: sorted(keys, reverse=True), None])
def test_stores_are_the_outermost_whatever_the_order(order: Any) -> None:
    for seed in range(1 if order else 50):
        some = order(keys()) if order else random.Random(seed).sample(keys(), len(keys()))
        stores = Outermost()
        for key in some:
            stores.add(key)
        assert [*stores] == sorted(BUCKET, key=lambda path: path.split("/"))


def test_a_bucket_may_be_one_store() -> None:
    stores = Outermost()
    for key in ("0/zarr.json", "zarr.json", "a.zarr/zarr.json"):
        stores.add(key)
    assert [*stores] == [""]


def test_memory_is_that_of_the_stores() -> None:
    stores = Outermost()
    for number in range(2000):
        stores.add(f"{number}.zarr/zarr.json" if number % 2 else f"{number}.zarr/0/zarr.json")
        for chunk in range(50):
            stores.add(f"{number}.zarr/0/c/{chunk}/0")
        stores.add(f"{number}.zarr/zarr.json")
    root: Any = stores._root
    assert {*root.values()} == {None}
    assert len(root) == 2000


# --- inventories -------------------------------------------------------------------------------------------

SCHEMA = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size"
ROWS = [
    ("my+images%2Fa%2Bb.zarr/zarr.json", "true", "false"),
    ("my+images/a%2Bb.zarr/0/c/0", "true", "false"),
    ("gone.zarr/zarr.json", "true", "true"),
    ("old.zarr/zarr.json", "false", "false"),
    ("caf%C3%A9*?.zarr/.zattrs", "true", "false"),
]
STORES = ["s3://source/café*?.zarr", "s3://source/my images/a+b.zarr"]


def csv_of(rows: Iterable[tuple[str, str, str]]) -> bytes:
    lines = [f'"source","{key}","v1","{latest}","{marker}","10"\n' for key, latest, marker in rows]
    return gzip.compress("".join(lines).encode())


def manifest_of(*keys: str, **changed: Any) -> bytes:
    manifest = {
        "sourceBucket": "source",
        "destinationBucket": "arn:aws:s3:::destination",
        "version": "2016-11-30",
        "fileFormat": "CSV",
        "fileSchema": SCHEMA,
        "files": [{"key": key, "size": 100, "MD5checksum": "x"} for key in keys],
    }
    return json.dumps({**manifest, **changed}).encode()


def put(root: Path, files: Mapping[str, bytes]) -> None:
    for key, data in files.items():
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_bytes(data)


@pytest.fixture
def inventory(tmp_path: Path) -> dict[str, bytes]:
    """The files of an inventory by their keys, in two parts."""
    config = "lists/source/daily"
    parts = {f"{config}/data/one.csv.gz": csv_of(ROWS[:2]), f"{config}/data/two.csv.gz": csv_of(ROWS[2:])}
    return {**parts, f"{config}/2026-11-28T01-00Z/manifest.json": manifest_of(*parts)}


def test_an_inventory_laid_out_as_in_its_bucket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inventory: dict[str, bytes]
) -> None:
    put(tmp_path, inventory)
    manifest = next(key for key in inventory if key.endswith("manifest.json"))
    assert read(tmp_path / manifest) == STORES
    monkeypatch.chdir((tmp_path / manifest).parent)
    assert read("manifest.json") == STORES


@pytest.mark.parametrize("below", ["", "data/"])
def test_an_inventory_beside_its_manifest(tmp_path: Path, inventory: dict[str, bytes], below: str) -> None:
    for key, data in inventory.items():
        name = key.rpartition("/")[2]
        put(tmp_path, {name if name == "manifest.json" else below + name: data})
    assert read(tmp_path / "manifest.json") == STORES


def test_an_inventory_in_a_bucket(inventory: dict[str, bytes]) -> None:
    opened: list[str] = []

    def open_store(url: str, options: Any) -> MemoryStore:
        opened.append(url)
        folder = url.removeprefix("s3://destination/")
        inside = {k.removeprefix(folder + "/"): v for k, v in inventory.items() if k.startswith(folder + "/")}
        return MemoryStore(inside, url)

    plugin = make_plugin(ngff_open_store=open_store)
    setup = Setup(Registry(found=[found("s3", "dist-s3", plugin)]), Settings())
    manifest = next(key for key in inventory if key.endswith("manifest.json"))
    assert read(f"s3://destination/{manifest}", setup) == STORES
    assert {*opened} == {
        "s3://destination/lists/source/daily/2026-11-28T01-00Z",
        "s3://destination/lists/source/daily/data",
    }
    with pytest.raises(UsageError, match=r"could not be read: there is nothing at this address"):
        read("s3://destination/lists/none/manifest.json", setup)


@pytest.mark.parametrize(
    "key",
    ["../x.csv.gz", "a/../../x", "/etc/passwd", "a//b", ".", "", "a\\..\\b", "C:/x", "a/\n", "a/./b", "k" * 1025, "a/"],
)
def test_files_that_manifests_may_not_name(tmp_path: Path, key: str) -> None:
    put(tmp_path, {"manifest.json": manifest_of(key)})
    with pytest.raises(UsageError, match="which is not the key of one"):
        read(tmp_path / "manifest.json")


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (b"{", "is no manifest of an S3 Inventory: "),
        (b"[1]", "is no manifest of an S3 Inventory that can be read: "),
        (b'["a.zarr"]', 'that can be read: found ["a.zarr"], expected object'),
        (manifest_of(files=[{"name": "x"}]), "that can be read: /files/0"),
        (manifest_of(files="x"), "that can be read: /files: "),
        (manifest_of(sourceBucket="a/../b"), "/sourceBucket: found 'a/../b', expected the name of a bucket"),
        (manifest_of(fileFormat="ORC"), "/fileFormat: found 'ORC', of which nothing is read; expected CSV or Parquet"),
        (manifest_of(fileSchema="Bucket, Size"), "/fileSchema: found 'Bucket, Size', expected a column Key"),
        (manifest_of(fileSchema="Key, Key"), "/fileSchema: found 'Key, Key', expected a column Key"),
        (manifest_of("data/none.csv.gz"), "none.csv.gz' could not be read: "),
        (manifest_of("plain.csv.gz"), "plain.csv.gz' could not be read: Not a gzipped file"),
        (manifest_of("cut.csv.gz"), "cut.csv.gz' could not be read: Compressed file ended before "),
        (manifest_of("narrow.csv.gz"), "line 2 of the inventory file "),
        (manifest_of("narrow.csv.gz"), "narrow.csv.gz' has 2 columns, expected 6"),
        (manifest_of("long.csv.gz"), f"long.csv.gz' has more than {LONGEST} bytes"),
        (manifest_of("odd.csv.gz"), "odd.csv.gz' could not be read: it is not UTF-8 text"),
        (manifest_of("empty.csv.gz"), "names no path"),
        (manifest_of(), "names no path"),
    ],
)
def test_inventories_that_cannot_be_read(tmp_path: Path, manifest: bytes, said: str) -> None:
    whole = csv_of(ROWS)
    put(tmp_path, {
        "manifest.json": manifest,
        "plain.csv.gz": b"a,b\n",
        "cut.csv.gz": whole[:-12],
        "narrow.csv.gz": gzip.compress(b'"source","a","b","true","false","1"\n"source","a"\n'),
        "long.csv.gz": gzip.compress(b"a" * (LONGEST + 1)),
        "odd.csv.gz": csv_of([("%ff.zarr/zarr.json", "true", "false")]),
        "empty.csv.gz": gzip.compress(b""),
    })  # fmt: skip
    with pytest.raises(UsageError) as caught:
        read(tmp_path / "manifest.json")
    assert said in str(caught.value)


def test_a_manifest_may_not_be_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.validation.lists.inventory.LARGEST", 100)
    put(tmp_path, {"manifest.json": manifest_of("x")})
    with pytest.raises(UsageError, match="has more than 100 bytes"):
        read(tmp_path / "manifest.json")


# --- Parquet -----------------------------------------------------------------------------------------------


def test_an_inventory_in_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    put(tmp_path, {"manifest.json": manifest_of("x.parquet", fileFormat="Parquet"), "x.parquet": b"PAR1"})
    with pytest.raises(MissingPackageError, match=r"reading an inventory in Parquet needs .*ngff-core\[table\]"):
        read(tmp_path / "manifest.json")


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[Any]:
    pyarrow = pytest.importorskip("pyarrow", reason="needs pyarrow")
    from pyarrow import parquet

    def write(columns: Mapping[str, list[Any]]) -> Path:
        parquet.write_table(pyarrow.table(dict(columns)), tmp_path / "x.parquet")
        put(
            tmp_path, {"manifest.json": manifest_of("data/x.parquet", fileFormat="Parquet", fileSchema="message s3 {}")}
        )
        return tmp_path / "manifest.json"

    return write


def test_an_inventory_in_parquet(tables: Any) -> None:
    names = ["a+b%20.zarr/zarr.json", "a+b%20.zarr/0/c/0", "gone.zarr/zarr.json", "old.zarr/zarr.json"]
    sizes = [1, 2, 3, 4]
    columns = {"bucket": ["source"] * 4, "key": names, "size": sizes}
    assert read(tables(columns)) == [f"s3://source/{name}" for name in ("a+b%20.zarr", "gone.zarr", "old.zarr")]
    flags = {"is_latest": [True, True, True, False], "is_delete_marker": [None, False, True, False]}
    assert read(tables(columns | flags)) == ["s3://source/a+b%20.zarr"]


@pytest.mark.parametrize("columns", [{"bucket": ["source"]}, {"key": [None]}, {"key": [5]}])
def test_parquet_that_is_no_inventory(tables: Any, columns: dict[str, list[Any]]) -> None:
    with pytest.raises(UsageError, match=r"the inventory file '.*x\.parquet' is no Parquet with the keys of objects: "):
        read(tables(columns))


def test_what_is_no_parquet(tables: Any) -> None:
    manifest = tables({"key": ["a"]})
    (manifest.parent / "x.parquet").write_bytes(b"PAR1" + b"x" * 100)
    with pytest.raises(UsageError, match=r"x\.parquet' is no Parquet with the keys of objects: "):
        read(manifest)
