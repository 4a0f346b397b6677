"""OME-Zarr stores judged on a Dask cluster: the engine `dask` of `ngff validate`, and `executor_of` for Python."""

from __future__ import annotations

from typing import Any

__all__ = ["executor_of"]


def __getattr__(name: str) -> Any:
    if name == "executor_of":
        from ngff_dask.cluster import executor_of  # Dask is imported when it is asked for

        return executor_of
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
