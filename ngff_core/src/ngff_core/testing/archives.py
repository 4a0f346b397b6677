"""Small zip archives for examples and tests, with what the zipfile module does not write: ZIP64 throughout, order."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

import attrs

from ngff_core.json_text import dumps
from ngff_core.spec.spec import Spec
from ngff_core.stores.zip.archive import Archive
from ngff_core.stores.zip.store import BytesSource, ZipStore
from ngff_core.structure.values import JSON

__all__ = ["archive_of", "example_zip", "zip_bytes"]

_FULL = 0xFFFFFFFF
_STATE_VERSION = object()


class Layout(TypedDict, total=False):
    """How an archive is written, as `zip_bytes` takes it."""

    zip64: bool
    compressed: Collection[str]
    placed: Iterable[str] | None
    disk: int


def zip_bytes(
    entries: Mapping[str, bytes],
    *,
    comment: bytes = b"",
    zip64: bool = True,
    compressed: Collection[str] = (),
    placed: Iterable[str] | None = None,
    disk: int = 0,
) -> bytes:
    """Return a zip archive of some entries, in their order in the central directory.

    ``placed`` is their order in the file, where it is another one. ``zip64`` writes the end record of ZIP64,
    ``compressed`` names the entries to deflate, ``disk`` is the number of the part of a split archive that this
    pretends to be.
    """
    need = 45 if zip64 else 20
    local: dict[str, bytes] = {}
    offsets: dict[str, int] = {}
    heads: dict[str, bytes] = {}
    place = 0
    for name in placed if placed is not None else entries:
        data, encoded = entries[name], name.encode()
        stored = _deflated(data) if name in compressed else data
        method = 8 if name in compressed else 0
        heads[name] = struct.pack("<5H3L", need, 1 << 11, method, 0, 0x21, zlib.crc32(data), len(stored), len(data))
        local[name] = b"PK\3\4" + heads[name] + struct.pack("<2H", len(encoded), 0) + encoded + stored
        offsets[name] = place
        place += len(local[name])
    tails = {name: struct.pack("<5H2L", len(name.encode()), 0, 0, 0, 0, 0, offsets[name]) for name in entries}
    version = struct.pack("<H", need)
    central = b"".join(b"PK\1\2" + version + heads[name] + tails[name] + name.encode() for name in entries)
    body = b"".join(local.values()) + central
    number = len(entries)
    if zip64:
        record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, disk, disk, number, number, len(central), place)
        body += record + struct.pack("<4sLQL", b"PK\6\7", disk, len(body), disk + 1)
    few = min(number, 0xFFFF)
    return body + struct.pack("<4s4H2LH", b"PK\5\6", disk, disk, few, few, len(central), place, len(comment)) + comment


def _deflated(data: bytes) -> bytes:
    deflating = zlib.compressobj(wbits=-15)
    return deflating.compress(data) + deflating.flush()


def example_zip(
    spec: Spec,
    *,
    entries: Sequence[str] | Mapping[str, Any] = ("zarr.json",),
    chunks: int = 0,
    comment: JSON = _STATE_VERSION,
    **layout: Unpack[Layout],
) -> bytes:
    """Return the archive that the example of a rule describes.

    ``entries`` are names (the metadata documents among them are groups, all else is empty) or a mapping of names to
    their content. ``chunks`` adds so many more. ``comment`` is text or JSON (``None``: no comment); without it the
    comment states the version. ``layout`` goes to `zip_bytes`.
    """
    group = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": spec.version}}}
    contents = {name: group if name.endswith("zarr.json") else b"" for name in entries}
    if isinstance(entries, Mapping):
        contents = dict(entries)
    contents.update((f"0/c/{number}", b"") for number in range(chunks))
    if comment is _STATE_VERSION:
        comment = {"ome": {"version": spec.version}}
    return zip_bytes(
        {name: _encoded(value) for name, value in contents.items()},
        comment=b"" if comment is None else _encoded(comment),
        **layout,
    )


def archive_of(spec: Spec, *, name: str = "image.ozx", unsharded: int = 0, **described: Any) -> Archive:
    """Return what a rule on archives is given for the archive that an example describes."""
    store = ZipStore(BytesSource(example_zip(spec, **described)), name)
    archive = store.archive
    assert archive is not None
    return attrs.evolve(archive, version=spec.version, unsharded=unsharded)


def _encoded(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else dumps(value)
