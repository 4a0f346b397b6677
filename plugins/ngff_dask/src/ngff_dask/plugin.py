"""The plugin: it brings the engine `dask`. Dask is imported when a run asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ngff_core import hookimpl
from ngff_core.references import Reference

if TYPE_CHECKING:
    from ngff_core.plugins.hookspecs import ExecutorFactory

_dask_executor = Reference("ngff_dask.cluster:dask_executor")


@hookimpl
def ngff_executors() -> Mapping[str, ExecutorFactory]:
    """Return the engine that runs on the workers of a Dask scheduler."""
    return {"dask": _dask_executor}
