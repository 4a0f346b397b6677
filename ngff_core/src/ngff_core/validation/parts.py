"""Evaluate a part of a document, such as an axis: inside the documents that can hold it.

So a part is said the same of by itself as in its document. Around it stands nothing but what leads to it, and only what
is found inside it counts, and in whatever can hold it: a rule on the holder may ask for something of a part that has
another place as well.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import attrs

from ngff_core.checking.checker import Seen, Version
from ngff_core.hierarchy.nodes import GroupMetadata, GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer, to_pointer
from ngff_core.report.partial import Partial
from ngff_core.spec.detect import choose_spec, claim_of
from ngff_core.spec.spec import Kind, Spec
from ngff_core.structure.annotations import is_list
from ngff_core.structure.converter import structure
from ngff_core.structure.faults import Fault
from ngff_core.structure.member import Member, members_of
from ngff_core.structure.model import Model
from ngff_core.structure.own_classes import SHARED, class_in, package_of
from ngff_core.structure.values import JSONObject
from ngff_core.validation.outcome import Evaluated, one_section
from ngff_core.validation.setup import Setup
from ngff_core.zarr.group import GroupDocument

__all__ = ["Place", "Steps", "evaluate_part", "places_of", "version_of"]

Step = tuple[type[Model], Member]
"""A class, and its member that holds the next, or a list with the next in it."""

Found = tuple[list[Issue], Seen]

Steps = tuple[Step, ...]
"""What leads to a part, from the top."""

Place = tuple[Kind, Steps]
"""Where a part may stand: in groups of a kind, and what leads there."""


def evaluate_part(setup: Setup, value: JSONObject, cls: type[Model]) -> Evaluated:
    """Evaluate an object that is part of a document as an object of its class, by the version of that class."""
    version = setup.version(_version_for(setup, value, cls))
    spec, checker = version.spec, version.checker
    places = list(places_of(spec, cls))
    typed, faults = structure(version.converter, value, _annotation(cls, places))
    found = [_found_at(version, place, typed, value, faults) for place in places]
    found = found or [checker.check_model(typed, faults, base=(), document=None, kind=None)]
    issues = [issue.moved(issue.node, None) for issue in _in_all([issues for issues, _ in found])]
    partial = Partial(
        url="",
        version=spec.version,
        kind=cls.__name__,
        sections=one_section([*issues, *setup.failures()]),
        rules=checker.rules_seen([seen for _, seen in found]),
        rule_set=checker.rule_set,
        names=checker.names,
    )
    return Evaluated(partial, typed)


def version_of(cls: type, specs: Sequence[Spec]) -> str | None:
    """Return the version whose package a class is from, or the class that it is derived from; ``None``: no version's.

    Classes that versions share are those of several: `ngff_core.structure.own_classes`.
    """
    installed = {spec.package: spec.version for spec in specs}
    for package in map(package_of, cls.__mro__):
        if package in installed:
            return installed[package]
        stated = getattr(sys.modules.get(f"{package}.version"), "VERSION", None)
        if package != SHARED and isinstance(stated, str):
            return stated  # of a version that is switched off
    return None


def _version_for(setup: Setup, value: JSONObject, cls: type[Model]) -> str:
    known = setup.settings.version or version_of(cls, setup.specs)
    if known is not None:
        return known
    claim = claim_of(setup.specs, value)
    spec = choose_spec(setup.specs, claim, None) if claim else None
    spec = spec or setup.registry.newest()
    return spec.version if spec else ""


# --- where a part may stand ---------------------------------------------------------------------------


def places_of(spec: Spec, cls: type[Model]) -> Iterator[Place]:
    """Yield each member of each class that may hold a part, with the shortest way to it, kind by kind."""
    for kind in spec.kinds:
        if issubclass(cls, kind.load()):
            yield kind, ()
        waiting: list[tuple[type[Model], Steps]] = [(kind.load(), ())]
        seen: set[type] = {kind.load()}
        for holder, way in waiting:  # which grows meanwhile: what is nearer comes first
            for declared in members_of(holder):
                held = declared.models
                here = (*way, (holder, declared))
                if _takes(held, cls):
                    yield kind, here
                waiting += [(inner, here) for inner in held if inner not in seen]
                seen.update(held)


def _takes(held: Sequence[type], cls: type) -> bool:
    """Tell whether a member that holds some classes takes an object of a class, or of any class derived from it."""
    return any(issubclass(cls, inner) for inner in held) or _is_base(held, cls)


def _is_base(held: Sequence[type], cls: type) -> bool:
    return bool(held) and all(issubclass(inner, cls) for inner in held)


def _annotation(cls: type[Model], places: Sequence[Place]) -> type[Model]:
    """Return what to structure a part as: its class, or for a base of several the union of these."""
    for declared in (way[-1][1] for _, way in places if way):
        if _is_base(declared.models, cls):
            union: type[Model] = get_args(declared.type)[0] if is_list(declared.type) else declared.type
            return union
    return cls


# --- what is found there ------------------------------------------------------------------------------


def _found_at(version: Version, place: Place, typed: Model, value: JSONObject, faults: Sequence[Fault]) -> Found:
    """Return what is found inside a part in one place, located as seen from the part, and what was looked at."""
    kind, way = place
    model: object = typed
    raw: Any = value
    pointer: Pointer = ()
    for holder, declared in reversed(way):
        many = is_list(declared.type)
        model = _holder(class_in(version.spec.package, holder), declared.attribute, [model] if many else model)
        raw = {declared.json_name: [raw] if many else raw}
        pointer = (declared.json_name, *((0,) if many else ()), *pointer)
    checker = version.checker
    own, seen = checker.check_model(typed, faults, base=(), document=None, kind=kind.name)
    located = [fault.seen_from(pointer) for fault in faults]
    around: list[Issue] = []
    if way:
        around, seen = checker.check_model(model, located, base=(), document=None, kind=kind.name)
    around += checker.check_group(_group(version.spec, kind, model, raw, located), alone=True)
    known = {(issue.rule, issue.pointer, issue.message) for issue in own}
    inside = [i for i in _inside(around, to_pointer(pointer)) if (i.rule, i.pointer, i.message) not in known]
    return checker.in_order([*own, *inside], kind.name), seen


def _inside(issues: Sequence[Issue], prefix: str) -> Iterator[Issue]:
    """Yield what is found in a value that a pointer leads to, located as seen from there."""
    for issue in issues:
        if f"{issue.pointer}/".startswith(f"{prefix}/"):
            yield attrs.evolve(issue, pointer=issue.pointer[len(prefix) :])


def _holder(cls: type[Model], attribute: str, value: object) -> Model:
    """Return an object that holds a value, and nothing else."""
    made = cls.__new__(cls)
    for declared in members_of(cls):
        setattr(made, declared.attribute, value if declared.attribute == attribute else None)
    made._extra = None
    return made


def _group(spec: Spec, kind: Kind, model: object, ome: JSONObject, faults: list[Fault]) -> GroupNode:
    attributes = {spec.namespace: ome} if spec.namespace is not None else ome
    metadata = GroupMetadata(GroupDocument(spec.zarr_format, "", (), attributes, attributes), kind.name)
    metadata.ome, metadata.namespaced = ome, spec.namespace is not None
    metadata.model, metadata.faults = model if isinstance(model, Model) else None, faults
    return GroupNode("", metadata)


def _in_all(found: Sequence[list[Issue]]) -> list[Issue]:
    """Return the first findings, as far as all others have them as well."""
    others = [{(issue.rule, issue.pointer) for issue in issues} for issues in found[1:]]
    return [issue for issue in found[0] if all((issue.rule, issue.pointer) in known for known in others)]
