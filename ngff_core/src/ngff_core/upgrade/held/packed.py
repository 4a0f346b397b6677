"""Many documents in little room: a plate has more of them than memory should hold, and most are much alike.

Equal ones are held once, and those that came one after the other are compressed together, which makes about a
twentieth of them. A few blocks stay unpacked, as what is next to each other is asked for one after the other.
"""

from __future__ import annotations

import hashlib
import threading
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from ngff_core.stores.key import Key
from ngff_core.stores.writing import Write

__all__ = ["NOTHING", "Changed", "Packed", "Writes", "packed_writes"]

NOTHING = -1  # the number of what is not there

_BLOCK = 1 << 17  # bytes that are compressed together
_UNPACKED = 8  # blocks
_BARE = -zlib.MAX_WBITS  # without a checksum, which takes a quarter of the time: nobody else sees them


class Packed:
    """Documents by their number, from 0."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}  # by what tells a document from others
        self._places = array("Q")  # of each: its block, where it begins and ends in it
        self._blocks: list[bytes] = []
        self._last = bytearray()  # the block that is not full yet
        self._unpacked: dict[int, bytes] = {}
        self._lock = threading.Lock()  # some stores are read by several threads

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what another process makes anew."""
        return {**self.__dict__, "_lock": None, "_unpacked": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= {**state, "_lock": threading.Lock()}

    def add(self, data: bytes | None) -> int:
        """Take in a document; return its number, which is that of one that is equal if there is one."""
        if data is None:
            return NOTHING
        digest = hashlib.blake2b(data, digest_size=32).digest()
        with self._lock:
            number = self._numbers.setdefault(digest, len(self._numbers))
            if 3 * number == len(self._places):
                if len(data) >= _BLOCK:  # it has a block of its own: others are unpacked without it
                    self._pack()
                begin = len(self._last)
                self._places.extend((len(self._blocks), begin, begin + len(data)))
                self._last += data
                if len(self._last) >= _BLOCK:
                    self._pack()
            return number

    def _pack(self) -> None:
        if self._last:
            self._blocks.append(zlib.compress(self._last, 1, _BARE))
            self._last.clear()

    def get(self, number: int) -> bytes | None:
        """Return the document of a number; ``None`` for that of nothing."""
        if number == NOTHING:
            return None
        with self._lock:
            block, begin, end = self._places[3 * number : 3 * number + 3]
            if block == len(self._blocks):
                return bytes(self._last[begin:end])
            return self._unpack(block)[begin:end]

    def _unpack(self, block: int) -> bytes:
        """Return a block; those that were asked for last are at the end, and the first one goes."""
        data = self._unpacked.pop(block, None)
        if data is None:
            data = zlib.decompress(self._blocks[block], _BARE)
            if len(data) > 8 * _BLOCK:  # it is one large document
                return data
            if len(self._unpacked) >= _UNPACKED:
                del self._unpacked[next(iter(self._unpacked))]
        self._unpacked[block] = data
        return data


class Writes(Sequence[Write]):
    """What is to be written, in its order: keys, and the numbers of packed documents before and after."""

    def __init__(self, packed: Packed | None = None) -> None:
        self.packed = Packed() if packed is None else packed
        self.keys: list[Key] = []
        self.numbers = array("q")  # of each: before, after

    def add(self, write: Write) -> None:
        """Append a write."""
        self.append(write.key, self.packed.add(write.old), self.packed.add(write.new))

    def append(self, key: Key, old: int, new: int) -> None:
        """Append a write of documents that are packed."""
        self.keys.append(key)
        self.numbers.extend((old, new))

    def ordered(self, order: Callable[[str], Any]) -> Writes:
        """Return them in another order: that of the paths of their nodes."""
        keys = [order(key.rpartition("/")[0]) for key in self.keys]
        return self._some(sorted(range(len(self)), key=keys.__getitem__))

    def joined(self, *others: Writes) -> Writes:
        """Return them with others behind them."""
        joined = self[:]
        for other in others:
            joined.extend(other)
        return joined

    def extend(self, other: Writes) -> None:
        """Append others, which are packed with these."""
        self.keys += other.keys
        self.numbers.extend(other.numbers)

    def old(self, place: int) -> bytes | None:
        """Return what one of them is to find."""
        return self.packed.get(self.numbers[2 * place])

    @property
    def replaced(self) -> Iterator[Key]:
        """The keys of those where a document is there."""
        return (key for key, old in zip(self.keys, self.numbers[::2], strict=True) if old != NOTHING)

    @property
    def puts(self) -> Writes:
        """Those that write a document."""
        ends = self.numbers[1::2]
        return self._some(n for n, new in enumerate(ends) if new != NOTHING) if NOTHING in ends else self

    @property
    def deletes(self) -> Writes:
        """Those that take one away."""
        ends = self.numbers[1::2]
        return self._some(n for n, new in enumerate(ends) if new == NOTHING) if NOTHING in ends else Writes(self.packed)

    def _some(self, places: Iterable[int]) -> Writes:
        some, places, numbers = Writes(self.packed), list(places), self.numbers
        some.keys = [self.keys[place] for place in places]
        some.numbers.extend(numbers[end] for place in places for end in (2 * place, 2 * place + 1))
        return some

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, place: int) -> Write: ...

    @overload
    def __getitem__(self, place: slice) -> Writes: ...

    def __getitem__(self, place: int | slice) -> Write | Writes:
        """Return one of them with its documents, or some of them, packed."""
        places = range(len(self))[place]
        if isinstance(places, range):
            return self._some(places)
        old, new = self.numbers[2 * places : 2 * places + 2]
        return Write(self.keys[places], self.packed.get(old), self.packed.get(new))

    def __iter__(self) -> Iterator[Write]:
        return (self[place] for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the same writes in the same order."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} writes>"


class Changed(Mapping[str, bytes | None]):
    """What is to be written, by key."""

    def __init__(self, writes: Writes) -> None:
        self._packed = writes.packed
        self._numbers: dict[str, int] = {}
        self.take(writes)

    def take(self, writes: Writes) -> None:
        """Take in more writes, which are packed with the first ones."""
        self._numbers.update(zip(writes.keys, writes.numbers[1::2], strict=True))

    def put(self, key: str, number: int | None) -> None:
        """Let the packed document of a number be what is to be there; ``None``: nothing is to be changed."""
        self._numbers.pop(key, None)
        if number is not None:
            self._numbers[key] = number

    def number(self, key: str) -> int | None:
        """Return the number of what is to be there; ``None``: nothing is to be changed."""
        return self._numbers.get(key)

    def __getitem__(self, key: str) -> bytes | None:
        """Return what is to be there."""
        return self._packed.get(self._numbers[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: object) -> bool:
        """Tell whether something is to be written, or taken away."""
        return key in self._numbers


def packed_writes(writes: Iterable[Write], packed: Packed | None = None) -> Writes:
    """Pack writes, unless they are, with other documents or alone."""
    if isinstance(writes, Writes):
        return writes
    made = Writes(packed)
    for write in writes:
        made.add(write)
    return made
