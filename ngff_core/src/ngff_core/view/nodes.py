"""Open hierarchies to look around in: typed metadata of groups, shapes and types of arrays, pixels on request."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ngff_core.errors import NotFoundError, StoreError
from ngff_core.hierarchy.paths import join, resolve_path
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.report.report import ValidationError
from ngff_core.spec.detect import Claim, choose_spec, claim_at_root
from ngff_core.spec.spec import Spec
from ngff_core.spec.typed import typed_metadata
from ngff_core.structure.model import Model
from ngff_core.validation.calls import load_root, validate_ome_object
from ngff_core.validation.opening import store_of
from ngff_core.view.children_by_metadata import Reading, named_below
from ngff_core.view.documents import array_at, group_at, read_nodes
from ngff_core.view.pixels import tensorstore_array, zarr_array, zarr_group
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import NODE_KEYS
from ngff_core.zarr.text import json_object

if TYPE_CHECKING:
    from ngff_core.stores import Store
    from ngff_core.view.images import ImageView, WellView

__all__ = ["Array", "Group", "NotFoundError", "from_uri", "open_group"]

_ROOT_DOCUMENTS = (*NODE_KEYS[3], *NODE_KEYS[2])


def from_uri(uri: Any, *, version: str | None = None, storage_options: Mapping[str, Any] | None = None) -> Model:
    """Return the typed metadata document at the root of a store; its ``uri`` tells where it came from.

    For 0.4 that is the content of ``.zattrs`` (an ``Image``, ``Plate``, ...), from 0.5 on the whole ``zarr.json``.
    Raises ValidationError when there is no OME metadata or it cannot be structured.
    """
    store = store_of(uri, default_registry(), storage_options)
    document = load_root(store, version=version)
    document._remember(store.url)
    return document


def open_group(uri: Any, *, storage_options: Mapping[str, Any] | None = None) -> Group:
    """Open the group at a path or address, or a group or store of another library.

    Raises NotFoundError when there is no group. Where there is one of either Zarr format, the newer that has OME
    metadata is opened.
    """
    registry = default_registry()
    store = store_of(uri, registry, storage_options)
    (found,) = read_nodes(store, [""], _ROOT_DOCUMENTS)
    groups = [Group(store, "", d, registry) for f in (3, 2) if (d := group_at(store, "", f, found)) is not None]
    if not groups:
        if found.get(".zarray") is not None or found.get("zarr.json") is not None:
            raise NotFoundError(f"there is an array at {store.url}, expected a group; open the group that holds it")
        raise NotFoundError(f"there is no Zarr group at {store.url}")
    return next((group for group in groups if group.ome_version() is not None), groups[0])


class _Node:
    """What groups and arrays have in common: the store, the path, and the document there."""

    def __init__(self, store: Store, path: str, document: Any) -> None:
        self.store = store
        self.path = path
        self.document = document

    @property
    def zarr_format(self) -> int:
        """2 or 3."""
        zarr_format: int = self.document.zarr_format
        return zarr_format

    @property
    def name(self) -> str:
        """The path with a leading ``/``, as zarr-python has it."""
        return f"/{self.path}"

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes as they are."""
        attributes: dict[str, Any] = self.document.attributes
        return attributes


