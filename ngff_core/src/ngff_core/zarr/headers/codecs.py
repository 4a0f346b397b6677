"""The codecs of Zarr v3: array to array, one from array to bytes, bytes to bytes; chunks in shards have their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ngff_core.issues.pointer import Pointer
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import counted, positions
from ngff_core.zarr.headers.data_types import V2_NAMES, itemsize
from ngff_core.zarr.headers.extensions import configuration_of, is_unknown, member_problems, name_of, unknown
from ngff_core.zarr.headers.problem import Problem, is_whole, wrong
from ngff_core.zarr.headers.settings import RULE, V3_SETTINGS, setting_problems
from ngff_core.zarr.headers.spellings import nearest, question

__all__ = ["ARRAY_FILTERS", "BYTES_FILTERS", "NUMCODECS", "Chunk", "chain_problems"]

ARRAY_TO_ARRAY, ARRAY_TO_BYTES, BYTES_TO_BYTES = "array to array", "array to bytes", "bytes to bytes"
ORDER = (ARRAY_TO_ARRAY, ARRAY_TO_BYTES, BYTES_TO_BYTES)

NUMCODECS = ("bz2", "lz4", "lzma", "zlib")
"""Compressors that v3 has under the names of numcodecs only, which zarr-python reads and tensorstore does not."""
ARRAY_FILTERS = ("bitround", "delta", "fixedscaleoffset", "quantize")
"""Filters of numcodecs from pixels to pixels."""
BYTES_FILTERS = ("adler32", "crc32", "crc32c", "fletcher32", "jenkins_lookup3", "shuffle")
"""Filters of numcodecs from bytes to bytes: checksums, and one that orders bytes anew."""

KINDS = {
    **dict.fromkeys(("transpose", "cast_value", "scale_offset"), ARRAY_TO_ARRAY),
    **{f"numcodecs.{name}": ARRAY_TO_ARRAY for name in (*ARRAY_FILTERS, "astype")},
    **dict.fromkeys(("bytes", "sharding_indexed", "vlen-utf8", "vlen-bytes", "packbits"), ARRAY_TO_BYTES),
    **dict.fromkeys(("blosc", "crc32c", "gzip", "zstd"), BYTES_TO_BYTES),
    **{f"numcodecs.{name}": BYTES_TO_BYTES for name in (*NUMCODECS, *BYTES_FILTERS, "blosc", "gzip", "zstd")},
}
"""What a codec makes of what, as far as it is known; others can be any of these."""

# in the registry of extensions; what they take and make differs
REGISTERED = frozenset(
    (
        *KINDS,
        *(f"numcodecs.{name}" for name in ("packbits", "pcodec", "zfpy")),
        *("bitround", "reshape", "squeeze", "optional", "zfp", "zfpy", "pcodec", "bz2", "zlib", "fletcher32"),
        *("adler32", "gdeflate", "fixedscaleoffset", "shuffle", "vlen", "vlen_v2", "vlen-array"),
        *("zarrs.vlen", "zarrs.vlen_v2"),
    )
)
STATIC = ("bytes", "transpose", "crc32c", "numcodecs.crc32c", "numcodecs.crc32", "numcodecs.adler32")
OF_TEXT = ("string", "bytes", "variable_length_bytes")


class Chunk:
    """What a codec is given: the shape and the data type of a chunk, as far as they are known."""

    __slots__ = ("data_type", "shape")

    def __init__(self, shape: Sequence[int] | None, data_type: str | None) -> None:
        self.shape = shape
        self.data_type = data_type


def chain_problems(codecs: Sequence[JSON], chunk: Chunk, at: Pointer, static: bool = False) -> Iterator[Problem]:
    """Yield what is wrong with the codecs of a chunk; ``static``: their bytes have to be of a size that is known."""
    names = [name_of(codec) for codec in codecs]
    yield from _order_problems(names, at)
    given = chunk
    for index, (codec, name) in enumerate(zip(codecs, names, strict=True)):
        here = (*at, index)
        broken = list(member_problems(RULE, codec, here, "codec", optional=True))
        yield from broken
        if name is None or broken:
            given = Chunk(None, None)
            continue
        if is_unknown(name, REGISTERED):
            yield unknown("codec", name, here, question(nearest(name, REGISTERED)))
        if static and name in KINDS and name not in STATIC:
            yield Problem(RULE, here, f"codec {name} in index_codecs makes an index of any size", name, "bytes, crc32c")
        configuration = configuration_of(codec)
        yield from setting_problems(name, configuration, here)
        check = _CHECKS.get(name)
        if check is not None:
            yield from check(configuration, given, here)
        if KINDS.get(name) != BYTES_TO_BYTES:
            given = _handed_on(name, configuration, given)


def _order_problems(names: Sequence[str | None], at: Pointer) -> Iterator[Problem]:
    """Yield where codecs do not follow each other as they have to (core specification, "Chunk encoding")."""
    before: str | None = None
    for index, name in enumerate(names):
        kind = KINDS.get(name) if name is not None else None
        if name is None or kind is None:
            continue
        last = KINDS[before] if before is not None else ARRAY_TO_ARRAY
        if ORDER.index(kind) < ORDER.index(last):
            message = f"codec {name} ({kind}) stands after {before} ({last})"
            yield Problem(RULE, (*at, index), message, name, f"{kind} before {last}")
        elif kind == last == ARRAY_TO_BYTES:
            yield Problem(RULE, (*at, index), f"codec {name} makes bytes as {before} does already", name, "one of them")
        else:
            before = name
    if all(name in KINDS and KINDS[name] != ARRAY_TO_BYTES for name in names if name is not None) and None not in names:
        found = f"codecs {', '.join(map(str, names))} make" if names else f"{at[-1]} is empty, so nothing makes"
        none = " no bytes of an array" if names else " bytes of an array"
        yield Problem(
            RULE, at, found + none, "[]" if not names else ", ".join(map(str, names)), "a codec such as bytes"
        )


def _handed_on(name: str, configuration: JSONObject, chunk: Chunk) -> Chunk:
    """Return what the next codec is given."""
    if name != "transpose":
        return Chunk(None, None)
    order: JSON = configuration.get("order")
    if chunk.shape is None or not _is_permutation(order, len(chunk.shape)):
        return Chunk(None, chunk.data_type)
    return Chunk([chunk.shape[int(axis)] for axis in order], chunk.data_type)


def _is_permutation(order: JSON, ndim: int) -> bool:
    return isinstance(order, list) and all(map(is_whole, order)) and sorted(order) == list(range(ndim))


# --- codecs that depend on what they are given ------------------------------------------------------


def _bytes_problems(configuration: JSONObject, chunk: Chunk, at: Pointer) -> Iterator[Problem]:
    data_type = chunk.data_type
    if data_type in V2_NAMES and itemsize(data_type) > 1 and "endian" not in configuration:
        message = f"codec bytes has no endian, and a pixel of {data_type} has {itemsize(data_type)} bytes"
        yield Problem(RULE, at, message, expected='"endian": "little" or "big"')
    elif data_type in OF_TEXT:
        yield Problem(RULE, at, f"codec bytes is for values of one size, not for {data_type}", "bytes", "vlen-utf8")


def _transpose_problems(configuration: JSONObject, chunk: Chunk, at: Pointer) -> Iterator[Problem]:
    order = configuration.get("order")
    if not isinstance(order, list):
        return  # told as a setting
    ndim = len(chunk.shape) if chunk.shape is not None else len(order)
    if not _is_permutation(order, ndim):
        yield wrong(RULE, (*at, "configuration", "order"), order, f"each of {positions(ndim)} once")


def _sharding_problems(configuration: JSONObject, chunk: Chunk, at: Pointer) -> Iterator[Problem]:
    """Yield what is wrong with the chunks in a shard, and with their codecs and those of the index."""
    inside = configuration.get("chunk_shape")
    where = (*at, "configuration")
    sizes = inside if _sizes(inside) else None
    number: Sequence[int] | None = None
    if sizes is not None and chunk.shape is not None:
        if len(sizes) != len(chunk.shape):
            expected = counted(len(chunk.shape), "integer")
            yield wrong(RULE, (*where, "chunk_shape"), sizes, expected, "the shape of chunks in a shard")
        elif any(shard % size for shard, size in zip(chunk.shape, sizes, strict=True)):
            message = f"chunks of {sizes} do not divide a shard of {list(chunk.shape)}"
            yield Problem(RULE, (*where, "chunk_shape"), message, str(sizes), "integers that divide those of the shard")
        else:
            number = [*(shard // size for shard, size in zip(chunk.shape, sizes, strict=True)), 2]
    for key, given in (("codecs", Chunk(sizes, chunk.data_type)), ("index_codecs", Chunk(number, "uint64"))):
        codecs = configuration.get(key)
        if isinstance(codecs, list):
            yield from chain_problems(codecs, given, (*where, key), static=key == "index_codecs")


def _sizes(value: JSON) -> bool:
    return V3_SETTINGS["sharding_indexed"]["chunk_shape"].fits(value)


_CHECKS: Mapping[str, Callable[[JSONObject, Chunk, Pointer], Iterator[Problem]]] = {
    "bytes": _bytes_problems,
    "transpose": _transpose_problems,
    "sharding_indexed": _sharding_problems,
}
