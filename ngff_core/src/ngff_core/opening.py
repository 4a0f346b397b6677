"""Open hierarchies to look around in: typed metadata of groups, shapes and types of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ngff_core.documents import ArrayDocument, GroupDocument, array_document, group_document
from ngff_core.errors import NgffError, StoreError, ValidationError
from ngff_core.hierarchy import resolve_path
from ngff_core.plugins import Registry, default_registry
from ngff_core.report import Report
from ngff_core.spec import Claim, Spec, choose_spec, claim_at_root
from ngff_core.structure import Model
from ngff_core.validate import load_root, store_of, validate_ome_object

if TYPE_CHECKING:
    from ngff_core.stores import Store

__all__ = ["Array", "Group", "NotFoundError", "from_uri", "open_group"]


class NotFoundError(NgffError, KeyError):
    """There is no group or array at a path."""

    def __str__(self) -> str:
        return str(self.args[0])


def from_uri(uri: Any, *, version: str | None = None) -> Model:
    """Return the typed metadata document at the root of a store.

    For 0.4 that is the content of ``.zattrs`` (an ``Image``, ``Plate``, ...), from 0.5 on the whole ``zarr.json``.
    Raises ValidationError when there is no OME metadata or it cannot be structured.
    """
    return load_root(uri, version=version)


def open_group(uri: Any) -> Group:
    """Open the group at the root of a path, address or store; raises NotFoundError when there is none."""
    registry = default_registry()
    store = store_of(uri, registry)
    for zarr_format in (3, 2):
        document = _read_group(store, "", zarr_format)
        if document is not None:
            return Group(store, "", document, registry)
    raise NotFoundError(f"there is no Zarr group at {store.url}")


class Group:
    """A Zarr group: its attributes, its OME metadata, and what is below it (``group["0"]``)."""

    def __init__(self, store: Store, path: str, document: GroupDocument, registry: Registry) -> None:
        self.store = store
        self.path = path
        self.document = document
        self._registry = registry

    @property
    def zarr_format(self) -> int:
        """2 or 3."""
        return self.document.zarr_format

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes as they are."""
        return self.document.attributes

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

    def _spec(self) -> tuple[Spec, Claim] | None:
        specs = list(self._registry.specs.values())
        claim = claim_at_root(specs, self.attributes)
        spec = choose_spec(specs, claim, self.zarr_format) if claim is not None else None
        return (spec, claim) if spec is not None and claim is not None else None

    def __getitem__(self, path: str) -> Group | Array:
        target = resolve_path(self.path, path)
        if target is None:
            raise NotFoundError(f"{path!r} leads out of the store")
        array = _read_array(self.store, target, self.zarr_format, self._registry)
        if array is not None:
            return Array(self.store, target, array)
        group = _read_group(self.store, target, self.zarr_format)
        if group is None:
            raise NotFoundError(f"there is no group or array at {path!r} in {self.store.url}")
        return Group(self.store, target, group, self._registry)

    def __contains__(self, path: object) -> bool:
        try:
            return isinstance(path, str) and self[path] is not None
        except NotFoundError:
            return False

    def __repr__(self) -> str:
        return f"<Group {self.store.url}/{self.path} (Zarr format {self.zarr_format})>"


class Array:
    """The metadata of a Zarr array; sizes count pixels per dimension."""

    def __init__(self, store: Store, path: str, document: ArrayDocument) -> None:
        self.store = store
        self.path = path
        self.document = document

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Pixels per dimension."""
        return self.document.shape

    @property
    def ndim(self) -> int | None:
        """The number of dimensions."""
        return None if self.shape is None else len(self.shape)

    @property
    def dtype(self) -> str | None:
        """The data type by its NumPy name, such as ``uint16``."""
        return self.document.dtype

    @property
    def chunks(self) -> tuple[int, ...] | None:
        """Pixels per dimension of what one read decodes."""
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
    def attributes(self) -> dict[str, Any]:
        """The attributes as they are."""
        return self.document.attributes

    def __repr__(self) -> str:
        return f"<Array {self.store.url}/{self.path} {self.dtype} {self.shape}>"


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _get(store: Store, key: str) -> bytes | None:
    value = store.get_many([key])[0]
    if isinstance(value, StoreError):
        raise value
    return value


def _read_group(store: Store, path: str, zarr_format: int) -> GroupDocument | None:
    names = ["zarr.json"] if zarr_format == 3 else [".zgroup", ".zattrs"]
    document = group_document(zarr_format, {name: _get(store, _join(path, name)) for name in names})
    if document is None or document.raw.get("node_type") == "array":
        return None
    if document.problems:
        raise ValidationError(Report(url=f"{store.url}/{path}", issues=document.problems))
    return document


def _read_array(store: Store, path: str, zarr_format: int, registry: Registry) -> ArrayDocument | None:
    data = _get(store, _join(path, "zarr.json" if zarr_format == 3 else ".zarray"))
    if data is None:
        return None
    converter = registry.converter(next(iter(registry.specs), ""))
    document = array_document(converter, zarr_format, data)
    if zarr_format == 3 and document.raw.get("node_type") == "group":
        return None
    if document.problems:
        raise ValidationError(Report(url=f"{store.url}/{path}", issues=document.problems))
    return document
