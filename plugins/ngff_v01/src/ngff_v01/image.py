"""Images of OME-NGFF 0.1."""

from typing import ClassVar

from ngff_core.models import early, image
from ngff_core.models.omero import Omero
from ngff_core.structure import member, model

__all__ = ["VERSION", "Image", "Multiscale"]

VERSION = "0.1"


@model
class Multiscale(early.Multiscale):
    """One multiscale image of five dimensions; states version 0.1 unless told otherwise."""

    version: str | None = member(default=VERSION, wrong="version-multiscales-value", before="datasets")


@model
class Image(image.ImageMetadata):
    """The metadata of an image group."""

    VERSION: ClassVar[str | None] = VERSION

    multiscales: list[Multiscale] = member(  # type: ignore[assignment]
        missing="multiscale-present", wrong="multiscale-nonempty-array"
    )
    omero: Omero | None = member(default=None, wrong="omero-channels-present")
