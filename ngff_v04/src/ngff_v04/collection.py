"""Collections of OME-NGFF 0.4 in the layout of bioformats2raw."""

from typing import ClassVar

from ngff_core.models import collection
from ngff_core.structure import JSONObject, model
from ngff_v04.version import VERSION

__all__ = ["Bf2Raw", "Series"]


@model
class Bf2Raw(collection.CollectionMetadata):
    """The marker of a collection in the layout of bioformats2raw."""

    VERSION: ClassVar[str | None] = VERSION

    def __init__(
        self, *, layout: int = 3, bioformats2raw_layout: int | None = None, extra: JSONObject | None = None
    ) -> None:
        """Make the marker; its layout may be given by the name of its key, too."""
        layout = collection.layout_of(layout, bioformats2raw_layout)
        self.__attrs_init__(layout=layout, extra=extra)  # type: ignore[attr-defined]  # made by attrs


@model
class Series(collection.SeriesMetadata):
    """The images of a collection in order, kept in its group ``OME``."""

    VERSION: ClassVar[str | None] = VERSION
