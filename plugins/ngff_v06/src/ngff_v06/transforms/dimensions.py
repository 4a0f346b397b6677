"""Where numbers of coordinates do not fit together: of parameters, nested transformations and coordinate systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Any

from ngff_core.words import counted
from ngff_v06.models import transformations as kinds
from ngff_v06.transforms.counts import count, indices
from ngff_v06.transforms.misfits import Checked, Examined, Misfit, Nested, Place, Way
from ngff_v06.transforms.single import (
    check_affine,
    check_displacements,
    check_indices,
    check_project,
    check_rotation,
    check_vector,
)
from ngff_v06.transforms.walk import dataset_transformations, is_transformation, own_transformations, systems_of

__all__ = ["SizeOf", "examine", "examine_all", "local_size"]

MOST_AXES = 100
SHOWN = 20  # axes that a message names
SizeOf = Callable[[object], int | None]


def local_size(holder: object) -> SizeOf:
    """Return what knows the number of axes of the systems that a multiscale or scene defines itself."""
    systems = systems_of(holder)

    def size_of(reference: object) -> int | None:
        name = getattr(reference, "name", None)
        if getattr(reference, "path", None) is not None or not isinstance(name, str) or name not in systems:
            return None
        return count(systems[name].axes)

    return size_of


def examine_all(holder: object, size_of: SizeOf | None = None) -> Examined:
    """Examine all transformations of a multiscale or scene; ``size_of`` tells the number of axes of a system."""
    size_of = size_of or local_size(holder)
    found = Examined([], [])
    for place, t, _ in dataset_transformations(holder):
        size = size_of(t.output)
        examine(t, size, size, place, found)
    for place, t in own_transformations(holder):
        examine(t, size_of(t.input), size_of(t.output), place, found)
    return found


def examine(t: kinds.AnyTransformation, n: int | None, m: int | None, place: Place, found: Examined) -> None:
    """Examine a transformation from a system of ``n`` axes to one of ``m``; ``None``: not known.

    What is nested in it is examined in turn, without recursion: a document may be a thousand levels deep.
    """
    found.counts.learn(t)
    open_ = [_examined(Nested(t, n, m, place), found)]
    while open_:
        met = next(open_[-1], None)
        if met is None:
            open_.pop()
        elif isinstance(met, Nested):
            open_.append(_examined(met, found))
        else:
            found.misfits.append(met)


def _examined(one: Nested, found: Examined) -> Checked:
    """Yield what is found of one transformation, and what is nested in it, each in its turn."""
    t, n, m, place = one.transformation, one.n, one.m, one.place
    before = len(found.misfits)
    if isinstance(t, kinds.Stored | kinds.Field) and t.path is not None:
        found.sizes.append((tuple(place), t, n, m))
    check = _CHECKS.get(type(t))
    if check is not None:
        yield from check(t, n, m, place, found)
    if len(found.misfits) > before or n is None or m is None:
        return
    size = found.counts.yielded(t, n)
    if size is not None and size != m:
        yield Misfit(
            "transform-parameters-match-dimensions",
            place,
            f"the {t.type} takes {counted(n, 'coordinate')} and yields {size}, but its output has {counted(m, 'axis')}",
            expected=counted(m, "coordinate"),
        )


def _check_sequence(
    t: kinds.SequenceTransformation, n: int | None, m: int | None, place: Place, found: Examined
) -> Checked:
    steps = t.transformations if isinstance(t.transformations, list) else []
    size = n
    for index, step in enumerate(steps):
        where = Way(place, "transformations", index)
        wanted = found.counts.taken(step)
        if index and size is not None and wanted is not None and wanted != size:
            yield Misfit(
                "transform-sequence-dimensions-chain",
                where,
                f"the {step.type} takes {counted(wanted, 'coordinate')}, but the step before it yields {size}",
                expected=counted(size, "coordinate"),
            )
            size = wanted
        before = len(found.misfits)
        last = index == len(steps) - 1
        yield Nested(step, size, m if last else None, where)
        if len(found.misfits) > before:
            return
        size = found.counts.yielded(step, size if size is not None else wanted)


def _check_bijection(
    t: kinds.BijectionTransformation, n: int | None, m: int | None, place: Place, found: Examined
) -> Checked:
    if n is not None and m is not None and n != m:
        yield Misfit(
            "transform-bijection-dimensions-equal",
            place,
            f"a bijection from {counted(n, 'axis')} to {m}",
            expected="as many axes in the output as in the input",
        )
        return
    size = n if n is not None else m
    for key in ("forward", "inverse"):
        part = getattr(t, key)
        if not is_transformation(part):
            continue
        takes = found.counts.taken(part)
        size = size if size is not None else takes
        gives = found.counts.yielded(part, size)
        wrong = next((k for k in (takes, gives) if k is not None and size is not None and k != size), None)
        if wrong is not None and size is not None:
            yield Misfit(
                "transform-bijection-dimensions-equal",
                (*place, key),
                f"the {key} takes {counted(takes if takes is not None else size, 'coordinate')} and yields"
                f" {gives if gives is not None else size}, the bijection has {counted(size, 'axis')}",
                expected=counted(size, "coordinate"),
            )
        else:
            yield Nested(part, size, size, Way(place, key))


def _check_by_dimension(
    t: kinds.ByDimensionTransformation, n: int | None, m: int | None, place: Place, found: Examined
) -> Checked:
    seen: dict[int, int] = {}
    complete = isinstance(t.transformations, list)
    for index, part in enumerate(t.transformations if complete else ()):
        if not isinstance(part, kinds.ByDimensionPart):
            complete = False
            continue
        where = Way(place, "transformations", index)
        for key, limit in (("inputAxes", n), ("outputAxes", m)):
            yield from check_indices(getattr(part, key), limit, Way(where, key))
        outputs = indices(part.outputAxes)
        complete = complete and len(outputs) == count(part.outputAxes)
        times = Counter(outputs)
        for axis in outputs:
            if seen.setdefault(axis, index) != index or times[axis] > 1:
                yield Misfit(
                    "transform-bydimension-outputs-covered-once",
                    (*where, "outputAxes"),
                    f"output axis {axis} is set twice",
                    part.outputAxes,
                    "each output axis in exactly one item",
                )
                break
        yield from _check_part(part, where, found)
    # where the number of axes is not known, at least no axis is left out between others
    size = m if m is not None else min(max(seen, default=-1) + 1, MOST_AXES)
    missing = size - sum(0 <= axis < size for axis in seen)
    if missing and complete:
        first = islice((axis for axis in range(size) if axis not in seen), SHOWN)
        more = f" and {missing - SHOWN} more" if missing > SHOWN else ""
        yield Misfit(
            "transform-bydimension-outputs-covered-once",
            (*place, "transformations"),
            f"nothing sets output axis {', '.join(map(str, first))}{more}",
            expected="each output axis in exactly one item",
        )


def _check_part(part: kinds.ByDimensionPart, place: Place, found: Examined) -> Checked:
    t, inputs, outputs = part.transformation, count(part.inputAxes), count(part.outputAxes)
    if not isinstance(t, kinds.Transformation):
        return
    takes = found.counts.taken(t)
    gives = found.counts.yielded(t, takes if takes is not None else inputs)
    for key, written, wanted in (("inputAxes", inputs, takes), ("outputAxes", outputs, gives)):
        if written is not None and wanted is not None and written != wanted:
            yield Misfit(
                "transform-bydimension-lengths-match",
                (*place, key),
                f"the {t.type} {'takes' if key == 'inputAxes' else 'yields'} {counted(wanted, 'coordinate')},"
                f" {key} has {written}",
                getattr(part, key),
                counted(wanted, "position"),
            )
            return
    yield Nested(t, inputs, outputs, Way(place, "transformation"))


_CHECKS: dict[type[Any], Callable[[Any, int | None, int | None, Place, Examined], Checked]] = {
    kinds.ScaleTransformation: check_vector,
    kinds.TranslationTransformation: check_vector,
    kinds.MapAxisTransformation: check_vector,
    kinds.ProjectAxisTransformation: check_project,
    kinds.AffineTransformation: check_affine,
    kinds.RotationTransformation: check_rotation,
    kinds.SequenceTransformation: _check_sequence,
    kinds.BijectionTransformation: _check_bijection,
    kinds.DisplacementsTransformation: check_displacements,
    kinds.ByDimensionTransformation: _check_by_dimension,
}
