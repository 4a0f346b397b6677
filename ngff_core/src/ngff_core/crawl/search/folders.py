"""What a search asks of the folders of a store: their names, and what the documents in them say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

import attrs

from ngff_core.crawl.absence import is_damaged
from ngff_core.crawl.ahead import in_order
from ngff_core.crawl.looked import What
from ngff_core.crawl.memory import LARGEST
from ngff_core.crawl.reader import NOTHING, AtHand, Reader
from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.spec.detect import Claim, claim_of
from ngff_core.spec.spec import Spec
from ngff_core.stores.answers import names_in, values_of
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import ARRAY_KEY, ATTRIBUTES_KEY, CONSOLIDATED_KEY, GROUP_KEYS

__all__ = ["DOCUMENTS", "LISTED", "Folders", "FoldersHere", "Found", "Listing"]

DOCUMENTS = (ATTRIBUTES_KEY[3], ATTRIBUTES_KEY[2])
LISTED = (ARRAY_KEY[2], GROUP_KEYS[2][0], CONSOLIDATED_KEY[2])  # only looked at where a listing shows them


@attrs.frozen(eq=False, repr=False)
class Found:
    """What one look at a folder gave: what it is by itself, and how far below its whole such a group lies.

    ``foreign``: metadata of something else is in it, so that it is meant to hold other things.
    """

    what: str
    depth: int = 0
    foreign: bool = False
    read: AtHand = attrs.field(default=NOTHING, eq=False, repr=False)


@attrs.frozen(eq=False, repr=False)
class Listing:
    """The names in a folder (``None``: it cannot be listed); ``damaged``: a document that it shows cannot be read."""

    names: Sequence[str] | None
    damaged: bool = False


class Folders(Protocol):
    """The folders of a store: what is asked of them is answered in order, and may be asked for ahead."""

    def listings(self, paths: Iterable[str]) -> Iterator[Listing]:
        """Yield what is in each folder; raises StoreError where listing one fails."""
        ...

    def looks(self, paths: Iterable[str]) -> Iterator[Found]:
        """Yield what each folder is by its documents."""
        ...


class FoldersHere:
    """The folders of a store that this process reads: many at once where that means waiting."""

    def __init__(self, reader: Reader, specs: Sequence[Spec]) -> None:
        self.reader = reader
        self._specs = specs

    def listings(self, paths: Iterable[str]) -> Iterator[Listing]:
        """Yield what is in each folder; raises StoreError where listing one fails."""
        for listing, values in in_order(paths, self._listing, lambda _: self.reader.store.concurrent > 1):
            self.reader.count(values, 1)
            yield listing

    def looks(self, paths: Iterable[str]) -> Iterator[Found]:
        """Yield what each folder is by its documents."""
        store, paths = self.reader.store, iter(paths)
        # where nothing waits, stores are evaluated before the next folder is read
        step = max(1, store.batch // len(DOCUMENTS)) if store.concurrent > 1 else 1
        while some := list(islice(paths, step)):
            values = self.reader.get_many([f"{path}/{name}" for path in some for name in DOCUMENTS])
            for start in range(0, len(values), len(DOCUMENTS)):
                read = dict(zip(DOCUMENTS, values[start : start + len(DOCUMENTS)], strict=True))
                yield _look_at(self._specs, read)

    def _listing(self, path: str) -> tuple[Listing, Sequence[Answer]]:
        """Return what is in a folder, and what was read for that, as it may be done in a thread."""
        store = self.reader.store
        names = names_in(store, path)
        keys = [f"{path}/{name}" for name in LISTED if name in names] if names else []
        values = values_of(store, keys) if keys else ()
        return Listing(names, any(map(_is_damage, values))), values


def _is_damage(value: Answer) -> bool:
    """Tell whether a document that is listed cannot be read."""
    document = group_document(2, {GROUP_KEYS[2][0]: value}) if isinstance(value, bytes) else None
    return document is None or bool(document.problems)


def _look_at(specs: Sequence[Spec], values: Mapping[str, Answer]) -> Found:
    """Tell what a folder is by its documents; those of the newer Zarr format go first."""
    good = {name: value for name, value in values.items() if not isinstance(value, StoreError)}
    documents = [document for f in (3, 2) if (document := group_document(f, good, twice=False)) is not None]
    for document in documents:
        claim = claim_of(specs, document.attributes)
        if document.raw.get("node_type") == "array":
            return Found(What.ARRAY if claim is None else What.STORE)  # whose metadata sits on the array
        if claim is not None:
            return Found(What.STORE, _depth_of(specs, claim), read=_at_hand(values, documents))
    if is_damaged(documents, values.values()):
        return Found(What.DAMAGED)
    if any(_is_meant(key) for document in documents for key in document.attributes):
        return Found(What.MEANT)
    foreign = any(document.attributes for document in documents)
    return Found(What.GROUP if documents else What.FOLDER, foreign=foreign)


def _depth_of(specs: Sequence[Spec], claim: Claim) -> int:
    """Return how far a group with some metadata lies below the one that it is a part of."""
    for spec in specs:
        if (spec.namespace is not None) == claim.namespaced:
            kind = spec.kind_of(claim.ome)
            if kind is not None:
                return kind.depth
    return 0


def _at_hand(values: Mapping[str, Answer], documents: Sequence[GroupDocument]) -> AtHand:
    """Return what was read where it can be held for who evaluates the store: it is whole, and not large."""
    for value in values.values():
        if value is not None and (not isinstance(value, bytes) or len(value) > LARGEST):
            return NOTHING
    parsed = {}
    for document in documents:
        if document.problems:
            return NOTHING
        parsed[document.name] = document.raw if document.zarr_format == 3 else document.attributes
    return AtHand(values, parsed)


def _is_meant(key: str) -> bool:
    """Tell whether a key is a slip for one of OME-Zarr that a group is known by."""
    return key.lower() in ("ome", "multiscale", "multiscales")
