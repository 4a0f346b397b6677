"""The same keys and bytes in every kind of place that can be opened."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from ngff_core.stores import MemoryStore
from ngff_core.testing import write_store

if TYPE_CHECKING:
    from s3 import S3Server

__all__ = ["PLACES", "REMOTE", "Ground"]

Files = Mapping[str, bytes]


class Ground:
    """Where places are made: directories below ``tmp_path``, what is to be stopped afterwards, and an S3 server."""

    def __init__(self, tmp_path: Path, stack: ExitStack, s3: Callable[[], S3Server]) -> None:
        self.stack = stack
        self.s3 = s3
        self._tmp_path = tmp_path
        self._number = 0

    def folder(self) -> Path:
        """Make a new directory."""
        self._number += 1
        made = self._tmp_path / f"place-{self._number}"
        made.mkdir()
        return made

    def put(self, kind: str, files: Files) -> Any:
        """Put files into a place of a kind; returns what `ngff_core.open_group` takes."""
        return PLACES[kind](files, self)


Put = Callable[[Files, Ground], Any]
PLACES: dict[str, Put] = {}
REMOTE = {"http", "fsspec-http", "s3", "s3-private"}
"""Places behind a server."""


def _place(function: Put) -> Put:
    PLACES[function.__name__.strip("_").replace("_", "-")] = function
    return function


@_place
def _local(files: Files, ground: Ground) -> Any:
    return write_store(files, ground.folder() / "local" / "store.zarr")


@_place
def _memory(files: Files, ground: Ground) -> Any:
    return MemoryStore(files)


@_place
def _zip(files: Files, ground: Ground) -> Any:
    path = ground.folder() / "store.ozx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b'{"ome": {"version": "0.5", "zipFile": {"centralDirectory": {"jsonFirst": true}}}}'
        for key in sorted(files, key=lambda key: (not key.endswith("zarr.json"), key.count("/"), key)):
            archive.writestr(key, files[key])
    return path


@_place
def _http(files: Files, ground: Ground) -> Any:
    pytest.importorskip("ngff_remote", reason="ngff-remote is not installed")
    return _served(files, ground.stack)


@_place
def _s3(files: Files, ground: Ground) -> Any:
    return _in_bucket(files, ground, "public", {})


@_place
def _s3_private(files: Files, ground: Ground) -> Any:
    from s3 import ACCESS_KEY, SECRET_KEY

    return _in_bucket(files, ground, "private", {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY})


@_place
def _fsspec_memory(files: Files, ground: Ground) -> Any:
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    root = f"memory://{ground.folder().name}/store.zarr"
    mapper = fsspec.get_mapper(root)
    ground.stack.callback(mapper.fs.rm, mapper.root, recursive=True)
    mapper.setitems(files)
    return mapper


@_place
def _fsspec_local(files: Files, ground: Ground) -> Any:
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    return fsspec.get_mapper(str(write_store(files, ground.folder() / "fsspec" / "store.zarr")))


@_place
def _fsspec_http(files: Files, ground: Ground) -> Any:
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    pytest.importorskip("aiohttp", reason="aiohttp is not installed, which fsspec reads HTTP with")
    return fsspec.get_mapper(_served(files, ground.stack))


@_place
def _mapping(files: Files, ground: Ground) -> Any:
    return dict(files)


@_place
def _zarr_local_group(files: Files, ground: Ground) -> Any:
    zarr = pytest.importorskip("zarr", reason="zarr is not installed")
    root = write_store({f"some/where/{key}": data for key, data in files.items()}, ground.folder() / "zarr")
    return _zarr_group(zarr.storage.LocalStore(root), "some/where", files)


@_place
def _zarr_memory_store(files: Files, ground: Ground) -> Any:
    zarr = pytest.importorskip("zarr", reason="zarr is not installed")
    from zarr.core.buffer.cpu import Buffer

    return zarr.storage.MemoryStore({key: Buffer.from_bytes(data) for key, data in files.items()})


@_place
def _obstore_memory(files: Files, ground: Ground) -> Any:
    obstore = pytest.importorskip("obstore.store", reason="obstore is not installed")
    store = obstore.MemoryStore()
    for key, data in files.items():
        store.put(key, data)
    return store


def _zarr_group(store: Any, path: str, files: Files) -> Any:
    import zarr

    try:
        return zarr.open_group(store, path=path, mode="r", zarr_format=3 if "zarr.json" in files else 2)
    except Exception:  # what zarr-python refuses to open is still a place in a store
        return zarr.storage.StorePath(store, path)


def _served(files: Files, stack: ExitStack) -> str:
    from web import serve

    served = {f"data/store.zarr/{key}": data for key, data in files.items()}
    return f"{stack.enter_context(serve(served)).url}/data/store.zarr"


def _in_bucket(files: Files, ground: Ground, bucket: str, environment: Mapping[str, str]) -> str:
    pytest.importorskip("ngff_remote", reason="ngff-remote is not installed")
    server = ground.s3()
    prefix = uuid4().hex
    server.put(bucket, prefix, files)
    patch = ground.stack.enter_context(pytest.MonkeyPatch.context())
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patch.delenv(name)
    for name, value in {"AWS_ENDPOINT_URL": server.endpoint, "AWS_REGION": "us-east-1", **environment}.items():
        patch.setenv(name, value)
    return f"s3://{bucket}/{prefix}"
