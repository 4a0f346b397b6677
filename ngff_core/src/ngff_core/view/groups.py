"""Groups to look around in: their typed metadata, what is below them, their images and wells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from ngff_core.errors import NotFoundError, StoreError
from ngff_core.hierarchy.paths import join, resolve_path
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.report.report import ValidationError
from ngff_core.spec.detect import Claim, choose_spec, claim_at_root
from ngff_core.spec.spec import Spec
from ngff_core.spec.typed import typed_metadata
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSONObject
from ngff_core.validation.calls import validate_ome_object
from ngff_core.view.children_by_metadata import Reading, named_below
from ngff_core.view.documents import array_at, group_at, read_nodes
from ngff_core.view.images import ImageDescription, WellView
from ngff_core.view.nodes import Array, Node
from ngff_core.view.pixels import zarr_group
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import NODE_KEYS
from ngff_core.zarr.text import json_object

if TYPE_CHECKING:
    from ngff_core.stores import Store

__all__ = ["Group", "ImageView"]

# opening a group, and what is below it, needs no models of images
_batches_of_images = Reference("ngff_core.view.image_models:batches_of_images")
_image_views = Reference("ngff_core.view.image_models:image_views")
_label_names = Reference("ngff_core.view.image_models:label_names")
_level_paths = Reference("ngff_core.view.image_models:level_paths")
_wells_of = Reference("ngff_core.view.image_models:wells_of")


class Group(Node):
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
        model = self.ome_structure()
        yield from self._views(model)
        for paths in _batches_of_images(model, self._series, self.__contains__):
            for below in self.get_many(paths):
                if isinstance(below, Group):
                    yield from below.images()

    def wells(self) -> list[WellView]:
        """Return the wells that a plate names, in its order; none of them is looked at."""
        wells: list[WellView] = _wells_of(self.ome_structure())
        return wells

    def _views(self, model: Model | None) -> Iterator[ImageView]:
        paths = _level_paths(model)
        found = dict(zip(paths, self.get_many(paths), strict=True))
        documents = {path: node.document for path, node in found.items() if isinstance(node, Array)}
        for view in _image_views(self.ome_version() or "", model, documents.get):
            yield ImageView(view.version, view.name, view.axes, view.levels, view.channels, self)

    def _series(self) -> Model | None:
        (ome,) = self.get_many(["OME"])
        return ome.ome_structure() if isinstance(ome, Group) else None

    def _spec(self) -> tuple[Spec, Claim] | None:
        specs = list(self._registry.specs.values())
        claim = claim_at_root(specs, self.attributes)
        spec = choose_spec(specs, claim, self.zarr_format, self._look) if claim is not None else None
        return (spec, claim) if spec is not None and claim is not None else None

    def _look(self, path: str) -> JSONObject | None:
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


@attrs.frozen(eq=False, repr=False)
class ImageView(ImageDescription):
    """A multiscale image, whatever the version of its metadata. Reads nothing but what made it.

    ``version`` is that of the metadata, ``name`` its name, ``group`` the open group.
    """

    group: Group

    @property
    def path(self) -> str:
        """The path of the image below the root of its store."""
        return self.group.path

    def array(self, level: int = 0) -> Array:
        """Open the array of a level, for its pixels; raises NotFoundError when there is none."""
        found = self.group[self.levels[level].path]
        if not isinstance(found, Array):
            raise NotFoundError(f"there is no array at {self.levels[level].path!r}")
        return found

    def labels(self) -> list[str]:
        """Return the names of the label images of this image."""
        try:
            found = self.group["labels"]
        except NotFoundError:
            return []
        names: list[str] = _label_names(found.ome_structure()) if isinstance(found, Group) else []
        return names

    def label(self, name: str) -> ImageView:
        """Open a label image by its name; raises NotFoundError when there is none."""
        found = self.group[f"labels/{name}"]
        if not isinstance(found, Group):
            raise NotFoundError(f"there is an array at {f'labels/{name}'!r}, expected a group")
        return next(found.images())

    def __repr__(self) -> str:
        axes = "".join(f"{axis.name}" for axis in self.axes)
        return f"<ImageView {self.name or ''} {axes} {len(self.levels)} levels (OME-Zarr {self.version})>"
