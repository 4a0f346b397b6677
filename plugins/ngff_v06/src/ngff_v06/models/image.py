"""Images of OME-NGFF 0.6: coordinate systems, resolution levels and the transformations between them."""

from typing import TYPE_CHECKING, Any, ClassVar

from ngff_core.issues.pointer import Pointer
from ngff_core.models import image
from ngff_core.models.transformations import first_of
from ngff_core.structure import member, model
from ngff_v06.models.systems import CoordinateSystem, CoordinateSystemIdentifier, WithSystems, axis_of
from ngff_v06.models.transformations import (
    AnyTransformation,
    IdentityTransformation,
    ScaleTransformation,
    SequenceTransformation,
    TranslationTransformation,
)
from ngff_v06.version import VERSION, version_member

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ngff_core.models.dims import DimSpec

__all__ = ["Dataset", "Image", "Multiscale"]


@model
class Dataset(image.DatasetMetadata):
    """One resolution level: the path of its array and the way from its pixels to the intrinsic coordinate system."""

    coordinateTransformations: list[AnyTransformation] = member(
        missing="dataset-transformations-present",
        wrong="dataset-transformations-present",
        wrong_item="transform-is-object-with-type",
    )

    @property
    def scale_transform(self) -> ScaleTransformation | None:
        """The first scale, by itself or in a sequence, if there is one."""
        return first_of(ScaleTransformation, self._steps())

    @property
    def translation_transform(self) -> TranslationTransformation | None:
        """The first translation, by itself or in a sequence, if there is one."""
        return first_of(TranslationTransformation, self._steps())

    def _steps(self) -> list[object]:
        """Return the transformations that are applied one after the other, those of a sequence in its place."""
        written: object = self.coordinateTransformations
        steps: list[object] = []
        for step in written if isinstance(written, (list, tuple)) else ():
            inner = step.transformations if isinstance(step, SequenceTransformation) else [step]
            steps += inner if isinstance(inner, list) else []
        return steps

    def level_scale(self, ndim: int) -> list[Any] | None:
        """Return the scale of the level, one entry for each of ``ndim`` axes; ``None`` where it has not just one."""
        written = self.coordinateTransformations
        first = written[0] if written.__class__ is list and len(written) == 1 else None
        if isinstance(first, IdentityTransformation):
            return [1.0] * ndim
        if isinstance(first, SequenceTransformation) and first.transformations.__class__ is list:
            scales = [t for t in first.transformations if isinstance(t, ScaleTransformation)]
            first = scales[0] if len(scales) == 1 else None
        if isinstance(first, ScaleTransformation) and first.scale.__class__ is list:
            return first.scale
        return None

    def level_translation(self, ndim: int) -> list[Any] | None:
        """Return the translation after the scale, zeros where there is none; ``None`` where that is not known."""
        written = self.coordinateTransformations
        first = written[0] if written.__class__ is list and len(written) == 1 else None
        if isinstance(first, (IdentityTransformation, ScaleTransformation)):
            return [0.0] * ndim
        steps: Any = first.transformations if isinstance(first, SequenceTransformation) else None
        if steps.__class__ is not list or [type(t) for t in steps] != [ScaleTransformation, TranslationTransformation]:
            return None
        move: Any = steps[1].translation
        return move if isinstance(move, list) else None


