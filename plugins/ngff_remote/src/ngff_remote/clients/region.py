"""Ask S3 for the region of a bucket: the answer to anything about a bucket says it, even a refusal."""

from __future__ import annotations

import os
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlsplit

from ngff_remote.address import Address
from ngff_remote.clients.make import S3_ENDPOINTS, first
from ngff_remote.options import Options

__all__ = ["region_of"]


def region_of(address: Address, options: Options) -> str | None:
    """Return the region that a bucket is in, if the server says so."""
    endpoint = dict(options.config).get("endpoint") or first(os.environ, S3_ENDPOINTS) or "https://s3.amazonaws.com"
    parts = urlsplit(endpoint)
    kind = HTTPConnection if parts.scheme == "http" else HTTPSConnection
    connection = kind(parts.netloc, timeout=options.timeout)
    try:
        connection.request("HEAD", f"{parts.path.rstrip('/')}/{quote(address.place)}")
        region = connection.getresponse().headers.get("x-amz-bucket-region", "")
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    return region if region.replace("-", "").isalnum() and len(region) < 40 else None
