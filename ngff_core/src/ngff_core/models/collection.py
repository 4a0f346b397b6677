"""Collections in the layout of bioformats2raw, and the series they list."""

from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model

__all__ = ["CollectionMetadata", "SeriesMetadata", "WithImages"]


class WithImages:
    """What names images by their paths, apart from plates, wells, labels and collections."""

    def image_paths(self) -> list[str]:
        """Return the paths of the images, relative to the group, each once."""
        raise NotImplementedError


@model
class CollectionMetadata(Model):
    """The marker of a collection: base of the ``Bf2Raw`` of the versions."""

    layout: int = member(
        "bioformats2raw.layout",
        default=3,
        missing="collection-layout-key-present",
        wrong="collection-layout-is-3",
    )


@model
class SeriesMetadata(Model):
    """The images of a collection in order, kept in its group ``OME``: base of the ``Series`` of the versions."""

    series: list[str] = member(wrong="series-array-of-strings")
