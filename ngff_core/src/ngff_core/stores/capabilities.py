"""What only some stores can do, each as a protocol, and what is done with a store that cannot.

Two more stand beside what they are about: `ngff_core.stores.content.Copyable` and `ngff_core.stores.writing.Writable`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard, runtime_checkable

from ngff_core.errors import NgffError, PluginError, StoreError, failure_of
from ngff_core.masking import masked
from ngff_core.references import Reference
from ngff_core.stores.base import Store

if TYPE_CHECKING:
    from ngff_core.stores.zip.archive import Archive

__all__ = [
    "Announced",
    "Archived",
    "Canonical",
    "Linked",
    "Named",
    "Parallel",
    "PixelStore",
    "Rare",
    "Remarking",
    "announce",
    "archive_of",
    "canonical_url_of",
    "get_rare",
    "is_linked",
    "is_store",
    "jobs_of",
    "kvstore_of",
    "linked_to",
    "may_remark",
    "remark_of",
    "url_of",
    "without_links",
    "zarr_store_of",
]

_archive = Reference("ngff_core.stores.zip.archive:Archive")
_bridge = Reference("ngff_core.stores.adapters.bridge:BridgeStore")


@runtime_checkable
class Named(Protocol):
    """Whatever has an address, such as a store, or what another library has in place of one."""

    @property
    def url(self) -> str:
        """The address."""
        ...


@runtime_checkable
class Archived(Protocol):
    """A store that is a zip archive as a whole, for which there are rules of its own."""

    @property
    def archive(self) -> Archive | None:
        """What the archive is like; ``None`` when it cannot be read."""
        ...


@runtime_checkable
class Rare(Protocol):
    """A store that has a quicker way than reading to tell that a key is absent."""

    def get_rare(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return what `Store.get_many` does, for keys that are mostly absent."""
        ...


@runtime_checkable
class Canonical(Protocol):
    """A store that may be opened by several names."""

    @property
    def canonical_url(self) -> str:
        """Its URL, whatever name it was opened by."""
        ...


@runtime_checkable
class Linked(Store, Protocol):
    """A store in which symbolic links may lead anywhere."""

    def without_links(self) -> Store:
        """Return the same store with the links refused that leave it."""
        ...

    def inside(self, path: str) -> Store:
        """Return a folder as a store of its own, which links may leave only as the settings allow."""
        ...

    def linked_to(self, prefix: str) -> str | None:
        """Return what a folder is called where no link is on the way to it; ``None``: as it is called here."""
        ...


@runtime_checkable
class Parallel(Protocol):
    """A store whose objects are best read many at once."""

    @property
    def jobs(self) -> int:
        """How many threads may read an object each."""
        ...


@runtime_checkable
class Announced(Protocol):
    """A store that reads while others evaluate, once it is told what it will be asked for."""

    def announce(self, keys: Sequence[str], prefixes: Sequence[str]) -> None:
        """Begin to read keys and to list prefixes; `Store.get_many` of these keys and `Store.list` of each follow."""
        ...


@runtime_checkable
class Remarking(Protocol):
    """A store that may have to go about it in another way than it was told."""

    @property
    def remark(self) -> str | None:
        """What it does otherwise, and why, for those who want to know what a run took."""
        ...


@runtime_checkable
class PixelStore(Store, Protocol):
    """A store that also says how other libraries read from the same place.

    Without these methods, pixels are read through `Store.get`, a whole chunk or shard at a time. Both import what they
    need when they are called.
    """

    def zarr_store(self) -> Any:
        """Return a read-only store of zarr-python (a ``Store`` or ``StorePath``) that holds the same keys."""
        ...

    def kvstore(self) -> dict[str, Any] | None:
        """Return the specification of a key-value store of tensorstore whose ``path`` ends where keys begin.

        ``None``: tensorstore has no driver for this place, or not for the way that it is opened here.
        """
        ...


_known: dict[tuple[type, type], bool] = {}


