"""Groups with OME metadata: typed, and as images, wells and fields, the same whatever the version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import TypeVar, Unpack, overload

import attrs

from ngff_core.editing.saver import Saver, Seen
from ngff_core.errors import NotFoundError, UsageError
from ngff_core.hierarchy.walking import Met, views_from
from ngff_core.references import Reference
from ngff_core.report.report import Report, ValidationError
from ngff_core.spec.detect import Claim, choose_spec, claim_at_root
from ngff_core.spec.spec import Spec
from ngff_core.spec.typed import metadata_beside, typed_metadata
from ngff_core.stores.answers import names_in, values_of
from ngff_core.stores.below import StoreBelow
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSONObject
from ngff_core.validation.calls import Options, check_store, validate_ome_object
from ngff_core.view.below import PlainGroup
from ngff_core.view.children_by_metadata import Reading, named_below
from ngff_core.view.documents import group_at, read_nodes
from ngff_core.view.images import AcquisitionView, FieldView, ImageDescription, WellView
from ngff_core.view.nodes import Array
from ngff_core.view.reasons import why_no_array, why_no_group
from ngff_core.view.typed import as_class
from ngff_core.words import counted
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import NODE_KEYS, join
from ngff_core.zarr.paths import resolve_path
from ngff_core.zarr.text import json_object

__all__ = ["Group", "ImageView"]

M = TypeVar("M", bound=Model)

# opening a group, and what is below it, needs no models of images
_acquisitions_of = Reference("ngff_core.view.image_models:acquisitions_of")
_batches_of_images = Reference("ngff_core.view.image_models:batches_of_images")
_fields_of = Reference("ngff_core.view.image_models:fields_of")
_file_tree = Reference("ngff_core.view.shown.files:file_tree")
_image_views = Reference("ngff_core.view.image_models:image_views")
_is_image = Reference("ngff_core.view.image_models:is_image")
_label_names = Reference("ngff_core.view.image_models:label_names")
_level_paths = Reference("ngff_core.view.image_models:level_paths")
_names_nothing = Reference("ngff_core.view.image_models:names_nothing")
_wells_of = Reference("ngff_core.view.image_models:wells_of")


class Group(PlainGroup):
    """A Zarr group: its attributes, its OME metadata, and what is below it (``group["0"]``).

    Iteration, ``keys()``, ``groups()``, ``arrays()`` and ``len()`` look at what the store lists. On one that cannot
    list (plain HTTP), they look for what the OME metadata names, and raise StoreError where there is none.
    """

    def ome_version(self) -> str | None:
        """Return the version of the specification that the metadata follows; ``None`` without OME metadata."""
        found = self._spec()
        return found[0].version if found else None

    @overload
    def ome_metadata(self, cls: type[M]) -> M: ...
    @overload
    def ome_metadata(self, cls: None = None) -> Model | None: ...
    def ome_metadata(self, cls: type[Model] | None = None) -> Model | None:
        """Return the typed OME metadata (an ``Image``, ``Plate``, ...); ``None`` when there is none.

        ``cls`` is the class that it has to be, so that type checkers know it: UsageError when it is another, or there
        is none. Raises ValidationError when it is not valid.
        """
        found = self._spec()
        kind = found[0].kind_of(found[1].ome) if found is not None else None
        if found is None or kind is None:
            return as_class(None, cls, self._place())
        spec, claim = found
        return as_class(validate_ome_object(claim.ome, kind.load(), spec.version), cls, self._place())

    @overload
    def ome_structure(self, cls: type[M]) -> M: ...
    @overload
    def ome_structure(self, cls: None = None) -> Model | None: ...
    def ome_structure(self, cls: type[Model] | None = None) -> Model | None:
        """Return the typed OME metadata, not evaluated: what is not sound stays as it is; ``None``: there is none.

        ``cls`` is the class that it has to be, as for `ome_metadata`.
        """
        return as_class(next(iter(self.ome_structures()), None), cls, self._place())

    def ome_structures(self) -> list[Model]:
        """Return the OME metadata, not evaluated, as all that its keys make the group: most groups are of one kind."""
        found = self._spec()
        if found is None:
            return []
        (spec, claim), converter = found, self._registry.converter(found[0].version)
        first = typed_metadata(converter, self.document, claim, spec.kind_of(claim.ome))
        models = (metadata.model for metadata in [first, *metadata_beside(spec, converter, first)])
        return [model for model in models if model is not None]

    def edit(self, cls: type[M] = Model) -> M:  # type: ignore[assignment]
        """Return the typed OME metadata, read anew and not evaluated, to be changed and saved (`Model.save`).

        ``cls`` is as for `ome_metadata`. Raises UsageError where there is none.
        """
        seen = Seen(self.store)
        (found,) = read_nodes(seen, [self.path], NODE_KEYS[self.zarr_format])
        document = group_at(seen, self.path, self.zarr_format, found) or _nothing(self)
        again = Group(self.store, self.path, document, self._registry)
        ome, spec = again.ome_structure(cls), again._spec()
        if ome is None or spec is None:
            raise UsageError(f"there is no OME-Zarr metadata at {self._place()} that could be changed")
        place = (join(self.path, document.name), (*document.base, *spec[1].base), spec[0].version)
        ome._remember(self.store.url, Saver(seen, *place, self._registry))
        return ome

    def check(self, **options: Unpack[Options]) -> Report:
        """Check the group and all that its metadata names; options and report are those of `ngff_core.check_store`."""
        store = StoreBelow(self.store, self.path) if self.path else self.store
        return check_store(store, registry=self._registry, **options)

    def validate(self, **options: Unpack[Options]) -> Model | None:
        """Check the group and all that its metadata names; return its typed metadata, or raise ValidationError."""
        report = self.check(**options)
        if not report.valid:
            raise ValidationError(report)
        return self.ome_structure()

    def images(self) -> Iterator[ImageView]:
        """Yield the images in this group as they are read, the same whatever the version of their metadata.

        Those of a plate well by well, of a collection in its order; of an image itself each of its multiscales. What
        is named but broken, or not there, keeps its place, with its ``problem``.
        """
        return views_from(Met(group=self, models=self.ome_structures()), Group._look_below, _is_image)

    def wells(self) -> list[WellView]:
        """Return the wells that a plate names, in its order; none of them is looked at."""
        return [well for model in self.ome_structures() for well in _wells_of(model)]

    def fields(self) -> list[FieldView]:
        """Return the fields of view that a well names, in its order; none of them is looked at."""
        return [field for model in self.ome_structures() for field in _fields_of(model)]

    def acquisitions(self) -> list[AcquisitionView]:
        """Return the acquisitions that a plate names, in its order."""
        return [acquisition for model in self.ome_structures() for acquisition in _acquisitions_of(model)]

    def tree(self, depth: int | None = None) -> str:
        """Return the files of metadata in this group and below as text, each with what it holds.

        ``depth`` is how many levels of groups are looked at, all of them unless given. Raises StoreError where the
        store cannot list and no metadata names what is below.
        """
        if depth is not None and not isinstance(depth, int):
            raise UsageError(f"depth is a number of levels, got {depth!r}")
        return "\n".join(_file_tree(self, depth))

    def _look_below(self, models: Sequence[Model], above: Set[str]) -> Iterator[tuple[int, Met[ImageView, Group]]]:
        """Yield what there is to see of the group as each of its models, by number: `views_from` asks for it."""
        for number, model in enumerate(models):
            yield from ((number, Met(view)) for view in self._views(model))
            for paths in _batches_of_images(model, self._series, self._numbered):
                for path, found in zip(paths, self.try_many(paths), strict=True):
                    if isinstance(found, Group) and path and not self._is_above(found, above):
                        there = found.ome_structures()
                        yield from ((number, Met(view)) for view in found._broken(there))
                        yield number, Met(group=found, models=[m for m in there if _names_nothing(m) is None])
                    else:
                        target = resolve_path(self.path, path)
                        place = self._at(self.path if target is None else target, _nothing(self))
                        yield number, Met(place._no_image(why_no_group(path, target, found)))

    def _broken(self, models: Sequence[Model]) -> Iterator[ImageView]:
        """Yield what stands for the images of metadata that names none, though it should."""
        problems = [problem for model in models if (problem := _names_nothing(model)) is not None]
        yield from map(self._no_image, problems if models else ["there is no OME-Zarr metadata"])

    def _no_image(self, problem: str) -> ImageView:
        """Return what stands for an image that is named and of which there is nothing to see."""
        return ImageView(self.ome_version() or "", None, (), (), (), self, problem=problem)

    def _is_above(self, found: Group, above: Set[str]) -> bool:
        return found.path in above or f"{self.path}/".startswith(f"{found.path}/" if found.path else "")

    def _views(self, model: Model | None) -> Iterator[ImageView]:
        paths = _level_paths(model)
        documents = {
            path: node.document if isinstance(node, Array) else why_no_array(node)
            for path, node in zip(paths, self.try_many(paths), strict=True)
        }
        for view in _image_views(self.ome_version() or "", model, documents.get):
            parts = (view.version, view.name, view.axes, view.levels, view.channels)
            yield ImageView(*parts, self, problem=view.problem)

    def _series(self) -> Model | None:
        (ome,) = self.get_many(["OME"])
        return ome.ome_structure() if isinstance(ome, Group) else None

    def _numbered(self) -> Iterator[str]:
        """Yield the names of the numbered groups of a collection, as far as they can be told."""
        listed = names_in(self.store, self.path)
        if listed is not None:
            numbers = {name[:-1] for name in listed if name.endswith("/") and name[:-1].isdecimal()}
            yield from sorted(numbers, key=int)
            return
        number = 0
        while str(number) in self:
            yield str(number)
            number += 1

    def _spec(self) -> tuple[Spec, Claim] | None:
        specs = list(self._registry.specs.values())
        claim = claim_at_root(specs, self.attributes, self.zarr_format)
        spec = choose_spec(specs, claim, self.zarr_format, self._look) if claim is not None else None
        return (spec, claim) if spec is not None and claim is not None else None

    def _look(self, path: str) -> JSONObject | None:
        key = resolve_path(self.path, path)
        return json_object(values_of(self.store, [key])[0]) if key is not None else None

    def _named(self) -> list[str]:
        found = self._spec()
        if found is None:
            return super()._named()
        spec, claim = found
        converter = self._registry.converter(spec.version)
        metadata = typed_metadata(converter, self.document, claim, spec.kind_of(claim.ome))
        return named_below(self.path, metadata, spec, converter, Reading(self._read_files, self._read_groups))

    def _read_files(self, keys: Sequence[str]) -> list[bytes | None]:
        values = values_of(self.store, keys) if keys else []
        return [value if isinstance(value, bytes) else None for value in values]

    def _read_groups(self, paths: Sequence[str]) -> list[GroupDocument | None]:
        every = read_nodes(self.store, paths, NODE_KEYS[self.zarr_format], lenient=True)
        return [group_document(self.zarr_format, found) for found in every]


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

    def edit(self) -> Model:
        """Return the typed metadata of its group, to be changed and saved; see `Group.edit`."""
        return self.group.edit()

    def array(self, level: int = 0) -> Array:
        """Open the array of a level, for its pixels; raises NotFoundError when there is none."""
        path = self.level(level).path
        if not path:
            raise NotFoundError(f"the metadata names no array for level {level}")
        return self.group.array(path)

    def labels(self) -> list[str]:
        """Return the names of the label images of this image, as its group of labels lists them.

        ``""`` stands for what is no name; ``group.group("labels").images()`` says what is wrong with it.
        """
        try:
            found = self.group["labels"]
        except NotFoundError:
            return []
        names: list[str] = _label_names(found.ome_structure()) if isinstance(found, Group) else []
        return names

    def label(self, name: str) -> ImageView:
        """Open a label image by its name; raises NotFoundError when there is none."""
        if not isinstance(name, str):
            raise UsageError(f"label images are known by their names, got {name!r}")
        if not name:
            raise NotFoundError("the metadata names no label image there")
        view = next(self.group.group(f"labels/{name}").images(), None)
        if view is None:
            raise NotFoundError(f"there is no image at {f'labels/{name}'!r}")
        return view

    def __repr__(self) -> str:
        if self.problem is not None:
            return f"<ImageView {self.path} ({self.problem})>"
        axes = "".join(f"{axis.name}" for axis in self.axes)
        return f"<ImageView {self.name or ''} {axes} {counted(len(self.levels), 'level')} (OME-Zarr {self.version})>"


def _nothing(group: Group) -> GroupDocument:
    """Return the document of a group that cannot be read."""
    return GroupDocument(group.zarr_format, group.document.name, group.document.base, {}, {})
