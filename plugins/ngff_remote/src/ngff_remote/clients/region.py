"""Ask S3 for the region of a bucket: the answer to anything about a bucket says it, even a refusal."""

from __future__ import annotations

import os
from contextlib import closing
from http.client import HTTPException
from urllib.parse import quote

from ngff_core.errors import StoreError
from ngff_remote.address import Address
from ngff_remote.clients.make import S3_ENDPOINTS, first
from ngff_remote.clients.proxies import proxies_of
from ngff_remote.clients.targets import target_of
from ngff_remote.clients.wire import Deadline, connect, send, tls_context
from ngff_remote.options import Options

__all__ = ["region_of"]


def region_of(address: Address, options: Options) -> str | None:
    """Return the region that a bucket is in, if the server says so."""
    config = dict(options.client)
    endpoint = dict(options.config).get("endpoint") or first(os.environ, S3_ENDPOINTS) or "https://s3.amazonaws.com"
    try:
        target = target_of(f"{endpoint.rstrip('/')}/{quote(address.place)}")
        context = tls_context(config) if target.scheme == "https" else None
        proxy = proxies_of(config).of(target.scheme, target.host)
        with closing(connect(target.scheme, target.host, proxy, context)) as connection:
            answer = send(connection, target.path, {}, Deadline(options.timeout), "HEAD")
            region = answer.headers.get("x-amz-bucket-region", "")
    except (OSError, HTTPException, ValueError, StoreError):
        return None
    return region if region.replace("-", "").isalnum() and len(region) < 40 else None