@model
class Multiscale(image.MultiscaleMetadata, WithSystems):
    """One multiscale image: coordinate systems, and datasets from the largest to the smallest.

    All datasets lead to one of the systems, the intrinsic one.
    """

    version: Any = member(default=None, last=True)  # has no meaning here
    coordinateSystems: list[CoordinateSystem] = member(
        missing="coordsys-present", wrong="coordsys-present", before="datasets"
    )
    datasets: list[Dataset] = member(  # type: ignore[assignment]
        missing="dataset-list-present", wrong="dataset-list-present"
    )
    coordinateTransformations: list[AnyTransformation] | None = member(
        default=None, wrong="transform-is-object-with-type", wrong_item="transform-is-object-with-type"
    )

    def intrinsic_index(self) -> int | None:
        """Return the position of the intrinsic system: the one that the first dataset leads to, else the only one."""
        systems = self.coordinateSystems
        if systems.__class__ is not list:
            return None
        names = [getattr(system, "name", None) for system in systems]
        known = {name: len(names) - 1 - n for n, name in enumerate(reversed(names)) if isinstance(name, str)}
        for dataset in self.datasets if self.datasets.__class__ is list else ():
            written = getattr(dataset, "coordinateTransformations", None)
            for transformation in written if isinstance(written, list) else ():
                name = getattr(getattr(transformation, "output", None), "name", None)
                if isinstance(name, str) and name in known:
                    return known[name]
        return 0 if len(systems) == 1 else None

    @property
    def intrinsic_system(self) -> CoordinateSystem | None:
        """The coordinate system that the datasets lead to."""
        index = self.intrinsic_index()
        system = self.coordinateSystems[index] if index is not None else None
        return system if isinstance(system, CoordinateSystem) else None

    def array_axes(self) -> list[Any] | None:
        """Return the axes of the intrinsic coordinate system."""
        system = self.intrinsic_system
        return system.array_axes() if system is not None else None

    def axes_pointer(self) -> Pointer:
        """Return where those axes stand, as seen from the multiscale."""
        return ("coordinateSystems", self.intrinsic_index() or 0, "axes")

    @classmethod
    def from_dims(
        cls,
        dims: "Sequence[DimSpec]",
        *,
        name: str | None = None,
        n_levels: int = 1,
        system: str = "physical",
        **members: Any,
    ) -> "Multiscale":
        """Build a coordinate system and ``n_levels`` datasets (paths ``"0"``, ``"1"``, ...), a `DimSpec` per axis.

        ``system`` is the name of the coordinate system. The scale of level n is ``scale * scale_factor ** n``; a
        translation follows it in a sequence where a dimension has one.
        """
        from ngff_core.models.dims import checked_dims, levels_of

        dims = checked_dims(dims)
        return cls.from_levels(dims, list(levels_of(dims, n_levels)), name=name, system=system, **members)

    @classmethod
    def from_levels(
        cls,
        dims: "Sequence[DimSpec]",
        levels: "Sequence[tuple[list[float], list[float] | None]]",
        *,
        name: str | None = None,
        system: str = "physical",
        **members: Any,
    ) -> "Multiscale":
        """Build a coordinate system from one `DimSpec` per axis, and datasets (paths ``"0"``, ``"1"``, ...) of levels.

        Each level is the size of its pixels and the position of the centre of its first one (``None``: the origin),
        in the units of the axes; what the dimensions say of these is not looked at.
        """
        return cls(
            name=name,
            coordinateSystems=[CoordinateSystem(name=system, axes=[axis_of(dim) for dim in dims])],
            datasets=[
                Dataset(path=str(level), coordinateTransformations=[_level(str(level), system, scale, translation)])
                for level, (scale, translation) in enumerate(levels)
            ],
            **members,
        )


def _level(path: str, system: str, scale: list[float], translation: list[float] | None) -> AnyTransformation:
    start, end = CoordinateSystemIdentifier(path=path), CoordinateSystemIdentifier(name=system)
    if translation is None:
        return ScaleTransformation(scale=scale, input=start, output=end)
    steps: list[AnyTransformation] = [
        ScaleTransformation(scale=scale),
        TranslationTransformation(translation=translation),
    ]
    return SequenceTransformation(transformations=steps, input=start, output=end)


@model
class Image(image.ImageMetadata):
    """The metadata of an image group."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = version_member()
    multiscales: list[Multiscale] = member(  # type: ignore[assignment]
        missing="multiscale-present", wrong="multiscale-nonempty-array"
    )
