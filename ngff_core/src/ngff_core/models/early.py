"""Images and plates of the early versions: datasets and wells are paths, axes are letters or go without saying."""

from typing import TYPE_CHECKING, Any

from ngff_core.errors import UsageError
from ngff_core.models import plate
from ngff_core.models.image import ChannelAxis, CustomAxis, DatasetMetadata, MultiscaleMetadata, SpaceAxis, TimeAxis
from ngff_core.models.plate import PlateWellMetadata
from ngff_core.references import Reference
from ngff_core.structure.member import member
from ngff_core.structure.model import model
from ngff_core.structure.own_classes import class_beside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from ngff_core.models.dims import DimSpec

__all__ = ["LETTERS", "Dataset", "Multiscale", "PlateDef", "PlateWell", "axes_of", "datasets_of"]

_checked_dims = Reference("ngff_core.models.dims:checked_dims")
_levels_of = Reference("ngff_core.models.dims:levels_of")  # for making metadata, not for judging it
LETTERS = "tczyx"
_AXES = {
    "t": TimeAxis(name="t"),
    "c": ChannelAxis(name="c"),
    "z": SpaceAxis(name="z"),
    "y": SpaceAxis(name="y"),
    "x": SpaceAxis(name="x"),
}


@model
class Dataset(DatasetMetadata):
    """One resolution level: the path of its array."""


@model
class Multiscale(MultiscaleMetadata):
    """One multiscale image: datasets from the largest to the smallest, of arrays with the axes t, c, z, y, x."""

    datasets: list[Dataset] = member(  # type: ignore[assignment]
        missing="dataset-list-present", wrong="dataset-list-present", before="version"
    )

    def array_axes(self) -> list[Any] | None:
        """Return the five axes; they are written nowhere."""
        return axes_of(LETTERS)

    @classmethod
    def from_dims(
        cls, dims: "Sequence[DimSpec]", *, name: str | None = None, n_levels: int = 1, **members: Any
    ) -> "Self":
        """Build ``n_levels`` datasets (paths ``"0"``, ``"1"``, ...) for arrays with the dimensions t, c, z, y, x.

        Raises UsageError for other dimensions, and for sizes of pixels, which these versions have no place for.
        """
        letters = [dim.name for dim in _checked_dims(dims)]
        if letters != list(LETTERS):
            raise UsageError(f"the dimensions are {', '.join(LETTERS)}, got {', '.join(letters) or 'none'}")
        return cls(name=name, datasets=datasets_of(cls, dims, n_levels), **members)


def axes_of(letters: Any) -> list[Any]:
    """Return an axis with its type for each letter; other names get no type, other values stay as they are."""
    return [_AXES.get(a) or CustomAxis(name=a) if a.__class__ is str else a for a in letters]


def datasets_of(owner: type, dims: "Sequence[DimSpec]", n_levels: int) -> list[Dataset]:
    """Return the datasets of ``n_levels`` levels for a class of multiscales.

    Raises UsageError for sizes of pixels, units and positions.
    """
    for dim in _checked_dims(dims):
        if dim.scale != 1 or dim.unit is not None or dim.translation is not None:
            stated = f"dimension {dim.name!r} has a scale, unit or translation"
            raise UsageError(f"{stated}, which this version has no place for")
    made = class_beside(owner, Dataset)
    return [made(path=str(level)) for level, _ in enumerate(_levels_of(dims, n_levels))]


@model
class PlateWell(PlateWellMetadata):
    """A well that holds images: ``path`` leads from the plate to its group."""


@model
class PlateDef(plate.PlateDef):
    """The layout of a plate: all its rows and columns, and the wells that hold images."""

    wells: list[PlateWell] = member(  # type: ignore[assignment]
        missing="plate-wells-present", wrong="plate-wells-present", before="version"
    )
