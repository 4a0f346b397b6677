"""What rules see of a zip archive as a whole; a value of bounded size whatever the archive holds."""

from __future__ import annotations

from typing import Any

import attrs

__all__ = ["Archive", "Names", "Order", "listed"]


@attrs.frozen
class Names:
    """Names of entries that have something in common: how many there are, and the first few."""

    total: int = 0
    first: tuple[str, ...] = ()


def listed(names: Names) -> str:
    """Write names as text."""
    more = names.total - len(names.first)
    return ", ".join(names.first) + (f" and {more} more" if more else "")


@attrs.frozen
class Order:
    """Where the ``zarr.json`` entries of an archive are, in one of its two orders.

    ``first`` is the first entry, ``late`` are those that come after an entry of another kind (``other`` is the first
    of those), ``deeper`` and ``shallower`` two neighbours that are not breadth first.
    """

    first: str = ""
    other: str = ""
    late: Names = Names()
    deeper: str = ""
    shallower: str = ""


@attrs.frozen
class Archive:
    """A zip archive, as its central directory describes it.

    ``name`` is the name of the file without folders (empty where there is none). ``entries`` counts all entries,
    ``folders`` those that stand for directories, ``stated`` is the number that the end record gives. ``zip64``:
    there is a ZIP64 end record; ``zip64_entries`` counts entries that ask for ZIP64. ``roots`` are the topmost
    paths that carry Zarr metadata (``""`` is the top), ``root`` the one that is evaluated. ``listed`` is the order of
    the central directory, ``placed`` that of the entries in the file. ``version`` is what the metadata of the root
    states, ``unsharded`` the number of arrays without shards; both are known after the crawl.
    """

    name: str = ""
    comment: bytes = b""
    entries: int = 0
    folders: int = 0
    stated: int = 0
    zip64: bool = False
    zip64_entries: int = 0
    split: bool = False
    roots: Names = Names()
    root: str = ""
    listed: Order = Order()
    placed: Order = Order()
    compressed: Names = Names()
    methods: tuple[str, ...] = ()
    encrypted: Names = Names()
    embedded: Names = Names()
    duplicates: Names = Names()
    outside: Names = Names()
    unusual: Names = Names()
    version: Any = None
    unsharded: int = 0
