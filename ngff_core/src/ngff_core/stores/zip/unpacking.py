"""Unpack what an entry of a zip archive holds, in the ways that Python knows."""

from __future__ import annotations

import zlib

from ngff_core.errors import StoreError
from ngff_core.references import Reference

__all__ = ["decompress"]

_bz2_decompressor = Reference("bz2:BZ2Decompressor")  # which Python may have been built without


def decompress(data: bytes, method: int, size: int) -> bytes:
    """Unpack the data of an entry; never makes more than one byte above the size that is stated."""
    try:
        if method == 0:
            content = data
        elif method == 8:
            content = zlib.decompressobj(-15).decompress(data, size + 1)
        elif method == 12:
            content = _bz2_decompressor().decompress(data, size + 1)
        else:
            content = _lzma(data, size)
    except (zlib.error, OSError, EOFError, ValueError, MemoryError) as error:
        raise StoreError(f"the archive is damaged: the entry cannot be unpacked ({error})") from None
    if len(content) != size:
        found = "more" if len(content) > size else f"{len(content)}"
        raise StoreError(f"the archive is damaged: the entry has {found} bytes, stated are {size}")
    return content


def _lzma(data: bytes, size: int) -> bytes:
    import lzma  # which Python may have been built without

    # two bytes of version, two of the length of what follows: a packed byte and the size of the dictionary
    if len(data) < 9 or data[4] >= 225:
        raise ValueError("its LZMA properties make no sense")
    rest, lc = divmod(data[4], 9)
    pb, lp = divmod(rest, 5)
    stated = int.from_bytes(data[5:9], "little")
    # a dictionary larger than the data is of no use, but would be allocated
    options = {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": max(4096, min(stated, size))}
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[options]).decompress(data[9:], size + 1)
    except lzma.LZMAError as error:
        raise ValueError(str(error)) from None
