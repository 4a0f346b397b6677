"""Make obstore's clients: from options, from the environment of the cloud's own tools, anonymous or signed."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ngff_core.errors import UsageError
from ngff_remote.address import Address
from ngff_remote.clients.proxies import for_obstore
from ngff_remote.options import Options

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["S3_ENDPOINTS", "environment_credentials", "first", "headers_of", "make_client"]

RETRIES = 4
AGENT = "ngff-remote"
S3_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
AZURE_ENDPOINTS = ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT")
_METADATA = ("169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23")
_HOSTS = {  # of the providers, with those that give credentials
    "s3": ("amazonaws.com", "amazonaws.com.cn", *_METADATA),
    "gs": ("googleapis.com", "google.internal", *_METADATA),
    "az": (
        "windows.net",
        "azure.com",
        "microsoft.com",
        "microsoftonline.com",
        "azure.us",
        "chinacloudapi.cn",
        *_METADATA,
    ),
}
_SERVICES = (  # which may be anywhere
    "container_credentials_relative_uri",
    "container_credentials_full_uri",
    "metadata_endpoint",
    "sts_endpoint",
    "authority_host",
    "msi_endpoint",
    "use_emulator",
)
_SERVICE_VARIABLES = (
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
    "AZURE_AUTHORITY_HOST",
    "MSI_ENDPOINT",
)
_AZURE_SECRETS = (
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_ACCESS_KEY",
    "AZURE_STORAGE_MASTER_KEY",
    "AZURE_STORAGE_SAS_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_STORAGE_TOKEN",
    "AZURE_STORAGE_CLIENT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_FEDERATED_TOKEN_FILE",
)
_GOOGLE_SECRETS = (
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_SERVICE_ACCOUNT",
    "GOOGLE_SERVICE_ACCOUNT_PATH",
    "GOOGLE_SERVICE_ACCOUNT_KEY",
    "GOOGLE_BEARER_TOKEN",
)


def headers_of(address: Address, options: Options) -> dict[str, str]:
    """Return the headers of every request: those that were given, and the user of the address."""
    headers = dict(options.headers)
    if address.user and not any(name.lower() == "authorization" for name in headers):
        headers["Authorization"] = "Basic " + b64encode(address.user.encode()).decode()
    if address.kind == "gs":  # what is stored packed comes packed, with a length, which obstore insists on
        headers.setdefault("Accept-Encoding", "gzip")
    return headers


def make_client(address: Address, options: Options, *, signed: bool, region: str | None = None) -> ObjectStore:
    """Return the client for a host or bucket; raises UsageError for options that obstore does not take."""
    from obstore import store as stores
    from obstore.exceptions import BaseError

    config: dict[str, Any] = dict(options.config)
    if region is not None:
        config["region"] = region
    client: dict[str, Any] = {"user_agent": AGENT, **dict(options.client)}
    span = timedelta(seconds=options.timeout)
    client |= {"timeout": span, "connect_timeout": client.get("connect_timeout", span)}
    client["default_headers"] = headers_of(address, options)
    client |= for_obstore(client, *_hosts(address, options))
    retry: Any = {
        "max_retries": RETRIES,
        "retry_timeout": span * 0.9,  # what took that long is not tried again
        "backoff": {"init_backoff": timedelta(seconds=0.1), "max_backoff": timedelta(seconds=5), "base": 2},
    }
    more: dict[str, Any] = {"client_options": client, "retry_config": retry}
    try:
        if address.kind == "http":
            client.setdefault("allow_http", address.place.startswith("http:"))
            query = f"?{address.query}" if address.query else ""
            return stores.HTTPStore(f"{address.place}/{query}", **more)
        config["skip_signature"] = not signed
        if address.kind == "s3":
            return stores.S3Store(address.place, **_s3(config, client, signed), **more)
        if address.kind == "gs":
            return stores.GCSStore(address.place, config=_gs(config, client), **more)
        return stores.AzureStore(address.place, config=_az(config, client, address), **more)
    except (BaseError, ValueError, TypeError) as error:
        raise UsageError(f"{address.shown} cannot be opened: {_first_line(error)}") from None


def _hosts(address: Address, options: Options) -> tuple[str, list[str]]:
    """Return the scheme and the hosts that are asked; none where it is not known, as services give credentials."""
    if address.kind == "http":
        scheme, _, host = address.place.partition("://")
        return scheme, [host]
    config = dict(options.config)
    names = S3_ENDPOINTS if address.kind == "s3" else AZURE_ENDPOINTS if address.kind == "az" else ()
    endpoint = config.get("endpoint") or config.get("base_url") or first(os.environ, names) or ""
    scheme, _, rest = endpoint.partition("://")
    asked = [rest.partition("/")[0].rpartition("@")[2]] if rest else []
    elsewhere = any(name in config for name in _SERVICES) or first(os.environ, _SERVICE_VARIABLES)
    secret = address.kind == "s3" or options.headers or "sas_key" in config or "sas_token" in config
    return scheme or "https", [*asked, *_HOSTS[address.kind]] if secret and not elsewhere else []


def _s3(config: dict[str, Any], client: dict[str, Any], signed: bool) -> dict[str, Any]:
    endpoint = config.get("endpoint") or first(os.environ, S3_ENDPOINTS)
    if endpoint:
        config["endpoint"] = endpoint
        client.setdefault("allow_http", endpoint.startswith("http:"))
    region = config.get("region") or first(os.environ, ("AWS_REGION", "AWS_DEFAULT_REGION"))
    config["region"] = region or "us-east-1"
    profile = config.pop("profile", None)
    found: dict[str, Any] = {"config": config}
    if signed and "access_key_id" not in config and (profile or _needs_boto3()):
        found["credential_provider"] = _boto3_provider(profile, config, region is None)
    return found


def _boto3_provider(profile: str | None, config: dict[str, Any], wants_region: bool) -> Any:
    try:
        from boto3 import Session
        from obstore.auth.boto3 import Boto3CredentialProvider

        session = Session(profile_name=profile)
        if wants_region and session.region_name:
            config["region"] = session.region_name
        return Boto3CredentialProvider(session)
    except ImportError:
        raise UsageError(
            "profiles of ~/.aws are read by boto3, which is not installed; try: pip install boto3"
        ) from None
    except Exception as error:  # of botocore: no such profile, a broken file
        raise UsageError(f"the credentials of ~/.aws cannot be used: {_first_line(error)}") from None


def _gs(config: dict[str, Any], client: dict[str, Any]) -> Any:
    client.setdefault("allow_http", str(config.get("base_url", "")).startswith("http:"))
    return config


def _az(config: dict[str, Any], client: dict[str, Any], address: Address) -> Any:
    if address.account:
        config.setdefault("account_name", address.account)
    account = config.get("account_name") or first(os.environ, ("AZURE_STORAGE_ACCOUNT_NAME",))
    if not account:
        raise UsageError(
            f"{address.shown} needs the name of the storage account; give --storage-option account_name=NAME,"
            " or set AZURE_STORAGE_ACCOUNT_NAME"
        )
    config["account_name"] = account
    if "sas_token" in config:
        config["sas_key"] = config.pop("sas_token")
    endpoint = config.get("endpoint") or first(os.environ, AZURE_ENDPOINTS)
    client.setdefault("allow_http", str(endpoint or "").startswith("http:"))
    return config


def environment_credentials(kind: str) -> bool:
    """Tell whether the environment holds credentials for a kind of store, without asking any service."""
    environ = os.environ
    if kind == "s3":
        return (
            bool(environ.get("AWS_ACCESS_KEY_ID") and environ.get("AWS_SECRET_ACCESS_KEY"))
            or bool(first(environ, ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")))
            or bool(environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
            or (_needs_boto3() and _has_boto3())
        )
    if kind == "gs":
        home = os.path.expanduser("~/.config/gcloud/application_default_credentials.json")
        return bool(first(environ, _GOOGLE_SECRETS)) or os.path.isfile(home)
    return kind == "az" and bool(first(environ, _AZURE_SECRETS))


def _needs_boto3() -> bool:
    """Tell whether credentials are in files of AWS, which only boto3 reads."""
    if os.environ.get("AWS_ACCESS_KEY_ID"):
        return False
    name = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or os.path.expanduser("~/.aws/credentials")
    return bool(os.environ.get("AWS_PROFILE")) or os.path.isfile(name)


def _has_boto3() -> bool:
    from importlib.util import find_spec

    return find_spec("boto3") is not None


def first(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """Return the first of some variables that is set."""
    return next((environ[name] for name in names if environ.get(name)), None)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
