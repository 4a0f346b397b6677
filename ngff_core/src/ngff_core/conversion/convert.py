"""Convert a model to another version in memory, and say what that decides and loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar, overload

import attrs

from ngff_core.conversion.documents import converted_document, kind_of_class, named
from ngff_core.conversion.parts import converted_part
from ngff_core.conversion.way import Way
from ngff_core.errors import NgffError, UsageError
from ngff_core.issues.requirement import Severity
from ngff_core.migration.answers import Made, decisions_made
from ngff_core.migration.interface import DEEPEST, Notes, Remark
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.spec.spec import Spec
from ngff_core.structure.converter import unstructure
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSON, nested_deeper
from ngff_core.validation.parts import version_of
from ngff_core.version_order import plain_version
from ngff_core.words import counted
from ngff_core.zarr.values import json_value

__all__ = ["Conversion", "ConversionError", "convert", "plan_conversion"]

M = TypeVar("M", bound=Model)

_SHOWN = 3


@attrs.frozen(kw_only=True)
class Conversion:
    """What becomes of a model in another version.

    ``model`` is the new one, ``None`` where `obstacles` say what keeps it from being made. ``losses`` are what the
    version, or the class that was asked for, has no place for; ``decisions`` what was decided, and ``remarks`` what
    else there is to know.
    """

    source: str
    target: str
    model: Model | None
    decisions: Sequence[Made] = ()
    losses: Sequence[Remark] = ()
    obstacles: Sequence[Remark] = ()
    remarks: Sequence[Remark] = ()


class ConversionError(NgffError):
    """A model that was not converted: something of it cannot be expressed, or would be lost."""

    def __init__(self, conversion: Conversion) -> None:
        self.obstacles = conversion.obstacles
        self.losses = conversion.losses
        what = "cannot be expressed" if self.obstacles else "would be lost"
        said = [remark.text for remark in self.obstacles or self.losses]
        more = len(said) - _SHOWN
        listed = "; ".join(said[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
        ways = f"from {conversion.source} to {conversion.target}"
        super().__init__(f"not converted {ways}, as {counted(len(said), 'thing')} {what}: {listed}")


@overload
def convert(
    model: Model,
    to: type[M],
    *,
    decisions: Mapping[str, str] | None = None,
    allow_loss: bool = False,
    registry: Registry | None = None,
) -> M: ...
@overload
def convert(
    model: Model,
    to: str,
    *,
    decisions: Mapping[str, str] | None = None,
    allow_loss: bool = False,
    registry: Registry | None = None,
) -> Model: ...
def convert(
    model: Model,
    to: str | type[Model],
    *,
    decisions: Mapping[str, str] | None = None,
    allow_loss: bool = False,
    registry: Registry | None = None,
) -> Model:
    """Return the model of another version that stands for the same: of a whole document, or of a part of one.

    Raises ConversionError for what the other version cannot express, and for what would be lost unless ``allow_loss``
    drops it. Otherwise like `plan_conversion`, which tells what was decided and lost.
    """
    planned = plan_conversion(model, to, decisions=decisions, registry=registry)
    if planned.model is None or (planned.losses and not allow_loss):
        raise ConversionError(planned)
    return planned.model


def plan_conversion(
    model: Model,
    to: str | type[Model],
    *,
    decisions: Mapping[str, str] | None = None,
    registry: Registry | None = None,
) -> Conversion:
    """Convert a model to another version, by the steps that `plan_upgrade` takes; say what that decides and loses.

    ``to`` is a version, or the class that the result is to be of, such as ``ngff_v05.OMEZarrGroupJSON``: otherwise it
    is what the model is (OME metadata, attributes, a whole ``zarr.json``, a part), as far as the version has that.
    ``decisions`` are answers by the name of the decision. The model stays as it is and shares nothing with the new one.
    It may have errors; one that has none becomes one that has none. Nothing is known of other documents: of arrays,
    say. Raises UsageError for a version that is not installed or that no steps lead to, for a class that the model
    does not become, for a part that depends on what stands around it, and for answers that no step asks for;
    PluginError where a step fails.
    """
    registry = registry or default_registry()
    cls = _class_of(model)
    target, goal = _target(to, registry)
    way = Way.between(registry, _spec_of(cls, registry), target, decisions or {})
    value, problem = _plain(model, registry.converter(way.source.version))
    if problem is not None:
        made, notes = None, _refusing(way, problem)
    elif _is_document(way.source, cls):
        made, notes = converted_document(way, cls, value, goal)
    else:
        made, notes = converted_part(way, cls, value)
        if goal is not None and made is not None and not isinstance(made, goal):
            raise UsageError(f"it becomes an object of {named(type(made))}, not of {named(goal)}")
    if made is not None:
        kind = kind_of_class(way.source, cls)
        _evaluate(way, model, kind.load() if kind is not None else cls, made, notes)
    return Conversion(
        source=way.source.version,
        target=target.version,
        model=None if notes.obstacles else made,
        decisions=list(decisions_made(way.decisions, decisions or {}, notes)),
        losses=notes.losses,
        obstacles=notes.obstacles,
        remarks=notes.remarks,
    )


# --- what is asked ----------------------------------------------------------------------------------


def _class_of(model: object) -> type[Model]:
    if not isinstance(model, Model):
        raise UsageError(f"expected a model, such as an ngff_v05.Image, got {type(model).__name__}")
    return type(model)


def _target(to: object, registry: Registry) -> tuple[Spec, type[Model] | None]:
    if isinstance(to, str):
        return registry.spec(plain_version(to)), None
    if isinstance(to, type) and issubclass(to, Model):
        return _spec_of(to, registry), to
    got = repr(to) if isinstance(to, type) else type(to).__name__
    raise UsageError(f"expected a version such as '0.5', or a model class such as ngff_v05.Image, got {got}")


def _spec_of(cls: type[Model], registry: Registry) -> Spec:
    version = cls.VERSION or version_of(cls, list(registry.specs.values()))
    if version is None:
        raise UsageError(f"{cls.__module__}.{cls.__name__} is no class of one version, such as those of ngff_v05")
    return registry.spec(version)


def _is_document(spec: Spec, cls: type[Model]) -> bool:
    around = (spec.load_document(), spec.load_attributes())
    return kind_of_class(spec, cls) is not None or any(one is not None and issubclass(cls, one) for one in around)


def _plain(model: Model, converter: JSON) -> tuple[JSON, str | None]:
    """Return the JSON that a model stands for, and what keeps steps from being taken with it."""
    deep = f"it is nested more than {DEEPEST} deep"
    try:
        value, problems = json_value(unstructure(converter, model))
    except RecursionError:
        return None, deep
    if problems:
        where = f" (at {problems[0].pointer})" if problems[0].pointer else ""
        return None, f"{problems[0].message}{where}"
    return value, deep if nested_deeper(value, DEEPEST) else None


def _refusing(way: Way, problem: str) -> Notes:
    notes = Notes(way.target.zarr_format, way.answers)
    notes.refuse("", problem)
    return notes


# --- what came of it --------------------------------------------------------------------------------


def _evaluate(way: Way, model: Model, cls: type[Model], made: Model, notes: Notes) -> None:
    """Refuse what has errors only since it was converted; where the model, of a class, had some before, say so."""
    after = way.report(way.target, made, type(made))
    if after.valid:
        return
    before = way.report(way.source, model, cls)
    errors = ", ".join(dict.fromkeys(i.rule for i in after.issues if i.severity is Severity.ERROR))
    said = f"it has {after.said(Severity.ERROR)} in {way.target.version}: {errors}"
    if before.valid:
        notes.refuse("", f"{said} (and none in {way.source.version})")
    else:
        notes.remark("", f"{said} (it had {before.said(Severity.ERROR)} in {way.source.version})")
