"""What the metadata says of levels: where each is, the size of its pixels, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ngff_core.validation.export import to_dict
from ngff_write.documents import Writing, metadata_of
from ngff_write.pixels.kernels import Kernel
from ngff_write.pixels.levels import Level
from ngff_write.pyramids.planning import Planned
from ngff_write.pyramids.state import State

__all__ = ["datasets_of", "described_by"]

Json = dict[str, Any]
_OF_KERNELS = ("description", "method", "version", "args", "kwargs")


def datasets_of(state: State, planned: Planned, names: Sequence[str], writing: Writing) -> list[Json]:
    """Return ``datasets``: what is right of those that there are stays as it is written."""
    found = []
    for number, level in enumerate(planned.levels):
        new = number >= planned.kept
        stored = None if new else state.levels[number]
        if stored is None:
            found.append(_dataset(state, level, names[number - planned.kept], writing))
        elif number in planned.moved:
            found.append({**stored.raw, **_dataset(state, level, stored.path, writing)})
        else:
            found.append(stored.raw)
    return found


def _dataset(state: State, level: Level, path: str, writing: Writing) -> Json:
    system = getattr(state.node.model.multiscales[state.number], "intrinsic_system", None)  # type: ignore[union-attr]
    members = {"system": system.name} if system is not None else {}
    place = list(level.translation) if any(level.translation) else None
    multiscale = writing.models.Multiscale.from_levels(state.dims, [(list(level.scale), place)], **members)
    dataset: Json = to_dict(multiscale)["datasets"][0]
    dataset["path"] = path
    for transformation in dataset["coordinateTransformations"]:
        if "input" in transformation:
            transformation["input"] = {"path": path}
    return dataset


def described_by(kernel: Kernel, multiscale: Json) -> Json:
    """Return what a multiscale says of the kernel that its levels were made by; further members stay."""
    old = multiscale.get("metadata")
    kept = {key: value for key, value in old.items() if key not in _OF_KERNELS} if isinstance(old, dict) else {}
    return {"type": kernel.name, "metadata": {**kept, **metadata_of(kernel)}}
