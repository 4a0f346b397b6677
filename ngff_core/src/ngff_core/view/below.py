"""Groups to look around in: what is below them, by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from ngff_core.errors import NotFoundError, StoreError, UsageError
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.report.report import Report, ValidationError
from ngff_core.stores.answers import names_in
from ngff_core.view.documents import Found, array_at, group_at, read_nodes, try_nodes
from ngff_core.view.nodes import Array, Node
from ngff_core.view.pixels import zarr_group
from ngff_core.zarr.group import GroupDocument
from ngff_core.zarr.keys import NODE_KEYS, join
from ngff_core.zarr.paths import resolve_path

if TYPE_CHECKING:
    from ngff_core.stores import Store

__all__ = ["PlainGroup"]

D = TypeVar("D")
_html = Reference("ngff_core.view.shown.notebook:group_html")


class PlainGroup(Node):
    """A Zarr group: its attributes, and what is below it; `ngff_core.Group` knows its OME metadata as well."""

    document: GroupDocument

    def __init__(self, store: Store, path: str, document: GroupDocument, registry: Registry) -> None:
        super().__init__(store, path, document)
        self._registry = registry

    def __getitem__(self, path: str) -> Self | Array:
        (found,) = read_nodes(self.store, [self._target(path)], NODE_KEYS[self.zarr_format])
        node = self._node(self._target(path), found)
        if node is None:
            raise NotFoundError(f"there is no group or array at {path!r} in {self._place()}")
        return node

    @overload
    def get(self, path: str) -> Self | Array | None: ...
    @overload
    def get(self, path: str, default: D) -> Self | Array | D: ...
    def get(self, path: str, default: object = None) -> object:
        """Open the group or array at a path; return ``default`` where there is none."""
        try:
            return self[path]
        except NotFoundError:
            return default

    def array(self, path: str) -> Array:
        """Open the array at a path; raise NotFoundError when there is none."""
        node = self[path]
        if not isinstance(node, Array):
            raise NotFoundError(f"there is a group at {path!r} in {self._place()}, expected an array")
        return node

    def group(self, path: str) -> Self:
        """Open the group at a path; raise NotFoundError when there is none."""
        node = self[path]
        if isinstance(node, Array):
            raise NotFoundError(f"there is an array at {path!r} in {self._place()}, expected a group")
        return node

    def get_many(self, paths: Sequence[str]) -> list[Self | Array | None]:
        """Open several groups and arrays at once; ``None`` for what is not there or has no sound document."""
        nodes: list[Self | Array | None] = []
        for node in self.try_many(paths):
            if isinstance(node, StoreError):
                raise node
            nodes.append(None if isinstance(node, ValidationError) else node)
        return nodes

    def try_many(self, paths: Sequence[str]) -> list[Self | Array | ValidationError | StoreError | None]:
        """Open several groups and arrays at once; in the place of one may stand what keeps it from being opened.

        Arrays that no reader opens are there as long as their members can be told; their pixels are refused.
        """
        if isinstance(paths, str):
            raise UsageError(f"expected a list of paths, got the text {paths!r}")
        targets = [resolve_path(self.path, path) for path in paths]
        wanted = [target for target in targets if target is not None]
        names = NODE_KEYS[self.zarr_format]
        found = dict(zip(wanted, try_nodes(self.store, wanted, names, lenient=True), strict=True))
        return [self._try_node(target, found[target]) if target is not None else None for target in targets]

    def _try_node(self, path: str, found: Found | StoreError) -> Self | Array | ValidationError | StoreError | None:
        if isinstance(found, StoreError):
            return found
        try:
            return self._node(path, found, openable=False)
        except ValidationError as error:
            return error

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

    def items(self) -> Iterator[tuple[str, Self | Array]]:
        """Yield the groups and arrays directly below, with their names."""
        for name, found in self._below():
            node = self._node(join(self.path, name), found)
            if node is not None:
                yield name, node

    def groups(self) -> Iterator[tuple[str, Self]]:
        """Yield the groups directly below, with their names."""
        return ((name, node) for name, node in self.items() if not isinstance(node, Array))

    def arrays(self) -> Iterator[tuple[str, Array]]:
        """Yield the arrays directly below, with their names."""
        return ((name, node) for name, node in self.items() if isinstance(node, Array))

    def to_zarr_python(self) -> Any:
        """Open the group as a ``zarr.Group``, read-only; needs zarr-python 3.

        Raises ValidationError where the metadata are none that readers open.
        """
        if self.document.header_issues:
            raise ValidationError(Report(url=self._place(), issues=self.document.header_issues))
        return zarr_group(self.store, self.path, self.zarr_format)

    def _below(self) -> list[tuple[str, Found]]:
        """Return the names of what is there directly below, with the documents."""
        listed = names_in(self.store, self.path)
        names = self._named() if listed is None else [name[:-1] for name in listed if name.endswith("/")]
        paths = [join(self.path, name) for name in names]
        documents = read_nodes(self.store, paths, NODE_KEYS[self.zarr_format], lenient=True)
        there = zip(names, documents, strict=True)
        return [(name, found) for name, found in there if any(value is not None for value in found.values())]

    def _named(self) -> list[str]:
        """Return the names below that are known where the store cannot list; raise StoreError where none are."""
        message = f"{self.store.url} cannot list what is in {self.name}, and no OME metadata there names it"
        raise StoreError(message, hint="ask for it by its name: group['NAME']")

    def _node(self, path: str, found: Found, *, openable: bool = True) -> Self | Array | None:
        array = array_at(self.store, path, self.zarr_format, found, self._registry, openable=openable)
        if array is not None:
            return Array(self.store, path, array)
        group = group_at(self.store, path, self.zarr_format, found)
        return None if group is None else self._at(path, group)

    def _at(self, path: str, document: GroupDocument) -> Self:
        return type(self)(self.store, path, document, self._registry)

    def _target(self, path: str) -> str:
        if not isinstance(path, str):
            raise UsageError(f"expected a path, such as '0' or 'labels/cells', got {path!r}")
        target = resolve_path(self.path, path)
        if target is None:
            raise NotFoundError(f"{path!r} leads out of the store")
        return target

    def _place(self) -> str:
        return "/".join(filter(None, [self.store.url, self.path]))

    def _repr_html_(self) -> str:
        """Return what notebooks show, for which nothing below is read."""
        html: str = _html(self)
        return html

    def __repr__(self) -> str:
        return f"<Group {self.store.url}/{self.path} (Zarr format {self.zarr_format})>"
