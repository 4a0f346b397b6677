"""Find OME-Zarr hierarchies below a place, and say of every folder that was looked at what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import attrs

from ngff_core.crawl.absence import is_damaged
from ngff_core.crawl.looked import NOTHING, AtHand, Looked, What
from ngff_core.crawl.memory import LARGEST
from ngff_core.crawl.reader import Lister, Reader
from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.models.children import OME_XML
from ngff_core.spec.detect import Claim, claim_of
from ngff_core.spec.spec import Spec
from ngff_core.stores.capabilities import linked_to
from ngff_core.zarr.consolidated import consolidated_groups
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import ARRAY_KEY, ATTRIBUTES_KEY, CONSOLIDATED_KEY, GROUP_KEYS

__all__ = ["ARCHIVES", "Looked", "What", "is_named_as_store", "look_below", "stores_below"]

ARCHIVES = (".ozx", ".zarr.zip")
MAX_DEPTH = 64
_CONSOLIDATED = (CONSOLIDATED_KEY[3], CONSOLIDATED_KEY[2])
_DOCUMENTS = (ATTRIBUTES_KEY[3], ATTRIBUTES_KEY[2])
_LISTED = (ARRAY_KEY[2], GROUP_KEYS[2][0], CONSOLIDATED_KEY[2])  # only looked at where a listing shows them
_OME = "OME"  # the group of a collection with its series and its OME-XML: it is nowhere else


@attrs.define
class _Found:
    """What one look at a folder gave: what it is by itself, and how far below its whole such a group lies."""

    what: str
    depth: int = 0
    foreign: bool = False  # metadata of something else is in it: it is meant to hold other things
    read: AtHand = NOTHING


def stores_below(reader: Reader, specs: Sequence[Spec], folders: int | None = None) -> Iterator[str]:
    """Yield the paths of hierarchies and archives below the root that could be found; see `look_below`."""
    for looked in look_below(reader, specs, folders=folders):
        if looked.what in (What.STORE, What.ARCHIVE):
            yield looked.path


def look_below(
    reader: Reader, specs: Sequence[Spec], root: GroupDocument | None = None, folders: int | None = None
) -> Iterator[Looked]:
    """Yield every folder below the root that is not inside a store or an array, with what it is.

    A group with OME metadata is a store, and so is a folder with a Zarr document that cannot be read: nothing below
    them is looked at. Metadata of labels, wells and series is only a part; without the group that it belongs to, that
    one is ``INCOMPLETE`` (``""`` is the root). Where the store cannot list, the groups that consolidated metadata names
    are looked at. ``root`` is the document of the root, ``folders`` the most that are listed.
    """
    names = reader.list("")
    if names is None:
        yield from _named(reader, specs)
        return
    yield from _Search(reader, specs, root, folders).run(names)


class _Search:
    """The folders of one store, level by level."""

    def __init__(self, reader: Reader, specs: Sequence[Spec], root: GroupDocument | None, folders: int | None) -> None:
        self._reader = reader
        self._specs = specs
        self._left = folders
        foreign = root is not None and root.attributes and claim_of(specs, root.attributes) is None
        self._foreign = {""} if foreign else set()
        self._reported: set[str] = set()  # whose own metadata is missing
        self._empty: set[str] = set()  # named as stores, and nothing was found in them yet
        self._linked: set[str] = set()
        self._nodes: set[str] = set()  # folders with documents of Zarr, but for stores
        self._arrays: set[str] = set()  # folders with arrays in them
        self._parts: dict[str, list[str]] = {}  # by the folder that should be their whole

    def run(self, names: Sequence[str]) -> Iterator[Looked]:
        """Yield what there is, given the names in the root."""
        if any(name in names for name in (*_LISTED, *_DOCUMENTS)):
            self._nodes.add("")
        level = [("", names)]
        for _ in range(MAX_DEPTH):
            below: list[str] = []
            documents = self._documents(folder for path, names in level for folder in _folders(path, names))
            for path, names in level:
                yield from self._inside(path, names, documents, below)
            level = []
            with self._reader.listing_ahead(below[: self._left]) as names_below:
                for path in below[: self._left]:
                    yield from self._list(path, names_below, level)
            if self._left is not None:
                self._left = max(0, self._left - len(below))
            if not level:
                break
        yield from (Looked(path, What.TOO_DEEP) for path, names in level if any(name.endswith("/") for name in names))
        yield from self._of_parts()
        yield from (Looked(path, What.BARE) for path in sorted(self._empty))

    def _of_parts(self) -> Iterator[Looked]:
        """Yield the groups whose own metadata is missing, or their parts where nothing says that these are groups.

        Wells and labels may be kept in a folder of their own, from where they are linked to their plate or image; the
        group of a collection is never.
        """
        for whole, parts in self._parts.items():
            between = parts[0].rpartition("/")[0]
            if whole in self._reported:
                continue
            of_group = whole in self._nodes or whole in self._arrays or (between != whole and between in self._nodes)
            if of_group or any(_is_ome(path) for path in parts):
                self._empty.discard(whole)
                yield Looked(whole, What.INCOMPLETE, parts[0])
            else:
                yield from (Looked(path, What.STORE) for path in parts)

    def _documents(self, folders: Iterator[str]) -> Iterator[Mapping[str, Answer]]:
        """Yield the documents of each folder of a level, those of many asked for at once where that means waiting."""
        store = self._reader.store  # where nothing waits, stores are evaluated before the next folder is read
        step = max(1, store.batch // len(_DOCUMENTS)) if store.concurrent > 1 else 1
        while some := list(islice(folders, step)):
            values = self._reader.get_many([f"{folder}/{name}" for folder in some for name in _DOCUMENTS])
            for start in range(0, len(values), len(_DOCUMENTS)):
                yield dict(zip(_DOCUMENTS, values[start : start + len(_DOCUMENTS)], strict=True))

    def _inside(
        self, path: str, names: Sequence[str], documents: Iterator[Mapping[str, Answer]], below: list[str]
    ) -> Iterator[Looked]:
        """Yield what is in a folder, given the documents of the folders in it; what has to be listed goes ``below``."""
        prefix = f"{path}/" if path else ""
        for name in names:
            if name.endswith(ARCHIVES):
                yield Looked(prefix + name, What.ARCHIVE)
            elif is_named_as_store(name):  # a file, or a link to nothing
                yield Looked(prefix + name, What.FILE)
            elif name.startswith(".") and name.endswith("/"):
                yield Looked(prefix + name[:-1], What.HIDDEN)
        for folder in _folders(path, names):
            yield from self._sort(folder, _look_at(self._specs, next(documents)), below)

    def _sort(self, path: str, found: _Found, below: list[str]) -> Iterator[Looked]:
        """Yield what a folder is where its documents tell; else it goes ``below``."""
        if found.what in (What.GROUP, What.FOLDER):
            if found.foreign:
                self._foreign.add(path)
            if found.what == What.GROUP:
                self._nodes.add(path)
            below.append(path)
        elif found.depth and (whole := _above(path, found.depth)) is not None and whole not in self._foreign:
            self._parts.setdefault(whole, []).append(path)
        else:
            if found.what == What.ARRAY:
                yield self._array(path)
                return
            if found.what == What.STORE and self._empty:
                self._empty -= {above for above in self._empty if path.startswith(f"{above}/")}
            yield Looked(path, found.what, read=found.read)

    def _list(self, path: str, names_below: Lister, level: list[tuple[str, Sequence[str]]]) -> Iterator[Looked]:
        """List a folder that has neither OME metadata nor is known to be an array."""
        target = linked_to(self._reader.store, path)
        if target is not None and target in self._linked:
            yield Looked(path, What.KNOWN)
            return
        if target is not None:
            self._linked.add(target)
        names = names_below(path)
        if names is None:
            yield Looked(path, What.UNLISTED)
            return
        marks = [name for name in (*_LISTED, *_DOCUMENTS) if name in names]
        if marks:
            self._nodes.add(path)
        if self._is_damaged(path, marks):
            yield Looked(path, What.DAMAGED)
            return
        if ARRAY_KEY[2] in marks:  # an array of Zarr v2 is only known by its listing
            yield self._array(path)
            return
        if is_named_as_store(path):
            if path in self._foreign:
                self._empty.add(path)
            else:
                self._reported.add(path)
                yield Looked(path, What.BARE)
        else:
            whole = path.rpartition("/")[0]
            if _is_ome(path) and OME_XML in names and whole not in self._foreign:
                self._parts.setdefault(whole, []).append(path)
            yield Looked(path, What.GROUP if marks else What.FOLDER)
        level.append((path, names))

    def _array(self, path: str) -> Looked:
        """Return what an array is: one that is named as a store was meant as one."""
        self._arrays.add(path.rpartition("/")[0])
        return Looked(path, What.BARE if is_named_as_store(path) else What.ARRAY)

    def _is_damaged(self, path: str, marks: Sequence[str]) -> bool:
        """Tell whether a document that is listed, and was not asked for before, cannot be read."""
        keys = [f"{path}/{name}" for name in marks if name in _LISTED]
        for value in self._reader.get_many(keys) if keys else ():
            document = group_document(2, {GROUP_KEYS[2][0]: value}) if isinstance(value, bytes) else None
            if document is None or document.problems:
                return True
        return False


def _folders(path: str, names: Sequence[str]) -> Iterator[str]:
    """Yield the folders in a folder, but for those that are hidden."""
    prefix = f"{path}/" if path else ""
    return (prefix + name[:-1] for name in names if name.endswith("/") and not name.startswith("."))


def is_named_as_store(path: str) -> bool:
    """Tell whether a name says that it is a Zarr store."""
    return path.lower().endswith(".zarr")


def _is_ome(path: str) -> bool:
    return path.rpartition("/")[2] == _OME


def _named(reader: Reader, specs: Sequence[Spec]) -> Iterator[Looked]:
    """Yield the nearest groups that consolidated metadata describes as carrying OME metadata."""
    values = dict(zip(_CONSOLIDATED, reader.get_many(_CONSOLIDATED), strict=True))
    found: set[str] = set()
    for path, attributes in consolidated_groups(values):
        above = path.split("/")
        nearest = not any("/".join(above[:depth]) in found for depth in range(1, len(above)))
        if nearest and claim_of(specs, attributes) is not None:
            found.add(path)
            yield Looked(path, What.STORE)


def _look_at(specs: Sequence[Spec], values: Mapping[str, Answer]) -> _Found:
    """Tell what a folder is by its documents; those of the newer Zarr format go first."""
    good = {name: value for name, value in values.items() if not isinstance(value, StoreError)}
    documents = [document for f in (3, 2) if (document := group_document(f, good, twice=False)) is not None]
    for document in documents:
        claim = claim_of(specs, document.attributes)
        if document.raw.get("node_type") == "array":
            return _Found(What.ARRAY if claim is None else What.STORE)  # whose metadata sits on the array
        if claim is not None:
            return _Found(What.STORE, _depth_of(specs, claim), read=_at_hand(values, documents))
    if is_damaged(documents, values.values()):
        return _Found(What.DAMAGED)
    if any(_is_meant(key) for document in documents for key in document.attributes):
        return _Found(What.MEANT)
    foreign = any(document.attributes for document in documents)
    return _Found(What.GROUP if documents else What.FOLDER, foreign=foreign)


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


def _above(path: str, depth: int) -> str | None:
    """Return the folder so many levels above a path; ``None``: it is above the root."""
    parts = path.split("/")
    return "/".join(parts[: len(parts) - depth]) if depth <= len(parts) else None
