"""Collections of OME-NGFF 0.4 in the layout of bioformats2raw."""

from typing import ClassVar

from ngff_core.models import collection
from ngff_core.structure import model
from ngff_v04.version import VERSION

__all__ = ["Bf2Raw", "Series"]


@model
class Bf2Raw(collection.CollectionMetadata):
    """The marker of a collection in the layout of bioformats2raw."""

    VERSION: ClassVar[str | None] = VERSION


@model
class Series(collection.SeriesMetadata):
    """The images of a collection in order, kept in its group ``OME``."""

    VERSION: ClassVar[str | None] = VERSION
