"""The coordinate transformations of OME-NGFF 0.6, told apart by their ``type``; each can be applied to points."""

from typing import Any, Literal

from ngff_core.references import Reference
from ngff_core.structure import Model, member, model
from ngff_v06.models.systems import CoordinateSystemIdentifier

__all__ = [
    "AffineTransformation",
    "AnyTransformation",
    "BijectionTransformation",
    "ByDimensionPart",
    "ByDimensionTransformation",
    "CoordinatesTransformation",
    "DisplacementsTransformation",
    "Field",
    "FieldTransformation",
    "IdentityTransformation",
    "MapAxisTransformation",
    "OtherTransformation",
    "ProjectAxisTransformation",
    "RotationTransformation",
    "ScaleTransformation",
    "SequenceTransformation",
    "Stored",
    "Transformation",
    "TranslationTransformation",
]

# computing builds on the models, and is imported when there is something to compute
_taken = Reference("ngff_v06.transforms.counts:taken")
_transform = Reference("ngff_v06.geometry.points:transform")
_as_affine = Reference("ngff_v06.geometry.affine:as_affine")
_inverted = Reference("ngff_v06.geometry.inverse:inverted")


def _identifier() -> Any:
    return member(default=None, wrong="transform-input-output-object", last=True)


@model
class Transformation(Model):
    """What all transformations have: where they start, where they lead, and a name."""

    input: CoordinateSystemIdentifier | None = _identifier()
    output: CoordinateSystemIdentifier | None = _identifier()
    name: str | None = member(default=None, wrong="transform-name-string", last=True)

    @property
    def ndim(self) -> int:
        """The number of axes that it takes; 0 where its parameters do not tell."""
        number: int | None = _taken(self)
        return number or 0

    def transform(self, point: Any) -> Any:
        """Carry a point of the input system to the output system.

        ``point`` is a sequence of N numbers, in the order of the input's axes, and the result a list of M; for a
        numpy array of shape (..., N) it is an array of shape (..., M). Raises `ngff_v06.GeometryError` where metadata
        alone does not say how: displacements, coordinates, and matrices kept in arrays. Section: trafo-types.
        """
        return _transform(self, point)

    def as_affine(self, ndim: int | None = None) -> list[list[float]]:
        """Return the transformation as a matrix of M rows and N + 1 columns, the last one being the translation.

        ``ndim`` is the number of input axes N; it is only needed where the parameters do not tell it (identity,
        projectAxis, byDimension). Raises `ngff_v06.GeometryError` where there is no such matrix. Section: trafo-types.
        """
        rows: list[list[float]] = _as_affine(self, ndim)
        return rows

    def inverted(self) -> "AnyTransformation":
        """Return the transformation from the output system back to the input system.

        Raises `ngff_v06.GeometryError` where there is none, or none in closed form. Section: trafo-types.
        """
        back: AnyTransformation = _inverted(self)
        return back


@model
class IdentityTransformation(Transformation):
    """Coordinates stay as they are."""

    type: Literal["identity"] = member(default="identity")


@model
class ScaleTransformation(Transformation):
    """Each coordinate is multiplied by a number: in a dataset the size of a pixel in the unit of the axis."""

    type: Literal["scale"] = member(default="scale")
    scale: list[float] | None = member(default=None, wrong="transform-scale-values-numbers")


@model
class TranslationTransformation(Transformation):
    """To each coordinate a number is added."""

    type: Literal["translation"] = member(default="translation")
    translation: list[float] | None = member(default=None, wrong="transform-translation-values-numbers")


@model
class MapAxisTransformation(Transformation):
    """The axes in another order: coordinate i of the output is coordinate ``mapAxis[i]`` of the input."""

    type: Literal["mapAxis"] = member(default="mapAxis")
    mapAxis: list[int] = member(missing="transform-mapaxis-present", wrong="transform-mapaxis-present")


@model
class ProjectAxisTransformation(Transformation):
    """Coordinates are left out (``droppedInputs``), then new ones that are zero put in (``createdOutputs``)."""

    type: Literal["projectAxis"] = member(default="projectAxis")
    droppedInputs: list[int] | None = member(default=None, wrong="transform-projectaxis-integers")
    createdOutputs: list[int] | None = member(default=None, wrong="transform-projectaxis-integers")


