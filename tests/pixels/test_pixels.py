"""Pixels written by zarr-python and by tensorstore are read back equal, by both libraries, from every kind of store."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from places import PLACES, Ground
from web import Answer, Request, serve

import ngff_core
from ngff_core.errors import StoreError

np = pytest.importorskip("numpy", reason="zarr and tensorstore are not installed, which bring numpy")
pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("tensorstore", reason="tensorstore is not installed")

READERS: dict[str, Callable[[ngff_core.Array], Any]] = {
    "zarr-python": lambda array: array.to_zarr_python()[...],
    "tensorstore": lambda array: array.to_tensorstore().read().result(),
}


def pixels(shape: tuple[int, ...], dtype: str) -> Any:
    """Return an image in which no two pixels near each other are the same."""
    numbers = np.arange(int(np.prod(shape)), dtype="int64").reshape(shape) * 7 % 251
    return numbers.astype(bool) if dtype == "bool" else numbers.astype(dtype)


# --- one array of each kind -------------------------------------------------------------------------

CREATED: dict[str, dict[str, Any]] = {
    "v2 blosc": {"zarr_format": 2},
    "v2 zstd, separator .": {"zarr_format": 2, "compressors": "numcodecs.Zstd", "separator": "."},
    "v2 gzip": {"zarr_format": 2, "compressors": "numcodecs.GZip"},
    "v2 uncompressed": {"zarr_format": 2, "compressors": None, "dtype": "uint8"},
    "v2 order F": {"zarr_format": 2, "order": "F", "dtype": "float32"},
    "v2 big endian": {"zarr_format": 2, "dtype": ">i4"},
    "v2 filter": {"zarr_format": 2, "filters": "numcodecs.Delta", "dtype": "int16"},
    "v2 bool": {"zarr_format": 2, "dtype": "bool"},
    "v3 zstd": {"zarr_format": 3},
    "v3 gzip, separator .": {"zarr_format": 3, "compressors": "zarr.codecs.GzipCodec", "separator": "."},
    "v3 blosc": {"zarr_format": 3, "compressors": "zarr.codecs.BloscCodec", "dtype": "float64"},
    "v3 uncompressed": {"zarr_format": 3, "compressors": None, "dtype": "int8"},
    "v3 sharded": {"zarr_format": 3, "shards": (16, 24)},
    "v3 sharded, uncompressed": {"zarr_format": 3, "shards": (16, 24), "compressors": None, "dtype": "int64"},
    "v3 dimension names": {"zarr_format": 3, "dimension_names": ("y", "x"), "dtype": "uint32"},
    "v3 order F": {"zarr_format": 3, "filters": "zarr.codecs.TransposeCodec"},
    "v3 complex": {"zarr_format": 3, "dtype": "complex64"},
}
SHAPE = (45, 31)


def write(folder: Path, case: dict[str, Any]) -> Any:
    """Write a group with one array at ``deep/0``, of which a corner is never written; return the pixels."""
    import importlib

    import zarr

    options: dict[str, Any] = {"dtype": "uint16", "chunks": (8, 12), "fill_value": 1, **case}
    zarr_format, separator = options.pop("zarr_format"), options.pop("separator", "/")
    for name in ("compressors", "filters"):
        if isinstance(options.get(name), str):
            module, _, cls = options[name].rpartition(".")
            arguments = {"Delta": {"dtype": "<i2"}, "TransposeCodec": {"order": (1, 0)}}.get(cls, {})
            made = getattr(importlib.import_module(module), cls)(**arguments)
            options[name] = made if name == "compressors" else [made]
    group = zarr.create_group(zarr.storage.LocalStore(folder), zarr_format=zarr_format)
    group.create_group("deep")
    encoding = {"name": "v2" if zarr_format == 2 else "default", "separator": separator}
    array = group.create_array("deep/0", shape=SHAPE, chunk_key_encoding=encoding, **options)
    expected = pixels(SHAPE, str(np.dtype(options["dtype"])))
    expected[:16, :24] = 1
    array[16:], array[:16, 24:] = expected[16:], expected[:16, 24:]
    return expected


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("case", CREATED)
def test_what_zarr_python_writes(case: str, reader: str, tmp_path: Path) -> None:
    expected = write(tmp_path / "written.zarr", CREATED[case])
    array = ngff_core.open_group(tmp_path / "written.zarr")["deep/0"]
    assert isinstance(array, ngff_core.Array)
    found = READERS[reader](array)
    assert found.dtype == expected.dtype.newbyteorder("=") or found.dtype == expected.dtype
    assert np.array_equal(found, expected)
    assert array.shape == SHAPE
    assert array.chunks == (8, 12)
    assert array.shards == CREATED[case].get("shards")
    assert array.dtype == np.dtype(CREATED[case].get("dtype", "uint16")).name


TENSORSTORE: dict[str, dict[str, Any]] = {
    "v2 zlib": {"driver": "zarr", "metadata": {"compressor": {"id": "zlib", "level": 3}}},
    "v2 order F": {"driver": "zarr", "metadata": {"order": "F", "compressor": None}},
    "v2 separator /": {"driver": "zarr", "metadata": {"dimension_separator": "/"}},
    "v3": {"driver": "zarr3", "metadata": {}},
    "v3 sharded": {
        "driver": "zarr3",
        "metadata": {
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [16, 24]}},
            "codecs": [
                {
                    "name": "sharding_indexed",
                    "configuration": {
                        "chunk_shape": [8, 12],
                        "codecs": [{"name": "bytes"}, {"name": "blosc", "configuration": {"cname": "zstd"}}],
                    },
                }
            ],
        },
    },
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("case", TENSORSTORE)
def test_what_tensorstore_writes(case: str, reader: str, tmp_path: Path) -> None:
    import tensorstore as ts

    specification = TENSORSTORE[case]
    v3 = specification["driver"] == "zarr3"
    (tmp_path / "0").mkdir()
    (tmp_path / ("zarr.json" if v3 else ".zgroup")).write_text(
        '{"zarr_format": 3, "node_type": "group"}' if v3 else '{"zarr_format": 2}'
    )
    kvstore = {"driver": "file", "path": f"{tmp_path}/0/"}
    expected = pixels(SHAPE, "uint16")
    ts.open({**specification, "kvstore": kvstore}, dtype="uint16", shape=SHAPE, create=True).result()[...] = expected
    array = ngff_core.open_group(tmp_path)["0"]
    assert isinstance(array, ngff_core.Array)
    assert np.array_equal(READERS[reader](array), expected)


# --- from every place -------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("case", ["v2 blosc", "v2 zstd, separator .", "v3 zstd", "v3 sharded", "v3 dimension names"])
@pytest.mark.parametrize("place", PLACES)
def test_from_every_place(place: str, case: str, reader: str, tmp_path: Path, ground: Ground) -> None:
    expected = write(tmp_path / "written.zarr", CREATED[case])
    group = ngff_core.open_group(ground.put(place, files_in(tmp_path / "written.zarr")))
    array = group["deep/0"]
    assert isinstance(array, ngff_core.Array)
    assert np.array_equal(READERS[reader](array), expected)
    if reader == "zarr-python":
        opened = array.to_zarr_python()
        assert np.array_equal(opened[20:22, 30], expected[20:22, 30])
        assert opened.read_only
        assert np.array_equal(group.to_zarr_python()["deep/0"][...], expected)
        return
    opened = array.to_tensorstore()
    assert np.array_equal(opened[20:22, 30].read().result(), expected[20:22, 30])
    assert (opened.readable, opened.writable) == (True, False)
    assert opened.domain.labels == CREATED[case].get("dimension_names", ("", ""))
    assert opened.chunk_layout.read_chunk.shape == (8, 12)
    assert driver_of(opened) == NATIVE.get(place)


NATIVE = {"local": "file", "zip": "zip", "http": "http", "zarr-local-group": "file", "s3": "s3"}
"""The places that tensorstore reads from itself, with the driver that it does so by."""


def driver_of(opened: Any) -> str | None:
    """Return the driver of the key-value store below an array; ``None`` when it is read through zarr-python."""
    return opened.kvstore.spec().to_json()["driver"] if opened.kvstore is not None else None


# --- options, odd names, odd servers ------------------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path) -> tuple[dict[str, bytes], Any]:
    """Return the files of a sharded array, and its pixels."""
    expected = write(tmp_path / "written.zarr", CREATED["v3 sharded"])
    return files_in(tmp_path / "written.zarr"), expected


ODD = "a b/x%y/c+d/é#1"
ODD_ADDRESS = "a%20b/x%25y/c+d/%C3%A9%231"


@pytest.mark.parametrize("reader", READERS)
def test_names_of_any_characters_over_http(reader: str, written: tuple[dict[str, bytes], Any]) -> None:
    pytest.importorskip("ngff_remote", reason="ngff-remote is not installed")
    files, expected = written
    with serve({f"{ODD}/{key}": data for key, data in files.items()}) as server:
        array = ngff_core.open_group(f"{server.url}/{ODD_ADDRESS}")["deep/0"]
        assert isinstance(array, ngff_core.Array)
        assert np.array_equal(READERS[reader](array), expected)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("query", ["", "?token=secret"])
def test_headers_and_queries_go_with_every_request(
    query: str, reader: str, written: tuple[dict[str, bytes], Any]
) -> None:
    pytest.importorskip("ngff_remote", reason="ngff-remote is not installed")
    files, expected = written
    with serve({f"s/{key}": data for key, data in files.items()}) as server:
        group = ngff_core.open_group(f"{server.url}/s{query}", storage_options={"header.X-Key": "open"})
        array = group["deep/0"]
        assert isinstance(array, ngff_core.Array)
        assert np.array_equal(READERS[reader](array), expected)
        assert {request.headers.get("x-key") for request in server.requests} == {"open"}
        assert {request.query for request in server.requests} == {query.lstrip("?")}
        assert "secret" not in repr(array) + str(array.to_zarr_python().store)


def test_zarr_python_and_a_server_that_knows_no_ranges(written: tuple[dict[str, bytes], Any]) -> None:
    pytest.importorskip("ngff_remote", reason="ngff-remote is not installed")
    files, expected = written

    def manners(request: Request, answer: Answer) -> Answer | None:
        return Answer(200, files[request.key[2:]]) if answer.status == 206 else None

    with serve({f"s/{key}": data for key, data in files.items()}, manners) as server:
        array = ngff_core.open_group(f"{server.url}/s")["deep/0"]
        assert isinstance(array, ngff_core.Array)
        assert np.array_equal(array.to_zarr_python()[20:22, 30], expected[20:22, 30])


@pytest.mark.parametrize("reader", READERS)
def test_a_server_that_fails_is_no_fill_value(reader: str, written: tuple[dict[str, bytes], Any]) -> None:
    pytest.importorskip("ngff_remote", reason="ngff-remote is not installed")
    files, _ = written

    def manners(request: Request, answer: Answer) -> Answer | None:
        return Answer(403, b"no") if "/c/" in request.key else None

    with serve({f"s/{key}": data for key, data in files.items()}, manners) as server:
        array = ngff_core.open_group(f"{server.url}/s")["deep/0"]
        assert isinstance(array, ngff_core.Array)
        with pytest.raises(Exception, match=r"\b403\b"):
            READERS[reader](array)


class Foreign:
    """A store of somebody else, which knows nothing of zarr-python and tensorstore."""

    url = "foreign:"
    batch = 1
    concurrent = 1
    lists_cheaply = False

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def get(self, key: str) -> bytes | None:
        return self._files.get(key)

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return [self._files.get(key) for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        return None


@pytest.mark.parametrize("reader", READERS)
def test_a_store_that_can_only_get(reader: str, written: tuple[dict[str, bytes], Any]) -> None:
    files, expected = written
    array = ngff_core.open_group(Foreign(files))["deep/0"]
    assert isinstance(array, ngff_core.Array)
    assert np.array_equal(READERS[reader](array), expected)
    assert np.array_equal(array.to_zarr_python()[17, 3:5], expected[17, 3:5])


def test_tensorstore_says_when_it_needs_zarr_python(
    written: tuple[dict[str, bytes], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    files, _ = written
    array = ngff_core.open_group(files)["deep/0"]
    assert isinstance(array, ngff_core.Array)
    monkeypatch.setitem(sys.modules, "zarr", None)
    with pytest.raises(ngff_core.MissingPackageError) as raised:
        array.to_tensorstore()
    assert str(raised.value) == (
        "to_tensorstore() from memory: needs the package zarr, which is not installed;"
        " try: pip install 'ngff-core[zarr]'"
    )


def test_a_zarr_python_that_is_too_old_is_named(
    written: tuple[dict[str, bytes], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import zarr

    files, _ = written
    array = ngff_core.open_group(files)["deep/0"]
    assert isinstance(array, ngff_core.Array)
    monkeypatch.setattr(zarr, "__version__", "2.18.3")
    with pytest.raises(ngff_core.MissingPackageError) as raised:
        array.to_zarr_python()
    assert str(raised.value) == (
        "to_zarr_python() needs the package zarr 3, which is not installed (2.18.3 is);"
        " try: pip install 'ngff-core[zarr]'"
    )


def test_a_data_type_that_tensorstore_does_not_have(tmp_path: Path) -> None:
    import zarr

    group = zarr.create_group(tmp_path, zarr_format=2)
    group.create_array("0", shape=(4,), dtype="datetime64[s]")
    array = ngff_core.open_group(tmp_path)["0"]
    assert isinstance(array, ngff_core.Array)
    with pytest.raises(ngff_core.UsageError, match=r"tensorstore has no data type for .*; use to_zarr_python\(\)"):
        array.to_tensorstore()
