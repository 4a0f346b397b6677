"""Images: multiscales, datasets, axes and their coordinate transformations."""

from typing import TYPE_CHECKING, Any

from ngff_core.issues.pointer import Pointer
from ngff_core.models.axes import AnyAxis, Axis, ChannelAxis, CustomAxis, SpaceAxis, TimeAxis
from ngff_core.models.omero import Omero
from ngff_core.models.transformations import (
    AnyTransformation,
    OtherTransformation,
    ScaleTransformation,
    TranslationTransformation,
    first_of,
    numbers,
    scale_in,
    translation_in,
)
from ngff_core.references import Reference
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model
from ngff_core.structure.own_classes import class_beside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from ngff_core.models.dims import DimSpec

__all__ = [
    "AnyAxis",
    "AnyTransformation",
    "Axis",
    "ChannelAxis",
    "CustomAxis",
    "Dataset",
    "DatasetMetadata",
    "ImageMetadata",
    "Multiscale",
    "MultiscaleMetadata",
    "OtherTransformation",
    "ScaleTransformation",
    "SpaceAxis",
    "TimeAxis",
    "TranslationTransformation",
]


MOST_STEPS = 16  # that move and scale all levels; more than two are an error, and are not gone through for every level


@model
class DatasetMetadata(Model):
    """What every resolution level has, whatever the version: base of the ``Dataset`` of the versions."""

    path: str = member(missing="dataset-path-present", wrong="dataset-path-string")

    def level_scale(self, ndim: int) -> list[Any] | None:
        """Return the scale of the level, one number for each of ``ndim`` axes; ``None`` where it has not just one."""
        return None

    def level_translation(self, ndim: int) -> list[Any] | None:
        """Return the translation after the scale, zeros where there is none; ``None`` where that is not known."""
        return None


@model
class Dataset(DatasetMetadata):
    """One resolution level: the path of its array and the way from its pixels to physical space."""

    coordinateTransformations: list[AnyTransformation] = member(
        missing="dataset-transformations-present",
        wrong="dataset-transformations-present",
        wrong_item="transform-is-object-with-type",
    )

    @property
    def scale_transform(self) -> ScaleTransformation | None:
        """The first scale, if there is one."""
        return first_of(ScaleTransformation, self.coordinateTransformations)

    @property
    def translation_transform(self) -> TranslationTransformation | None:
        """The first translation, if there is one."""
        return first_of(TranslationTransformation, self.coordinateTransformations)

    def level_scale(self, ndim: int) -> list[Any] | None:
        """Return the scale of the level, one number for each of ``ndim`` axes; ``None`` where it has not just one."""
        return scale_in(self.coordinateTransformations)

    def level_translation(self, ndim: int) -> list[Any] | None:
        """Return the translation after the scale, zeros where there is none; ``None`` where that is not known."""
        return translation_in(self.coordinateTransformations, ndim)


def _datasets() -> Any:
    return member(missing="dataset-list-present", wrong="dataset-list-present")


@model
class MultiscaleMetadata(Model):
    """What every multiscale image has, whatever the version: base of the ``Multiscale`` of the versions."""

    version: Any = member(default=None)
    name: str | None = member(default=None, wrong="multiscale-name-string")
    type: Any = member(default=None)
    metadata: dict[str, Any] | None = member(default=None, wrong="multiscale-metadata-object")
    datasets: list[DatasetMetadata] = _datasets()

    @property
    def ndim(self) -> int:
        """The number of axes; 0 where that is not known."""
        return len(self.array_axes() or ())

    def array_axes(self) -> list[Any] | None:
        """Return the axes of the arrays, in the order of their dimensions; ``None`` where they are not known.

        Where they are sound they have a ``name`` and a ``type``.
        """
        return None

    def axes_pointer(self) -> Pointer:
        """Return where those axes stand, as seen from the multiscale."""
        return ("axes",)

    def pixel_size(self, dataset: DatasetMetadata, ndim: int) -> list[Any] | None:
        """Return the size of a pixel of a level along each of ``ndim`` axes; ``None`` where it is not known."""
        return dataset.level_scale(ndim)

    def first_pixel(self, dataset: DatasetMetadata, ndim: int) -> list[Any] | None:
        """Return where the centre of the first pixel of a level lies; ``None`` where it is not known."""
        return dataset.level_translation(ndim)


