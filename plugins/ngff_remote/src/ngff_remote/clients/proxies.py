"""Which proxy a request goes through: decided here for both clients, by the options or else the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import unquote, urlsplit

import attrs

from ngff_core.errors import UsageError

__all__ = ["NOWHERE", "Proxies", "Proxy", "for_obstore", "proxies_of"]

NOWHERE = "http://127.0.0.1:1"  # a port that nothing listens at, and only the superuser could


@attrs.frozen
class Proxy:
    """A proxy: ``url`` with a scheme, its host with the port, and the user with the password, decoded."""

    url: str = attrs.field(repr=False)
    host: str
    user: str = attrs.field(default="", repr=False)


@attrs.frozen
class Proxies:
    """The proxies by the scheme of what is asked for, and the hosts that are asked without one."""

    by_scheme: Mapping[str, Proxy]
    without: tuple[str, ...] = ()

    def of(self, scheme: str, host: str) -> Proxy | None:
        """Return the proxy for a host, which may have a port; ``None``: it is asked directly."""
        proxy = self.by_scheme.get(scheme)
        return None if proxy is None or any(_covers(rule, host) for rule in self.without) else proxy


def proxies_of(client: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Proxies:
    """Return the proxies that options (of obstore's client) name, or those of the environment.

    As curl has it, names in small letters go before those in capitals, and ``HTTP_PROXY`` in capitals does not count
    in a program that a web server runs, as whoever asks that server could set it. Raises UsageError.
    """
    environ = os.environ if environ is None else environ
    given = client.get("proxy_url")
    if given:
        proxy = _parsed(str(given), "the option proxy")
        return Proxies(dict.fromkeys(("http", "https"), proxy), _rules(str(client.get("proxy_excludes") or "")))
    found = {}
    for scheme in ("http", "https"):
        names = [f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY"]
        if scheme == "http" and "REQUEST_METHOD" in environ:
            names.remove("HTTP_PROXY")
        name = next((name for name in names if environ.get(name)), None)
        if name is not None:
            found[scheme] = _parsed(environ[name], name)
    return Proxies(found, _rules(environ.get("no_proxy") or environ.get("NO_PROXY") or ""))


def for_obstore(client: Mapping[str, Any], scheme: str, hosts: Sequence[str]) -> dict[str, str]:
    """Return what makes obstore's client take the same proxy for the hosts that it is to ask, the first above all.

    Where there is none, all hosts but these get one that nobody listens at: that client follows redirects by itself,
    and takes along what it must not. No hosts: it may ask any.
    """
    proxies = proxies_of(client)
    proxy = proxies.by_scheme.get(scheme)
    if proxy is None:
        return {"proxy_url": NOWHERE, "proxy_excludes": ",".join(map(_name, hosts))} if hosts else {}
    without = [rule for rule in proxies.without if ":" not in rule or rule.count(":") > 1]
    if hosts and proxies.of(scheme, hosts[0]) is None:
        without.append(_name(hosts[0]))
    return {"proxy_url": proxy.url, **({"proxy_excludes": ",".join(without)} if without else {})}


def _name(host: str) -> str:
    return (urlsplit(f"//{host}").hostname or "").lower()


def _parsed(text: str, name: str) -> Proxy:
    text = text.strip()
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # whose text may quote a password
        raise UsageError(f"{name} is no address of a proxy, expected http://HOST:PORT") from None
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise UsageError(f"{name} is no address of a proxy for HTTP, expected http://HOST:PORT")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if parts.username is not None else ""
    return Proxy(url, f"{host}:{port or (443 if parts.scheme == 'https' else 80)}", user)


def _rules(text: str) -> tuple[str, ...]:
    return tuple(rule for part in text.split(",") if (rule := part.strip().lower()))


def _covers(rule: str, host: str) -> bool:
    """Tell whether a rule of ``no_proxy`` is about a host: a name, an end of names, an address, a network, or all."""
    if rule == "*":
        return True
    parts = urlsplit(f"//{host.lower()}")
    name = (parts.hostname or "").rstrip(".")
    bare, _, port = rule.rpartition(":")
    if bare and port.isascii() and port.isdigit() and ":" not in bare.strip("[]").rpartition("]")[2]:
        if port != host.rpartition(":")[2]:
            return False
        rule = bare
    rule = rule.strip("[]")
    try:
        return ip_address(name) in ip_network(rule, strict=False)
    except ValueError:
        rule = rule.removeprefix("*").lstrip(".")
        return bool(rule) and (name == rule or name.endswith(f".{rule}"))
