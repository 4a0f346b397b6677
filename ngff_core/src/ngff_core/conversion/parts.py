"""Parts of documents: put into the smallest document that can hold one, taken along with it, and taken out again.

What becomes of a part may depend on what stands around it. So that is tried: the part has to come out the same from all
places where it may stand and whatever fills these, what stands around it has to become what it becomes without it, and
where it stood without an error of its own it has to stand without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, get_args

import attrs

from ngff_core.conversion.documents import group_of, metadata_of
from ngff_core.conversion.way import Way
from ngff_core.errors import UsageError
from ngff_core.issues.pointer import Pointer, to_pointer
from ngff_core.issues.requirement import Severity
from ngff_core.migration.interface import NodeDocuments, Notes
from ngff_core.report.report import Report
from ngff_core.spec.spec import Kind, Spec
from ngff_core.structure.annotations import is_dict, is_list, is_literal, is_model, is_union
from ngff_core.structure.converter import structure
from ngff_core.structure.member import Member, members_of
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.validation.parts import Place, Steps, places_of

__all__ = ["converted_part"]

_ABSENT = object()


@attrs.frozen
class _Filling:
    """What stands for names, paths, colors and the like around a part: for those that have to be there, or for all."""

    text: str
    all: bool


_FILLINGS = (_Filling("000000", all=False), _Filling("000001", all=True))  # a part must not depend on them


@attrs.frozen
class _Out:
    """What came out of one place."""

    model: Model | None
    notes: Notes


def converted_part(way: Way, cls: type[Model], value: JSONObject) -> tuple[Model | None, Notes]:
    """Return what becomes of an object of a class, and what is said of it; ``None`` where something is in the way.

    Raises UsageError where the other version has no such part, and where it depends on what stands around it.
    """
    goal = _counterpart(way, cls)
    places = [place for place in places_of(way.source, cls) if place[1]]
    found = [_through(way, place, goal, value, filling) for place in places for filling in _FILLINGS]
    refused = next((out for out in found if out is not None and out.notes.obstacles), None)
    if refused is not None:
        return None, refused.notes
    first = found[0] if found else None
    if first is None or any(out is None or out.model != first.model for out in found):
        raise _depends(way, cls, places)
    return first.model, first.notes


def _counterpart(way: Way, cls: type[Model]) -> type[Model]:
    """Return the class of the same name in the other version; raise UsageError where there is none."""
    own, other = (import_module(spec.package) if spec.package else None for spec in (way.source, way.target))
    name = next((base.__name__ for base in cls.__mro__ if getattr(own, base.__name__, None) is base), None)
    found = getattr(other, name, None) if name is not None else None
    if not isinstance(found, type) or not issubclass(found, Model):
        raise UsageError(f"{way.target.version} has no {name or cls.__name__}")
    return found


def _depends(way: Way, cls: type[Model], places: Sequence[Place]) -> UsageError:
    """Return the error that says what to convert instead: whatever holds all that the part depends on."""
    tops = [held.__name__ for _, steps in places if len(steps) > 1 for held in steps[0][1].models]
    whole = [kind.load().__name__ for kind, _ in places]
    holders = ", ".join(dict.fromkeys([*tops, *whole]))
    versions = f"from {way.source.version} to {way.target.version}"
    why = "what becomes of it depends on what stands around it"
    end = f"convert what it is in ({holders})" if holders else "it is a part of no document"
    return UsageError(f"a {cls.__name__} cannot be converted {versions} by itself, as {why}: {end}")


# --- one place --------------------------------------------------------------------------------------


def _through(way: Way, place: Place, goal: type[Model], value: JSONObject, filling: _Filling) -> _Out | None:
    """Return what becomes of a part in a place; ``None`` where that is not told from what stands around it."""
    kind, steps = place
    last = way.target.kind_named(kind.name)
    alone, said = way.taken(_group(way.source, kind, _around(steps, _ABSENT, filling)))
    if last is None or said.obstacles:
        return None
    whole = _around(steps, value, filling)
    node, notes = way.taken(_group(way.source, kind, whole))
    notes.losses = [loss for loss in notes.losses if loss not in said.losses]
    notes.remarks = [remark for remark in notes.remarks if remark not in said.remarks]
    if notes.obstacles:
        return _Out(None, notes)
    ome, empty = metadata_of(way.target, node.attributes), metadata_of(way.target, alone.attributes)
    there = next((there for there in _in_kind(way.target, last, goal) if _is_only_change(ome, empty, there)), None)
    if there is None:
        return None
    typed, faults = structure(way.registry.converter(way.target.version), ome, last.load())
    pointer = _pointer(there)
    model = _model_at(typed, there)
    if model is None or any(fault.pointer[: len(pointer)] != pointer for fault in faults):
        return None
    before = _errors(way.report(way.source, whole, kind.load()), _pointer(steps))
    after = _errors(way.report(way.target, ome, last.load()), pointer)
    after -= _errors(way.report(way.target, model, type(model)), ())
    return _Out(model, notes) if after <= before else None


def _in_kind(spec: Spec, kind: Kind, cls: type[Model]) -> Iterator[Steps]:
    return (steps for found, steps in places_of(spec, cls) if found is kind and steps)


def _is_only_change(ome: JSON, empty: JSON, steps: Steps) -> bool:
    """Tell whether a place is where a part has made the one difference to what stands around it."""
    return _holds(ome, steps) and _rest(ome, steps) == _rest(empty, steps)


def _errors(report: Report, pointer: Pointer) -> set[str]:
    """Return the rules on errors in what a pointer leads to."""
    inside = f"{to_pointer(pointer)}/"
    return {i.rule for i in report.issues if i.severity is Severity.ERROR and f"{i.pointer}/".startswith(inside)}


def _pointer(steps: Steps) -> Pointer:
    pointer: list[str | int] = []
    for _, declared in steps:
        pointer += [declared.json_name, 0] if is_list(declared.type) else [declared.json_name]
    return tuple(pointer)


def _group(spec: Spec, kind: Kind, ome: JSONObject) -> NodeDocuments:
    return group_of(spec, kind, {spec.namespace: ome} if spec.namespace is not None else ome)


def _around(steps: Steps, value: JSON, filling: _Filling) -> JSON:
    """Return the smallest OME metadata that has a value in some place, or the least that may stand there."""
    for holder, declared in reversed(steps):
        named = (m for m in members_of(holder) if m.required or (filling.all and m.type is str))
        made = {m.json_name: _least(m.type, filling.text) for m in named}
        if value is _ABSENT:
            made[declared.json_name] = _least(declared.type, filling.text)
        else:
            made[declared.json_name] = [value] if is_list(declared.type) else value
        value = made
    return value


def _least(annotation: Any, text: str) -> JSON:
    """Return the least that a member may hold."""
    if is_list(annotation):
        return []
    if is_model(annotation):
        return {m.json_name: _least(m.type, text) for m in members_of(annotation) if m.required}
    if is_literal(annotation):
        return get_args(annotation)[0]
    if is_union(annotation):
        return _least(get_args(annotation)[0], text)
    return {} if is_dict(annotation) else text if annotation is str else 0


# --- a place in what came out -----------------------------------------------------------------------


def _first(value: JSON, declared: Member) -> JSON:
    """Return what a member holds, or the first item in it; nothing there is told apart from an explicit null."""
    held = value.get(declared.json_name, _ABSENT) if isinstance(value, dict) else _ABSENT
    if not is_list(declared.type):
        return held
    return held[0] if isinstance(held, list) and held else _ABSENT


def _holds(value: JSON, steps: Steps) -> bool:
    for _, declared in steps:
        value = _first(value, declared)
    return value is not _ABSENT


def _rest(value: JSON, steps: Steps) -> list[JSON]:
    """Return all that is around a place."""
    rest: list[JSON] = []
    for _, declared in steps:
        name = declared.json_name
        held = value.get(name) if isinstance(value, dict) else None
        rest.append({key: other for key, other in value.items() if key != name} if isinstance(value, dict) else value)
        rest.append(held[1:] if isinstance(held, list) else [])
        value = _first(value, declared)
    return rest


def _model_at(model: object, steps: Steps) -> Model | None:
    for _, declared in steps:
        held = getattr(model, declared.attribute)
        model = held[0] if is_list(declared.type) else held
    return model if isinstance(model, Model) else None
