"""The plugin: it opens addresses. Everything else is imported when there is one to open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ngff_core import hookimpl
from ngff_core.references import Reference

if TYPE_CHECKING:
    from ngff_core.stores import Store

OWN = ("http", "https", "s3", "s3a", "gs", "gcs", "az", "azure", "abfs", "abfss")

_open_url = Reference("ngff_remote.open:open_url")
_open_with_fsspec = Reference("ngff_remote.stores.fsspec:open_with_fsspec")


@hookimpl
def ngff_open_store(url: str, options: Mapping[str, Any]) -> Store | None:
    """Open ``http(s)://``, ``s3://``, ``gs://`` and ``az://`` addresses, and those that fsspec knows."""
    scheme, colon, _ = url.partition("://")
    if not colon or scheme.lower() == "file":
        return None
    if scheme.lower() in OWN:
        store: Store | None = _open_url(url, options)
    else:
        store = _open_with_fsspec(url, options)
    return store
