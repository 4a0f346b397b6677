"""Listings of S3 read here, where the credentials are at hand: what is no listing is told from an empty one.

obstore's client takes any document in XML for a listing of nothing, and goes on as long as a server names tokens.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from threading import Lock
from urllib.parse import quote
from xml.etree import ElementTree

import attrs

from ngff_core.errors import StoreError
from ngff_remote.address import Address
from ngff_remote.clients.body import Turn
from ngff_remote.clients.failures import Failure
from ngff_remote.clients.make import S3_ENDPOINTS, first
from ngff_remote.clients.plain import PlainClient
from ngff_remote.clients.targets import target_of
from ngff_remote.listing.pages import Page
from ngff_remote.listing.signing import Credentials, signed_headers
from ngff_remote.options import Options

__all__ = ["credentials_at_hand", "pages_of_s3"]

LARGEST = 1 << 24  # bytes of a page, which has 1,000 keys of 1,024 bytes at most
_NO_LISTING = "the answer of the server is no listing"


def pages_of_s3(
    address: Address, options: Options, region: str | None, credentials: Credentials | None, prefix: str, delimiter: str
) -> Iterator[Page | Failure]:
    """Yield the pages of a listing, or what came in place of one; without credentials nobody signs."""
    config = dict(options.config)
    region = region or config.get("region") or first(os.environ, ("AWS_REGION", "AWS_DEFAULT_REGION")) or "us-east-1"
    endpoint = config.get("endpoint") or first(os.environ, S3_ENDPOINTS) or f"https://s3.{region}.amazonaws.com"
    virtual = str(config.get("virtual_hosted_style_request", "")).lower() in ("true", "1")
    base = target_of(endpoint.rstrip("/") + ("/" if virtual else f"/{address.place}"))
    token: str | None = None
    while True:
        asked = {"list-type": "2", "prefix": f"{prefix}/" if prefix else "", "delimiter": delimiter}
        asked |= {"continuation-token": token or ""}
        query = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in sorted(asked.items()) if value)
        headers = dict(options.headers)
        if config.get("request_payer") == "true":
            headers["x-amz-request-payer"] = "requester"
        if credentials is not None:
            signed = {name.lower(): value for name, value in headers.items() if name.lower().startswith("x-amz-")}
            headers |= signed_headers(credentials, region, base.host, f"{base.path}?{query}", signed)
        place = Address("http", f"{base.scheme}://{base.host}", "", base.path.lstrip("/"), address.shown, query)
        given = attrs.evolve(options, headers=tuple(headers.items()))
        with Turn(Lock()) as turn, closing(PlainClient(place, given)) as client:
            body = client.read("", turn)
        page = _page(body) if isinstance(body, bytes) else body
        yield page
        if isinstance(page, Failure) or page.token is None:
            return
        token = page.token


def _page(body: bytes) -> Page | Failure:
    if len(body) > LARGEST:
        return Failure(StoreError(f"a page of the listing has more than {LARGEST} bytes"), 200)
    try:
        if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
            raise ValueError
        root = ElementTree.fromstring(body)
        if root.tag.rpartition("}")[2] != "ListBucketResult":
            raise ValueError
        space = root.tag.removesuffix("ListBucketResult")
        objects = [_object(entry, space) for entry in root.iterfind(f"{space}Contents")]
        folders = [_text(entry, f"{space}Prefix") for entry in root.iterfind(f"{space}CommonPrefixes")]
        more = (root.findtext(f"{space}IsTruncated") or "").strip().lower()
        if more not in ("true", "false"):
            raise ValueError
        token = _text(root, f"{space}NextContinuationToken") if more == "true" else None
    except (ValueError, ElementTree.ParseError):
        return Failure(StoreError(_NO_LISTING), 200)
    return Page(objects, folders, token)


def _object(entry: ElementTree.Element, space: str) -> tuple[str, int]:
    return _text(entry, f"{space}Key"), int(_text(entry, f"{space}Size"))


def _text(element: ElementTree.Element, name: str) -> str:
    """Return the text of a child; raises ValueError where there is none."""
    text = element.findtext(name)
    if not text:
        raise ValueError(name)
    return text


def credentials_at_hand(options: Options, environ: Mapping[str, str]) -> Credentials | None:
    """Return the credentials that options or the environment hold themselves; ``None``: others have to be asked."""
    config = dict(options.config)
    if "access_key_id" in config:
        token = config.get("session_token") or config.get("token")
        return Credentials(config["access_key_id"], config.get("secret_access_key", ""), token)
    if environ.get("AWS_ACCESS_KEY_ID") and environ.get("AWS_SECRET_ACCESS_KEY") and "profile" not in config:
        return Credentials(
            environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"], environ.get("AWS_SESSION_TOKEN")
        )
    return None
