"""PNG files of 8 bits: grey, or red, green and blue."""

from __future__ import annotations

import struct
import zlib
from importlib import import_module
from typing import Any

__all__ = ["png"]

_GREY, _RGB = 0, 2
_UP = 2  # each row is written as what differs from the one above: planes are smooth


def png(pixels: Any) -> bytes:
    """Return the PNG of an array of bytes, rows x columns x 3; one without colours is written in grey."""
    numpy = import_module("numpy")
    rows, columns, _ = pixels.shape
    grey = bool((pixels[..., :1] == pixels[..., 1:]).all())
    lines = (pixels[..., 0] if grey else pixels.reshape(rows, columns * 3)).astype(numpy.uint8)
    above = numpy.vstack([numpy.zeros_like(lines[:1]), lines[:-1]])
    filtered = numpy.insert(lines - above, 0, _UP, axis=1)  # of bytes, so it wraps as it should
    header = struct.pack(">IIBBBBB", columns, rows, 8, _GREY if grey else _RGB, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(filtered.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
