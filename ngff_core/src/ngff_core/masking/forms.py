"""What is secret in an address or an option, and the forms in which a secret may be met."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from ngff_core.masking.text import is_name

__all__ = ["forms_of", "secrets_in_address", "secrets_in_options"]

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
    """Yield a secret as JSON, XML and a shell write it."""

    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    plain = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield plain
    yield plain.replace('"', "&quot;")
    yield value.replace("'", "'\"'\"'")
    yield repr(value)[1:-1]


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
        yield from _secrets_in(query)


def _secrets_in(query: str) -> Iterator[str]:
    if len(query) >= LONG:
        yield query
    for piece in query.replace("#", "&").split("&"):
        name, equals, value = piece.partition("=")
        value = value if equals else name
        if _names_a_secret(name) or len(value) >= LONG:
            yield value


def secrets_in_options(options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the secrets among options, of any depth: credentials, headers, what is in the addresses of proxies."""
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from secrets_in_options(value)
        elif isinstance(value, (str, bytes)):
            text = value if isinstance(value, str) else value.decode("utf-8", "replace")
            yield from secrets_in_address(text) if "://" in text else ()
            if _names_a_secret(name) or (name.lower().startswith("header.") and len(text) >= LONG):
                yield from (text, *(word for word in text.split() if len(word) >= LONG / 2), *_secrets_in(text))


def _names_a_secret(name: str) -> bool:
    return any(word in name.lower() for word in _WORDS)
