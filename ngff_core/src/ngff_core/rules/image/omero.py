"""Rules on rendering settings."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Severity
from ngff_core.models.omero import Omero, OmeroChannel, OmeroWindow
from ngff_core.rules.common import is_finite, is_number, lacks
from ngff_core.rules.image.omero_arrays import channel_count, defaults_in_range, window_fits_dtype
from ngff_core.structure.values import JSON, JSONObject

__all__ = [
    "OMERO_RULES",
    "channel_count",
    "channels_nonempty",
    "color_hex6",
    "color_present",
    "meant_color",
    "rdefs_model",
    "unusual_channels",
    "window_fits_dtype",
    "window_order",
    "window_present",
]


_WINDOW = {"start": 0, "end": 255, "min": 0, "max": 255}
_CHANNEL = {"color": "FF0000", "window": _WINDOW}


def _omero(*channels: JSON) -> JSONObject:
    return {"channels": list(channels)}


def ordinary_channels(omero: Omero) -> bool:
    """Tell whether every channel has a color as it should be, and a window that is in order."""
    return not unusual_channels(omero)


_HEX = "0123456789abcdefABCDEF"


def _is_hex6(text: str) -> bool:
    return len(text) == 6 and not text.strip(_HEX)  # no pattern: compiling one takes longer than all images of a start


@rule(
    "omero-channels-nonempty",
    on=Omero,
    requirement=SHOULD,
    valid=[{"channels": [_CHANNEL]}],
    invalid=[{"channels": []}],
)
def channels_nonempty(omero: Omero, ctx: Context) -> list[Issue] | None:
    """`omero` describes at least one channel.

    An empty list passes every schema, but says nothing.
    """
    if omero.channels == []:
        return [
            ctx.at("channels").issue("channels is empty", shown="[]", hint="leave omero out, or describe the channels")
        ]
    return None


@rule(
    "omero-channel-color-present",
    on=Omero,
    unless=ordinary_channels,
    requirement=MUST,
    lenient=Severity.WARNING,
    valid=[_omero(_CHANNEL)],
    invalid=[_omero({"label": "DAPI", "window": _WINDOW})],
)
def color_present(omero: Omero, ctx: Context) -> Iterator[Issue]:
    """Every channel has a color.

    From 0.5 on only the prose says so, the schema dropped it: a warning in the lenient profile.

    Peers: ome-zarr-models 1.8.1 does not look at `omero` from 0.5 on.
    """
    for index, channel in ctx.shared(unusual_channels, omero):
        if isinstance(channel, OmeroChannel) and channel.color is None and lacks(channel, "color"):
            yield ctx.at("channels", index).issue(
                "the channel has no color", expected='"color"', hint='add "color": "FFFFFF"'
            )


@rule(
    "omero-channel-color-hex6",
    on=Omero,
    unless=ordinary_channels,
    requirement=MUST,
    valid=[_omero(_CHANNEL), _omero({**_CHANNEL, "color": "00ff7F"})],
    invalid=[_omero({**_CHANNEL, "color": c}) for c in ("#00FF00", "red", "FFF", "FF0000\n")],
)
def color_hex6(omero: Omero, ctx: Context) -> Iterator[Issue]:
    """A color is six hexadecimal digits, RGB, without `#`.

    Peers: yaozarrs 0.3.4 accepts and strips `#`, and takes three digits; ome-zarr-models 1.8.1 takes anything that
    begins right.
    """
    for index, channel in ctx.shared(unusual_channels, omero):
        color = channel.color if isinstance(channel, OmeroChannel) else None
        if color.__class__ is not str or _is_hex6(color):
            continue
        yield ctx.at("channels", index, "color").issue(
            f"color {color!r} is not six hexadecimal digits",
            found=color,
            expected='such as "FF0000"',
            hint=_hint_of(color),
        )


_NAMED = {
    "red": "FF0000",
    "green": "00FF00",
    "blue": "0000FF",
    "cyan": "00FFFF",
    "magenta": "FF00FF",
    "yellow": "FFFF00",
    "white": "FFFFFF",
    "gray": "808080",
    "grey": "808080",
    "orange": "FFA500",
    "black": "000000",
}


def _hint_of(color: str) -> str | None:
    meant = meant_color(color)
    if meant is not None:
        return f'write "{meant}"'
    bare = _bare(color)
    if len(bare) == 8 and _is_hex6(bare[:6]) and _is_hex6(bare[2:]):
        return f'write "{bare[:6].upper()}", or "{bare[2:].upper()}" where the opacity comes first'
    return None


def meant_color(color: str) -> str | None:
    """Return the six hexadecimal digits that a colour written in another way can only mean."""
    bare = _bare(color)
    if len(bare) == 3 and _is_hex6(bare * 2):
        bare = "".join(digit * 2 for digit in bare)
    bare = _NAMED.get(bare, bare)
    return bare.upper() if _is_hex6(bare) else None


def _bare(color: str) -> str:
    return color.strip().lower().removeprefix("0x").lstrip("#")


@rule(
    "omero-channel-window-present",
    on=Omero,
    unless=ordinary_channels,
    requirement=MUST,
    lenient=Severity.WARNING,
    valid=[_omero(_CHANNEL)],
    invalid=[_omero({"color": "FF0000"})],
)
def window_present(omero: Omero, ctx: Context) -> Iterator[Issue]:
    """Every channel has a window.

    From 0.5 on only the prose says so, the schema dropped it: a warning in the lenient profile.
    """
    for index, channel in ctx.shared(unusual_channels, omero):
        if isinstance(channel, OmeroChannel) and channel.window is None and lacks(channel, "window"):
            expected = '"window" with start, end, min and max'
            yield ctx.at("channels", index).issue("the channel has no window", expected=expected)


@rule(
    "omero-window-order",
    on=Omero,
    unless=ordinary_channels,
    requirement=MAY,
    valid=[_omero(_CHANNEL)],
    invalid=[_omero({**_CHANNEL, "window": {**_WINDOW, **w}}) for w in ({"start": 300}, {"min": 5}, {"end": 0})],
)
def window_order(omero: Omero, ctx: Context) -> Iterator[Issue]:
    """A window runs from min over start and end to max, and shows more than one value.

    Required nowhere, and official examples break it: information only.
    """
    for index, channel in ctx.shared(unusual_channels, omero):
        window = channel.window if isinstance(channel, OmeroChannel) else None
        if not isinstance(window, OmeroWindow):
            continue
        values = [window.min, window.start, window.end, window.max]
        try:
            ordered = values[0] <= values[1] <= values[2] <= values[3]
        except TypeError:  # a number is missing, or none
            continue
        if not ordered and all(is_number(value) and is_finite(value) for value in values):
            yield ctx.at("channels", index, "window").issue(
                f"min {values[0]}, start {values[1]}, end {values[2]} and max {values[3]} are out of order",
                expected="min <= start < end <= max",
            )
        elif ordered and values[1] == values[2] and is_number(values[1]):
            yield ctx.at("channels", index, "window").issue(
                f"the window begins and ends at {values[1]}", expected="min <= start < end <= max"
            )


def unusual_channels(omero: Omero) -> list[tuple[int, JSON]]:
    """Return the channels whose color is not six hexadecimal digits or whose window is not in order.

    The rules on channels have nothing to say of the others, so they only look at these.
    """
    found = []
    for index, channel in enumerate(omero.channels if omero.channels.__class__ is list else ()):
        try:
            color: JSON = channel.color
            window: JSON = channel.window
            if _is_hex6(color) and window.min <= window.start < window.end <= window.max:
                continue
        except (AttributeError, TypeError):
            pass
        found.append((index, channel))
    return found


@rule(
    "omero-rdefs-model",
    on=Omero,
    requirement=MAY,
    valid=[{"channels": [_CHANNEL], "rdefs": {"model": "color", "defaultZ": 0}}],
    invalid=[{"channels": [_CHANNEL], "rdefs": {"model": "rgb"}}],
)
def rdefs_model(omero: Omero, ctx: Context) -> Iterator[Issue]:
    """`rdefs.model` is color or greyscale; `defaultT` and `defaultZ` are indices.

    Only said in a comment of the official example: information only.
    """
    rdefs = omero.rdefs
    if rdefs is None:
        return
    value = getattr(rdefs, "model", None)
    if value is not None and value not in ("color", "greyscale"):
        yield ctx.at("rdefs", "model").issue(f"model {value!r} is unknown", found=value, expected="color or greyscale")
    for name in ("defaultZ", "defaultT"):
        index = getattr(rdefs, name, None)
        if index is not None and not (index.__class__ is int and index >= 0):
            yield ctx.at("rdefs", name).issue(f"{name} is no index", found=index, expected="an integer from 0 up")


OMERO_RULES = (
    channels_nonempty,
    color_present,
    color_hex6,
    window_present,
    window_order,
    rdefs_model,
    channel_count,
    window_fits_dtype,
    defaults_in_range,
)
