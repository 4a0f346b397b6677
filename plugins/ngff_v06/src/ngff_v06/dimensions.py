"""Where numbers of coordinates do not fit together: of parameters, nested transformations and coordinate systems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ngff_core.issues.pointer import Pointer
from ngff_core.rules.common import is_number
from ngff_v06 import transformations as kinds
from ngff_v06.counts import VECTORS, count, indices, taken, yielded
from ngff_v06.walk import dataset_transformations, own_transformations, systems_of

__all__ = ["Examined", "Misfit", "SizeOf", "examine", "examine_all", "local_size"]

MOST_AXES = 100
SizeOf = Callable[[Any], int | None]


class Misfit(NamedTuple):
    """One place where numbers of coordinates do not fit: the entry of the catalogue, and what to say."""

    rule: str
    place: Pointer
    message: str
    found: Any = None
    expected: str | None = None
    hint: str | None = None


class Examined(NamedTuple):
    """What was found, and for each transformation with a path how many coordinates it takes and has to yield."""

    misfits: list[Misfit]
    sizes: list[tuple[Pointer, Any, int | None, int | None]]


def local_size(holder: Any) -> SizeOf:
    """Return what knows the number of axes of the systems that a multiscale or scene defines itself."""
    systems = systems_of(holder)

    def size_of(reference: Any) -> int | None:
        name = getattr(reference, "name", None)
        if getattr(reference, "path", None) is not None or not isinstance(name, str) or name not in systems:
            return None
        return count(systems[name].axes)

    return size_of


def examine_all(holder: Any, size_of: SizeOf | None = None) -> Examined:
    """Examine all transformations of a multiscale or scene; ``size_of`` tells the number of axes of a system."""
    size_of = size_of or local_size(holder)
    found = Examined([], [])
    for place, t, _ in dataset_transformations(holder):
        size = size_of(t.output)
        examine(t, size, size, place, found)
    for place, t in own_transformations(holder):
        examine(t, size_of(t.input), size_of(t.output), place, found)
    return found


def examine(t: Any, n: int | None, m: int | None, place: Pointer, found: Examined) -> None:
    """Examine a transformation from a system of ``n`` axes to one of ``m``; ``None``: not known."""
    before = len(found.misfits)
    if getattr(t, "path", None) is not None:
        found.sizes.append((place, t, n, m))
    check = _CHECKS.get(type(t))
    if check is not None:
        for misfit in check(t, n, m, place, found):
            found.misfits.append(misfit)  # one by one: the check examines what is nested, and looks at the list
    if len(found.misfits) > before or n is None or m is None:
        return
    size = yielded(t, n)
    if size is not None and size != m:
        found.misfits.append(
            Misfit(
                "transform-parameters-match-dimensions",
                place,
                f"the {t.type} takes {n} coordinates and yields {size}, but its output has {m} axes",
                expected=f"{m} coordinates",
            )
        )


Checked = Iterator[Misfit]


def _check_vector(t: Any, n: int | None, m: int | None, place: Pointer, _: Examined) -> Checked:
    key = VECTORS[type(t)]
    length, axes = taken(t), n if n is not None else m
    if length is None or axes is None or length == axes:
        return
    rule = f"transform-{key}-length-matches-axes" if key != "mapAxis" else "transform-parameters-match-dimensions"
    yield Misfit(
        rule,
        (*place, key),
        f"the {key} has {length} number{'s' if length != 1 else ''} for {axes} axes",
        getattr(t, key),
        f"{axes} numbers",
    )


def _check_project(t: Any, n: int | None, m: int | None, place: Pointer, _: Examined) -> Checked:
    if n is None:
        return
    size = yielded(t, n)
    for key, limit in (("droppedInputs", n), ("createdOutputs", m if m is not None else size)):
        axes = getattr(t, key)
        for index, axis in enumerate(axes if isinstance(axes, list) else ()):
            if is_number(axis) and limit is not None and not 0 <= axis < limit:
                side = "input" if key == "droppedInputs" else "output"
                yield Misfit(
                    "transform-projectaxis-dimensions",
                    (*place, key, index),
                    f"there is no {side} axis {axis}: the {side} has {limit} axes",
                    axis,
                    f"0 to {limit - 1}",
                )
    if m is not None and size is not None and size != m:
        yield Misfit(
            "transform-projectaxis-dimensions",
            place,
            f"{n} axes, {len(indices(t.droppedInputs))} dropped and {len(indices(t.createdOutputs))} created"
            f" make {size}, but the output has {m}",
            expected=f"{m} axes",
        )


def _check_affine(t: Any, n: int | None, m: int | None, place: Pointer, _: Examined) -> Checked:
    if not isinstance(t.affine, list):
        return
    rows, columns = len(t.affine), taken(t)
    where = (*place, "affine")
    if columns is None:
        yield Misfit("transform-affine-shape", where, "the rows of the matrix differ in length", t.affine)
        return
    fits = (n is None or columns == n) and (m is None or rows == m)
    if fits and rows and columns >= 1:
        return
    shape = f"{m if m is not None else 'M'} x {n + 1 if n is not None else 'N + 1'}"
    last = t.affine[-1] if t.affine else None
    full = rows == columns + 1 and isinstance(last, list) and last[:-1] == [0] * columns and last[-1:] == [1]
    yield Misfit(
        "transform-affine-shape",
        where,
        f"the matrix is {rows} x {columns + 1}",
        t.affine,
        f"{shape} numbers",
        "leave the last row out: only the upper rows of a homogeneous matrix are written" if full else None,
    )


def _check_rotation(t: Any, n: int | None, m: int | None, place: Pointer, _: Examined) -> Checked:
    if not isinstance(t.rotation, list):
        return
    size, axes = len(t.rotation), n if n is not None else m
    widths = [len(row) if isinstance(row, list) else None for row in t.rotation]
    square = all(width == size for width in widths)
    if not square or not 2 <= size <= 5 or (axes is not None and axes != size):
        wide = widths[0] if widths and len(set(widths)) == 1 else "?"
        wanted = axes if axes is not None and 2 <= axes <= 5 else "N"
        yield Misfit(
            "transform-rotation-square",
            (*place, "rotation"),
            f"the matrix is {size} x {wide}" + (f" for {axes} axes" if axes is not None and square else ""),
            t.rotation,
            f"{wanted} x {wanted} numbers" + (", N from 2 to 5" if wanted == "N" else ""),
        )


def _check_sequence(t: Any, n: int | None, m: int | None, place: Pointer, found: Examined) -> Checked:
    steps = t.transformations if isinstance(t.transformations, list) else []
    size = n
    for index, step in enumerate(steps):
        where = (*place, "transformations", index)
        wanted = taken(step)
        if index and size is not None and wanted is not None and wanted != size:
            yield Misfit(
                "transform-sequence-dimensions-chain",
                where,
                f"the {step.type} takes {wanted} coordinates, but the step before it yields {size}",
                expected=f"{size} coordinates",
            )
            size = wanted
        before = len(found.misfits)
        last = index == len(steps) - 1
        examine(step, size, m if last else None, where, found)
        if len(found.misfits) > before:
            return
        size = yielded(step, size if size is not None else wanted)


def _check_bijection(t: Any, n: int | None, m: int | None, place: Pointer, found: Examined) -> Checked:
    if n is not None and m is not None and n != m:
        yield Misfit(
            "transform-bijection-dimensions-equal",
            place,
            f"a bijection from {n} axes to {m}",
            expected="as many axes in the output as in the input",
        )
        return
    size = n if n is not None else m
    for key in ("forward", "inverse"):
        part = getattr(t, key)
        if not isinstance(part, kinds.Transformation):
            continue
        size = size if size is not None else taken(part)
        takes = taken(part)
        gives = yielded(part, size)
        wrong = next((k for k in (takes, gives) if k is not None and size is not None and k != size), None)
        if wrong is not None:
            yield Misfit(
                "transform-bijection-dimensions-equal",
                (*place, key),
                f"the {key} takes {takes if takes is not None else size} coordinates and yields"
                f" {gives if gives is not None else size}, the bijection has {size} axes",
                expected=f"{size} coordinates",
            )
        else:
            examine(part, size, size, (*place, key), found)


def _check_displacements(t: Any, n: int | None, m: int | None, place: Pointer, _: Examined) -> Checked:
    if n is not None and m is not None and n != m:
        yield Misfit(
            "transform-displacements-equal-dimensions",
            place,
            f"displacements from {n} axes to {m}",
            expected="as many axes in the output as in the input",
        )


def _check_by_dimension(t: Any, n: int | None, m: int | None, place: Pointer, found: Examined) -> Checked:
    seen: dict[int, int] = {}
    complete = isinstance(t.transformations, list)
    for index, part in enumerate(t.transformations if complete else ()):
        if not isinstance(part, kinds.ByDimensionPart):
            complete = False
            continue
        where = (*place, "transformations", index)
        for key, limit in (("inputAxes", n), ("outputAxes", m)):
            yield from _check_indices(getattr(part, key), limit, (*where, key))
        outputs = indices(part.outputAxes)
        complete = complete and len(outputs) == count(part.outputAxes)
        for axis in outputs:
            if seen.setdefault(axis, index) != index or outputs.count(axis) > 1:
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
    missing = [axis for axis in range(size) if axis not in seen]
    if missing and complete:
        yield Misfit(
            "transform-bydimension-outputs-covered-once",
            (*place, "transformations"),
            f"nothing sets output axis {', '.join(map(str, missing))}",
            expected="each output axis in exactly one item",
        )


def _check_indices(axes: Any, limit: int | None, place: Pointer) -> Checked:
    for index, axis in enumerate(axes if isinstance(axes, list) else ()):
        if is_number(axis) and (axis < 0 or (limit is not None and axis >= limit)):
            yield Misfit(
                "transform-bydimension-axes-integers",
                (*place, index),
                f"there is no axis {axis}" + (f": there are {limit} axes" if limit is not None else ""),
                axis,
                f"0 to {limit - 1}" if limit else "0 or more",
            )


def _check_part(part: kinds.ByDimensionPart, place: Pointer, found: Examined) -> Checked:
    t, inputs, outputs = part.transformation, count(part.inputAxes), count(part.outputAxes)
    if not isinstance(t, kinds.Transformation):
        return
    takes = taken(t)
    gives = yielded(t, takes if takes is not None else inputs)
    for key, written, wanted in (("inputAxes", inputs, takes), ("outputAxes", outputs, gives)):
        if written is not None and wanted is not None and written != wanted:
            yield Misfit(
                "transform-bydimension-lengths-match",
                (*place, key),
                f"the {t.type} {'takes' if key == 'inputAxes' else 'yields'} {wanted} coordinate"
                f"{'s' if wanted != 1 else ''}, {key} has {written}",
                getattr(part, key),
                f"{wanted} position{'s' if wanted != 1 else ''}",
            )
            return
    examine(t, inputs, outputs, (*place, "transformation"), found)


_CHECKS: dict[type[Any], Callable[[Any, int | None, int | None, Pointer, Examined], Checked]] = {
    kinds.ScaleTransformation: _check_vector,
    kinds.TranslationTransformation: _check_vector,
    kinds.MapAxisTransformation: _check_vector,
    kinds.ProjectAxisTransformation: _check_project,
    kinds.AffineTransformation: _check_affine,
    kinds.RotationTransformation: _check_rotation,
    kinds.SequenceTransformation: _check_sequence,
    kinds.BijectionTransformation: _check_bijection,
    kinds.DisplacementsTransformation: _check_displacements,
    kinds.ByDimensionTransformation: _check_by_dimension,
}
