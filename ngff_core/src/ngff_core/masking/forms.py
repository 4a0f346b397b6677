"""What is secret in an address or an option, and the forms in which a secret may be met."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote, unquote

from ngff_core.masking.text import is_name

__all__ = ["forms_of", "secrets_in_address", "secrets_in_options", "secrets_in_proxy", "secrets_in_query"]

SHORTEST = 6  # characters; what is shorter may be a part of any word, and is only taken out of addresses
LONG = 16  # a value that long is taken for a secret, whatever its name is
_WORDS = ("secret", "token", "passw", "pwd", "key", "sig", "cred", "sas", "auth", "bearer", "cookie", "session")


def forms_of(secrets: Iterable[str]) -> Iterator[str]:
    """Yield secrets as they are given, sent and written, but for those that are too short to be told from words."""
    for secret in secrets:
        plain = unquote(secret)
        for form in (secret, plain, quote(plain, safe=""), quote(plain)):
            if len(form) >= SHORTEST:
                yield form
                yield from _written(form)


def _written(value: str) -> Iterable[str]:
    """Yield a secret as JSON, XML, a shell and a JSON pointer write it, and as servers misread headers."""
    if not value.isascii():
        yield value.encode("utf-8", "replace").decode("latin-1")
        with suppress(UnicodeError):
            yield value.encode("latin-1").decode("utf-8", "replace")
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    plain = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield plain
    yield plain.replace('"', "&quot;")
    yield value.replace("'", "'\"'\"'")
    yield repr(value)[1:-1]
    yield value.replace("~", "~0").replace("/", "~1")


def secrets_in_address(url: str) -> Iterator[str]:
    """Yield the password of an address, in the form in which it is sent, too, and what its query holds of secrets."""
    for part in url.split("::"):
        scheme, _, rest = part.partition("://")
        before, _, query = rest.partition("?")
        authority = before.partition("/")[0]
        user = authority.rpartition("@")[0] if "@" in authority else before.rpartition("@")[0]
        password = user.partition(":")[2]
        if password and not is_name(scheme, user):
            yield password
            yield b64encode(unquote(user).encode()).decode()
        yield from secrets_in_query(query)


def secrets_in_query(query: str) -> Iterator[str]:
    """Yield what may be secret in a query, as in a SAS: what is named so, and what is long."""
    if len(query) >= LONG:
        yield query
    for piece in query.replace("#", "&").split("&"):
        name, equals, value = piece.partition("=")
        value = value if equals else name
        if _names_a_secret(name) or len(value) >= LONG:
            yield value


def secrets_in_proxy(url: str) -> Iterator[str]:
    """Yield the secrets in the address of a proxy, which need not state its scheme."""
    return secrets_in_address(url if "://" in url else f"http://{url}")


def secrets_in_options(options: Mapping[str, Any], *, headers: bool = False) -> Iterator[str]:
    """Yield the secrets among options, of any depth: credentials, headers, what is in the addresses of proxies."""
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from secrets_in_options(value, headers=name.lower() == "headers")
        elif isinstance(value, (str, bytes)):
            text = value if isinstance(value, str) else value.decode("utf-8", "replace")
            if name.lower().endswith(("proxy", "proxy_url")):
                yield from secrets_in_proxy(text)
            elif "://" in text:
                yield from secrets_in_address(text)
            if _names_a_secret(name):
                yield from (text, *_words_of(text), *secrets_in_query(text))
            elif headers or name.lower().startswith("header."):
                yield from (text, *(word for word in text.split() if len(word) >= LONG / 2))


def _words_of(text: str) -> Iterator[str]:
    """Yield the words of a credential: the first may be its kind (``Bearer``), unless that is long."""
    first, *others = text.split() or [""]
    yield from others
    if len(first) >= LONG / 2:
        yield first
    if first.lower() == "basic" and others:
        try:
            user = b64decode(others[0]).decode()
        except ValueError:
            return
        yield user.partition(":")[2]


def _names_a_secret(name: str) -> bool:
    return any(word in name.lower() for word in _WORDS)
