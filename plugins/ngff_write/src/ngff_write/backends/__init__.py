"""Libraries that write chunks, behind one interface; each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from ngff_core.errors import MissingPackageError, UsageError
from ngff_write.backends.base import Backend

__all__ = ["BACKENDS", "Backend", "backend_named"]

BACKENDS = {"tensorstore": "tensorstore", "zarrista": "zarrista", "zarr": "zarr_python"}


def backend_named(name: str, workers: int | None = None, *, every_chunk: bool = False) -> Backend:
    """Return a backend that encodes with so many threads; ``"auto"`` is tensorstore.

    ``every_chunk``: those whose pixels are all 0 are stored, too, so that what is there can be told from what is not.
    Raises UsageError for a name that is none, MissingPackageError where the library is not installed.
    """
    name = "tensorstore" if name == "auto" else name
    module = BACKENDS.get(name)
    if module is None:
        raise UsageError(f"there is no writer {name!r}: take one of auto, {', '.join(BACKENDS)}")
    if workers is not None and workers < 1:
        raise UsageError(f"workers is a number of 1 or more, got {workers}")
    try:
        found: Backend = import_module(f"ngff_write.backends.{module}").backend(workers, every_chunk)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise MissingPackageError(f"writing with {name}", name, f"ngff-write[{name}]") from None
    return found
