"""The same address in the words of tensorstore, where it has words for all of it."""

from __future__ import annotations

from typing import Any

from ngff_remote.address import Address
from ngff_remote.options import Options

__all__ = ["kvstore_of"]

_S3 = {"bucket", "endpoint", "region", "skip_signature"}


def kvstore_of(address: Address, options: Options, client: Any, prefix: str) -> dict[str, Any] | None:
    """Return the specification of a key-value store; ``None`` where options or credentials could not be told.

    Nor is it told headers, which it takes along to wherever a redirect leads.
    """
    if options.client or options.max_rps is not None or address.query or address.user or options.headers:
        return None
    if address.kind == "http":
        return {"driver": "http", "base_url": address.place, "path": f"/{prefix}"}
    config: dict[str, Any] = dict(client.config)
    if address.kind != "s3" or options.headers or not set(config) <= _S3 or not config.get("skip_signature"):
        return None
    place = {"endpoint": config["endpoint"]} if config.get("endpoint") else {}
    return {
        "driver": "s3",
        "bucket": address.place,
        "path": prefix,
        "aws_region": config.get("region", "us-east-1"),
        "aws_credentials": {"type": "anonymous"},
        **place,
    }
