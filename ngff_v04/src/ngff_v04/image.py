"""Images of OME-NGFF 0.4."""

from typing import ClassVar

from ngff_core.models import image
from ngff_core.models.omero import Omero
from ngff_core.structure import member, model
from ngff_v04.version import VERSION, version_member

__all__ = ["Image", "Multiscale"]


@model
class Multiscale(image.Multiscale):
    """One multiscale image; states version 0.4 unless told otherwise."""

    version: str | None = version_member("version-multiscales-value")


@model
class Image(image.ImageMetadata):
    """The metadata of an image group."""

    VERSION: ClassVar[str | None] = VERSION

    multiscales: list[Multiscale] = member(  # type: ignore[assignment]
        missing="multiscale-present", wrong="multiscale-nonempty-array"
    )
    omero: Omero | None = member(default=None, wrong="omero-channels-present")
