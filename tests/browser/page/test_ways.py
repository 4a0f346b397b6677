"""The other ways to give a store, and what the page reads of it: documents alone."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from typing import Any

from pages import Visited, command

DOCUMENTS = {"zarr.json", ".zattrs", ".zgroup", ".zarray", ".zmetadata"}
# what `showDirectoryPicker` gives cannot be chosen by a program: a folder of the same kind, private to the page, is
PICKED = """async ({name, files}) => {
  const top = await navigator.storage.getDirectory();
  const root = await top.getDirectoryHandle(name, {create: true});
  for (const [path, content] of files) {
    const parts = path.split('/');
    let folder = root;
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, {create: true});
    const file = await (await folder.getFileHandle(parts.at(-1), {create: true})).createWritable();
    await file.write(Uint8Array.fromBase64(content));
    await file.close();
  }
  window.showDirectoryPicker = async () => root;
}"""
# what is dropped is of classes that have no name in a page: they are met on the way
WATCH = """() => {
  window.read = []; window.listed = [];
  window.ways = { handle: DataTransferItem.prototype.getAsFileSystemHandle }; // other ways to give a folder go without
  const watch = (kind, method, note) => {
    const original = kind[method];
    kind[method] = function (...given) { note(this.name, given[0]); return original.apply(this, given) };
  };
  const reads = (_, path) => read.push(path), lists = (name) => listed.push(name);
  watch(FileSystemDirectoryHandle.prototype, 'getFileHandle', reads);
  watch(FileSystemDirectoryHandle.prototype, 'values', lists);
  const original = DataTransferItem.prototype.webkitGetAsEntry;
  DataTransferItem.prototype.webkitGetAsEntry = function () {
    const entry = original.call(this), kind = Object.getPrototypeOf(entry);
    watch(kind, 'getFile', reads);
    watch(kind, 'createReader', lists);
    return entry;
  };
}"""


def offer(page: Visited, store: Path) -> None:
    """Have a folder at hand that is opened without looking at all files."""
    files = [path for path in store.rglob("*") if path.is_file()]
    content = [(str(path.relative_to(store)), base64.b64encode(path.read_bytes()).decode()) for path in files]
    page.page.evaluate(PICKED, {"name": store.name, "files": content})


def pick(page: Visited, store: Path) -> str:
    """Choose a folder in that way; return the report."""
    offer(page, store)
    return clicked(page)


def clicked(page: Visited) -> str:
    """Choose the folder that is at hand; return the report."""
    page.page.click("#choose-folder")
    return page.report()


def some(corpus: list[Path]) -> list[Path]:
    """Return stores with what else may be in a folder: plates, other files, folders in place of documents."""
    return corpus[4:6] + corpus[30::60]


def test_folders_that_are_picked(visit: Any, corpus: list[Path]) -> None:
    page = visit()
    for store in some(corpus):
        assert pick(page, store) == command(store.name, cwd=store.parent)


def test_folders_that_are_dropped_where_the_browser_gives_no_handles(visit: Any, corpus: list[Path]) -> None:
    page = visit()
    page.page.evaluate("() => { delete DataTransferItem.prototype.getAsFileSystemHandle }")
    for store in some(corpus):
        assert page.drop([store]) == command(store.name, cwd=store.parent)


def test_folders_that_are_listed_by_the_browser(visit: Any, corpus: list[Path]) -> None:
    page = visit()
    for store in some(corpus):
        assert page.choose("#folder", store) == command(store.name, cwd=store.parent)


def test_folders_in_place_of_documents_and_documents_in_place_of_folders(visit: Any, tmp_path: Path) -> None:
    plain = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5", "labels": ["a", "b"]}}}
    store = tmp_path / "labels"
    (store / "a/zarr.json").mkdir(parents=True)
    (store / "a/zarr.json/file").touch()
    (store / "b").write_text("not a folder")
    (store / "zarr.json").write_text(json.dumps(plain))
    expected = command(store.name, cwd=tmp_path)
    assert "it is a directory" in expected
    page = visit()
    assert page.drop([store]) == expected
    assert pick(page, store) == expected


def test_chunks_are_never_looked_at(visit: Any, corpus: list[Path], tmp_path: Path) -> None:
    page = visit()
    page.page.evaluate(WATCH)
    for store in corpus[:2]:
        copy = tmp_path / store.name
        shutil.copytree(store, copy)
        (copy / "0/c/0").mkdir(parents=True)
        (copy / "0/c/0/0").write_bytes(b"chunk")
        (copy / "0/0.0.0").write_bytes(b"chunk")
        offer(page, copy)
        for way in ("pick", "handle", "entry"):
            page.page.evaluate("() => { read.length = listed.length = 0 }")
            page.page.evaluate(f"() => {{ DataTransferItem.prototype.getAsFileSystemHandle = ways.{way} }}")
            report = clicked(page) if way == "pick" else page.drop([copy])
            assert '"status": "valid"' in report
            listed, read = page.page.evaluate("[listed, read]")
            assert set(listed) <= {copy.name, "labels"}
            assert {path.rpartition("/")[2] for path in read} - DOCUMENTS == set()
            assert read


def test_documents_that_are_dropped(visit: Any, corpus: list[Path], tmp_path: Path) -> None:
    report = json.loads(visit().drop([corpus[1] / "zarr.json"]))
    assert [(each["url"], each["status"]) for each in report["results"]] == [("zarr.json", "valid")]


def test_what_is_no_archive(visit: Any, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG" + bytes(100))
    assert visit().choose("#files", [picture]) == command(picture.name, cwd=tmp_path)
