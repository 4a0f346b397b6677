"""What a group of 0.6 holds that links coordinate systems, and what its rules share of it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ngff_core.checking.rule import Context
from ngff_core.hierarchy import GroupNode
from ngff_core.issues.pointer import Pointer
from ngff_core.rules.common import sound
from ngff_v06.models.image import Image, Multiscale
from ngff_v06.models.scene import Scene, SceneDef
from ngff_v06.models.systems import CoordinateSystem
from ngff_v06.transforms.dimensions import SizeOf, examine_all, local_size
from ngff_v06.transforms.misfits import Examined, Misfit
from ngff_v06.transforms.walk import systems_of

__all__ = ["IMAGES", "KINDS", "Holder", "SystemsBelow", "examined", "examined_in", "holders_of"]

IMAGES = ("image", "label-image")
KINDS = (*IMAGES, "scene")
Holder = Multiscale | SceneDef


def holders_of(node: GroupNode) -> Iterator[tuple[Pointer, Holder]]:
    """Yield the multiscales of an image, or the content of a scene, with their places."""
    if isinstance(node.model, Image):
        for index, multiscale in sound(node.model.multiscales, Multiscale):
            yield ("multiscales", index), multiscale
    elif isinstance(node.model, Scene) and isinstance(node.model.scene, SceneDef):
        yield ("scene",), node.model.scene


def examined(holder: Holder) -> Examined:
    """Examine the numbers of coordinates by what a multiscale or scene says itself."""
    return examine_all(holder)


class SystemsBelow:
    """The coordinate systems of the images that a group names, found by reference; each image is looked at once."""

    def __init__(self, node: GroupNode) -> None:
        self._node = node
        self._known: dict[str, dict[str, CoordinateSystem]] = {}

    def at(self, reference: object) -> CoordinateSystem | None:
        """Return the coordinate system that a reference with a path leads to, in one of the images there."""
        path, name = getattr(reference, "path", None), getattr(reference, "name", None)
        if not isinstance(path, str) or not isinstance(name, str):
            return None
        if path not in self._known:
            self._known[path] = self._systems_at(path)
        return self._known[path].get(name)

    def _systems_at(self, path: str) -> dict[str, CoordinateSystem]:
        child = self._node.children.get(path)
        found: dict[str, CoordinateSystem] = {}
        if isinstance(child, GroupNode) and isinstance(child.model, Image):
            for _, multiscale in sound(child.model.multiscales, Multiscale):
                found = {**systems_of(multiscale), **found}
        return found


def _size_in(holder: Holder, below: SystemsBelow) -> SizeOf:
    local = local_size(holder)

    def size_of(reference: object) -> int | None:
        axes = getattr(below.at(reference), "axes", None)
        return len(axes) if isinstance(axes, list) else local(reference)

    return size_of


def _examine_in(node: GroupNode) -> Examined:
    misfits: list[Misfit] = []
    sizes = []
    below = SystemsBelow(node)
    for place, holder in holders_of(node):
        known = set(map(_key, examine_all(holder).misfits))
        found = examine_all(holder, _size_in(holder, below))
        misfits += [
            attrs.evolve(misfit, place=(*place, *misfit.place))
            for misfit in found.misfits
            if misfit.rule == "transform-parameters-match-dimensions" or _key(misfit) not in known
        ]
        sizes += [((*place, *where), t, n, m) for where, t, n, m in found.sizes]
    return Examined(misfits, sizes)


def _key(misfit: Misfit) -> tuple[str, Pointer]:
    return misfit.rule, misfit.place


def examined_in(node: GroupNode, ctx: Context) -> Examined:
    """Examine the numbers of coordinates with what is known of other groups; without what is known without them."""
    return ctx.shared(_examine_in, node)
