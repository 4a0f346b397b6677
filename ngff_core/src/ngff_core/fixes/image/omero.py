"""Fixes of rendering settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ngff_core.fixes.examples import image
from ngff_core.mending import SAFE, Edit, FixContext, fix
from ngff_core.rules.image.omero import meant_color

__all__ = ["OMERO_FIXES"]

_WINDOW = {"start": 0, "end": 255, "min": 0, "max": 255}


def _with_color(color: Any) -> dict[str, Any]:
    return image(omero={"channels": [{"color": color, "window": _WINDOW, "label": "DAPI"}]})


@fix(
    "omero-channel-color-hex6",
    "omero-channel-color-string",
    safety=SAFE,
    examples=[
        (_with_color("#0000ff"), _with_color("0000FF")),
        (_with_color("red"), _with_color("FF0000")),
        (_with_color(255), _with_color("0000FF")),
    ],
)
def color_hex6(color: Any, ctx: FixContext) -> Iterator[Edit]:
    """Write the colour as six hexadecimal digits: `#` goes, three digits become six, names their value.

    An integer is RGB as a number. What has an opacity is left: which end it stands at is not known.
    """
    if isinstance(color, str) and (meant := meant_color(color)) is not None:
        yield ctx.put(meant)
    elif type(color) is int and 0 <= color <= 0xFFFFFF:
        yield ctx.put(f"{color:06X}")


OMERO_FIXES = (color_hex6,)
