"""Statements about types that the stores are held to: what each can do, as the protocols say; checked, never run."""

from __future__ import annotations

from ngff_core.stores import LocalStore, MemoryStore, PixelStore, Store
from ngff_core.stores.adapters.fsspec import FsspecStore
from ngff_core.stores.adapters.fsspec_writer import FsspecWriter
from ngff_core.stores.adapters.mapping import MappingStore
from ngff_core.stores.adapters.obstore import ObstoreStore
from ngff_core.stores.adapters.zarr_python import ZarrPythonStore
from ngff_core.stores.below import StoreBelow
from ngff_core.stores.below_writer import WriterBelow
from ngff_core.stores.capabilities import Archived, Canonical, Parallel, Rare
from ngff_core.stores.content import Copyable
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.memory_writer import MemoryWriter
from ngff_core.stores.wrapper import Wrapper
from ngff_core.stores.writing import Writable, Writer
from ngff_core.stores.zip.store import ZipStore
from ngff_core.upgrade.overlay import Overlay, Recorder
from ngff_remote.stores.store import RemoteStore
from ngff_remote.stores.writer import RemoteWriter


def stores(*_: Store) -> None: ...
def writers(*_: Writer) -> None: ...
def copyable(*_: Copyable) -> None: ...
def writable(*_: Writable) -> None: ...
def with_pixels(*_: PixelStore) -> None: ...
def canonical(*_: Canonical) -> None: ...
def parallel(*_: Parallel) -> None: ...
def rare(*_: Rare) -> None: ...
def archived(*_: Archived) -> None: ...


def own(local: LocalStore, memory: MemoryStore, archive: ZipStore, remote: RemoteStore) -> None:
    stores(local, memory, archive, remote)
    copyable(local, archive, remote)
    writable(local, memory, remote)
    with_pixels(local, archive, remote)
    canonical(local, remote)
    parallel(remote)
    rare(local)
    archived(archive)


def adapters(fsspec: FsspecStore, obstore: ObstoreStore, mapping: MappingStore, zarr: ZarrPythonStore) -> None:
    stores(fsspec, obstore, mapping, zarr)
    writable(fsspec)
    with_pixels(fsspec, obstore, zarr)


def wrappers(plain: Wrapper, below: StoreBelow, recorder: Recorder, overlay: Overlay) -> None:
    stores(plain, below, recorder, overlay)
    copyable(plain, below, recorder, overlay)
    writable(plain, below, recorder, overlay)
    with_pixels(plain, below, recorder, overlay)
    canonical(plain, below, recorder, overlay)
    parallel(plain, below, recorder, overlay)
    rare(plain, below, recorder, overlay)


def all_writers(
    local: LocalWriter, memory: MemoryWriter, fsspec: FsspecWriter, remote: RemoteWriter, below: WriterBelow
) -> None:
    writers(local, memory, fsspec, remote, below)
    parallel(local, memory, fsspec, remote, below)
