"""Thumbnails of what is in a store: the smallest level that is large enough, made smaller where it has to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from itertools import islice
from typing import Any

import attrs

from ngff_core.errors import MissingPackageError, NgffError, NotFoundError, UsageError, failure_of
from ngff_core.plugins.registry import Registry
from ngff_core.validation.opening import store_of
from ngff_core.view.groups import Group, ImageView
from ngff_core.view.images import LevelView
from ngff_core.view.opening import group_in
from ngff_core.view.pictures.coloring import Color, colored_labels, mixed, shown_channels
from ngff_core.view.pictures.png import png

__all__ = ["Thumbnail", "Thumbnails"]

LARGE = 320  # pixels along the longer side of an image that is alone
SMALL = 96  # of one beside others
WELLS = ((96, 72), (384, 48), (10_000, 28))  # up to so many wells, of such a size
IMAGES = 24  # of one store
LABELS = 4  # of one image
MOST = 1 << 24  # pixels of a plane that is read


@attrs.frozen
class Thumbnail:
    """A picture of what is at a path: a PNG, or why there is none."""

    path: str
    png: bytes = attrs.field(default=b"", repr=False)
    problem: str | None = None


@attrs.frozen(eq=False)
class Thumbnails:
    """Makes the pictures of stores, which it opens by their addresses."""

    registry: Registry
    storage_options: Mapping[str, Any] | None = None

    def check(self) -> None:
        """Raise MissingPackageError where no pixels can be read."""
        for name in ("zarr", "tensorstore"):
            try:
                import_module(name)
                import_module("numpy")
            except ModuleNotFoundError:
                continue
            return
        raise MissingPackageError("--thumbnails", "zarr (or tensorstore)", "ngff-core[zarr]")

    def of(self, url: str, *, few: bool = False) -> Iterator[Thumbnail]:
        """Yield the pictures of a store: its images with their labels, or its wells; ``few``: a small one.

        What goes wrong is a picture that says so.
        """
        try:
            group = group_in(store_of(url, self.registry, self.storage_options), self.registry)
            if few:
                yield from islice(_pictures(group, SMALL, labels=False), 1)
            elif wells := group.wells():
                size = next(size for number, size in WELLS if len(wells) <= number or number == WELLS[-1][0])
                for well in wells[: WELLS[-1][0]]:
                    yield _of_well(group, well.path, size)
            else:
                yield from islice(_pictures(group, LARGE, labels=True), IMAGES)
        except Exception as error:
            yield Thumbnail("", problem=_why(error))


def _of_well(plate: Group, path: str, size: int) -> Thumbnail:
    """Return the picture of the first field of a well."""

    def first() -> ImageView:
        well = plate.group(path)
        field = next(iter(well.fields()), None)
        view = next(well.group(field.path).images(), None) if field is not None and field.path else None
        if view is None:
            raise NotFoundError(f"no field is there in the well {path!r}")
        return view

    return _picture(path, lambda: _image(first(), size))


def _pictures(group: Group, size: int, *, labels: bool) -> Iterator[Thumbnail]:
    for view in group.images():
        yield _picture(view.path, partial(_image, view, size))
        for name in view.labels()[:LABELS] if labels and view.problem is None else ():
            yield _picture(f"{view.path}/labels/{name}".lstrip("/"), partial(_label, view, name, size))


def _picture(path: str, make: Callable[[], Any]) -> Thumbnail:
    try:
        return Thumbnail(path, png(make()))
    except Exception as error:  # whatever reading pixels, of whatever is in a store, raises
        return Thumbnail(path, problem=_why(error))


def _why(error: Exception) -> str:
    """Return why there is no picture: our own errors are sentences, others need their names."""
    said = failure_of(error)
    return said.removeprefix(f"{type(error).__name__}: ") if isinstance(error, NgffError) else said


def _image(view: ImageView, size: int) -> Any:
    """Return the pixels of a thumbnail of an image: in the middle along z, at the first time."""
    number = _level_for(view, size)
    names = [axis.type if axis.type == "channel" else axis.name for axis in view.axes]
    channel = names.index("channel") if "channel" in names else names.index("c") if "c" in names else None
    shape = _shape(view.level(number))
    if channel is not None and channel >= len(shape) - 2:
        raise UsageError("its channels lie along one of the last two dimensions")
    shown = shown_channels(view.channels, shape[channel] if channel is not None else 1)
    planes = []
    array = view.array(number)
    for index, color, window in shown:
        at = {channel: index} if channel is not None else {}
        plane = array[_plane(view, shape, at)]
        planes.append((_smaller(plane, size), color, window))
    return mixed(planes)


def _label(image: ImageView, name: str, size: int) -> Any:
    """Return the pixels of a thumbnail of a label image, in the colours that it states."""
    view = image.label(name)
    number = _level_for(view, size)
    shape = _shape(view.level(number))
    plane = view.array(number)[_plane(view, shape, {})]
    if plane.dtype.kind not in "bui":
        raise UsageError(f"labels are integers, not {plane.dtype}")
    step = _step(plane, size)
    return colored_labels(plane[::step, ::step], _stated_colors(view))


def _stated_colors(view: ImageView) -> dict[int, Color]:
    stated: dict[int, Color] = {}
    label = getattr(view.group.ome_structure(), "image_label", None)
    colors = getattr(label, "colors", None)
    for entry in colors if isinstance(colors, list) else ():
        value, rgba = getattr(entry, "label_value", None), getattr(entry, "rgba", None)
        rgba = rgba if isinstance(rgba, list) else []
        fits = len(rgba) >= 3 and all(type(n) is int and 0 <= n < 256 for n in rgba)
        if type(value) is int and fits:
            stated[value] = (rgba[0], rgba[1], rgba[2])
    return stated


def _level_for(view: ImageView, size: int) -> int:
    """Return the number of the smallest level that fills a thumbnail; the largest, where none does."""
    if view.problem is not None:
        raise UsageError(view.problem)
    sizes = ((n, level.shape or ()) for n, level in enumerate(view.levels))
    shapes = [(n, shape) for n, shape in sizes if len(shape) >= 2]
    if not shapes:
        raise NotFoundError("no level of it is there")
    enough = [pair for pair in shapes if max(pair[1][-2:]) >= size]
    number, shape = min(enough or shapes, key=lambda pair: pair[1][-1] * pair[1][-2] * (1 if enough else -1))
    if shape[-1] * shape[-2] > MOST:
        raise UsageError(f"its smallest level that is large enough has {shape[-2]} x {shape[-1]} pixels")
    if not shape[-1] * shape[-2]:
        raise UsageError("it has no pixels")
    return number


def _shape(level: LevelView) -> tuple[int, ...]:
    assert level.shape is not None
    return level.shape


def _plane(view: ImageView, shape: tuple[int, ...], at: Mapping[int, int]) -> tuple[Any, ...]:
    """Return the selection of one plane: where it is said, else in the middle of space, and at the first time."""
    axes = [view.axes[n] if n < len(view.axes) else None for n in range(len(shape) - 2)]
    middle = [axis is not None and (axis.type == "space" or axis.name == "z") for axis in axes]
    return tuple(at.get(n, shape[n] // 2 if middle[n] else 0) for n in range(len(shape) - 2))


def _step(plane: Any, size: int) -> int:
    longest: int = max(plane.shape)
    return max(1, -(-longest // size))


def _smaller(plane: Any, size: int) -> Any:
    """Return a plane, each pixel the mean of those that it stands for."""
    if plane.dtype.kind not in "buif":
        raise UsageError(f"pixels of {plane.dtype} have no intensities")
    step = _step(plane, size)
    rows, columns = (max(n // step, 1) for n in plane.shape)
    kept = plane[: rows * step, : columns * step]
    if step == 1 or kept.shape != (rows * step, columns * step):
        return plane[::step, ::step]
    return kept.reshape(rows, step, columns, step).mean(axis=(1, 3))
