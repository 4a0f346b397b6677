"""Take users, passwords, signatures and tokens out of the addresses in a text, wherever it comes from."""

from __future__ import annotations

import re
from functools import cache

from ngff_core.masking.known import HIDDEN, hidden

__all__ = ["is_name", "masked"]

# what stands before the @ is a part of the name there, unless a password follows
_NAMES_BEFORE_AT = ("az", "azure", "abfs", "abfss", "wasb", "wasbs", "adl")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    # compiled when there is anything to look for
    address = re.compile(
        r"(?P<scheme>\b[A-Za-z][A-Za-z0-9+.-]{0,30}://|\b(?i:https?|ftp|s3|gs|az|abfss?):/?(?=[^\s/'\"<>`]{1,999}@))"
        r"(?P<rest>[^\s'\"<>`]*)"  # with slashes left out, it is one where there is a user
    )
    # a signature without the address that it belongs to, and what stands in a header
    loose = re.compile(
        r"(?i)(?P<name>[?&](?:x-(?:amz|goog|ms)-[a-z-]+|[a-z_-]*(?:sig|signature|token|secret|password|key-?id|credential))="
        r"|\b(?:authorization|x-amz-security-token)['\"]?\s*[:=]\s*['\"]?(?:basic |bearer )?)[^\s&'\"<>,;]+"
    )
    return address, loose


def masked(text: str) -> str:
    """Return a text with nothing in its addresses that is not for everybody: no user, no password, no query."""
    if "://" in text or "=" in text or ":" in text:
        address, loose = _patterns()
        text = loose.sub(rf"\g<name>{HIDDEN}", address.sub(_address, text))
    return hidden(text)


def _address(match: re.Match[str]) -> str:
    scheme, rest = match["scheme"], match["rest"]
    rest, mark, query = rest.partition("?")
    outer, colon, _ = rest.partition("://")
    if colon:  # one address in another: ``zip://a.zarr::https://...``
        outer = outer.rstrip("+.-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return _plain(scheme, outer) + masked(rest[len(outer) :] + mark + query)
    web = scheme.lower().rstrip("/") in ("http:", "https:")
    if mark and not (web or "=" in query):
        rest = f"{rest}?{query}"  # a name in a bucket may have one
    _, hash_, fragment = rest.partition("#")
    if hash_ and "=" in fragment and web:
        rest = rest.partition("#")[0]
    return _plain(scheme, rest)


def _plain(scheme: str, rest: str) -> str:
    """Return an address without user and password; ``rest`` has no query any more."""
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    if at:
        kept = user if is_name(scheme, user) else ""
        authority = f"{kept}@{host}" if kept else host
    elif ":" in authority and "@" in path and not authority.rpartition(":")[2].isdigit() and authority[-1:] != "]":
        return f"{scheme}{path.rpartition('@')[2]}"  # a password with a slash in it, which makes no address
    return f"{scheme}{authority}{slash}{path}"


def is_name(scheme: str, user: str) -> bool:
    """Tell whether what stands before an @ is a part of the name, and no user."""
    name = scheme.lower().rstrip("/").removesuffix(":")
    return name == "github" or (name in _NAMES_BEFORE_AT and ":" not in user)
