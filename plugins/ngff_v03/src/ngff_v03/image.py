"""Images of OME-NGFF 0.3."""

from typing import TYPE_CHECKING, Any, ClassVar

from ngff_core.models import image
from ngff_core.models.early import Dataset, axes_of, datasets_of
from ngff_core.models.omero import Omero
from ngff_core.structure import member, model
from ngff_v03.version import VERSION, version_member

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ngff_core.models.dims import DimSpec

__all__ = ["Image", "Multiscale"]


@model
class Multiscale(image.MultiscaleMetadata):
    """One multiscale image; its axes are letters. States version 0.3 unless told otherwise."""

    version: str | None = version_member("version-multiscales-value")
    axes: list[str] = member(missing="axes-present", wrong="axes-is-array", wrong_item="axes-entry-type", before="name")
    datasets: list[Dataset] = member(  # type: ignore[assignment]
        missing="dataset-list-present", wrong="dataset-list-present", before="name"
    )

    def array_axes(self) -> list[Any] | None:
        """Return the axes with the types that their letters stand for."""
        return axes_of(self.axes) if isinstance(self.axes, list) else None

    @classmethod
    def from_dims(
        cls, dims: "Sequence[DimSpec]", *, name: str | None = None, n_levels: int = 1, **members: Any
    ) -> "Multiscale":
        """Build axes and ``n_levels`` datasets (paths ``"0"``, ``"1"``, ...) from one `DimSpec` per axis.

        Raises UsageError for sizes of pixels and the like, which this version has no place for.
        """
        datasets = datasets_of(cls, dims, n_levels)
        return cls(name=name, axes=[dim.name for dim in dims], datasets=datasets, **members)


@model
class Image(image.ImageMetadata):
    """The metadata of an image group."""

    VERSION: ClassVar[str | None] = VERSION

    multiscales: list[Multiscale] = member(  # type: ignore[assignment]
        missing="multiscale-present", wrong="multiscale-nonempty-array"
    )
    omero: Omero | None = member(default=None, wrong="omero-channels-present")
