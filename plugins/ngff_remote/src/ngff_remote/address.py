"""What an address says: where to connect, what is asked for there, and what may be shown of it."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

import attrs

from ngff_core.errors import UsageError
from ngff_core.masking import masked

__all__ = ["Address", "parse"]

KINDS = {"http": "http", "https": "http", "s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"}
KINDS |= {"az": "az", "azure": "az", "abfs": "az", "abfss": "az"}


@attrs.frozen
class Address:
    """An address taken apart.

    ``place`` is the origin (``https://host:port``) or the bucket, ``path`` the decoded path without slashes at its
    ends, ``raw`` the same as it was written, ``shown`` what reports name: no user, no password, no query.
    """

    kind: str
    place: str
    path: str
    raw: str
    shown: str
    query: str = attrs.field(default="", repr=False)
    user: str = attrs.field(default="", repr=False)  # user:password, decoded
    account: str = ""


def parse(url: str) -> Address:
    """Take an address apart; raises UsageError for one that names no host or bucket."""
    scheme, _, rest = url.partition("://")
    scheme = scheme.lower()
    if KINDS[scheme] != "http":
        return _bucket(KINDS[scheme], scheme, rest)
    try:
        parts = urlsplit(f"{scheme}://{rest.replace('#', '%23')}")  # no store has a fragment, names may have a #
        port = parts.port
        host = parts.hostname
    except ValueError:  # whose text may quote a password
        raise UsageError(f"the {scheme} address is malformed: no host and port can be told from it") from None
    if not host:
        raise UsageError("the address names no host")
    host = f"[{host}]" if ":" in host else host
    place = f"{scheme}://{host}" + (f":{port}" if port is not None else "")
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    raw = parts.path.strip("/")
    shown = f"{place}/{raw}".rstrip("/")
    user = f"{unquote(user)}:{unquote(password)}" if user or password else ""
    return Address("http", place, unquote(raw), raw, shown, parts.query, user)


def _bucket(kind: str, scheme: str, rest: str) -> Address:
    bucket, _, path = rest.partition("/")
    account = ""
    if kind == "az" and "@" in bucket:
        bucket, _, host = bucket.partition("@")
        account = host.partition(".")[0]
    if not bucket or ":" in bucket or "@" in bucket:
        raise UsageError(f"the address names no bucket; it goes {scheme}://BUCKET/PATH")
    path = path.strip("/")
    return Address(kind, bucket, path, quote(path), masked(f"{scheme}://{rest}").rstrip("/"), account=account)
