"""What notebooks show of groups and images: what is known of them without reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ngff_core.errors import NgffError
from ngff_core.models.plate import PlateDef
from ngff_core.report.formats.notebook import ROWS, box, name, table, words
from ngff_core.structure.model import Model
from ngff_core.view.groups import Group
from ngff_core.view.image_models import acquisitions_of, fields_of, image_views, label_names, series_of, wells_of
from ngff_core.view.images import AxisView, ChannelView, ImageDescription, LevelView
from ngff_core.words import counted

__all__ = ["group_html", "image_html"]

_COLOR = re.compile("[0-9A-Fa-f]{6}")


def group_html(group: Group) -> str:
    """Return a group: where it is, and what its OME metadata says; nothing below it is read."""
    title = f"<b>Group</b> {name(f'{group.store.url}/{group.path}'.rstrip('/'))} Zarr format {group.zarr_format}"
    try:
        version, models = group.ome_version(), group.ome_structures()
    except NgffError as error:  # of a store that is asked for what dates old metadata
        return box(title, f"<p>{words(str(error))}</p>")
    title += f", OME-Zarr {words(version)}" if version is not None else ", no OME-Zarr metadata"
    lines = [line for model in models for line in _lines(model)]
    more = [f"and {len(lines) - ROWS} more"] if len(lines) > ROWS else []
    items = "".join(f"<li>{line}</li>" for line in [*lines[:ROWS], *more])
    return box(title, f'<ul style="margin:.3em 0">{items}</ul>' if items else "")


def _lines(model: Model) -> Iterator[str]:
    """Yield what a group is by one kind of its metadata."""
    yield words(type(model).__name__)
    for view in image_views(model.VERSION or "", model, lambda path: None):
        yield _called(view.name) + _axes(view.axes) + f"; {counted(len(view.levels), 'level')}"
        if view.channels:
            yield "channels: " + _listed([channel.label or "?" for channel in view.channels])
    definition = getattr(model, "plate", None)
    if isinstance(definition, PlateDef):
        rows, columns = (len(part) if isinstance(part, list) else 0 for part in (definition.rows, definition.columns))
        wells = counted(len(wells_of(model)), "well")
        yield f"{_called(definition.name)}{wells} of {counted(rows, 'row')} x {counted(columns, 'column')}"
    for what, names in (
        ("acquisition", [a.name or ("?" if a.id is None else str(a.id)) for a in acquisitions_of(model)]),
        ("field", [field.path or "?" for field in fields_of(model)]),
        ("label image", [label or "?" for label in label_names(model)]),
        ("image", [path or "?" for path in series_of(model)]),
    ):
        if names:
            yield f"{counted(len(names), what)}: {_listed(names)}"


def image_html(image: ImageDescription) -> str:
    """Return an image: its axes, levels and channels."""
    group = getattr(image, "group", None)
    place = f" {name(f'{group.store.url}/{group.path}'.rstrip('/'))}" if isinstance(group, Group) else ""
    title = f"<b>Image</b> {_called(image.name)}{place}, OME-Zarr {words(image.version)}"
    if image.problem is not None:
        return box(title, f"<p>{words(image.problem)}</p>")
    rows = [_level(level, image.axes) for level in islice(image.levels, ROWS)]
    levels = table(("level", "shape", "type", "chunks", "pixel size", ""), rows)
    more = f"<p>and {counted(len(image.levels) - ROWS, 'more level')}</p>" if len(image.levels) > ROWS else ""
    channels = ", ".join(map(_channel, image.channels[:ROWS]))
    others = f" and {len(image.channels) - ROWS} more" if len(image.channels) > ROWS else ""
    shown = f"<p>channels: {channels}{others}</p>" if channels else ""
    return box(title, f"<p>{_axes(image.axes)}</p>{levels}{more}{shown}")


def _level(level: LevelView, axes: Sequence[AxisView]) -> tuple[str, ...]:
    document = level.document
    sizes = zip(level.pixel_size or (), axes, strict=False)
    units = ", ".join(f"{size:g}{f' {axis.unit}' if axis.unit else ''}" for size, axis in sizes)
    chunks = _by(document.chunks) if document is not None else ""
    return (
        name(level.path or "?"),
        _by(level.shape),
        words(level.dtype or ""),
        chunks,
        words(units),
        words(level.problem or ""),
    )


def _by(sizes: Sequence[int] | None) -> str:
    return words(" x ".join(map(str, sizes)) if sizes is not None else "?")


def _axes(axes: Sequence[AxisView]) -> str:
    said = [(axis.name or "?") + (f" ({axis.unit})" if axis.unit else "") for axis in axes]
    return f"axes {words(', '.join(said))}" if said else "no axes"


def _called(label: str | None) -> str:
    return f"{name(label)} " if label else ""


def _channel(channel: ChannelView) -> str:
    """Return a channel, behind a mark in its colour where that is one."""
    color = channel.color or ""
    mark = f'<span aria-hidden="true" style="color:#{color}">■</span> ' if _COLOR.fullmatch(color) else ""
    return mark + name(channel.label or "?")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - ROWS} more" if len(names) > ROWS else ""
    return ", ".join(map(name, names[:ROWS])) + more
