"""Read models of images, plates, wells, labels and collections of any version: what there is to see, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from ngff_core.models.collection import CollectionMetadata, SeriesMetadata, WithImages
from ngff_core.models.image import DatasetMetadata, ImageMetadata, MultiscaleMetadata
from ngff_core.models.labels import LabelsGroupMetadata
from ngff_core.models.omero import Omero, OmeroChannel
from ngff_core.models.plate import PlateDef, PlateMetadata, WellDef, WellMetadata
from ngff_core.structure.model import Model
from ngff_core.view.images import AxisView, ChannelView, ImageDescription, LevelView, WellView
from ngff_core.zarr.array import ArrayDocument

__all__ = [
    "batches_of_images",
    "channels_of",
    "image_views",
    "is_image",
    "label_names",
    "level_paths",
    "wells_of",
]

AT_ONCE = 24  # wells that are looked at together
T = TypeVar("T")
DocumentOf = Callable[[str], ArrayDocument | None]


def image_views(version: str, model: Model | None, document_of: DocumentOf) -> Iterator[ImageDescription]:
    """Yield a view of each multiscale of an image, nothing for all that is none.

    ``document_of`` gives the document of an array by its path.
    """
    if not isinstance(model, ImageMetadata):
        return
    channels = channels_of(model)
    for multiscale in _sound(model.multiscales, MultiscaleMetadata):
        axes = [_axis(axis) for axis in multiscale.array_axes() or ()]
        levels = [_level(multiscale, d, len(axes), document_of) for d in _sound(multiscale.datasets, DatasetMetadata)]
        yield ImageDescription(version, _text(multiscale.name), tuple(axes), tuple(levels), tuple(channels))


def channels_of(model: ImageMetadata) -> list[ChannelView]:
    """Return the channels of an image as they are to be shown."""
    omero = model.omero if isinstance(model.omero, Omero) else None
    found = _sound(omero.channels if omero is not None else None, OmeroChannel)
    return [ChannelView(_text(channel.label), _text(channel.color)) for channel in found]


def _axis(axis: object) -> AxisView:
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


def is_image(model: Model | None) -> bool:
    """Tell whether metadata is that of an image."""
    return isinstance(model, ImageMetadata)


def level_paths(model: Model | None) -> list[str]:
    """Return the paths of the arrays that the multiscales of an image name, each once; empty for all that is none."""
    if not isinstance(model, ImageMetadata):
        return []
    datasets = [d for m in _sound(model.multiscales, MultiscaleMetadata) for d in _sound(m.datasets, DatasetMetadata)]
    return list(dict.fromkeys(_strings([dataset.path for dataset in datasets])))


def label_names(model: Model | None) -> list[str]:
    """Return the names of label images in a group of labels."""
    return _strings(getattr(model, "labels", None))


def wells_of(model: Model | None) -> list[WellView]:
    """Return the wells that a plate names; empty for all that is no plate."""
    if not isinstance(model, PlateMetadata) or not isinstance(model.plate, PlateDef):
        return []
    paths = _strings([getattr(well, "path", None) for well in _items(model.plate.wells)])
    return [WellView(path, *path.rpartition("/")[::2]) for path in paths]


def batches_of_images(
    model: Model | None, series: Callable[[], Model | None], is_there: Callable[[str], bool]
) -> Iterator[list[str]]:
    """Yield paths of groups below that lead to images, those that are read at once together.

    Of a plate, well, collection, scene or group of labels. ``series`` reads the metadata of a collection's group
    ``OME``; where that names none, numbers are counted for as long as a group ``is_there``.
    """
    if isinstance(model, ImageMetadata):
        return
    if isinstance(model, PlateMetadata):
        paths = [well.path for well in wells_of(model)]
        yield from (paths[start : start + AT_ONCE] for start in range(0, len(paths), AT_ONCE))
    elif isinstance(model, WellMetadata) and isinstance(model.well, WellDef):
        yield _strings([getattr(field, "path", None) for field in _items(model.well.images)])
    elif isinstance(model, LabelsGroupMetadata):
        yield _strings(model.labels)
    elif isinstance(model, WithImages):
        yield model.image_paths()
    elif isinstance(model, CollectionMetadata):
        metadata = series()
        named = _strings(metadata.series) if isinstance(metadata, SeriesMetadata) else []
        yield named
        number = 0
        while not named and is_there(str(number)):
            yield [str(number)]
            number += 1


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _sound(value: object, cls: type[T]) -> list[T]:
    return [item for item in _items(value) if isinstance(item, cls)]


def _strings(value: object) -> list[str]:
    return _sound(value, str)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
