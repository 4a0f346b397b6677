"""The fixes: what `ngff fix` does about what the rules find."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ngff_core import SAFE, Edit, Fix, FixContext, fix

__all__ = ["FIXES", "name_by_convention"]

PARTS = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})[ _-]+([A-Za-z]{2,3})[ _-]+(.*[A-Za-z0-9])[^A-Za-z0-9]*")


def _image(name: str) -> dict[str, object]:
    """Return the metadata of an image of this name: examples need no more than what the fix is about."""
    return {"multiscales": [{"name": name}]}


@fix(
    "lab/multiscale-name-convention",
    safety=SAFE,
    examples=[
        (_image("2026-01-14 AB fly brain 3"), _image("20260114_ab_fly-brain-3")),
        (_image("20260114-ab-fly_brain"), _image("20260114_ab_fly-brain")),
    ],
)
def name_by_convention(name: object, ctx: FixContext) -> Iterator[Edit]:
    """Write date, initials and subject as the convention has them, where the name has all three.

    Other names are left: nobody but their owner knows the date.
    """
    found = PARTS.fullmatch(name) if isinstance(name, str) else None
    if found is not None:
        year, month, day, initials, subject = found.groups()
        yield ctx.put(f"{year}{month}{day}_{initials.lower()}_{re.sub('[^A-Za-z0-9]+', '-', subject)}")


FIXES: tuple[Fix, ...] = (name_by_convention,)
