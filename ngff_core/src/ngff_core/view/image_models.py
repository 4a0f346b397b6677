"""Read models of images, plates, wells, labels and collections of any version: what there is to see, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ngff_core.models.collection import CollectionMetadata, SeriesMetadata, WithImages
from ngff_core.models.image import DatasetMetadata, ImageMetadata, MultiscaleMetadata
from ngff_core.models.labels import LabelsGroupMetadata
from ngff_core.models.omero import Omero, OmeroChannel, OmeroWindow
from ngff_core.models.plate import PlateDef, PlateMetadata, WellDef, WellMetadata
from ngff_core.structure.model import Model
from ngff_core.view.images import (
    AcquisitionView,
    AxisView,
    ChannelView,
    FieldView,
    ImageDescription,
    LevelView,
    WellView,
    WindowView,
)
from ngff_core.words import abbreviate
from ngff_core.zarr.array import ArrayDocument

__all__ = [
    "acquisitions_of",
    "batches_of_images",
    "channels_of",
    "fields_of",
    "image_views",
    "is_image",
    "label_names",
    "level_paths",
    "multiscales_of",
    "names_nothing",
    "series_of",
    "wells_of",
]

MOST_AXES = 64  # along which levels have a place: no array has more dimensions
AT_ONCE = 24  # wells that are looked at together
T = TypeVar("T")
DocumentOf = Callable[[str], ArrayDocument | str | None]
"""Gives the document of an array by its path, or what is wrong with it; ``None``: it is not there."""


def image_views(version: str, model: Model | None, document_of: DocumentOf) -> Iterator[ImageDescription]:
    """Yield a view of each multiscale of an image, nothing for all that is none.

    ``document_of`` gives the documents of the arrays.
    """
    if not isinstance(model, ImageMetadata):
        return
    channels = tuple(channels_of(model))
    for multiscale in multiscales_of(model):
        if not isinstance(multiscale, MultiscaleMetadata):
            problem = _unlike(multiscale, "a multiscale image")
            yield ImageDescription(version, None, (), (), (), problem=problem)
            continue
        axes = tuple(map(_axis, multiscale.array_axes() or ()))
        levels = tuple(_level(multiscale, d, len(axes), document_of) for d in _items(multiscale.datasets))
        wrong = _no_array("axes", getattr(multiscale, "axes", None))
        yield ImageDescription(version, _text(multiscale.name), axes, levels, channels, problem=wrong)


def channels_of(model: ImageMetadata) -> list[ChannelView]:
    """Return the channels of an image as they are to be shown; one that is not sound keeps its place."""
    omero = model.omero if isinstance(model.omero, Omero) else None
    return [_channel(channel) for channel in _items(omero.channels if omero is not None else None)]


def _channel(channel: object) -> ChannelView:
    if not isinstance(channel, OmeroChannel):
        return ChannelView(None, None, problem=_unlike(channel, "a channel"))
    window = channel.window if isinstance(channel.window, OmeroWindow) else None
    limits = [getattr(window, name) for name in ("start", "end", "min", "max")] if window is not None else []
    view = WindowView(*map(_number, limits)) if limits else None
    active = channel.active if isinstance(channel.active, bool) else None
    problem = _no_text("label", channel.label) or _no_text("color", channel.color)
    return ChannelView(_text(channel.label), _text(channel.color), view, active, problem=problem)


def _no_text(member: str, value: object) -> str | None:
    return None if value is None or isinstance(value, str) else f"its {member} is {abbreviate(value)}, not a string"


def _no_array(member: str, value: object) -> str | None:
    return None if value is None or isinstance(value, list) else f"its {member} is {abbreviate(value)}, not an array"


def _axis(axis: object) -> AxisView:
    name = _text(getattr(axis, "name", axis)) or ""
    problem = None if name else "the axis has no name" if isinstance(axis, Model) else _unlike(axis, "an axis")
    return AxisView(name, _text(getattr(axis, "type", None)), _text(getattr(axis, "unit", None)), problem=problem)


def _level(multiscale: MultiscaleMetadata, dataset: object, ndim: int, document_of: DocumentOf) -> LevelView:
    if not isinstance(dataset, DatasetMetadata):
        return LevelView("", None, None, None, None, problem=_unlike(dataset, "a dataset"))
    path, problem = _path_of(dataset, "dataset")
    found = document_of(path) if path else None
    if path and not isinstance(found, ArrayDocument):
        problem = found or f"there is no array at {path!r}"
    document = found if isinstance(found, ArrayDocument) else None
    placed = ndim <= MOST_AXES
    return LevelView(
        path,
        document.shape if document is not None else None,
        document.dtype if document is not None else None,
        _vector(multiscale.pixel_size(dataset, ndim), ndim) if placed else None,
        document,
        _vector(multiscale.first_pixel(dataset, ndim), ndim) if placed else None,
        problem=problem,
    )


def _vector(values: list[Any] | None, ndim: int) -> tuple[float, ...] | None:
    """Return one number for each axis; ``None`` where there are more or fewer, as nobody knows which is whose."""
    numbers = [number for value in values or () if (number := _number(value)) is not None]
    return tuple(numbers) if values is not None and len(numbers) == len(values) == ndim else None


def multiscales_of(model: Model | None) -> list[object]:
    """Return the multiscales of an image, sound or not; empty for all that is none."""
    return _items(model.multiscales) if isinstance(model, ImageMetadata) else []


def is_image(model: Model | None) -> bool:
    """Tell whether metadata is that of an image."""
    return isinstance(model, ImageMetadata)


def names_nothing(model: Model) -> str | None:
    """Return what keeps metadata from naming its images; ``None`` where it names some, or that there are none."""
    if isinstance(model, ImageMetadata):
        return None if multiscales_of(model) else "the image has no multiscales"
    lists: dict[type[Model], tuple[str, str]] = {
        PlateMetadata: ("plate", "wells"),
        WellMetadata: ("well", "images"),
        LabelsGroupMetadata: ("", "labels"),
    }
    for cls, (holder, name) in lists.items():
        found = getattr(getattr(model, holder, None) if holder else model, name, None)
        if isinstance(model, cls) and not isinstance(found, list):
            return f"the metadata lists no {name}"
    return None


def level_paths(model: Model | None) -> list[str]:
    """Return the paths of the arrays that the multiscales of an image name, each once; empty for all that is none."""
    if not isinstance(model, ImageMetadata):
        return []
    datasets = [d for m in _sound(model.multiscales, MultiscaleMetadata) for d in _sound(m.datasets, DatasetMetadata)]
    return list(dict.fromkeys(_strings([dataset.path for dataset in datasets])))


def label_names(model: Model | None) -> list[str]:
    """Return the names of label images in a group of labels, each in its place; ``""`` for what is no name."""
    return _paths(getattr(model, "labels", None))


def wells_of(model: Model | None) -> list[WellView]:
    """Return the wells that a plate names; empty for all that is no plate."""
    if not isinstance(model, PlateMetadata) or not isinstance(model.plate, PlateDef):
        return []
    return [_well(well) for well in _items(model.plate.wells)]


def _well(well: object) -> WellView:
    path, problem = _path_of(well, "well")
    return WellView(path, *path.rpartition("/")[::2], problem=problem)


def fields_of(model: Model | None) -> list[FieldView]:
    """Return the fields of view that a well names, each in its place; empty for all that is no well."""
    if not isinstance(model, WellMetadata) or not isinstance(model.well, WellDef):
        return []
    return [_field(field) for field in _items(model.well.images)]


def _field(field: object) -> FieldView:
    path, problem = _path_of(field, "field of view")
    return FieldView(path, _whole(getattr(field, "acquisition", None)), problem=problem)


def acquisitions_of(model: Model | None) -> list[AcquisitionView]:
    """Return the acquisitions that a plate names, each in its place; empty for all that is no plate."""
    if not isinstance(model, PlateMetadata) or not isinstance(model.plate, PlateDef):
        return []
    return [_acquisition(found) for found in _items(model.plate.acquisitions)]


def _acquisition(found: object) -> AcquisitionView:
    id_ = _whole(getattr(found, "id", None))
    problem = None if id_ is not None else "the acquisition has no id"
    return AcquisitionView(
        id_,
        _text(getattr(found, "name", None)),
        _text(getattr(found, "description", None)),
        _whole(getattr(found, "maximumfieldcount", None)),
        problem=problem if isinstance(found, Model) else _unlike(found, "an acquisition"),
    )


def series_of(model: Model | None) -> list[str]:
    """Return the paths of images that a series lists, each in its place; ``""`` for what is no path."""
    return _paths(model.series) if isinstance(model, SeriesMetadata) else []


def _path_of(entry: object, what: str) -> tuple[str, str | None]:
    """Return the path that an entry of metadata names, or else ``""`` and what is wrong with it."""
    path = _text(getattr(entry, "path", None)) or ""
    if path:
        return path, None
    return "", f"the {what} names no path" if isinstance(entry, Model) else _unlike(entry, f"a {what}")


def _unlike(entry: object, what: str) -> str:
    return f"found {abbreviate(entry)}, expected {what}, an object"


def batches_of_images(
    model: Model | None,
    series: Callable[[], Model | None],
    numbered: Callable[[], Iterator[str]],
) -> Iterator[list[str]]:
    """Yield paths of groups below that lead to images, those that are read at once together; ``""``: none is named.

    Of a plate, well, collection, scene or group of labels. ``series`` reads the metadata of a collection's group
    ``OME``; where that names none, the images are those that are ``numbered``.
    """
    if isinstance(model, ImageMetadata):
        return
    if isinstance(model, PlateMetadata):
        paths = [well.path for well in wells_of(model)]
        yield from (paths[start : start + AT_ONCE] for start in range(0, len(paths), AT_ONCE))
    elif isinstance(model, WellMetadata) and isinstance(model.well, WellDef):
        yield [field.path for field in fields_of(model)]
    elif isinstance(model, LabelsGroupMetadata):
        yield _paths(model.labels)
    elif isinstance(model, WithImages):
        yield model.image_paths()
    elif isinstance(model, CollectionMetadata):
        yield series_of(series()) or list(numbered())


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _sound(value: object, cls: type[T]) -> list[T]:
    return [item for item in _items(value) if isinstance(item, cls)]


def _strings(value: object) -> list[str]:
    return _sound(value, str)


def _paths(value: object) -> list[str]:
    return [_text(item) or "" for item in _items(value)]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == number // 1 else None
