"""Collections in the layout of bioformats2raw, and the series they list."""

from typing import Any

from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model

__all__ = ["CollectionMetadata", "SeriesMetadata", "WithImages", "layout_member", "layout_of", "layout_of_plate_member"]


class WithImages:
    """What names images by their paths, apart from plates, wells, labels and collections."""

    def image_paths(self) -> list[str]:
        """Return the paths of the images, relative to the group, each once."""
        raise NotImplementedError


def layout_member() -> Any:
    """Declare the layout of a collection."""
    return member(
        "bioformats2raw.layout",
        default=3,
        missing="collection-layout-key-present",
        wrong="collection-layout-is-3",
    )


def layout_of_plate_member() -> Any:
    """Declare the layout of a plate, which need not be in any."""
    return member("bioformats2raw.layout", default=None, last=True, wrong="collection-layout-is-3")


def layout_of(layout: int, bioformats2raw_layout: int | None) -> int:
    """Return the layout that a constructor call states by either name."""
    return layout if bioformats2raw_layout is None else bioformats2raw_layout


@model
class CollectionMetadata(Model):
    """The marker of a collection: base of the ``Bf2Raw`` of the versions."""

    layout: int = layout_member()

    @property
    def bioformats2raw_layout(self) -> int:
        """The layout, by the name of its key."""
        return self.layout

    @bioformats2raw_layout.setter
    def bioformats2raw_layout(self, value: int) -> None:
        self.layout = value


@model
class SeriesMetadata(Model):
    """The images of a collection in order, kept in its group ``OME``: base of the ``Series`` of the versions."""

    series: list[str] = member(wrong="series-array-of-strings")
