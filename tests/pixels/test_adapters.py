"""Objects of zarr-python, fsspec and obstore in place of addresses: absence, errors, listings, secrets, mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bases import image
from web import Answer, Request, serve

from ngff_core import UsageError, check_store, from_uri, open_group, validate_zarr_store
from ngff_core.errors import StoreError
from ngff_core.stores.adapters.adapt import store_for
from ngff_core.stores.base import Store, UndecidedError
from ngff_core.testing import write_store

zarr = pytest.importorskip("zarr", reason="zarr is not installed")
fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")

FILES = {"zarr.json": b"{}", "A/1/zarr.json": b'{"a": 1}', "A/1/c/0": b"x", "A/notes.txt": b"", "a b/x%y": b"z"}


def adapted(thing: Any) -> Store:
    store = store_for(thing)
    assert store is not None
    return store


def things(kind: str, root: Path) -> Any:
    if kind == "zarr local":
        return zarr.storage.LocalStore(root)
    if kind == "zarr path":
        return zarr.storage.StorePath(zarr.storage.LocalStore(root.parent), root.name)
    if kind == "zarr wrapper":
        return zarr.storage.WrapperStore(zarr.storage.LocalStore(root))
    if kind == "zarr fsspec":
        return zarr.storage.FsspecStore.from_mapper(fsspec.get_mapper(str(root)))
    if kind == "obstore":
        return pytest.importorskip("obstore.store", reason="obstore is not installed").LocalStore(root)
    return fsspec.get_mapper(str(root))


KINDS = ["zarr local", "zarr path", "zarr wrapper", "zarr fsspec", "fsspec", "obstore"]


@pytest.mark.parametrize("kind", KINDS)
def test_keys_and_listings(kind: str, tmp_path: Path) -> None:
    store = adapted(things(kind, write_store(FILES, tmp_path / "store")))
    assert store.get("A/1/zarr.json") == b'{"a": 1}'
    assert store.get("A/notes.txt") == b""
    assert store.get("nothing/zarr.json") is None
    assert store.get_many(["a b/x%y", "no", "zarr.json"]) == [b"z", None, b"{}"]
    assert store.get_many([]) == []
    assert store.list("") == ["A/", "a b/", "zarr.json"]
    assert store.list("A") == ["1/", "notes.txt"]
    assert store.list("nothing") == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_beyond_the_limit_is_an_error(kind: str, tmp_path: Path) -> None:
    store: Any = adapted(things(kind, write_store(FILES, tmp_path / "store")))
    store.max_bytes = 4
    (value, absent) = store.get_many(["A/1/zarr.json", "no"])
    assert isinstance(value, StoreError)
    assert str(value) == "the document has 8 bytes; the limit is 4"
    assert absent is None
    with pytest.raises(StoreError, match="the limit is 4"):
        store.get("A/1/zarr.json")


class Failing(zarr.storage.MemoryStore):  # type: ignore[misc, name-defined]
    """Fails for one key, and notes how many reads are under way."""

    supports_listing = False

    async def get(self, key: str, prototype: Any, byte_range: Any = None) -> Any:
        if key == "refused":
            raise PermissionError("https://host/key?secret=1")
        if key == "broken":
            raise RuntimeError("https://host/key?secret=1 burns")
        return await super().get(key, prototype, byte_range)


def test_errors_of_a_zarr_store_are_values() -> None:
    store = adapted(Failing())
    refused, broken, absent = store.get_many(["refused", "broken", "absent"])
    assert (type(refused), str(refused)) == (UndecidedError, "permission denied")
    assert (type(broken), str(broken)) == (StoreError, "RuntimeError: https://host/key burns")
    assert absent is None
    assert store.list("") is None


def test_a_zarr_store_is_read_many_keys_at_once() -> None:
    import asyncio

    class Meeting(zarr.storage.MemoryStore):  # type: ignore[misc, name-defined]
        waiting = 0

        async def get(self, key: str, prototype: Any, byte_range: Any = None) -> Any:
            self.waiting += 1
            while self.waiting < 8:  # nobody goes on before eight are here
                await asyncio.sleep(0.001)
            return None

    assert adapted(Meeting()).get_many([str(number) for number in range(8)]) == [None] * 8


def test_groups_keep_their_path(tmp_path: Path) -> None:
    write_store({f"deep/er/{key}": data for key, data in image("0.5").documents().items()}, tmp_path)
    group = zarr.open_group(tmp_path, path="deep/er", mode="r")
    assert check_store(group).url == f"file://{tmp_path}/deep/er"
    assert check_store(group).status == check_store(tmp_path / "deep/er").status == "valid"
    assert from_uri(group) == validate_zarr_store(tmp_path / "deep/er")
    assert from_uri(group).uri == f"file://{tmp_path}/deep/er"
    assert open_group(group).keys() == ["0", "1", "2"]


def test_an_array_is_no_group(tmp_path: Path) -> None:
    image("0.5").write(tmp_path)
    array = zarr.open_group(tmp_path, mode="r")["0"]
    text = f"expected a group, got the zarr array at file://{tmp_path}/0; give the group that holds it"
    for call in (check_store, open_group, from_uri, validate_zarr_store):
        with pytest.raises(UsageError) as raised:
            call(array)
        assert str(raised.value) == text


def test_what_zarr_has_besides_is_refused() -> None:
    with pytest.raises(UsageError, match="expected a group or store of zarr-python, got GzipCodec"):
        check_store(zarr.codecs.GzipCodec())


# --- addresses that reports show ------------------------------------------------------------------------


def test_stores_in_memory_have_no_name_that_changes() -> None:
    assert adapted(zarr.storage.MemoryStore()).url == "memory:"
    assert adapted(pytest.importorskip("obstore.store").MemoryStore()).url == "memory:"


def test_no_store_shows_a_secret() -> None:
    obstore = pytest.importorskip("obstore.store", reason="obstore is not installed")
    mapper = fsspec.get_mapper("http://user:pass@127.0.0.1:9/a?sig=secret")
    web = obstore.HTTPStore.from_url("http://user:pass@127.0.0.1:9/a?sig=secret", client_options={"allow_http": True})
    assert adapted(mapper).url == "http://127.0.0.1:9/a"
    assert adapted(web).url == 'HTTPStore("http://127.0.0.1:9/a")'
    assert adapted(zarr.storage.ObjectStore(web)).url == 'object_store://HTTPStore("http://127.0.0.1:9/a")'


# --- fsspec over HTTP ------------------------------------------------------------------------------------


def test_fsspec_over_http_reads_many_keys_at_once() -> None:
    pytest.importorskip("aiohttp", reason="aiohttp is not installed, which fsspec reads HTTP with")
    with serve({f"s/{number}": b"x" for number in range(40)}, latency=0.05) as server:
        store = adapted(fsspec.get_mapper(f"{server.url}/s"))
        assert store.get_many([str(number) for number in range(40)]) == [b"x"] * 40
        assert 8 <= server.most_under_way <= 64
        assert store.list("") is None


def test_fsspec_over_http_tells_refusal_and_failure_apart() -> None:
    pytest.importorskip("aiohttp", reason="aiohttp is not installed, which fsspec reads HTTP with")

    def manners(request: Request, answer: Answer) -> Answer:
        status = {"s/refused": 403, "s/broken": 500}.get(request.key, answer.status)
        return answer._replace(status=status)

    with serve({"s/good": b"x", "s/refused": b"x", "s/broken": b"x"}, manners) as server:
        store = adapted(fsspec.get_mapper(f"{server.url}/s"))
        good, refused, broken, absent = store.get_many(["good", "refused", "broken", "absent"])
    assert (good, absent) == (b"x", None)
    assert (type(refused), str(refused)) == (UndecidedError, "permission denied")
    assert type(broken) is StoreError
    assert str(broken).startswith("ClientResponseError: 500, message=")
