"""Which client lists: the one here where it can, as it knows what a listing is, and else obstore's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ngff_core.references import Reference
from ngff_remote.address import Address
from ngff_remote.clients.failures import Failure
from ngff_remote.listing.pages import MOST, MOST_NAMES, Page, checked
from ngff_remote.listing.s3 import credentials_at_hand, pages_of_s3
from ngff_remote.options import Options

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["pages_of"]

_pages_of_obstore = Reference("ngff_remote.listing.obstore:pages_of_obstore")  # which brings asyncio


def pages_of(
    place: tuple[Address, Options, str | None], client: ObjectStore, signed: bool, prefix: str, delimiter: str
) -> Iterator[Page | Failure]:
    """Yield the pages of a listing below a prefix; a Failure is the last. ``place`` ends with the region, if known."""
    address, options, region = place
    credentials = credentials_at_hand(options, os.environ) if signed else None
    express = "s3_express" in dict(options.config) or address.place.endswith("--x-s3")
    if address.kind == "s3" and not express and (credentials is not None or not signed):
        pages = pages_of_s3(address, options, region, credentials, prefix, delimiter)
    else:
        pages = _pages_of_obstore(client, prefix, delimiter, options.timeout)
    return checked(pages, prefix, MOST_NAMES if delimiter else MOST)
