"""The coordinate transformations of images: scales, translations, and all others."""

from typing import Any, Literal, TypeGuard, TypeVar

from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model

__all__ = [
    "AnyTransformation",
    "OtherTransformation",
    "ScaleTransformation",
    "TranslationTransformation",
    "first_of",
    "numbers",
    "scale_in",
    "translation_in",
]

T = TypeVar("T")


@model
class ScaleTransformation(Model):
    """A scale: one number per axis, in the unit of the axis per pixel (or a relative factor)."""

    type: Literal["scale"] = member(default="scale")
    scale: list[float] | None = member(default=None, wrong="transform-scale-values-numbers")
    path: str | None = member(default=None)

    @property
    def ndim(self) -> int:
        """The number of axes that it is for; 0 where that is not known."""
        return len(self.scale) if isinstance(self.scale, (list, tuple)) else 0


@model
class TranslationTransformation(Model):
    """A translation: one number per axis, in the unit of the axis."""

    type: Literal["translation"] = member(default="translation")
    translation: list[float] | None = member(default=None, wrong="transform-translation-values-numbers")
    path: str | None = member(default=None)

    @property
    def ndim(self) -> int:
        """The number of axes that it is for; 0 where that is not known."""
        return len(self.translation) if isinstance(self.translation, (list, tuple)) else 0


@model
class OtherTransformation(Model):
    """A transformation of any other type; kept as it is, evaluated by the rules."""

    type: str = member(missing="transform-is-object-with-type", wrong="transform-is-object-with-type")


AnyTransformation = ScaleTransformation | TranslationTransformation | OtherTransformation


def scale_in(written: Any) -> list[Any] | None:
    """Return the scale of a list of transformations, if it has just one."""
    if written.__class__ is not list:
        return None
    found = None
    for t in written:
        if isinstance(t, ScaleTransformation) and t.scale.__class__ is list:
            if found is not None:
                return None
            found = t.scale
    return found


def translation_in(written: Any, ndim: int) -> list[Any] | None:
    """Return the translation of a list of transformations: zeros after a scale alone; ``None`` for any other list."""
    if written.__class__ is not list or not written or not isinstance(written[0], ScaleTransformation):
        return None
    if len(written) == 1:
        return [0.0] * ndim
    last = written[1]
    known = len(written) == 2 and isinstance(last, TranslationTransformation) and last.translation.__class__ is list
    return last.translation if known else None


def first_of(cls: type[T], transformations: object) -> T | None:
    """Return the first transformation of a kind, if there is one."""
    listed = transformations if isinstance(transformations, (list, tuple)) else ()
    return next((t for t in listed if isinstance(t, cls)), None)


def numbers(values: object) -> TypeGuard[list[float]]:
    """Tell whether a value is a list of numbers."""
    return isinstance(values, list) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
