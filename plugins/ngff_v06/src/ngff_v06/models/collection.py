"""Collections of OME-NGFF 0.6 in the layout of bioformats2raw."""

from typing import ClassVar

from ngff_core.models import collection
from ngff_core.structure import member, model
from ngff_v06.version import VERSION, version_member

__all__ = ["Bf2Raw", "Series"]


@model
class Bf2Raw(collection.CollectionMetadata):
    """The marker of a collection in the layout of bioformats2raw."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = version_member()
    layout: int = member(
        "bioformats2raw.layout",
        default=3,
        missing="collection-layout-key-present",
        wrong="collection-layout-is-3",
    )


@model
class Series(collection.SeriesMetadata):
    """The images of a collection in order, kept in its group ``OME``."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = version_member()
    series: list[str] = member(wrong="series-array-of-strings")
