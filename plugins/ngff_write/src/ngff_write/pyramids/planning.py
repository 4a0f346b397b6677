"""Plan the levels of an image: which stay, which are made, and where each lies."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

from ngff_core.errors import UsageError
from ngff_write.pixels.kernels import FOR_LABELS, KERNELS, Kernel, kernel_named
from ngff_write.pixels.levels import Level, first_pixel
from ngff_write.pyramids.further import Asked, further
from ngff_write.pyramids.state import LevelError, State, Stored
from ngff_write.pyramids.ways import Way, has_holes, ways_of

__all__ = ["Planned", "lies_at", "plan_levels_of"]

_NEAR = 0.01  # of a pixel of the first level, by which a level may be elsewhere
_WHOLE = 1e-6


@attrs.frozen
class Planned:
    """What the levels of an image are to be: the first ``kept`` of ``levels`` stay, the others are made by a kernel.

    ``moved`` are levels that stay, and are not where the metadata say; ``reasons`` say what is wrong.
    """

    levels: list[Level]
    kept: int
    kernel: Kernel
    moved: list[int]
    reasons: list[str]
    remarks: list[str]

    @property
    def idle(self) -> bool:
        """Whether all is as it is to be."""
        return not self.reasons


@attrs.define
class _Keeping:
    """What is found out about the levels that are there, one after the other."""

    state: State
    asked: Asked
    levels: list[Level]
    ways: list[str] = attrs.field(factory=list)
    moved: list[int] = attrs.field(factory=list)
    reasons: list[str] = attrs.field(factory=list)
    remarks: list[str] = attrs.field(factory=list)


def plan_levels_of(state: State, asked: Asked) -> Planned:
    """Plan the levels of an image; reads the pixels of those that are there, up to the first that cannot stay.

    Raises LevelError where new levels could not be made, as that above them cannot be opened, or not be read.
    A kernel that is none for labels is not asked for of these, nor an axis that they have not: an image that has it not
    raises UsageError.
    """
    if not state.labels and (unknown := set(asked.keep) - {dim.name for dim in state.dims}):
        names = ", ".join(dim.name for dim in state.dims)
        raise UsageError(f"there is no axis {', '.join(sorted(unknown))} to keep, but {names}")
    if state.labels and asked.kernel not in FOR_LABELS:
        asked = attrs.evolve(asked, kernel=None)
    found = _Keeping(state, asked, [state.first])
    for number in range(1, min(len(state.levels), asked.n_levels or len(state.levels))):
        if not _keeps(found, number):
            break
    kept = len(found.levels)
    kernel = _kernel(state, asked, found.ways)
    found.levels += further(state, found.levels, kernel, asked)
    wanted = len(found.levels)
    if wanted > kept:
        state.source(state.levels[kept - 1])
    for number in range(kept, wanted):
        if number >= len(state.levels):
            found.reasons.append(f"level {number} is not there")
    if len(state.levels) > wanted:
        found.reasons.append(f"of {len(state.levels)} levels {wanted} are to be there")
    return Planned(found.levels, kept, kernel, found.moved, found.reasons, found.remarks)


def _kernel(state: State, asked: Asked, ways: Sequence[str]) -> Kernel:
    """Return the kernel for new levels: the one that is asked for, or that the levels above were made by."""
    made = next((way for way in reversed(ways) if way in (FOR_LABELS if state.labels else KERNELS)), None)
    return kernel_named(asked.kernel or made or ("mode" if state.labels else "mean"))


# --- the levels that are there --------------------------------------------------------------------------


def _keeps(found: _Keeping, number: int) -> bool:
    """Find out whether a level can stay, and where it lies; else say why not."""
    stored, above = found.state.levels[number], found.levels[-1]
    problem, factors = _geometry(found.state, stored, above)
    shrunk = [d.name for d, factor in zip(found.state.dims, factors, strict=False) if factor > 1]
    if lost := [name for name in shrunk if name in found.asked.keep]:
        problem = f"it is smaller along {', '.join(lost)}"
    if problem is None:
        try:
            pair = (found.state.source(found.state.levels[number - 1]), found.state.source(stored))
            document = stored.document
            tile = (document.shards or document.chunks if document is not None else None) or stored.shape
            ways = ways_of(*pair, factors, tile)
            problem = _unwanted(found, ways)
            if problem is None and not ways and has_holes(*pair, factors, tile, found.state.fill_value(stored)):
                problem = "parts of it were never written"
        except LevelError as error:
            if error.path != stored.path:
                raise  # of the level above no other can be made
            problem = str(error)
    if problem is not None:
        found.reasons.append(f"level {number}: {problem}")
        return False
    way = _chosen(found, ways, stored, above, factors)
    scale = tuple(size * factor for size, factor in zip(above.scale, factors, strict=True))
    if way is None:
        place = stored.translation or above.translation
        found.remarks.append(f"level {number} was made in a way that is not known here, and stays where it is")
    else:
        place = first_pixel(above, factors, way.shift)
    found.ways.append(way.name if way is not None else "")
    found.levels.append(Level(stored.shape, factors, scale, place))
    if not lies_at(stored, found.levels[-1], found.state.first):
        found.moved.append(number)
        found.reasons.append(f"level {number} is not where its pixels lie")
    return True


def _geometry(state: State, stored: Stored, above: Level) -> tuple[str | None, tuple[int, ...]]:
    """Return what is wrong with the array of a level, and how many pixels of the level above one covers."""
    document = stored.document
    if document is None:
        return "there is no array that could be opened", ()
    if len(stored.shape) != len(above.shape):
        return f"it has {len(stored.shape)} dimensions, expected {len(above.shape)}", ()
    first = state.levels[0].document
    if first is None or document.dtype != first.dtype:
        return f"its pixels are {document.dtype}, those of the first level are not", ()
    factors = []
    for axis, (size, new) in enumerate(zip(above.shape, stored.shape, strict=True)):
        stated = stored.scale[axis] / above.scale[axis] if stored.scale is not None else 1.0
        factor = _factor(size, new, stated)
        if factor is None:
            return (
                f"it has {new} pixels along {state.dims[axis].name} for {size} above, which no whole factor gives",
                (),
            )
        factors.append(factor)
    if all(factor == 1 for factor in factors):
        return "it is as large as the level above", ()
    return None, tuple(factors)


def _factor(size: int, new: int, stated: float) -> int | None:
    """Return how many pixels one covers along an axis: what is stated where that fits, else what the sizes say."""
    whole = round(stated)
    if whole >= 1 and abs(stated - whole) <= _WHOLE * whole and math.ceil(size / whole) == new:
        return whole
    if not 1 <= new <= size:
        return None
    least = math.ceil(size / new)
    return least if math.ceil(size / least) == new else None


def _unwanted(found: _Keeping, ways: Sequence[Way]) -> str | None:
    """Say why a level that is sound is made anew: it was to be made in another way."""
    names = [way.name for way in ways]
    wanted = found.asked.kernel
    if wanted is not None and wanted not in names:
        return f"it was not made by {wanted}"
    said = found.state.multiscale.get("type")
    if not names and said in KERNELS:
        return f"its pixels are not those that type says, {said} of the level above"
    if found.state.labels and names == ["mean"]:
        return "its labels are means of others, which stand for nothing"
    return None


def _chosen(found: _Keeping, ways: Sequence[Way], stored: Stored, above: Level, factors: Sequence[int]) -> Way | None:
    """Return the way that a level was made in; of several the one that it lies by, or that its image says."""
    if len(ways) <= 1:
        return ways[0] if ways else None
    said = found.asked.kernel or found.state.multiscale.get("type")
    lying = [
        way for way in ways if _is_near(stored.translation, first_pixel(above, factors, way.shift), found.state.first)
    ]
    return next((way for way in lying if way.name == said), None) or (lying or list(ways))[0]


def lies_at(stored: Stored, level: Level, first: Level) -> bool:
    """Tell whether the metadata has a level where it is, by less than a hundredth of a pixel of the first level."""
    return _is_near(stored.scale, level.scale, first) and _is_near(stored.translation, level.translation, first)


def _is_near(values: Sequence[float] | None, wanted: Sequence[float], first: Level) -> bool:
    return values is not None and all(
        abs(a - b) <= _NEAR * size for a, b, size in zip(values, wanted, first.scale, strict=True)
    )
