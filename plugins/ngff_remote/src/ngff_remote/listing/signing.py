"""Signatures of AWS (version 4) for requests without a body, for credentials that are at hand."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

import attrs

__all__ = ["Credentials", "signed_headers"]

_EMPTY = hashlib.sha256(b"").hexdigest()


@attrs.frozen(repr=False)
class Credentials:
    """What signs: the two keys, and the token of a session where there is one."""

    key_id: str
    secret: str
    token: str | None = None


def signed_headers(
    credentials: Credentials,
    region: str,
    host: str,
    target: str,
    more: Mapping[str, str],
    now: datetime | None = None,
) -> dict[str, str]:
    """Return the headers that sign a GET; ``target`` is the path with a query whose names are in order.

    ``more`` are the headers that are signed with it, with names in small letters.
    """
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": host, "x-amz-content-sha256": _EMPTY, "x-amz-date": stamp, **more}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(headers))
    path, _, query = target.partition("?")
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    request = f"GET\n{path}\n{query}\n{lines}\n{names}\n{_EMPTY}"
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret}".encode()
    for part in (*scope.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.key_id}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    )
    del headers["host"]
    return headers