def _offers(obj: object, protocol: type) -> bool:
    """Return what `isinstance` does, remembered by class.

    Up to Python 3.11 a protocol takes 10 to 30 us to tell, which would be 4 to 12 % of checking a small store.
    """
    key = (obj.__class__, protocol)
    known = _known.get(key)
    if known is None:
        try:
            known = _known[key] = isinstance(obj, protocol)
        except (Exception, SystemExit) as error:  # it may ask for what a plugin makes on demand
            raise _failed(obj, error) from error
    return known


def _failed(store: object, error: BaseException) -> NgffError:
    known = issubclass(type(error), NgffError)
    return error if known else PluginError(f"{type(store).__name__} failed: {failure_of(error)}")  # type: ignore[return-value]


def is_store(obj: object) -> TypeGuard[Store]:
    """Tell whether an object has the members of a store."""
    return _offers(obj, Store)


def _is_archived(store: Store) -> TypeGuard[Archived]:
    return _offers(store, Archived)


def _is_rare(store: Store) -> TypeGuard[Rare]:
    return _offers(store, Rare)


def _is_announced(store: Store) -> TypeGuard[Announced]:
    return _offers(store, Announced)


def is_linked(store: Store) -> TypeGuard[Linked]:
    """Tell whether symbolic links may lead out of a store."""
    return _offers(store, Linked)


def url_of(uri: object) -> str:
    """Return what names a store without secrets, whether it is given by its address, its path, or itself."""
    return masked(str(uri.url if isinstance(uri, Named) else uri))


def archive_of(store: Store) -> Archive | None:
    """Return what a store is like as an archive; ``None`` where it is none, or cannot be read."""
    if not _is_archived(store):
        return None
    try:
        archive = store.archive
    except (Exception, SystemExit) as error:
        if isinstance(error, NgffError):
            raise
        raise PluginError(f"{type(store).__name__} failed: archive: {failure_of(error)}") from error
    if archive is not None and not isinstance(archive, _archive.load()):
        raise PluginError(
            f"{type(store).__name__} failed: its archive is {type(archive).__name__}, expected an Archive"
        )
    return archive


def get_rare(store: Store, keys: Sequence[str]) -> list[bytes | StoreError | None]:
    """Return what is under keys that are mostly absent, in the quickest way that a store has."""
    return store.get_rare(keys) if _is_rare(store) else store.get_many(keys)


def canonical_url_of(store: Store) -> str:
    """Return the URL that a store has whatever name it was opened by, to compare two stores."""
    return store.canonical_url if isinstance(store, Canonical) else store.url


def without_links(store: Store) -> Store:
    """Return a store in which no link leads out of it."""
    return store.without_links() if is_linked(store) else store


def linked_to(store: Store, prefix: str) -> str | None:
    """Return what a folder is called where no link is on the way to it; ``None``: as it is called here."""
    return store.linked_to(prefix) if is_linked(store) else None


def jobs_of(store: Store) -> int:
    """Return how many objects of a store are best read at once."""
    return store.jobs if isinstance(store, Parallel) else 1


def announce(store: Store, keys: Sequence[str], prefixes: Sequence[str]) -> bool:
    """Tell a store what it will be asked for; return whether it reads ahead."""
    if not _is_announced(store):
        return False
    try:
        store.announce(keys, prefixes)
    except Exception as error:  # whatever a store of a plugin does: it is asked for all of it anyway
        failure_of(error)
        return False
    return True


def may_remark(store: Store) -> TypeGuard[Remarking]:
    """Tell whether a store may have to go about it in another way than it was told."""
    return _offers(store, Remarking)


def remark_of(store: Store) -> str | None:
    """Return what a store does in another way than it was told, if anything."""
    try:
        remark = store.remark if may_remark(store) else None
    except Exception as error:  # whatever a store of a plugin does: a remark is nothing that anything depends on
        failure_of(error)
        return None
    return remark if isinstance(remark, str) else None


def zarr_store_of(store: Store) -> Any:
    """Return a store of zarr-python with the same keys; one that reads through ours where there is no other."""
    return store.zarr_store() if isinstance(store, PixelStore) else _bridge(store)


def kvstore_of(store: Store) -> dict[str, Any] | None:
    """Return the specification of a key-value store of tensorstore; ``None`` where it cannot read from the place."""
    return store.kvstore() if isinstance(store, PixelStore) else None
