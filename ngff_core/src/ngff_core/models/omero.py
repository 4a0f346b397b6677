"""Rendering settings under the key ``omero``."""

from typing import Any

from ngff_core.issues.requirement import MAY
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model

__all__ = ["Omero", "OmeroChannel", "OmeroRenderingDefs", "OmeroWindow"]


def _limit() -> Any:
    return member(missing="omero-window-keys-present", wrong="omero-window-numbers")


@model
class OmeroWindow(Model):
    """Intensities: ``min`` to ``max`` is what a slider spans, ``start`` to ``end`` what is shown."""

    start: float = _limit()
    end: float = _limit()
    min: float = _limit()
    max: float = _limit()


@model
class OmeroChannel(Model):
    """How one channel is shown; ``color`` is six hexadecimal digits, RGB."""

    color: str | None = member(default=None, wrong="omero-channel-color-string")
    label: str | None = member(default=None, wrong="omero-channel-label-string")
    window: OmeroWindow | None = member(default=None, wrong="omero-channel-window-present")
    active: bool | None = member(default=None, wrong="omero-channel-active-boolean")
    family: str | None = member(default=None, wrong="omero-channel-family-string")
    coefficient: Any = member(default=None)
    inverted: Any = member(default=None)


@model
class OmeroRenderingDefs(Model):
    """Which plane is shown at first, whether in colour, and how planes are put together (``projection``)."""

    defaultZ: Any = member(default=None)
    defaultT: Any = member(default=None)
    model: Any = member(default=None)
    projection: Any = member(default=None)


@model
class Omero(Model):
    """Rendering settings of an image: one entry of ``channels`` for each channel."""

    id: Any = member(default=None)
    name: Any = member(default=None)
    version: Any = member(default=None)
    channels: list[OmeroChannel] = member(missing="omero-channels-present", wrong="omero-channels-present")
    rdefs: OmeroRenderingDefs | None = member(default=None, wrong="omero-rdefs-model", requirement=MAY)