@model
class Multiscale(MultiscaleMetadata):
    """One multiscale image: axes, and datasets from the largest to the smallest."""

    axes: list[AnyAxis] = member(
        missing="axes-present", wrong="axes-is-array", wrong_item="axes-entry-type", before="datasets"
    )
    datasets: list[Dataset] = _datasets()  # type: ignore[assignment]
    coordinateTransformations: list[AnyTransformation] | None = member(
        default=None,
        wrong="transform-multiscale-level-same-rules",
        wrong_item="transform-is-object-with-type",
    )

    def array_axes(self) -> list[Any] | None:
        """Return the axes as they stand."""
        return self.axes if self.axes.__class__ is list else None

    def pixel_size(self, dataset: DatasetMetadata, ndim: int) -> list[Any] | None:
        """Return the size of a pixel of a level, with what scales all levels; ``None`` where it is not known."""
        scale = dataset.level_scale(ndim)
        written = self.coordinateTransformations
        if isinstance(written, list) and len(written) > MOST_STEPS:
            return None
        for transformation in written if scale is not None and isinstance(written, list) else ():
            common = transformation.scale if isinstance(transformation, ScaleTransformation) else None
            if isinstance(common, list):
                if not numbers(common) or not numbers(scale) or len(common) != len(scale):
                    return None
                scale = [a * b for a, b in zip(scale, common, strict=True)]
        return scale

    def first_pixel(self, dataset: DatasetMetadata, ndim: int) -> list[Any] | None:
        """Return where the centre of the first pixel of a level lies, after what moves all levels."""
        start = dataset.level_translation(ndim)
        written = self.coordinateTransformations
        if start is None or written is None:
            return start
        if isinstance(written, list) and len(written) > MOST_STEPS:
            return None
        scale, move = scale_in(written), translation_in(written, ndim)
        if not (numbers(start) and numbers(scale) and numbers(move) and len(start) == len(scale) == len(move)):
            return None
        return [a * b + c for a, b, c in zip(start, scale, move, strict=True)]

    @classmethod
    def from_dims(
        cls, dims: "Sequence[DimSpec]", *, name: str | None = None, n_levels: int = 1, **members: Any
    ) -> "Self":
        """Build axes and ``n_levels`` datasets (paths ``"0"``, ``"1"``, ...) from one `DimSpec` per axis.

        The scale of level n is ``scale * scale_factor ** n``; a translation is written where a dimension
        has one. Raises UsageError for what are no dimensions.
        """
        dims = _checked_dims(dims)
        return cls.from_levels(dims, list(_levels_of(dims, n_levels)), name=name, **members)

    @classmethod
    def from_levels(
        cls,
        dims: "Sequence[DimSpec]",
        levels: "Sequence[tuple[list[float], list[float] | None]]",
        *,
        name: str | None = None,
        **members: Any,
    ) -> "Self":
        """Build axes from one `DimSpec` per axis, and datasets (paths ``"0"``, ``"1"``, ...) of stated levels.

        Each level is the size of its pixels and the position of the centre of its first one (``None``: the origin),
        in the units of the axes; what the dimensions say of these is not looked at.
        """
        return cls(
            name=name,
            axes=[_axis(cls, dim) for dim in _checked_dims(dims)],
            datasets=[
                class_beside(cls, Dataset)(
                    path=str(level), coordinateTransformations=_transformations(cls, scale, translation)
                )
                for level, (scale, translation) in enumerate(levels)
            ],
            **members,
        )


@model
class ImageMetadata(Model):
    """What every image has, whatever the version: base of the ``Image`` and ``LabelImage`` of the versions."""

    multiscales: list[MultiscaleMetadata] = member(missing="multiscale-present", wrong="multiscale-nonempty-array")
    omero: Omero | None = member(default=None, wrong="omero-channels-present")


# for making metadata, not for judging it
_axis_type = Reference("ngff_core.models.dims:axis_type")
_checked_dims = Reference("ngff_core.models.dims:checked_dims")
_levels_of = Reference("ngff_core.models.dims:levels_of")
_AXES: dict[str, type[SpaceAxis | TimeAxis | ChannelAxis]] = {
    "space": SpaceAxis,
    "time": TimeAxis,
    "channel": ChannelAxis,
}


def _axis(owner: type, dim: "DimSpec") -> AnyAxis:
    kind: str | None = _axis_type(dim)
    cls = _AXES.get(kind or "")
    if cls is None:
        return class_beside(owner, CustomAxis)(name=dim.name, type=kind, unit=dim.unit)
    return class_beside(owner, cls)(name=dim.name, unit=dim.unit)


def _transformations(owner: type, scale: list[float], translation: list[float] | None) -> list[AnyTransformation]:
    first: list[AnyTransformation] = [class_beside(owner, ScaleTransformation)(scale=scale)]
    if translation is None:
        return first
    return [*first, class_beside(owner, TranslationTransformation)(translation=translation)]
