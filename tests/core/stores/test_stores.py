"""Stores: what is absent, what is an error, links, listings; in memory and on disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ngff_core.errors import StoreError, UsageError
from ngff_core.stores import LocalStore, MemoryStore
from ngff_core.stores.base import OutsideStoreError
from ngff_core.stores.local.store import local_store
from ngff_core.testing import write_store

DOCUMENTS = {"zarr.json": b"{}", "A/1/zarr.json": b'{"a": 1}', "A/2/zarr.json": b"", "B/x": b"y"}


@pytest.fixture(params=["memory", "local"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MemoryStore | LocalStore:
    return MemoryStore(DOCUMENTS) if request.param == "memory" else LocalStore(write_store(DOCUMENTS, tmp_path))


def test_a_key_gives_its_bytes(store: MemoryStore | LocalStore) -> None:
    assert store.get("A/1/zarr.json") == b'{"a": 1}'
    assert store.get("A/2/zarr.json") == b""


@pytest.mark.parametrize("key", ["nothing", "C/1/zarr.json", "zarr.json/x", "A/1/zarr.json/b/c", "a\0b"])
def test_an_absent_key_gives_none(store: MemoryStore | LocalStore, key: str) -> None:
    assert store.get(key) is None


def test_many_keys_give_their_values_in_order(store: MemoryStore | LocalStore) -> None:
    assert store.get_many(["B/x", "no", "zarr.json", "B/x"]) == [b"y", None, b"{}", b"y"]
    assert store.get_many([]) == []


def test_listings_are_sorted_and_mark_directories(store: MemoryStore | LocalStore) -> None:
    assert store.list("") == ["A/", "B/", "zarr.json"]
    assert store.list("A") == ["1/", "2/"]
    assert store.list("A/1") == ["zarr.json"]
    assert store.list("nothing") == []
    assert store.list("B/x") == []


def test_an_error_in_memory_is_raised_alone_and_a_value_among_many() -> None:
    error = StoreError("500")
    store = MemoryStore({"a": b"1", "b": error}, url="memory:test")
    assert store.url == "memory:test"
    assert store.get_many(["a", "b", "c"]) == [b"1", error, None]
    with pytest.raises(StoreError, match=r"^500$"):
        store.get("b")


def test_the_address_is_the_path_as_it_was_given(tmp_path: Path) -> None:
    assert LocalStore(tmp_path).url == str(tmp_path)
    assert LocalStore("some/./where").url == "some/./where"


def test_a_large_document_is_read_whole(tmp_path: Path) -> None:
    data = bytes(range(256)) * 1024
    assert LocalStore(write_store({"big": data}, tmp_path)).get("big") == data


def test_a_document_beyond_the_limit_is_an_error(tmp_path: Path) -> None:
    store = LocalStore(write_store({"big": b"x" * 100_000}, tmp_path))
    store.max_bytes = 99_999
    with pytest.raises(StoreError, match="the document has 100000 bytes; the limit is 99999"):
        store.get("big")


def test_a_directory_in_place_of_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "zarr.json").mkdir()
    with pytest.raises(StoreError, match="it is a directory, expected a file"):
        LocalStore(tmp_path).get("zarr.json")


def test_a_directory_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "no")
    assert store.get("zarr.json") is None
    assert store.list("") == []


def test_a_file_in_place_of_the_store_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = LocalStore(tmp_path / "file")
    assert store.get("zarr.json") is None
    assert store.list("") == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_does_not_stop_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "zarr.json")
    with pytest.raises(StoreError, match="it is not a regular file"):
        LocalStore(tmp_path).get("zarr.json")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything may be read by this user")
def test_a_missing_permission_is_an_error(tmp_path: Path) -> None:
    path = write_store({"zarr.json": b"{}"}, tmp_path) / "zarr.json"
    path.chmod(0)
    with pytest.raises(StoreError, match="permission denied"):
        LocalStore(tmp_path).get("zarr.json")


@pytest.mark.parametrize(
    ("error", "message"),
    [(PermissionError(13, "x"), "permission denied"), (OSError(5, "Input/output error"), "input/output error")],
)
def test_errors_of_the_system_are_put_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, message: str
) -> None:
    write_store({"a": b"1"}, tmp_path)
    store = LocalStore(tmp_path)

    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(os, "open", fail)
    (value,) = store.get_many(["a"])
    assert isinstance(value, StoreError)
    assert str(value) == message


# --- links ------------------------------------------------------------------------------------------

Link = Callable[[str, str | Path], None]


@pytest.fixture
def link(tmp_path: Path) -> Link:
    def make(name: str, target: str | Path) -> None:
        path = tmp_path / "store" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)

    try:
        make("probe", "nowhere")
    except OSError:
        pytest.skip("this system makes no symbolic links")
    (tmp_path / "store" / "probe").unlink()
    return make


@pytest.fixture
def linked(tmp_path: Path) -> LocalStore:
    write_store({"outside/zarr.json": b"secret", "store/A/zarr.json": b"a", "store-2/zarr.json": b"twin"}, tmp_path)
    return LocalStore(tmp_path / "store")


def test_links_inside_the_store_are_followed(linked: LocalStore, link: Link) -> None:
    link("B", "A")
    link("C/zarr.json", "../A/zarr.json")
    assert linked.get("B/zarr.json") == b"a"
    assert linked.get("C/zarr.json") == b"a"
    assert linked.list("B") == ["zarr.json"]


@pytest.mark.parametrize("target", ["../outside", "../store-2"])
def test_links_that_leave_the_store_are_followed_unless_refused(linked: LocalStore, link: Link, target: str) -> None:
    link("B", target)
    link("C/zarr.json", f"../{target}/zarr.json")
    refusing = linked.without_links()
    for key in ("B/zarr.json", "C/zarr.json"):
        assert linked.get(key) in (b"secret", b"twin")
        with pytest.raises(OutsideStoreError, match="a symbolic link leads out of the store, to "):
            refusing.get(key)
    assert linked.list("B") == ["zarr.json"]
    assert refusing.list("B") is None


@pytest.mark.parametrize("target", ["/dev/zero", "/dev/urandom", "/dev", "fifo"])
def test_a_link_leads_to_regular_files_only(linked: LocalStore, link: Link, target: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    link("zarr.json", tmp_path / target)
    with pytest.raises(StoreError, match=r"it is not a regular file|it is a directory, expected a file"):
        linked.get("zarr.json")


def test_a_link_to_nothing_is_not_absence(linked: LocalStore, link: Link) -> None:
    link("B", "gone")
    link("zarr.json", "gone")
    link(".zattrs", "../.git/annex/objects/1.json")
    for key in ("B/zarr.json", "B/A/zarr.json", "zarr.json"):
        with pytest.raises(StoreError, match=r"a symbolic link leads to nothing, to .*/store/gone") as caught:
            linked.get(key)
        assert caught.value.hint == "mend the link, or bring back what it leads to"
        assert linked.get_rare([key])[0] is None or key == "zarr.json"
    with pytest.raises(StoreError) as caught:
        linked.get(".zattrs")
    assert caught.value.hint == "its content is perhaps not fetched; try git annex get, or datalad get"


def test_what_is_not_there_behind_a_link_is_absent(linked: LocalStore, link: Link) -> None:
    link("B", "../outside")
    assert linked.get("B/1/zarr.json") is None
    assert linked.get("B/.zattrs") is None


def test_links_in_a_circle_are_an_error(linked: LocalStore, link: Link) -> None:
    link("B", "C")
    link("C", "B")
    with pytest.raises(StoreError, match="its symbolic links go round in a circle"):
        linked.get("B/zarr.json")


def test_a_link_to_itself_hides_nothing(linked: LocalStore, link: Link) -> None:
    before = linked.list("")
    link("B", "B")
    assert before is not None
    assert linked.list("") == sorted([*before, "B"])


def test_the_store_itself_may_be_a_link(tmp_path: Path, linked: LocalStore, link: Link) -> None:
    (tmp_path / "alias").symlink_to("store")
    assert LocalStore(tmp_path / "alias").get("A/zarr.json") == b"a"


# --- addresses --------------------------------------------------------------------------------------


def test_paths_and_file_addresses_are_local(tmp_path: Path) -> None:
    write_store({"a b/zarr.json": b"{}"}, tmp_path)
    for url in (f"{tmp_path}/a b", f"file://{tmp_path}/a%20b"):
        store = local_store(url)
        assert store is not None
        assert store.get("zarr.json") == b"{}"


@pytest.mark.parametrize("url", ["https://example.org/a.zarr", "s3://bucket/a.zarr"])
def test_other_addresses_are_not(url: str) -> None:
    assert local_store(url) is None


def test_attack2_15b_a_folder_that_is_called_like_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "http:" / "x").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert local_store("http:/x") is not None
    with pytest.raises(UsageError, match="found one slash behind s3: in 's3:/x', expected two"):
        local_store("s3:/x")
