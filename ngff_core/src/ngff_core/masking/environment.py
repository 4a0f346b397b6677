"""What is secret in the environment: credentials that clients take from there, and passwords of proxies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ngff_core.masking.forms import secrets_in_address, secrets_in_proxy, secrets_in_query

__all__ = ["secrets_in_environment"]

_PROVIDERS = ("AWS_", "AZURE_", "GOOGLE_")
_SECRET = ("KEY", "PASSW", "SAS", "SECRET", "TOKEN")
_PLACES = ("_FILE", "_HOST", "_NAME", "_PATH", "_URI", "_URL")  # where a secret is to be had, which is none
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def secrets_in_environment(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the secrets among the variables of providers of storage, and those of proxies."""
    for variable, value in environment.items():
        name = variable.upper()
        if name in _PROXIES:
            yield from secrets_in_proxy(value)
        elif name.startswith(_PROVIDERS):
            if "://" in value:
                yield from secrets_in_address(value)
            elif any(word in name for word in _SECRET) and not name.endswith(_PLACES):
                yield from (value, *secrets_in_query(value))
