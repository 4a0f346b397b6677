"""Where requests go, and where redirects lead."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit

import attrs

__all__ = ["Target", "quoted", "redirected", "target_of"]

_PORTS = {"http": 80, "https": 443}


@attrs.frozen
class Target:
    """What is asked for; ``host`` has its port where that is not the usual one."""

    scheme: str
    host: str
    path: str  # and query, as they are sent


def target_of(url: str) -> Target:
    """Return the target of an absolute address; raises ValueError."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host.isascii():
        host = host.encode("idna").decode()
    if parts.scheme not in _PORTS or not host or any(not 32 < ord(c) < 127 or c in "/\\<>" for c in host):
        raise ValueError(url)
    host = f"[{host}]" if ":" in host else host
    host += f":{parts.port}" if parts.port not in (None, _PORTS[parts.scheme]) else ""
    path = quote(parts.path, safe="/%-_.~!$&'()*+,;=:@") or "/"
    query = quote(parts.query, safe="/?%-_.~!$&'()*+,;=:@[]|")
    return Target(parts.scheme, host, path + (f"?{query}" if query else ""))


def quoted(path: str) -> str:
    """Return a path as it is sent: everything encoded that anyone might take for something else."""
    return quote(path, safe="/-_.~")


def redirected(target: Target, location: str) -> Target | None:
    """Return where a redirect leads; ``None`` for what is no address, for other schemes, and for the way out of TLS."""
    with suppress(UnicodeError):  # headers are read as Latin-1; whoever sends letters beyond ASCII means UTF-8
        location = location.encode("latin-1").decode("utf-8")
    try:
        moved = target_of(urljoin(f"{target.scheme}://{target.host}{target.path}", location.strip(" \t\r\n")))
    except ValueError:  # of which UnicodeError is one
        return None
    return None if target.scheme == "https" and moved.scheme == "http" else moved
