"""Images of OME-NGFF 0.1."""

from typing import ClassVar

from ngff_core.models import early, image
from ngff_core.models.omero import Omero
from ngff_core.structure import member, model
from ngff_v01.version import VERSION, version_member

__all__ = ["Image", "Multiscale"]


@model
class Multiscale(early.Multiscale):
    """One multiscale image of five dimensions; states version 0.1 unless told otherwise."""

    version: str | None = version_member("version-multiscales-value", before="datasets")


@model
class Image(image.ImageMetadata):
    """The metadata of an image group."""

    VERSION: ClassVar[str | None] = VERSION

    multiscales: list[Multiscale] = member(  # type: ignore[assignment]
        missing="multiscale-present", wrong="multiscale-nonempty-array"
    )
    omero: Omero | None = member(default=None, wrong="omero-channels-present")
