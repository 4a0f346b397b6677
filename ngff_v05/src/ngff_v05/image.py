"""Images of OME-NGFF 0.5."""

from typing import ClassVar

from ngff_core.models import image
from ngff_core.models.image import Multiscale
from ngff_core.structure import member, model
from ngff_v05.version import VERSION, version_member

__all__ = ["Image"]


@model
class Image(image.ImageMetadata):
    """The metadata of an image group."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = version_member()
    multiscales: list[Multiscale] = member(  # type: ignore[assignment]
        missing="multiscale-present", wrong="multiscale-nonempty-array"
    )
