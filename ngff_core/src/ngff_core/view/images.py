"""One view over all versions: axes, levels, pixel sizes, channels, labels and wells, the same whatever the version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ngff_core.errors import NotFoundError, UsageError
from ngff_core.models.collection import CollectionMetadata, SeriesMetadata, WithImages
from ngff_core.models.image import DatasetMetadata, ImageMetadata, MultiscaleMetadata
from ngff_core.models.labels import LabelsGroupMetadata
from ngff_core.models.omero import Omero, OmeroChannel
from ngff_core.models.plate import PlateDef, PlateMetadata, WellDef, WellMetadata
from ngff_core.view.nodes import Array, Group, open_group
from ngff_core.zarr.array import ArrayDocument

if TYPE_CHECKING:
    from ngff_core.structure.model import Model

__all__ = [
    "AxisView",
    "ChannelView",
    "ImageView",
    "LevelView",
    "WellView",
    "image_views",
    "images_of",
    "open_image",
    "wells_of",
]

AT_ONCE = 24  # wells that are looked at together
DocumentOf = Callable[[str], ArrayDocument | None]


class AxisView(NamedTuple):
    """One dimension of an image: ``type`` is ``space``, ``time``, ``channel`` or another word, ``unit`` such as
    ``micrometer``; ``None`` where the metadata does not say.
    """

    name: str
    type: str | None
    unit: str | None


class LevelView(NamedTuple):
    """One resolution level. ``shape`` counts pixels, ``pixel_size`` is in the units of the axes, both per axis.

    ``shape`` is ``None`` where the array could not be had, ``pixel_size`` where the metadata does not give one.
    """

    path: str
    shape: tuple[int, ...] | None
    dtype: str | None
    pixel_size: tuple[float, ...] | None
    document: ArrayDocument | None


class ChannelView(NamedTuple):
    """One channel as it is to be shown; ``color`` is six hexadecimal digits, RGB."""

    label: str | None
    color: str | None


class WellView(NamedTuple):
    """One well of a plate: where it is, and the names of its row and column."""

    path: str
    row: str
    column: str


class ImageView:
    """A multiscale image, whatever the version of its metadata. Reads nothing but what made it.

    ``version`` is that of the metadata, ``name`` its name, ``group`` the open group.
    """

    def __init__(
        self,
        version: str,
        name: str | None,
        axes: Sequence[AxisView],
        levels: Sequence[LevelView],
        channels: Sequence[ChannelView],
        group: Group | None = None,
    ) -> None:
        self.version = version
        self.name = name
        self.axes = tuple(axes)
        self.levels = tuple(levels)
        self.channels = tuple(channels)
        self.group = group

    @property
    def path(self) -> str:
        """The path of the image below the root of its store."""
        return self._opened.path

    def pixel_sizes(self, level: int = 0) -> dict[str, tuple[float | None, str | None]]:
        """Return the size of a pixel along each axis, by name, with its unit; ``None`` where neither is known."""
        sizes = self.levels[level].pixel_size or (None,) * len(self.axes)
        return {axis.name: (size, axis.unit) for axis, size in zip(self.axes, sizes, strict=False)}

    def array(self, level: int = 0) -> Array:
        """Open the array of a level, for its pixels; raises NotFoundError when there is none."""
        found = self._opened[self.levels[level].path]
        if not isinstance(found, Array):
            raise NotFoundError(f"there is no array at {self.levels[level].path!r}")
        return found

    def labels(self) -> list[str]:
        """Return the names of the label images of this image."""
        try:
            model = typed(self._opened["labels"])
        except NotFoundError:
            return []
        return _strings(getattr(model, "labels", None))

    def label(self, name: str) -> ImageView:
        """Open a label image by its name; raises NotFoundError when there is none."""
        return next(images_of(_group(self._opened, f"labels/{name}")))

    @property
    def _opened(self) -> Group:
        if self.group is None:
            raise UsageError("this view was made of metadata alone; open_image gives one that can read")
        return self.group

    def __repr__(self) -> str:
        axes = "".join(f"{axis.name}" for axis in self.axes)
        return f"<ImageView {self.name or ''} {axes} {len(self.levels)} levels (OME-Zarr {self.version})>"


def open_image(uri: Any, *, storage_options: Mapping[str, Any] | None = None) -> ImageView:
    """Open the image at a path or address, or a group of another library; of several multiscales the first.

    Raises UsageError where there is something else, such as a plate (``open_group(uri).images()`` gives its
    images), and NotFoundError where there is no group.
    """
    group = open_group(uri, storage_options=storage_options)
    model = typed(group)
    if not isinstance(model, ImageMetadata):
        what = f"a {type(model).__name__}" if model is not None else "no OME-Zarr metadata"
        raise UsageError(
            f"there is {what} at {group.store.url}, expected an image; open_group(...).images() looks below"
        )
    view = next(images_of(group), None)
    if view is None:
        raise UsageError(f"the image at {group.store.url} has no multiscales")
    return view


def images_of(group: Group) -> Iterator[ImageView]:
    """Yield the images of a group as they are read: its own, those of a plate, well, collection, scene or of labels.

    What the metadata names but is not there is left out.
    """
    model = typed(group)
    if isinstance(model, ImageMetadata):
        yield from _views_in(group, model)
        return
    for paths in _batches_below(group, model):
        for below in group.get_many(paths):
            if isinstance(below, Group):
                yield from images_of(below)


def _views_in(group: Group, model: ImageMetadata) -> Iterator[ImageView]:
    datasets = [d for m in _sound(model.multiscales, MultiscaleMetadata) for d in _sound(m.datasets, DatasetMetadata)]
    paths = list(dict.fromkeys(_strings([dataset.path for dataset in datasets])))
    found = dict(zip(paths, group.get_many(paths), strict=True))
    documents = {path: node.document for path, node in found.items() if isinstance(node, Array)}
    for view in image_views(group.ome_version() or "", model, documents.get):
        view.group = group
        yield view


def wells_of(group: Group) -> list[WellView]:
    """Return the wells that a plate names; empty for all that is no plate."""
    model = typed(group)
    if not isinstance(model, PlateMetadata) or not isinstance(model.plate, PlateDef):
        return []
    paths = _strings([getattr(well, "path", None) for well in _items(model.plate.wells)])
    return [WellView(path, *path.rpartition("/")[::2]) for path in paths]


def image_views(version: str, model: ImageMetadata, document_of: DocumentOf) -> Iterator[ImageView]:
    """Yield a view of each multiscale of an image; ``document_of`` gives the document of an array by its path."""
    channels = channels_of(model)
    for multiscale in _sound(model.multiscales, MultiscaleMetadata):
        axes = [_axis(axis) for axis in multiscale.array_axes() or ()]
        levels = [_level(multiscale, d, len(axes), document_of) for d in _sound(multiscale.datasets, DatasetMetadata)]
        yield ImageView(version, _text(multiscale.name), axes, levels, channels)


def channels_of(model: ImageMetadata) -> list[ChannelView]:
    """Return the channels of an image as they are to be shown."""
    omero = model.omero if isinstance(model.omero, Omero) else None
    found = _sound(omero.channels if omero is not None else None, OmeroChannel)
    return [ChannelView(_text(channel.label), _text(channel.color)) for channel in found]


def _axis(axis: Any) -> AxisView:
    return AxisView(
        str(getattr(axis, "name", axis)), _text(getattr(axis, "type", None)), _text(getattr(axis, "unit", None))
    )


def _level(multiscale: MultiscaleMetadata, dataset: DatasetMetadata, ndim: int, document_of: DocumentOf) -> LevelView:
    path = dataset.path if isinstance(dataset.path, str) else ""
    document = document_of(path) if path else None
    size = multiscale.pixel_size(dataset, ndim)
    return LevelView(
        path,
        document.shape if document is not None else None,
        document.dtype if document is not None else None,
        tuple(size) if size is not None and all(isinstance(s, (int, float)) for s in size) else None,
        document,
    )


def _batches_below(group: Group, model: Model | None) -> Iterator[list[str]]:
    """Yield paths of groups that lead to images, those that are read at once together."""
    if isinstance(model, PlateMetadata):
        paths = [well.path for well in wells_of(group)]
        yield from (paths[start : start + AT_ONCE] for start in range(0, len(paths), AT_ONCE))
    elif isinstance(model, WellMetadata) and isinstance(model.well, WellDef):
        yield _strings([getattr(field, "path", None) for field in _items(model.well.images)])
    elif isinstance(model, LabelsGroupMetadata):
        yield _strings(model.labels)
    elif isinstance(model, WithImages):
        yield model.image_paths()
    elif isinstance(model, CollectionMetadata):
        (ome,) = group.get_many(["OME"])
        series = typed(ome) if ome is not None else None
        named = _strings(series.series) if isinstance(series, SeriesMetadata) else []
        yield named
        number = 0
        while not named and str(number) in group:
            yield [str(number)]
            number += 1


def typed(group: Group | Array) -> Model | None:
    """Return the OME metadata of a group, typed as far as it is sound; ``None`` where there is none."""
    return group.ome_structure() if isinstance(group, Group) else None


def _group(group: Group, path: str) -> Group:
    found = group[path]
    if not isinstance(found, Group):
        raise NotFoundError(f"there is an array at {path!r}, expected a group")
    return found


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _sound(value: Any, cls: type[Any]) -> list[Any]:
    return [item for item in _items(value) if isinstance(item, cls)]


def _strings(value: Any) -> list[str]:
    return [item for item in _items(value) if isinstance(item, str)]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