@model
class AffineTransformation(Transformation):
    """A matrix of M rows and N + 1 columns; under ``path`` where an array holds it."""

    type: Literal["affine"] = member(default="affine")
    affine: list[list[float]] | None = member(default=None, wrong="transform-affine-shape")
    path: str | None = member(default=None, wrong="transform-affine-one-source")


@model
class RotationTransformation(Transformation):
    """An orthonormal matrix of N rows and columns; under ``path`` where an array holds it."""

    type: Literal["rotation"] = member(default="rotation")
    rotation: list[list[float]] | None = member(default=None, wrong="transform-rotation-square")
    path: str | None = member(default=None, wrong="transform-rotation-one-source")


@model
class FieldTransformation(Transformation):
    """Base of the transformations that take vectors from an image."""


@model
class DisplacementsTransformation(FieldTransformation):
    """To each point a vector is added that the image at ``path`` holds for it."""

    type: Literal["displacements"] = member(default="displacements")
    path: str = member(missing="transform-field-path-present", wrong="transform-field-path-present")
    interpolation: str | None = member(default=None, wrong="transform-field-interpolation-known")


@model
class CoordinatesTransformation(FieldTransformation):
    """Each point is replaced by the coordinates that the image at ``path`` holds for it."""

    type: Literal["coordinates"] = member(default="coordinates")
    path: str = member(missing="transform-field-path-present", wrong="transform-field-path-present")
    interpolation: str | None = member(default=None, wrong="transform-field-interpolation-known")


@model
class SequenceTransformation(Transformation):
    """One transformation after the other."""

    type: Literal["sequence"] = member(default="sequence")
    transformations: "list[AnyTransformation]" = member(
        missing="transform-sequence-nonempty",
        wrong="transform-sequence-nonempty",
        wrong_item="transform-is-object-with-type",
        recursive=True,
    )


@model
class BijectionTransformation(Transformation):
    """A transformation together with its inverse, for kinds that have none in closed form."""

    type: Literal["bijection"] = member(default="bijection")
    forward: "AnyTransformation" = member(
        missing="transform-bijection-parts-present", wrong="transform-bijection-parts-present", recursive=True
    )
    inverse: "AnyTransformation" = member(
        missing="transform-bijection-parts-present",
        wrong="transform-bijection-parts-present",
        recursive=True,
    )


@model
class ByDimensionPart(Model):
    """A transformation of some of the axes, by their positions in the input and the output."""

    transformation: "AnyTransformation | None" = member(
        default=None, wrong="transform-bydimension-items", recursive=True
    )
    inputAxes: list[int] | None = member(default=None, wrong="transform-bydimension-axes-integers")
    outputAxes: list[int] | None = member(default=None, wrong="transform-bydimension-axes-integers")


@model
class ByDimensionTransformation(Transformation):
    """Axes transformed independently, each output axis by exactly one of the parts."""

    type: Literal["byDimension"] = member(default="byDimension")
    transformations: list[ByDimensionPart] = member(
        missing="transform-bydimension-items", wrong="transform-bydimension-items", recursive=True
    )


@model
class OtherTransformation(Transformation):
    """A transformation of a type that is not defined; kept as it is, judged by the rules."""

    type: str = member(missing="transform-is-object-with-type", wrong="transform-is-object-with-type")


Stored = AffineTransformation | RotationTransformation
"""Transformations whose matrix an array may hold."""

Field = DisplacementsTransformation | CoordinatesTransformation
"""Transformations that take vectors from an image."""

AnyTransformation = (
    IdentityTransformation
    | ScaleTransformation
    | TranslationTransformation
    | MapAxisTransformation
    | ProjectAxisTransformation
    | AffineTransformation
    | RotationTransformation
    | SequenceTransformation
    | DisplacementsTransformation
    | CoordinatesTransformation
    | BijectionTransformation
    | ByDimensionTransformation
    | OtherTransformation
)
