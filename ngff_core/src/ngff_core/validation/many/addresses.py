"""Which stores paths, patterns and addresses stand for."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from ngff_core.crawl.absence import is_damaged
from ngff_core.crawl.looked import Looked, What
from ngff_core.crawl.reader import NOTHING, AtHand, Reader
from ngff_core.crawl.search.discover import ARCHIVES, is_named_as_store, look_below
from ngff_core.crawl.search.folders import Folders, FoldersHere
from ngff_core.errors import NgffError, failure_of
from ngff_core.hierarchy.left_over import is_called_left_over
from ngff_core.issues.findings import finding
from ngff_core.masking import masked
from ngff_core.references import Reference
from ngff_core.report.report import Report
from ngff_core.stores.answers import names_in
from ngff_core.stores.base import Store
from ngff_core.stores.below import StoreBelow
from ngff_core.stores.capabilities import is_linked, is_store, url_of
from ngff_core.validation.opening import open_store
from ngff_core.validation.root import Root, has_metadata, is_array, read_root
from ngff_core.validation.setup import Setup

__all__ = ["Address", "failed", "find_stores"]

_glob = Reference("glob:glob")
_NO_LIST = "this place cannot be listed, so nothing is found below it"
_NAME_THEM = "name the stores one by one, or in a file with --from FILE"


@attrs.frozen(eq=False)
class Address:
    """Where a store is: what a user gave, and the path below that; ``store`` is the open store where there is one.

    A text can be sent to another process, an object cannot. ``read`` is what the search has just read of the root.
    """

    uri: object = attrs.field(repr=url_of)
    below: str = ""
    store: Store | None = None
    read: AtHand = attrs.field(default=NOTHING, repr=False)

    @property
    def url(self) -> str:
        """What names the store in reports."""
        return url_of(self.store or (f"{self.uri}/{self.below}" if self.below else self.uri))

    @property
    def portable(self) -> bool:
        """True where the store can be opened anew by what the user gave."""
        return isinstance(self.uri, (str, os.PathLike))

    @property
    def remote(self) -> bool:
        """True where reading means waiting."""
        if isinstance(self.uri, str):
            return "://" in self.uri
        opened = self.store or self.uri
        return is_store(opened) and opened.concurrent > 1

    def for_later(self) -> Address:
        """Return it without what was read, which may have changed when its turn comes."""
        return self if self.read is NOTHING else attrs.evolve(self, read=NOTHING)

    def open(
        self,
        setup: Setup,
        storage_options: Mapping[str, object] | None,
        opened: dict[str, Store] | None = None,
    ) -> Store:
        """Return the open store; ``opened`` holds what others lie below and was opened before."""
        if self.store is not None:
            return self.store
        if not self.below:
            return open_store(setup, self.uri, storage_options)
        outer = opened.get(str(self.uri)) if opened is not None else None
        if outer is None:
            outer = open_store(setup, self.uri, storage_options)
            if opened is not None:
                opened[str(self.uri)] = outer
        return _below(setup, outer, self.below)


def _below(setup: Setup, store: Store, path: str) -> Store:
    """Return what is at a path in a store as a store of its own.

    Where a search began makes no difference to which links lead out of a store, unless the store was found by a link.
    """
    if is_linked(store) and (setup.settings.follow_links or store.linked_to(path) is None):
        return store.inside(path)
    return StoreBelow(store, path)


Found = Address | Report
"""A store that was found, or the report that there is none."""

FoldersOf = Callable[[Address, Folders], Folders]
"""Returns the folders of a store as others read them, given those that this process reads."""


def find_stores(
    uri: object,
    setup: Setup,
    storage_options: Mapping[str, object] | None = None,
    *,
    recursive: bool = False,
    on_folder: Callable[[Looked], None] | None = None,
    folders_of: FoldersOf | None = None,
) -> Iterator[Found]:
    """Yield what a path, pattern or address stands for: stores, or the report that there is none.

    ``uri`` may also be what was found before: an `Address` is one, whatever characters are in it. ``folders_of`` says
    who reads the folders that a search looks at.
    """
    if isinstance(uri, Report):
        yield uri
        return
    finder = _Finder(setup, storage_options, on_folder, folders_of)
    try:
        pattern = isinstance(uri, str) and "*" in uri and not os.path.lexists(uri)
        given = uri if isinstance(uri, Address) else Address(uri)
        for one in finder.matching(str(uri)) if pattern else [given]:
            below = recursive and not isinstance(one, Report)
            yield from finder.below(one) if below and isinstance(one, Address) else [one]
    except (Exception, SystemExit) as error:  # whatever a store of a plugin does
        yield failed(uri, error)


def failed(uri: object, error: BaseException) -> Report:
    """Make the report on a store that could not be opened or evaluated; raises what is no failure, as Ctrl-C."""
    if issubclass(type(error), NgffError):
        issue = finding("store-not-opened", str(error))
    else:
        message = masked(f"judging it failed: {failure_of(error)}")
        issue = finding("store-not-opened", message, hint="this is a defect of the tool, please report it")
    return Report(url=url_of(uri), issues=[issue])


@attrs.frozen(eq=False, repr=False)
class _Finder:
    setup: Setup
    storage_options: Mapping[str, Any] | None
    on_folder: Callable[[Looked], None] | None = None
    folders_of: FoldersOf | None = None

    def below(self, address: Address) -> Iterator[Found]:
        """Yield every hierarchy below a store, and every folder that was perhaps meant as one.

        The store itself when it is one, or when there is none below.
        """
        store = address.open(self.setup, self.storage_options)
        reader = Reader(store)
        root = read_root(reader, self.setup.specs)
        what = self._root_is(root, store)
        first = root.first if what in (None, What.BARE) else None
        del root  # while what is found is looked at, which may take as much memory
        if what is not None:
            self._tell(store, Looked("", what))
            yield attrs.evolve(address, store=store)
        if what not in (None, What.BARE):
            return
        found = what is not None
        folders: Folders = FoldersHere(reader, self.setup.specs)
        folders = folders if self.folders_of is None else self.folders_of(address, folders)
        for looked in look_below(reader, self.setup.specs, first, folders):
            if looked.path or what is None:
                self._tell(store, looked)
            if looked.is_store and (looked.path or what is None):
                found = True
                yield attrs.evolve(address, store=store) if not looked.path else self._report(address, store, looked)
        if not found and names_in(store, "") is None and not is_linked(store):
            yield Report(url=store.url, issues=[finding("store-not-found", _NO_LIST, hint=_NAME_THEM)])
        elif not found:
            yield attrs.evolve(address, store=store)

    def _root_is(self, root: Root, store: Store) -> str | None:
        """Tell what the root is where that is settled by its documents and its name."""
        if has_metadata(root, self.setup.specs):
            return What.STORE
        if is_array(root):
            return What.ARRAY
        if is_damaged(root.documents.values(), root.read.values()):
            return What.DAMAGED
        if is_called_left_over(store.url):
            return What.LEFT_OVER
        foreign = root.first is not None and bool(root.first.attributes)
        return What.BARE if is_named_as_store(store.url.rstrip("/")) and not foreign else None

    def _tell(self, store: Store, looked: Looked) -> None:
        if self.on_folder is not None:
            url = f"{store.url.rstrip('/')}/{looked.path}" if looked.path else store.url
            self.on_folder(attrs.evolve(looked, path=url))

    def _report(self, outer: Address, store: Store, looked: Looked) -> Found:
        if looked.what != What.TOO_DEEP:
            # a store that is opened by itself refuses links that stay below where the search began
            read = looked.read if self.setup.settings.follow_links else NOTHING
            return self._inside(outer, store, looked.path, file=looked.what == What.FILE, read=read)
        message = "this folder is nested too deep, and what is below it was not looked at"
        url = f"{store.url.rstrip('/')}/{looked.path}"
        return Report(url=url, issues=[finding("store-not-opened", message, hint="give it as a path of its own")])

    def matching(self, pattern: str) -> Iterator[Found]:
        """Yield what a pattern stands for; in addresses only ``*`` is special."""
        if "://" not in pattern:
            found = sorted(_glob(pattern, recursive=True))
            if not found:
                yield Report(url=url_of(pattern), issues=[finding("store-not-found", "no path matches the pattern")])
            yield from map(Address, found)
            return
        base, _, rest = pattern.partition("*")
        base, _, start = base.rpartition("/")
        store = open_store(self.setup, base, self.storage_options)
        paths = list(_listed(Reader(store), "", (start + "*" + rest).split("/")))
        if not paths:
            message = "nothing here matches the pattern"
            if names_in(store, "") is None:
                message = "this place cannot be listed, so a pattern finds nothing"
            yield Report(url=url_of(pattern), issues=[finding("store-not-found", message)])
        yield from (self._inside(Address(base), store, path) for path in paths)

    def _inside(
        self, outer: Address, store: Store, path: str, *, file: bool = False, read: AtHand = NOTHING
    ) -> Address:
        """Return the address of what is at a path in a store; a file, such as an archive, is opened by itself."""
        if file or path.endswith(ARCHIVES):
            return Address(f"{outer.uri}/{path}" if not outer.below else f"{outer.uri}/{outer.below}/{path}")
        inside = f"{outer.below}/{path}" if outer.below else path
        return Address(outer.uri, inside, _below(self.setup, store, path), read)


def _listed(reader: Reader, path: str, parts: Sequence[str]) -> Iterator[str]:
    """Yield the paths of folders and archives below a path whose components match, by listing."""
    if not parts or parts == [""]:
        yield path
        return
    prefix = f"{path}/" if path else ""
    wanted = re.compile(".*".join(map(re.escape, parts[0].split("*"))))
    for name in reader.list(path) or ():
        if wanted.fullmatch(name.rstrip("/")):
            if name.endswith("/"):
                yield from _listed(reader, prefix + name[:-1], parts[1:])
            elif len(parts) == 1 and name.endswith(ARCHIVES):
                yield prefix + name
