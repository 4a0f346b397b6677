"""Open pixels with zarr-python or tensorstore, from whatever store they are in."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ngff_core.errors import MissingPackageError, UsageError
from ngff_core.stores.capabilities import kvstore_of, zarr_store_of

if TYPE_CHECKING:
    from ngff_core.stores import Store

__all__ = ["reader_of", "tensorstore_array", "zarr_array", "zarr_group"]

_DRIVERS = {2: "zarr", 3: "zarr3"}


def zarr_array(store: Store, path: str, zarr_format: int) -> Any:
    """Open an array with zarr-python, read-only; raises MissingPackageError without it."""
    zarr = _zarr("to_zarr_python()")
    return zarr.open_array(zarr_store_of(store), path=path, mode="r", zarr_format=zarr_format)


def zarr_group(store: Store, path: str, zarr_format: int) -> Any:
    """Open a group with zarr-python, read-only; raises MissingPackageError without it.

    Consolidated metadata may be stale: what zarr-python says of the nodes below is read from their own documents.
    """
    zarr = _zarr("to_zarr_python()")
    found = zarr_store_of(store)
    return zarr.open_group(found, path=path, mode="r", zarr_format=zarr_format, use_consolidated=False)


def reader_of(store: Store, path: str, zarr_format: int) -> Callable[[tuple[slice, ...]], Any]:
    """Return what reads a box of an array as a numpy array: a slice with a positive step for each dimension.

    Reads with zarr-python, or else with tensorstore; raises MissingPackageError without either.
    """
    try:
        pixels = zarr_array(store, path, zarr_format)
    except MissingPackageError:
        try:
            lazy = tensorstore_array(store, path, zarr_format)
        except MissingPackageError:
            raise MissingPackageError("reading pixels", "zarr (or tensorstore)", "ngff-core[zarr]") from None
        return lambda box: lazy[box].read().result()
    asarray = import_module("numpy").asarray  # without dimensions, zarr-python returns a number
    return lambda box: asarray(pixels[box])


def tensorstore_array(
    store: Store, path: str, zarr_format: int, dimension_names: list[str | None] | None = None
) -> Any:
    """Open an array with tensorstore, read-only; raises MissingPackageError without it.

    What tensorstore has no driver for (a kind of store, a way to sign in, a codec) it reads through zarr-python, chunk
    by chunk as it is asked for.
    """
    tensorstore = _package("tensorstore", "to_tensorstore()", "ngff-core[tensorstore]")
    kvstore = kvstore_of(store)
    if kvstore is None:
        return _through_zarr(tensorstore, store, path, zarr_format, dimension_names)
    if path:
        kvstore = {**kvstore, "path": f"{kvstore.get('path', '')}{path}/"}
    specification = {"driver": _DRIVERS[zarr_format], "kvstore": kvstore}
    try:
        return tensorstore.open(specification, read=True, open=True).result()
    except Exception as error:  # tensorstore raises ValueError, NotImplementedError and more
        try:
            return _through_zarr(tensorstore, store, path, zarr_format, dimension_names)
        except MissingPackageError:
            raise error from None


def _through_zarr(
    tensorstore: Any, store: Store, path: str, zarr_format: int, dimension_names: list[str | None] | None
) -> Any:
    _zarr(f"to_tensorstore() from {store.url}")
    array = zarr_array(store, path, zarr_format)
    try:
        dtype = tensorstore.dtype(array.dtype.newbyteorder("="))
    except (TypeError, ValueError):
        raise UsageError(f"tensorstore has no data type for {array.dtype}; use to_zarr_python()") from None

    def read(domain: Any, chunk: Any, _: Any) -> None:
        chunk[...] = array[domain.index_exp]

    return tensorstore.virtual_chunked(
        read,
        dtype=dtype,
        domain=tensorstore.IndexDomain(shape=array.shape, labels=_labels(dimension_names)),
        chunk_layout=tensorstore.ChunkLayout(read_chunk=tensorstore.ChunkLayout.Grid(shape=array.chunks)),
    )


def _labels(dimension_names: list[str | None] | None) -> list[str] | None:
    """Return labels for dimensions, which have to differ in tensorstore."""
    labels = [name or "" for name in dimension_names or ()]
    named = [label for label in labels if label]
    return labels if named and len(set(named)) == len(named) else None


def _zarr(purpose: str) -> Any:
    zarr = _package("zarr", purpose, "ngff-core[zarr]")
    if int(zarr.__version__.partition(".")[0]) < 3:
        raise MissingPackageError(purpose, "zarr 3", "ngff-core[zarr]", f"is not installed ({zarr.__version__} is)")
    return zarr


def _package(name: str, purpose: str, install: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise MissingPackageError(purpose, name, install) from None