class Group(_Node):
    """A Zarr group: its attributes, its OME metadata, and what is below it (``group["0"]``).

    Iteration, ``keys()``, ``groups()``, ``arrays()`` and ``len()`` look at what the store lists. On one that cannot
    list (plain HTTP), they look for what the OME metadata names, and raise StoreError where there is none.
    """

    document: GroupDocument

    def __init__(self, store: Store, path: str, document: GroupDocument, registry: Registry) -> None:
        super().__init__(store, path, document)
        self._registry = registry

    # OME metadata -----------------------------------------------------------------------------------

    def ome_version(self) -> str | None:
        """Return the version of the specification that the metadata follows; ``None`` without OME metadata."""
        found = self._spec()
        return found[0].version if found else None

    def ome_metadata(self) -> Model | None:
        """Return the typed OME metadata (an ``Image``, ``Plate``, ...); ``None`` when there is none.

        Raises ValidationError when it is not valid.
        """
        found = self._spec()
        if found is None:
            return None
        spec, claim = found
        kind = spec.kind_of(claim.ome)
        if kind is None:
            return None
        return validate_ome_object(claim.ome, kind.load(), spec.version)

    def ome_structure(self) -> Model | None:
        """Return the typed OME metadata, not evaluated: what is not sound stays as it is; ``None``: there is none."""
        found = self._spec()
        if found is None:
            return None
        spec, claim = found
        converter = self._registry.converter(spec.version)
        return typed_metadata(converter, self.document, claim, spec.kind_of(claim.ome)).model

    def images(self) -> Iterator[ImageView]:
        """Yield the images in this group as they are read, the same whatever the version of their metadata.

        Those of a plate well by well, of a collection in its order; of an image itself each of its multiscales. What
        is named but not there is left out.
        """
        from ngff_core.view.images import images_of

        return images_of(self)

    def wells(self) -> list[WellView]:
        """Return the wells that a plate names, in its order; none of them is looked at."""
        from ngff_core.view.images import wells_of

        return wells_of(self)

    def _spec(self) -> tuple[Spec, Claim] | None:
        specs = list(self._registry.specs.values())
        claim = claim_at_root(specs, self.attributes)
        spec = choose_spec(specs, claim, self.zarr_format, self._look) if claim is not None else None
        return (spec, claim) if spec is not None and claim is not None else None

    def _look(self, path: str) -> dict[str, Any] | None:
        key = resolve_path(self.path, path)
        return json_object(self.store.get_many([key])[0]) if key is not None else None

    # What is below ----------------------------------------------------------------------------------

    def __getitem__(self, path: str) -> Group | Array:
        target = resolve_path(self.path, path)
        if target is None:
            raise NotFoundError(f"{path!r} leads out of the store")
        (found,) = read_nodes(self.store, [target], NODE_KEYS[self.zarr_format])
        node = self._node(target, found)
        if node is None:
            raise NotFoundError(f"there is no group or array at {path!r} in {self._place()}")
        return node

    def get_many(self, paths: Sequence[str]) -> list[Group | Array | None]:
        """Open several groups and arrays at once; ``None`` for what is not there or has no sound document."""
        targets = [resolve_path(self.path, path) for path in paths]
        wanted = [target for target in targets if target is not None]
        names = NODE_KEYS[self.zarr_format]
        found = dict(zip(wanted, read_nodes(self.store, wanted, names, lenient=True), strict=True))
        return [self._sound_node(target, found[target]) if target is not None else None for target in targets]

    def _sound_node(self, path: str, found: dict[str, bytes | None]) -> Group | Array | None:
        try:
            return self._node(path, found)
        except ValidationError:
            return None

    def __contains__(self, path: object) -> bool:
        try:
            return isinstance(path, str) and self[path] is not None
        except NotFoundError:
            return False
        except ValidationError:
            return True

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __bool__(self) -> bool:
        return True  # a group is something, even an empty one, and asking needs no reading

    def keys(self) -> list[str]:
        """Return the names of the groups and arrays directly below."""
        return [name for name, _ in self._below()]

    def items(self) -> Iterator[tuple[str, Group | Array]]:
        """Yield the groups and arrays directly below, with their names."""
        for name, found in self._below():
            node = self._node(join(self.path, name), found)
            if node is not None:
                yield name, node

    def groups(self) -> Iterator[tuple[str, Group]]:
        """Yield the groups directly below, with their names."""
        return ((name, node) for name, node in self.items() if isinstance(node, Group))

    def arrays(self) -> Iterator[tuple[str, Array]]:
        """Yield the arrays directly below, with their names."""
        return ((name, node) for name, node in self.items() if isinstance(node, Array))

    def to_zarr_python(self) -> Any:
        """Open the group as a ``zarr.Group``, read-only; needs zarr-python 3."""
        return zarr_group(self.store, self.path, self.zarr_format)

    def _below(self) -> list[tuple[str, dict[str, bytes | None]]]:
        """Return the names of what is there directly below, with the documents."""
        listed = self.store.list(self.path)
        names = self._named() if listed is None else [name[:-1] for name in listed if name.endswith("/")]
        paths = [join(self.path, name) for name in names]
        documents = read_nodes(self.store, paths, NODE_KEYS[self.zarr_format], lenient=True)
        there = zip(names, documents, strict=True)
        return [(name, found) for name, found in there if any(value is not None for value in found.values())]

    def _named(self) -> list[str]:
        found = self._spec()
        if found is None:
            message = f"{self.store.url} cannot list what is in {self.name}, and no OME metadata there names it"
            raise StoreError(message, hint="ask for it by its name: group['NAME']")
        spec, claim = found
        converter = self._registry.converter(spec.version)
        metadata = typed_metadata(converter, self.document, claim, spec.kind_of(claim.ome))
        return named_below(self.path, metadata, spec, converter, Reading(self._read_files, self._read_groups))

    def _read_files(self, keys: Sequence[str]) -> list[bytes | None]:
        values = self.store.get_many(keys) if keys else []
        return [value if isinstance(value, bytes) else None for value in values]

    def _read_groups(self, paths: Sequence[str]) -> list[GroupDocument | None]:
        documents = read_nodes(self.store, paths, NODE_KEYS[self.zarr_format], lenient=True)
        return [group_document(self.zarr_format, found) for found in documents]

    def _node(self, path: str, found: dict[str, bytes | None]) -> Group | Array | None:
        array = array_at(self.store, path, self.zarr_format, found, self._registry)
        if array is not None:
            return Array(self.store, path, array)
        group = group_at(self.store, path, self.zarr_format, found)
        return None if group is None else Group(self.store, path, group, self._registry)

    def _place(self) -> str:
        return "/".join(filter(None, [self.store.url, self.path]))

    def __repr__(self) -> str:
        return f"<Group {self.store.url}/{self.path} (Zarr format {self.zarr_format})>"


