"""Collections of OME-NGFF 0.5 in the layout of bioformats2raw."""

from typing import ClassVar

from ngff_core.models import collection
from ngff_core.structure import JSONObject, member, model
from ngff_v05.version import VERSION, version_member

__all__ = ["Bf2Raw", "Series"]


@model
class Bf2Raw(collection.CollectionMetadata):
    """The marker of a collection in the layout of bioformats2raw."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = version_member()
    layout: int = collection.layout_member()

    def __init__(
        self,
        *,
        version: str | None = VERSION,
        layout: int = 3,
        bioformats2raw_layout: int | None = None,
        extra: JSONObject | None = None,
    ) -> None:
        """Make the marker; its layout may be given by the name of its key, too."""
        layout = collection.layout_of(layout, bioformats2raw_layout)
        self.__attrs_init__(version=version, layout=layout, extra=extra)  # type: ignore[attr-defined]  # by attrs


@model
class Series(collection.SeriesMetadata):
    """The images of a collection in order, kept in its group ``OME``."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = version_member()
    series: list[str] = member(wrong="series-array-of-strings")
