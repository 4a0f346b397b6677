"""Open hierarchies to look around in: the typed metadata of a root, a group, an image."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import TYPE_CHECKING, TypeVar, overload

import attrs

from ngff_core.editing.saver import Saver, Seen
from ngff_core.errors import NotFoundError, UsageError
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.references import Reference
from ngff_core.report.report import ValidationError
from ngff_core.structure.model import Model
from ngff_core.structure.own_classes import ModelType
from ngff_core.validation.calls import check_object, load_root
from ngff_core.validation.opening import store_of
from ngff_core.view.documents import group_at, read_nodes
from ngff_core.view.groups import Group, ImageView
from ngff_core.view.typed import as_class
from ngff_core.words import with_article
from ngff_core.zarr.keys import ATTRIBUTES_KEY, NODE_KEYS

if TYPE_CHECKING:
    from ngff_core.stores import Store

__all__ = ["from_uri", "group_in", "open_group", "open_image", "validate_ome_uri"]

M = TypeVar("M", bound=Model)

_suggestion = Reference("ngff_core.validation.typos:suggestion_of_store")  # only where there is nothing
_version_of = Reference("ngff_core.validation.parts:version_of")
_is_image = Reference("ngff_core.view.image_models:is_image")  # opening a group needs no models of images
_ROOT_DOCUMENTS = (*NODE_KEYS[3], *NODE_KEYS[2])


@overload
def from_uri(
    uri: object, cls: type[M], *, version: str | None = None, storage_options: Mapping[str, object] | None = None
) -> M: ...
@overload
def from_uri(
    uri: object,
    cls: UnionType | None = None,
    *,
    version: str | None = None,
    storage_options: Mapping[str, object] | None = None,
) -> Model: ...
def from_uri(
    uri: object,
    cls: ModelType | None = None,
    *,
    version: str | None = None,
    storage_options: Mapping[str, object] | None = None,
) -> Model:
    """Return the typed metadata document at the root of a store; its ``uri`` tells where it came from.

    For 0.4 that is the content of ``.zattrs`` (an ``Image``, ``Plate``, ...), from 0.5 on the whole ``zarr.json``.
    ``cls`` is the class that it has to be, so that type checkers know it, or that of the OME metadata in it, which is
    returned then; UsageError when it is another. Raises ValidationError when there is no OME metadata or it cannot be
    structured.
    """
    seen = Seen(store_of(uri, default_registry(), storage_options))
    whole = load_root(seen, version=version)
    document = as_class(whole, cls, seen.url)
    document._remember(seen.url, _saver_at_root(seen, whole, inside=document is not whole))
    return document


def _saver_at_root(seen: Seen, whole: Model, *, inside: bool) -> Saver:
    """Return what saves the document at the root of a store, or the OME metadata in it."""
    registry = default_registry()
    spec = registry.spec(whole.VERSION or _version_of(type(whole), list(registry.specs.values())))
    base = ("attributes", spec.namespace) if inside and spec.namespace is not None else ()
    return Saver(seen, ATTRIBUTES_KEY[spec.zarr_format], base, spec.version, registry)


@overload
def validate_ome_uri(
    uri: object,
    cls: type[M],
    version: str | None = None,
    *,
    profile: str = "spec",
    storage_options: Mapping[str, object] | None = None,
) -> M: ...
@overload
def validate_ome_uri(
    uri: object,
    cls: UnionType | None = None,
    version: str | None = None,
    *,
    profile: str = "spec",
    storage_options: Mapping[str, object] | None = None,
) -> Model: ...
def validate_ome_uri(
    uri: object,
    cls: ModelType | None = None,
    version: str | None = None,
    *,
    profile: str = "spec",
    storage_options: Mapping[str, object] | None = None,
) -> Model:
    """Return the typed document at the root of a store like `from_uri`; raise ValidationError unless it is valid.

    The document alone is evaluated; `ngff_core.validate_zarr_store` evaluates all that it names as well.
    """
    document = from_uri(uri, cls, version=version, storage_options=storage_options)
    report = check_object(document, version=version, profile=profile)
    if not report.valid:
        raise ValidationError(attrs.evolve(report, url=document.uri or ""))
    return document


def open_group(uri: object, *, storage_options: Mapping[str, object] | None = None) -> Group:
    """Open the group at a path or address, or a group or store of another library.

    Raises NotFoundError when there is no group. Where there is one of either Zarr format, the newer that has OME
    metadata is opened.
    """
    registry = default_registry()
    return group_in(store_of(uri, registry, storage_options), registry)


def group_in(store: Store, registry: Registry) -> Group:
    """Open the group at the root of a store with the plugins of a registry; like `open_group`."""
    (found,) = read_nodes(store, [""], _ROOT_DOCUMENTS)
    groups = [Group(store, "", d, registry) for f in (3, 2) if (d := group_at(store, "", f, found)) is not None]
    if not groups:
        if found.get(".zarray") is not None or found.get("zarr.json") is not None:
            raise NotFoundError(f"there is an array at {store.url}, expected a group; open the group that holds it")
        raise NotFoundError(f"there is no Zarr group at {store.url}{_suggestion(store)}")
    return next((group for group in groups if group.ome_version() is not None), groups[0])


def open_image(uri: object, *, storage_options: Mapping[str, object] | None = None) -> ImageView:
    """Open the image at a path or address, or a group of another library; of several multiscales the first.

    Where that is not sound, its ``problem`` says so; ``open_group(uri).images()`` gives the others as well. Raises
    UsageError where there is something else, such as a plate (``open_group(uri).images()`` gives its images), and
    NotFoundError where there is no group.
    """
    group = open_group(uri, storage_options=storage_options)
    model = group.ome_structure()
    if not _is_image(model):
        what = with_article(type(model).__name__) if model is not None else "no OME-Zarr metadata"
        raise UsageError(
            f"there is {what} at {group.store.url}, expected an image; open_group(...).images() looks below"
        )
    view = next(group.images(), None)
    if view is None:
        raise UsageError(f"the image at {group.store.url} has no multiscales")
    return view
