"""Fixes of rendering settings."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.examples import image
from ngff_core.fixes.image.parts import first_array
from ngff_core.mending import REMOVED, SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.migration.interface import Decision
from ngff_core.rules.common import is_number
from ngff_core.rules.image.omero import meant_color
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.headers.data_types import integer_range

__all__ = ["OMERO_FIXES"]

_WINDOW = {"start": 0, "end": 255, "min": 0, "max": 255}


def _with(**members: JSON) -> JSONObject:
    """Return an image with a channel that has these members, besides a color and a window; `REMOVED` leaves one out."""
    channel = {"color": "FFFFFF", "window": _WINDOW, "label": "DAPI", **members}
    return image(omero={"channels": [{k: v for k, v in channel.items() if v is not REMOVED}]})


@fix(
    "omero-channel-color-hex6",
    "omero-channel-color-string",
    safety=SAFE,
    examples=[
        (_with(color="#0000ff"), _with(color="0000FF")),
        (_with(color="red"), _with(color="FF0000")),
        (_with(color=255), _with(color="0000FF")),
        (_with(color=[255, 0, 0]), _with(color="FF0000")),
        (_with(color=None), _with()),
    ],
)
def color_hex6(color: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the colour as six hexadecimal digits: `#` goes, three digits become six, names and numbers their value.

    An integer is RGB as a number, null is white. What has an opacity is left: which end it stands at is not known.
    """
    if color is None:
        yield ctx.put("FFFFFF")
    elif isinstance(color, str) and (meant := meant_color(color)) is not None:
        yield ctx.put(meant)
    elif type(color) is int and 0 <= color <= 0xFFFFFF:
        yield ctx.put(f"{color:06X}")
    elif isinstance(color, list) and len(color) == 3 and all(type(part) is int and 0 <= part < 256 for part in color):
        yield ctx.put(bytes(color).hex().upper())


OPACITY = Decision(
    "color-opacity",
    "at which end of colors of four numbers or eight digits does the opacity stand, which goes?",
    "last",
    ("last", "first"),
)


@fix(
    "omero-channel-color-hex6",
    "omero-channel-color-string",
    safety=UNSAFE,
    decision=OPACITY,
    examples=[
        (_with(color="#FF000080"), _with(color="FF0000")),
        FixExample(_with(color="80FF0000"), _with(color="FF0000"), decisions={"color-opacity": "first"}),
        (_with(color=[255, 0, 0, 128]), _with(color="FF0000")),
    ],
)
def opacity_out(color: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Take the opacity out of a colour."""
    first = ctx.answer == "first"
    if isinstance(color, list) and len(color) == 4 and all(type(part) is int and 0 <= part < 256 for part in color):
        yield ctx.put(bytes(color[1:] if first else color[:3]).hex().upper())
    elif isinstance(color, str):
        digits = color.strip().lower().removeprefix("0x").lstrip("#")
        meant = meant_color(digits[2:] if first else digits[:6])
        if len(digits) == 8 and meant is not None:
            yield ctx.put(meant)


@fix("omero-channel-color-present", safety=SAFE, examples=[(_with(color=REMOVED), _with())])
def color_added(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Add the colour white."""
    yield ctx.put("FFFFFF", "color")


def _of_uint16(**members: JSON) -> JSONObject:
    return {"": _with(**members), "0": ExampleArray((8, 8), "uint16", ("y", "x"))}


_ALL = {"min": 0, "start": 0, "end": 65535, "max": 65535}


@fix(
    "omero-channel-window-present",
    safety=SAFE,
    examples=[
        (_of_uint16(window=REMOVED), _of_uint16(window=_ALL)),
        (_of_uint16(window=None), _of_uint16(window=_ALL)),
    ],
)
def window_added(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Add the window of all values that the data type has, for images of integers of up to 32 bits."""
    limits = _limits(ctx)
    if limits is not None and (value is None or ctx.pointer[-1] != "window"):
        window = {"min": limits[0], "start": limits[0], "end": limits[1], "max": limits[1]}
        yield ctx.put(window) if value is None else ctx.put(window, "window")


def _limits(ctx: FixContext) -> tuple[int, int] | None:
    array = first_array(ctx)
    limits = integer_range(array.dtype) if array is not None else None
    return limits if limits is not None and limits[1] < 2**32 else None


_PAIRS = {"min": "start", "start": "min", "max": "end", "end": "max"}


@fix(
    "omero-window-keys-present",
    "omero-window-numbers",
    safety=SAFE,
    examples=[
        (
            _of_uint16(window={"start": 10, "end": 200}),
            _of_uint16(window={"start": 10, "end": 200, "min": 10, "max": 200}),
        ),
        (_of_uint16(window={"min": 1, "max": 9}), _of_uint16(window={"min": 1, "max": 9, "start": 1, "end": 9})),
        (_of_uint16(window={**_WINDOW, "max": None}), _of_uint16(window=_WINDOW)),
        (_of_uint16(window={}), _of_uint16(window=_ALL)),
    ],
)
def window_completed(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Add the limits that a window lacks: min is where it starts, max where it ends, or what the data type has."""
    inside = ctx.pointer[-1] in _PAIRS
    window = ctx.above() if inside else value
    if not isinstance(window, dict) or (inside and value is not None):
        return
    limits = _limits(ctx)
    for key, other in _PAIRS.items():
        if window.get(key) is not None:
            continue
        if is_number(window.get(other)):
            yield _of_window(ctx, inside, key, window[other])
        elif window.get(other) is None and limits is not None:
            yield _of_window(ctx, inside, key, limits[key in ("max", "end")])


def _of_window(ctx: FixContext, inside: bool, key: str, value: float) -> Edit:
    return ctx.put_beside(value, key) if inside else ctx.put(value, key)


@fix(
    "omero-channels-present",
    safety=SAFE,
    examples=[({**image(), "omero": None}, image())],
)
def omero_not_null(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Leave out `omero` where it is null."""
    if value is None and ctx.pointer[-1] == "omero":
        yield ctx.remove()


@fix(
    "omero-channels-nonempty",
    "omero-channels-present",
    safety=UNSAFE,
    examples=[(image(omero={"channels": []}), image()), (image(omero={"id": 1}), image())],
)
def omero_out(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Leave out `omero` where it describes no channels, with all else that it says."""
    place = ctx.pointer.index("omero") + 1
    yield Edit(ctx.node, ctx.document, ctx.pointer[:place], REMOVED)


OMERO_FIXES = (
    color_hex6,
    opacity_out,
    color_added,
    window_added,
    window_completed,
    omero_not_null,
    omero_out,
)
