"""What is said of the levels of an image that was looked after: what became of each, and where it was and is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ngff_core.structure.values import JSONObject
from ngff_write.pixels.levels import Level
from ngff_write.pyramids.run import Mended
from ngff_write.pyramids.state import Stored

__all__ = ["levels_json", "levels_lines"]

Numbers = Sequence[float] | None


@attrs.frozen
class _Row:
    """One level: its name, what becomes of it, and what the metadata says of it before and after."""

    path: str
    action: str
    before: Stored | None
    after: Level | Stored | None


def _rows(found: Mended) -> Iterator[_Row]:
    planned, stored = found.planned, found.state.levels
    names = [*(level.path for level in stored[: planned.kept]), *found.names]
    for number, (name, level) in enumerate(zip(names, planned.levels, strict=True)):
        before = stored[number] if number < len(stored) else None
        if number >= planned.kept or number in planned.moved:
            yield _Row(name, "made" if number >= planned.kept else "moved", before, level)
        else:  # what is stated stays as it is written
            yield _Row(name, "kept", before, before)
    for gone in found.change.removed:
        yield _Row(gone.path, "removed", gone, None)


def levels_lines(found: Mended, *, only_plan: bool) -> Iterator[str]:
    """Yield a line for each level, with what was said of it before where that was something else."""
    would = "would be " if only_plan else ""
    words = {"kept": "stays", "moved": f"{would}mended", "made": f"{would}made", "removed": f"{would}taken away"}
    rows = [
        (row.path, words[row.action], _shape(row), "  ".join(_places(row, found.planned.kernel.name)))
        for row in _rows(found)
    ]
    path, action, shape = (max(len(row[column]) for row in rows) for column in range(3))
    for row in rows:
        yield f"{row[0]:{path}}  {row[1]:{action}}  {row[2]:{shape}}  {row[3]}".rstrip()


def _shape(row: _Row) -> str:
    return " x ".join(map(str, row.after.shape)) if row.after is not None else ""


def _places(row: _Row, kernel: str) -> Iterator[str]:
    """Yield what is said of where a level lies, from what it was to what it is."""
    if row.after is None:
        return
    old = row.before
    for word, before, after in (
        ("scale", old.scale if old is not None else row.after.scale, row.after.scale),
        ("translation", old.translation if old is not None else row.after.translation, row.after.translation),
    ):
        new, was = _numbers(after), _numbers(before)
        if row.action in ("moved", "made") and was != new:
            yield f"{word} {was} -> {new}"
        elif word == "scale" or any(after or ()):
            yield f"{word} {new}"
    if row.action == "made":
        yield f"by {kernel}"


def _numbers(values: Numbers) -> str:
    return ", ".join(f"{value:.10g}" for value in values) if values is not None else "not stated"


def levels_json(found: Mended) -> list[JSONObject]:
    """Return an object for each level; ``before`` is what was stated of a level of that number, or of that name."""
    return [
        {
            "path": row.path,
            "action": row.action,
            **({"shape": list(row.after.shape), **_stated(row.after)} if row.after is not None else {}),
            **({"before": _stated(row.before)} if row.before is not None else {}),
        }
        for row in _rows(found)
    ]


def _stated(level: Level | Stored) -> JSONObject:
    return {
        "scale": list(level.scale) if level.scale is not None else None,
        "translation": list(level.translation) if level.translation is not None else None,
    }