class Array(_Node):
    """The metadata of a Zarr array; sizes count pixels per dimension."""

    document: ArrayDocument

    @property
    def shape(self) -> tuple[int, ...]:
        """Pixels per dimension."""
        return self.document.shape or ()

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of pixels."""
        return math.prod(self.shape)

    @property
    def dtype(self) -> str:
        """The data type by its NumPy name, such as ``uint16``."""
        return self.document.dtype or ""

    @property
    def chunks(self) -> tuple[int, ...] | None:
        """Pixels per dimension of what one read decodes; ``None`` where chunks are not all of one size."""
        return self.document.chunks

    @property
    def shards(self) -> tuple[int, ...] | None:
        """Pixels per dimension of what one object of the store holds, where chunks are kept in shards."""
        return self.document.shards

    @property
    def dimension_names(self) -> list[str | None] | None:
        """Names of the dimensions (Zarr v3)."""
        return self.document.dimension_names

    @property
    def fill_value(self) -> Any:
        """What pixels are that were never written, as the metadata has it (``"NaN"`` is text in JSON)."""
        return self.document.fill_value

    def to_zarr_python(self) -> Any:
        """Open the pixels as a ``zarr.Array``, read-only; needs zarr-python 3."""
        return zarr_array(self.store, self.path, self.zarr_format)

    def to_tensorstore(self) -> Any:
        """Open the pixels as a ``tensorstore.TensorStore``, read-only.

        Needs tensorstore; where that cannot read from the store or decode the chunks itself, zarr-python as well.
        """
        return tensorstore_array(self.store, self.path, self.zarr_format, self.dimension_names)

    def __repr__(self) -> str:
        return f"<Array {self.store.url}/{self.path} {self.dtype} {self.shape}>"
