"""Find OME-Zarr hierarchies below a place, and say of every folder that was looked at what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress

from ngff_core.crawl.looked import Looked, What
from ngff_core.crawl.reader import Reader
from ngff_core.crawl.search.folders import DOCUMENTS, LISTED, Folders, FoldersHere, Found, Listing
from ngff_core.models.children import OME_XML
from ngff_core.spec.detect import claim_of
from ngff_core.spec.spec import Spec
from ngff_core.stores.base import Store
from ngff_core.stores.capabilities import linked_to
from ngff_core.zarr.consolidated import consolidated_groups
from ngff_core.zarr.group import GroupDocument
from ngff_core.zarr.keys import ARRAY_KEY, CONSOLIDATED_KEY, is_left_over

__all__ = ["ARCHIVES", "is_named_as_store", "look_below"]

ARCHIVES = (".ozx", ".zarr.zip")
MAX_DEPTH = 64
_CONSOLIDATED = (CONSOLIDATED_KEY[3], CONSOLIDATED_KEY[2])
_OME = "OME"  # the group of a collection with its series and its OME-XML: it is nowhere else


def look_below(
    reader: Reader,
    specs: Sequence[Spec],
    root: GroupDocument | None = None,
    folders: Folders | None = None,
    most: int | None = None,
) -> Iterator[Looked]:
    """Yield every folder below the root that is not inside a store or an array, with what it is.

    A group with OME metadata is a store, and so is a folder with a Zarr document that cannot be read: nothing below
    them is looked at. Metadata of labels, wells and series is only a part; without the group that it belongs to, that
    one is ``INCOMPLETE`` (``""`` is the root). Where the store cannot list, the groups that consolidated metadata names
    are looked at. ``root`` is the document of the root, ``folders`` are asked where others than this process are to be,
    ``most`` is how many are listed.
    """
    names = reader.list("")
    if names is None:
        yield from _named(reader, specs)
        return
    foreign = root is not None and root.attributes and claim_of(specs, root.attributes) is None
    search = _Search(folders or FoldersHere(reader, specs), reader.store, most, {""} if foreign else set())
    yield from search.run(names)


class _Search:
    """The folders of one store, level by level."""

    def __init__(self, folders: Folders, store: Store, most: int | None, foreign: set[str]) -> None:
        self._folders = folders
        self._store = store
        self._left = most
        self._foreign = foreign  # with metadata of something else
        self._reported: set[str] = set()  # whose own metadata is missing
        self._empty: set[str] = set()  # named as stores, and nothing was found in them yet
        self._linked: set[str] = set()
        self._nodes: set[str] = set()  # folders with documents of Zarr, but for stores
        self._arrays: set[str] = set()  # folders with arrays in them
        self._parts: dict[str, list[str]] = {}  # by the folder that should be their whole

    def run(self, names: Sequence[str]) -> Iterator[Looked]:
        """Yield what there is, given the names in the root."""
        if any(name in names for name in (*LISTED, *DOCUMENTS)):
            self._nodes.add("")
        level = [("", names)]
        for _ in range(MAX_DEPTH):
            below: list[str] = []
            looks = self._folders.looks(folder for path, names in level for folder in _folders(path, names))
            for path, names in level:
                yield from self._inside(path, names, looks, below)
            level = []
            for path, listing in self._listings(below[: self._left]):
                yield from self._list(path, listing, level) if listing is not None else [Looked(path, What.KNOWN)]
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

    def _listings(self, paths: Sequence[str]) -> Iterator[tuple[str, Listing | None]]:
        """Yield what is in folders that have neither OME metadata nor are known to be arrays.

        ``None``: it is the same folder as another, to which links lead.
        """
        new = [*map(self._is_new, paths)]
        listings = self._folders.listings(compress(paths, new))
        yield from ((path, next(listings) if is_new else None) for path, is_new in zip(paths, new, strict=True))

    def _is_new(self, path: str) -> bool:
        target = linked_to(self._store, path)
        if target is None:
            return True
        known = target in self._linked
        self._linked.add(target)
        return not known

    def _inside(self, path: str, names: Sequence[str], looks: Iterator[Found], below: list[str]) -> Iterator[Looked]:
        """Yield what is in a folder, given the looks at the folders in it; what has to be listed goes ``below``."""
        prefix = f"{path}/" if path else ""
        for name in names:
            if name.endswith(ARCHIVES):
                yield Looked(prefix + name, What.ARCHIVE)
            elif is_named_as_store(name):  # a file, or a link to nothing
                yield Looked(prefix + name, What.FILE)
            elif name.startswith(".") and name.endswith("/"):
                yield Looked(prefix + name[:-1], What.HIDDEN)
        for folder in _folders(path, names):
            yield from self._sort(folder, next(looks), below)

    def _sort(self, path: str, found: Found, below: list[str]) -> Iterator[Looked]:
        """Yield what a folder is where its documents, or its name, tell; else it goes ``below``."""
        if found.what != What.STORE and is_left_over(path.rpartition("/")[2]):
            yield Looked(path, What.LEFT_OVER)
        elif found.what in (What.GROUP, What.FOLDER):
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

    def _list(self, path: str, listing: Listing, level: list[tuple[str, Sequence[str]]]) -> Iterator[Looked]:
        """Yield what a folder is by what is in it."""
        names = listing.names
        if names is None:
            yield Looked(path, What.UNLISTED)
            return
        marks = [name for name in (*LISTED, *DOCUMENTS) if name in names]
        if marks:
            self._nodes.add(path)
        if listing.damaged:
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


def _above(path: str, depth: int) -> str | None:
    """Return the folder so many levels above a path; ``None``: it is above the root."""
    parts = path.split("/")
    return "/".join(parts[: len(parts) - depth]) if depth <= len(parts) else None
