"""The plugin: it opens addresses. Everything else is imported when there is one to open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ngff_core import hookimpl

if TYPE_CHECKING:
    from ngff_core.stores import Store

OWN = ("http", "https", "s3", "s3a", "gs", "gcs", "az", "azure", "abfs", "abfss")


@hookimpl
def ngff_open_store(url: str, options: Mapping[str, Any]) -> Store | None:
    """Open ``http(s)://``, ``s3://``, ``gs://`` and ``az://`` addresses, and those that fsspec knows."""
    scheme, colon, _ = url.partition("://")
    if not colon or scheme.lower() == "file":
        return None
    if scheme.lower() in OWN:
        from ngff_remote.open import open_url

        return open_url(url, options)
    from ngff_remote.fsspec_store import open_with_fsspec

    return open_with_fsspec(url, options)
