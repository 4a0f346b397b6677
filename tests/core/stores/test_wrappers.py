"""Stores over other stores: whatever the one below can do, they can, and below a path every key is translated."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ngff_core.errors import StoreError
from ngff_core.stores import LocalStore, MemoryStore, PixelStore, Store
from ngff_core.stores.base import OutsideStoreError
from ngff_core.stores.below import StoreBelow
from ngff_core.stores.below_writer import WriterBelow
from ngff_core.stores.capabilities import (
    Archived,
    Canonical,
    Parallel,
    Rare,
    archive_of,
    canonical_url_of,
    get_rare,
    is_store,
    jobs_of,
    kvstore_of,
    url_of,
)
from ngff_core.stores.content import Copyable, all_keys, content_of
from ngff_core.stores.wrapper import Wrapper
from ngff_core.stores.writing import ChunkKeys, ConflictError, Writable, Write, Writer, writer_of
from ngff_core.stores.zip.store import BytesSource, ZipStore
from ngff_core.testing import write_store
from ngff_core.upgrade.overlay import Overlay, Recorder

DOCUMENTS = {"zarr.json": b"{}", "A/1/zarr.json": b'{"a": 1}', "A/1/c/0/0": b"x", "A/10/zarr.json": b"", "B/x": b"y"}
BELOW = {"zarr.json": b'{"a": 1}', "c/0/0": b"x"}


def zipped(documents: dict[str, bytes]) -> ZipStore:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for key, data in documents.items():
            archive.writestr(key, data)
    return ZipStore(BytesSource(file.getvalue()), "x.zip")


class Slow(MemoryStore):
    """A store that notes how it is asked, and is best read with many threads."""

    jobs = 7
    canonical_url = "slow:/"

    def __init__(self, documents: dict[str, bytes | StoreError]) -> None:
        super().__init__(documents)
        self.rare: list[str] = []

    def get_rare(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        self.rare += keys
        return self.get_many(keys)


MAKE: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: MemoryStore(dict(DOCUMENTS)),
    "local": lambda path: LocalStore(write_store(DOCUMENTS, path)),
    "zip": lambda _: zipped(DOCUMENTS),
}
WRAP: dict[str, Callable[[Store], Wrapper]] = {
    "plain": Wrapper,
    "recorder": Recorder,
    "overlay": lambda store: Overlay(store, {}),
    "below": lambda store: StoreBelow(store, "A"),
    "below twice": lambda store: StoreBelow(StoreBelow(store, "A"), "1"),
}
FOLDER = {"below": "A/", "below twice": "A/1/"}


@pytest.fixture(params=MAKE)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MAKE[request.param](tmp_path)


def contents(store: Store, prefix: str = "") -> dict[str, bytes]:
    found = {}
    for key in all_keys(store, prefix) or ():
        content = content_of(store, key)
        assert content is not None
        with content:
            found[key] = b"".join(content)
    return found


@pytest.mark.parametrize("how", WRAP)
def test_all_of_a_store_is_seen_through_a_wrapper(how: str, store: Store) -> None:
    wrapped = WRAP[how](store)
    assert isinstance(wrapped, Store)
    folder = FOLDER.get(how, "")
    expected = {key.removeprefix(folder): data for key, data in DOCUMENTS.items() if key.startswith(folder)}
    assert contents(wrapped) == expected
    keys = [*expected, "none"]
    values = [*expected.values(), None]
    assert wrapped.get_many(keys) == wrapped.get_rare(keys) == [wrapped.get(key) for key in keys] == values
    assert content_of(wrapped, "none") is None
    assert wrapped.list("") == store.list(folder.rstrip("/"))
    offered = (Copyable, Writable, Canonical, Parallel, PixelStore, Rare)
    assert all(isinstance(wrapped, protocol) for protocol in offered)
    assert (wrapped.batch, wrapped.concurrent, wrapped.lists_cheaply) == (
        store.batch,
        store.concurrent,
        store.lists_cheaply,
    )


@pytest.mark.parametrize("how", ["itself", *WRAP])
def test_keys_below_a_path_are_those_of_no_neighbour(how: str, store: Store) -> None:
    seen = WRAP[how](store) if how in WRAP else store
    if how == "below twice":
        assert contents(seen, "c") == {"c/0/0": b"x"}
    else:
        path = "1" if how == "below" else "A/1"
        assert contents(seen, path) == {f"{path}/{key}": data for key, data in BELOW.items()}
    assert contents(seen, "none") == {}


def test_what_a_wrapper_hands_on_is_asked_of_the_store_below() -> None:
    slow = Slow(dict(DOCUMENTS))
    below = StoreBelow(slow, "A/1")
    assert (jobs_of(below), canonical_url_of(below), url_of(below)) == (7, "slow:/A/1", "memory:/A/1")
    assert get_rare(Recorder(below), ["zarr.json", "no"]) == [b'{"a": 1}', None]
    assert slow.rare == ["A/1/zarr.json", "A/1/no"]
    overlay = Overlay(slow, {"zarr.json": b"[]"})
    assert get_rare(overlay, ["zarr.json", "B/x"]) == [b"[]", b"y"]
    assert slow.rare[2:] == ["B/x"]
    plain = MemoryStore({})
    assert (jobs_of(plain), canonical_url_of(plain), get_rare(plain, ["a"])) == (1, "memory:", [None])
    assert url_of(Path("a/b")) == str(Path("a/b"))


def test_a_store_is_what_has_the_members_of_one(store: Store) -> None:
    assert is_store(store)
    assert is_store(store)  # told by class from then on
    assert not any(is_store(other) for other in ("zarr.json", {}, Path(), object(), None, MemoryStore))


def test_a_wrapper_is_no_archive() -> None:
    archive = zipped(DOCUMENTS)
    assert archive_of(archive) is not None
    assert not any(isinstance(wrap(archive), Archived) for wrap in WRAP.values())
    assert archive_of(StoreBelow(archive, "A")) is None
    assert archive_of(MemoryStore({})) is None


def test_a_store_that_cannot_list_has_no_keys_through_a_wrapper_either() -> None:
    class Unlisted(MemoryStore):
        def list(self, prefix: str) -> Sequence[str] | None:
            return None

    unlisted = Unlisted(dict(DOCUMENTS))
    for wrap in WRAP.values():
        assert all_keys(wrap(unlisted)) is None


def test_tensorstore_reads_below_the_path(tmp_path: Path) -> None:
    local = LocalStore(write_store(DOCUMENTS, tmp_path))
    assert kvstore_of(StoreBelow(local, "A/1")) == {"driver": "file", "path": f"{tmp_path}/A/1/"}
    assert kvstore_of(Recorder(local)) == local.kvstore()
    assert kvstore_of(StoreBelow(MemoryStore({}), "A")) is None
    assert kvstore_of(Overlay(local, {})) is None


def test_zarr_python_reads_below_the_path(store: Store) -> None:
    zarr = pytest.importorskip("zarr", reason="needs zarr-python")
    document = b'{"zarr_format": 3, "node_type": "group", "attributes": {"where": "below"}}'
    below = StoreBelow(Overlay(store, {"A/1/zarr.json": document}), "A/1")
    assert dict(zarr.open_group(below.zarr_store(), mode="r").attrs) == {"where": "below"}
    twice = StoreBelow(StoreBelow(Overlay(store, {"A/1/zarr.json": document}), "A"), "1")
    assert dict(zarr.open_group(twice.zarr_store(), mode="r").attrs) == {"where": "below"}


# --- writing ------------------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "local"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MAKE[request.param](tmp_path)


def test_writing_below_a_path_changes_nothing_else(written: Store) -> None:
    writer: Writer = writer_of(StoreBelow(written, "A/1"))
    writer.put_many([Write("zarr.json", b'{"a": 1}', b"[]"), Write("new/x", None, b"n")])
    assert writer.copy(MemoryStore({"from": b"copied"}), "from", "to")
    assert not writer.copy(MemoryStore({}), "from", "to2")
    writer.delete_many(["c/0/0"])
    writer.tidy(["zarr.json"])
    assert contents(writer) == {"zarr.json": b"[]", "new/x": b"n", "to": b"copied"}
    kept = {key: data for key, data in DOCUMENTS.items() if not key.startswith("A/1/")}
    assert {key: data for key, data in contents(written).items() if not key.startswith("A/1/")} == kept
    assert (writer.url, writer.jobs) == (f"{written.url}/A/1", writer_of(written).jobs)


def test_a_conflict_below_a_path_names_the_keys_there(written: Store) -> None:
    writer = writer_of(StoreBelow(MemoryStore(dict(DOCUMENTS)), "A"))
    with pytest.raises(ConflictError, match=r"1 file in memory:/A changed under way, by something else: 1/z") as e:
        writer.put_many([Write("1/zarr.json", b"other", b"[]")])
    assert e.value.keys == ["1/zarr.json"]


@pytest.mark.parametrize("path", ["A/1", "A"])
def test_chunks_below_a_path_get_other_names(path: str, tmp_path: Path) -> None:
    local = LocalStore(write_store(DOCUMENTS, tmp_path))
    writer = writer_of(StoreBelow(local, path))
    assert isinstance(writer, WriterBelow)
    assert writer.moves_chunks
    inside = "" if path == "A/1" else "1"
    old, new = ChunkKeys("default", "/"), ChunkKeys("v2", ".")
    writer.link_chunks(inside, 2, old, new)
    assert local.get("A/1/0.0") == local.get("A/1/c/0/0") == b"x"
    writer.unlink_chunks(inside, 2, old, new)
    assert local.list("A/1") == ["0.0", "zarr.json"]


def test_what_cannot_be_written_to_cannot_be_through_a_wrapper(tmp_path: Path) -> None:
    for wrap in WRAP.values():
        with pytest.raises(StoreError, match="cannot be written to"):
            writer_of(wrap(zipped(DOCUMENTS)))
    with pytest.raises(StoreError, match="would hold with other documents cannot be written to"):
        writer_of(Overlay(MemoryStore({}), {}))


# --- what is changed on the way -----------------------------------------------------------------------


def test_an_overlay_shows_its_documents_in_every_way(store: Store) -> None:
    overlay = Overlay(store, {"zarr.json": b"[]", "B/x": None, "A/1/new": b"n"})
    expected = {**DOCUMENTS, "zarr.json": b"[]", "A/1/new": b"n"}
    del expected["B/x"]
    assert contents(overlay) == expected
    assert contents(StoreBelow(overlay, "A/1")) == {**BELOW, "new": b"n"}
    assert content_of(overlay, "B/x") is None
    assert canonical_url_of(overlay) == canonical_url_of(store)


def test_a_recorder_remembers_documents_and_not_what_is_copied(tmp_path: Path) -> None:
    documents: dict[str, Any] = dict(DOCUMENTS)
    recorder = Recorder(MemoryStore(documents))
    assert recorder.get("B/x") == b"y"
    documents["B/x"] = b"changed"
    assert recorder.get("B/x") == b"y"
    assert contents(recorder)["B/x"] == b"changed"


# --- keys below a path of a directory -----------------------------------------------------------------


def test_links_below_a_path_are_followed_as_from_the_root(tmp_path: Path) -> None:
    root = write_store(DOCUMENTS, tmp_path / "store")
    (tmp_path / "outside").mkdir()
    (root / "link").symlink_to(root / "A", target_is_directory=True)
    (root / "out").symlink_to(tmp_path / "outside", target_is_directory=True)
    (root / "B" / "up").symlink_to(root, target_is_directory=True)
    local = LocalStore(root)
    assert sorted(all_keys(local, "link/1") or ()) == ["link/1/c/0/0", "link/1/zarr.json"]
    assert list(all_keys(local, "B/x") or ()) == []
    with pytest.raises(OutsideStoreError, match="out is a symbolic link that leads out of the store"):
        all_keys(local, "out")
    with pytest.raises(StoreError, match="B/up could not be listed: its symbolic links go round in a circle"):
        list(all_keys(local, "B") or ())
