"""Read pixels before and after an upgrade, with the library that is installed, and compare them bit by bit.

Arrays are read block by block, and what is kept of each block is a digest: memory does not grow with their size.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from ngff_core.errors import NgffError, StoreError, UsageError
from ngff_core.migration.interface import Documents, NodeDocuments
from ngff_core.references import Reference
from ngff_core.stores.base import Store
from ngff_core.words import counted

__all__ = ["HOW", "DifferentPixelsError", "Seen", "compare", "comparer", "look"]

HOW = ("sample", "all")
_LEAST = 1 << 21  # pixels of a block, where all are read
_MOST = 1 << 20  # blocks, where all are read: absent chunks count too, as they are read like others
_FURTHER = 5  # blocks of a sample, beside the first, the last and the one in the middle
_SIZE = 16  # bytes of a digest
_HINT = "without --verify (verify=None) nothing is read"

_reader_of = Reference("ngff_core.view.pixels:reader_of")

Box = tuple[slice, ...]


class DifferentPixelsError(NgffError):
    """Pixels are not the same after an upgrade, which was taken back; ``path`` is the array, ``box`` where it is."""

    def __init__(self, path: str, box: Sequence[slice]) -> None:
        self.path = path
        self.box = tuple(box)
        where = ", ".join(f"{part.start}:{part.stop}" for part in box) or "()"
        super().__init__(f"the pixels of {path or 'the root'} at [{where}] are not what they were")


Compare = Callable[[Store], None]


def comparer(
    store: Store, documents: tuple[Documents, Documents], how: str | None, tell: Callable[[str], None]
) -> Compare:
    """Read the pixels of a store as they are; return what compares them with those of the result, wherever it is.

    ``documents`` are those before and after; ``tell`` is told in the end what was read. ``None``: nothing is. Raises
    UsageError for other words than ``HOW`` and without a library, and StoreError.
    """
    if how is None:
        return lambda _: None
    if how not in HOW:
        raise UsageError(f"verify={how!r}: expected one of {', '.join(HOW)}")
    before, after = documents
    seen = look(store, before, how)

    def call(result: Store) -> None:
        compare(seen, result, before, after)
        tell(seen.summary())

    return call


@attrs.frozen
class Seen:
    """What was read: digests of the blocks of each array, one after the other, and how blocks are chosen."""

    how: str
    arrays: dict[str, bytes]

    def summary(self) -> str:
        """Say what was read, in one sentence."""
        number = sum(len(digests) // _SIZE for digests in self.arrays.values())
        of = "all pixels" if self.how == "all" else f"{counted(number, 'block')} of pixels"
        return f"{of} of {counted(len(self.arrays), 'array')}: the same before and after"


def look(store: Store, documents: Documents, how: str) -> Seen:
    """Read pixels as they are, some of each array or all; raises MissingPackageError without a library, StoreError.

    That is where there are too many to be read, too.
    """
    arrays = {path: node for path, node in documents.items() if node.is_array}
    if how == "all":
        _refuse_too_many(arrays.values())
    return Seen(how, {path: b"".join(_digests(store, node, node, how)) for path, node in arrays.items()})


def compare(seen: Seen, store: Store, before: Documents, after: Documents) -> None:
    """Read the same pixels by other documents; raises DifferentPixelsError, and StoreError."""
    for path, digests in seen.arrays.items():
        found = _digests(store, before[path], after[path], seen.how)
        for number, (box, digest) in enumerate(zip(_boxes(before[path], seen.how), found, strict=True)):
            if digest != digests[number * _SIZE : (number + 1) * _SIZE]:
                raise DifferentPixelsError(path, box)


def _digests(store: Store, like: NodeDocuments, node: NodeDocuments, how: str) -> Iterator[bytes]:
    """Yield a digest for each block of an array; what blocks there are is told by the array as it was."""
    read: Callable[[Box], Any] | None = None
    for box in _boxes(like, how):
        try:
            if read is None:
                read = _reader_of(store, node.path, node.zarr_format)
            pixels = read(box)
        except NgffError:
            raise
        except Exception as error:  # whatever a library and its codecs raise
            reason = f"{type(error).__name__}: {error}"
            message = f"the pixels of {node.path or 'the root'} could not be read, to be verified: {reason}"
            raise StoreError(message, hint=_HINT) from None
        yield _digest(pixels)


def _digest(pixels: Any) -> bytes:
    """Return what tells pixels from others, whatever their byte order."""
    digest = hashlib.blake2b(repr(pixels.shape).encode(), digest_size=_SIZE)
    if pixels.dtype.hasobject or pixels.dtype.kind == "T":  # strings, and bytes, of any length
        digest.update(repr(pixels.tolist()).encode(errors="surrogatepass"))
    else:
        digest.update(pixels.dtype.newbyteorder("<").str.encode())
        digest.update(pixels.astype(pixels.dtype.newbyteorder("<"), order="C", copy=False).tobytes())
    return digest.digest()


# --- blocks -----------------------------------------------------------------------------------------


def _boxes(node: NodeDocuments, how: str) -> Iterator[Box]:
    """Yield blocks of an array: all of them, or some, which are the same ones each time."""
    shape, steps = _grid(node)
    if how == "all":
        steps = _grown(shape, steps)
    counts = _counts(shape, steps)
    total = math.prod(counts)
    for number in range(total) if how == "all" else _chosen(node.path, total):
        box = []
        for size, step, count in zip(shape[::-1], steps[::-1], counts[::-1], strict=True):
            number, index = divmod(number, count)
            box.append(slice(index * step, min((index + 1) * step, size), 1))
        yield tuple(box[::-1])


def _refuse_too_many(arrays: Iterable[NodeDocuments]) -> None:
    """Raise StoreError for arrays whose pixels would be read for days, of which most may not even be there."""
    number = 0
    for node in arrays:
        shape, steps = _grid(node)
        number += math.prod(_counts(shape, _grown(shape, steps)))
        if number > _MOST:
            raise StoreError(
                f"{node.path or 'the root'} has too many pixels for all to be verified: up to {_MOST:,} blocks of a"
                " store are read",
                hint="verify some of each array: --verify sample (verify='sample')",
            )


def _counts(shape: Sequence[int], steps: Sequence[int]) -> list[int]:
    return [-(-size // step) for size, step in zip(shape, steps, strict=True)]


def _chosen(path: str, total: int) -> list[int]:
    hashes = (hashlib.sha256(f"{path}:{n}".encode(errors="surrogatepass")).digest() for n in range(_FURTHER))
    some = {0, total // 2, total - 1, *(int.from_bytes(digest[:8], "big") % max(total, 1) for digest in hashes)}
    return sorted(number for number in some if 0 <= number < total)


def _grid(node: NodeDocuments) -> tuple[list[int], list[int]]:
    """Return the shape of an array, and that of what one read decodes."""
    shape: Any = node.metadata.get("shape")
    chunks: Any = node.metadata.get("chunks")
    if node.zarr_format == 3:
        chunks = _configuration(node.metadata.get("chunk_grid")).get("chunk_shape")
        codecs: Any = node.metadata.get("codecs")
        first = codecs[0] if isinstance(codecs, list) and codecs else None
        chunks = _configuration(first).get("chunk_shape", chunks)  # of shards, what is in them
    if not isinstance(shape, list):
        raise StoreError(f"the shape of {node.path or 'the root'} is not known, so that no pixels could be verified")
    if not isinstance(chunks, list) or len(chunks) != len(shape):
        chunks = [64] * len(shape)
    return [int(s) for s in shape], [max(1, min(int(c), int(s))) for c, s in zip(chunks, shape, strict=True)]


def _grown(shape: Sequence[int], steps: Sequence[int]) -> list[int]:
    """Return larger blocks of whole chunks, where these are small."""
    grown = list(steps)
    for place in range(len(grown))[::-1]:
        times = -(-_LEAST // math.prod(grown))
        if times > 1:
            grown[place] = max(1, min(grown[place] * times, shape[place]))
    return grown


def _configuration(value: Any) -> dict[str, Any]:
    found = value.get("configuration") if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
