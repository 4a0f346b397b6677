"""Storage options: ``KEY=VALUE`` as the command line and the API give them, sorted out and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ngff_core.errors import UsageError
from ngff_core.words import suggestion

__all__ = ["RESERVED", "Options", "number_of", "parse_options"]

RESERVED = ("jobs", "max_rps", "timeout")
_CLIENT = (
    "allow_http allow_invalid_certificates connect_timeout http1_only http2_keep_alive_interval"
    " http2_keep_alive_timeout http2_keep_alive_while_idle http2_only pool_idle_timeout pool_max_idle_per_host"
    " proxy_ca_certificate proxy_excludes proxy_url randomize_addresses read_timeout root_certificate user_agent"
)
_COMMON = ("anonymous", "ca", "endpoint", "endpoint_url", "insecure", "proxy", "region", "requester_pays")
_CONFIG = {
    "http": "",
    "s3": "access_key_id secret_access_key session_token profile container_credentials_relative_uri"
    " container_credentials_full_uri container_authorization_token_file default_region metadata_endpoint"
    " imdsv1_fallback request_payer role_arn role_session_name s3_express skip_signature sse_customer_key_base64"
    " sts_endpoint token unsigned_payload virtual_hosted_style_request web_identity_token_file",
    "gs": "service_account service_account_key service_account_path base_url bearer_token application_credentials"
    " skip_signature",
    "az": "account_name account_key sas_key sas_token client_id client_secret credential_type tenant_id authority_host"
    " token bearer_token use_emulator use_fabric_endpoint msi_endpoint object_id msi_resource_id"
    " federated_token_file use_azure_cli skip_signature",
}
_PREFIXES = ("aws_", "google_", "azure_storage_", "azure_")
_ALL = {*RESERVED, *_COMMON, *_CLIENT.split(), *(name for names in _CONFIG.values() for name in names.split())}
# with these, nobody wants to be anonymous first
_SECRETS = (
    "access_key_id profile role_arn web_identity_token_file container_credentials_relative_uri"
    " container_credentials_full_uri service_account service_account_key service_account_path bearer_token"
    " application_credentials account_key sas_key sas_token client_id client_secret token use_azure_cli"
    " federated_token_file"
)


@attrs.frozen
class Options:
    """How to connect: limits, what the HTTP client is given, and what the kind of store is given.

    ``anonymous`` is ``None`` where nobody said: then anonymous first. ``explicit`` tells that credentials were given.
    """

    jobs: int
    max_rps: float | None
    timeout: float
    anonymous: bool | None
    explicit: bool
    headers: tuple[tuple[str, str], ...] = attrs.field(repr=False)
    client: tuple[tuple[str, Any], ...] = attrs.field(repr=False)
    config: tuple[tuple[str, str], ...] = attrs.field(repr=False)


def parse_options(options: Mapping[str, Any], kind: str) -> Options:
    """Sort out options for a kind of store (``http``, ``s3``, ``gs``, ``az``).

    What only another kind of store knows is left out, as one run may read several kinds. Raises UsageError for a name
    that none knows, and for values that make no sense.
    """
    headers: dict[str, str] = {}
    client: dict[str, Any] = {}
    config: dict[str, str] = {}
    anonymous: bool | None = None
    for given, value in options.items():
        if given.startswith("header."):
            headers[given.removeprefix("header.")] = str(value)
            continue
        name = _plain_name(given)
        name = "endpoint" if name == "endpoint_url" else name
        if name in RESERVED or value is None:
            continue
        if name in ("anonymous", "skip_signature"):
            anonymous = _truth(given, value)
        elif name == "ca":
            client["root_certificate"] = _file(value)
        elif name == "insecure":
            client["allow_invalid_certificates"] = _truth(given, value)
        elif name in _CLIENT.split() or name == "proxy":
            client["proxy_url" if name == "proxy" else name] = str(value)
        elif name == "requester_pays":
            config["request_payer"] = "true" if _truth(given, value) else "false"
        elif name in ("endpoint", "region") or name in _CONFIG[kind].split():
            config["base_url" if (kind, name) == ("gs", "endpoint") else name] = str(value)
    if kind != "s3":
        for name in ("region", "request_payer"):
            config.pop(name, None)
    rate = options.get("max_rps")
    return Options(
        int(number_of("jobs", options.get("jobs", 64), whole=True)),
        None if rate is None else number_of("max_rps", rate),
        number_of("timeout", options.get("timeout", 30)),
        anonymous,
        any(name in config for name in _SECRETS.split()) or config.get("request_payer") == "true",
        tuple(headers.items()),
        tuple(client.items()),
        tuple(config.items()) if kind != "http" else (),
    )


def _plain_name(given: str) -> str:
    name = given.lower()
    for prefix in _PREFIXES:
        if name not in _ALL:
            name = name.removeprefix(prefix)
    if name not in _ALL:
        end = suggestion(name, [*_ALL, "header.NAME"], f"known are {', '.join(sorted(_COMMON))} and more")
        raise UsageError(f"unknown storage option {given!r}{end}")
    return name


def number_of(name: str, value: Any, *, whole: bool = False) -> float:
    """Return a number above 0, or raise UsageError."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = 0
    if not 0 < number < 1e6 or (whole and number != int(number)):
        raise UsageError(f"{name} is {value!r}, expected {'an integer' if whole else 'a number'} above 0")
    return number


def _truth(name: str, value: Any) -> bool:
    text = str(value).lower()
    if text not in ("true", "false", "1", "0", "yes", "no"):
        raise UsageError(f"storage option {name!r} is {value!r}, expected true or false")
    return text in ("true", "1", "yes")


def _file(path: Any) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"storage option 'ca': {path} could not be read: {error.strerror}") from None
