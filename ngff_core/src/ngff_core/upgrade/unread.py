"""What keeps the documents of nodes from being read, so that something would be lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Context, Decimal

from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.migration.interface import NodeDocuments, Remark
from ngff_core.stores import UndecidedError
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.held.packed import NOTHING
from ngff_core.upgrade.overlay import Recorder
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import ATTRIBUTES_KEY, NODE_KEYS, join
from ngff_core.zarr.text import parse_json, repeated_keys

__all__ = ["Losses", "lost_attributes", "present", "unread_attributes", "unread_between"]

MOST_DIGITS = 17  # of a double: it takes no more to tell one from all others
_SHAPES = bytes.maketrans(b"123456789.E", b"0000000000e")
_PERHAPS = (b"0" * (MOST_DIGITS + 1), b"e000", b"e-000", b"e+000")  # few numbers are as long, or as small


def present(value: Answer) -> bytes | None:
    """Return what was read; what could not be read counts as absent."""
    return value if isinstance(value, bytes) else None


def lost_attributes(path: str, document: GroupDocument) -> Iterator[Remark]:
    """Yield why attributes could not be read: what stands in them would be lost."""
    if not document.attributes:
        for issue in document.problems:
            if issue.document == document.name:
                yield Remark(path, issue.message)


def unread_between(store: Recorder, paths: Iterable[str], zarr_format: int) -> Iterator[Remark]:
    """Yield what keeps groups on the way to others, which no metadata names, from being read."""
    for path in paths:
        yield from _unread(store, path, NODE_KEYS[zarr_format])
        yield from _problems(store, path, zarr_format)


def _unread(store: Recorder, path: str, names: Iterable[str]) -> Iterator[Remark]:
    """Yield documents of a node that could not be read.

    What may as well be absent counts as absent, as in a crawl: other documents of the same node were read.
    """
    for name in names:
        value = store.known(join(path, name))
        if isinstance(value, StoreError) and not isinstance(value, UndecidedError):
            yield Remark(path, f"{name} could not be read: {value}")


def _problems(store: Recorder, path: str, zarr_format: int) -> Iterator[Remark]:
    """Yield what is wrong with the documents of a group on the way to others."""
    values = {name: present(store.known(join(path, name))) for name in NODE_KEYS[zarr_format]}
    document = group_document(zarr_format, values)
    for issue in document.problems if document is not None else ():
        yield Remark(path, issue.message)
    if zarr_format == 2:
        yield from _no_attributes(path, values[ATTRIBUTES_KEY[2]])


def unread_attributes(store: Recorder, paths: Iterable[str]) -> Iterator[Remark]:
    """Yield what keeps attributes of arrays (Zarr v2) from being read."""
    sound: set[int] = set()
    for path in paths:
        number = store.number(join(path, ATTRIBUTES_KEY[2]))
        if number == NOTHING:
            yield from _unread(store, path, [ATTRIBUTES_KEY[2]])
        elif number not in sound:
            found = list(_no_attributes(path, store.packed.get(number)))
            yield from found
            if not found:
                sound.add(number)


def _no_attributes(path: str, data: bytes | None) -> Iterator[Remark]:
    """Yield what is wrong with the text of attributes (Zarr v2)."""
    if data is not None:
        attributes, problems = parse_json(data, ATTRIBUTES_KEY[2])
        for issue in problems:
            yield Remark(path, issue.message)
        if not isinstance(attributes, dict):
            yield Remark(path, f"{ATTRIBUTES_KEY[2]} does not hold an object")


class Losses:
    """What of the text of documents is not in their values, and so in no document that is made of these."""

    def __init__(self, store: Recorder) -> None:
        self._store = store
        self._known: dict[int, list[str]] = {NOTHING: []}

    def of(self, node: NodeDocuments) -> Iterator[Remark]:
        """Yield what would be lost of the documents of a node as they are."""
        for name in NODE_KEYS[node.zarr_format]:
            key = join(node.path, name)
            number = self._store.number(key)
            if number not in self._known:
                data = present(self._store.known(key))
                self._known[number] = list(_lost_in_reading(data, _value(node, name), name)) if data is not None else []
            for text in self._known[number]:
                yield Remark(node.path, text)


def _value(node: NodeDocuments, name: str) -> JSONObject:
    """Return what is known of a document: no more than there is in it. It is not read once more, as it may be large."""
    if name == ATTRIBUTES_KEY[2]:
        return node.attributes
    return (
        {**node.metadata, "attributes": node.attributes} if node.attributes and node.zarr_format == 3 else node.metadata
    )


def _lost_in_reading(data: bytes, value: JSONObject, name: str) -> Iterator[str]:
    for issue in repeated_keys(data, value, name):
        yield f"{name}: {issue.message}, of its values only the last one is kept"
    shapes = data.translate(_SHAPES)
    if any(mark in shapes for mark in _PERHAPS) or (b"-0" in data and re.search(rb"-0(?![\d.])", data)):
        yield from (f"{name}: the number {text} becomes {value!r}" for text, value in _changed_numbers(data))


def _changed_numbers(data: bytes) -> Iterator[tuple[str, float]]:
    found: dict[str, float] = {}

    def whole(text: str) -> None:
        if text == "-0":
            found[text] = 0

    def real(text: str) -> None:
        value, exact = float(text), Decimal(text)
        digits = len(exact.as_tuple().digits)
        if (digits > MOST_DIGITS or value == 0) and Context(digits).create_decimal(value) != exact:
            found[text] = value  # it is not that double with more digits than it takes to tell it

    try:
        json.loads(data, parse_int=whole, parse_float=real)
    except (ValueError, RecursionError, ArithmeticError):  # which others report
        return iter(())
    return iter(found.items())
