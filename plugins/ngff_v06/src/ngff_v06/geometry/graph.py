"""The graph of coordinate systems: which transformations lead from one to another."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ngff_v06.geometry.errors import GeometryError
from ngff_v06.models import transformations as kinds
from ngff_v06.models.image import Image, Multiscale
from ngff_v06.models.scene import Scene, SceneDef
from ngff_v06.models.systems import CoordinateSystemIdentifier
from ngff_v06.transforms.walk import dataset_transformations, own_transformations, systems_of

__all__ = ["CoordinateGraph", "SystemKey"]


@attrs.frozen
class SystemKey:
    """Where coordinates are given: in a system by name, of the image at ``path``; without a name, in an array there."""

    name: str | None
    path: str | None = None

    def __str__(self) -> str:
        return " of ".join(repr(part) for part in (self.name or "the array", self.path) if part is not None)


Named = str | SystemKey | CoordinateSystemIdentifier
Edge = tuple[SystemKey, SystemKey, kinds.AnyTransformation]


class CoordinateGraph:
    """Coordinate systems and the transformations between them, of one image or of a scene.

    Systems are named by their name, those of the images of a scene by ``SystemKey(name, path)`` or
    ``CoordinateSystemIdentifier(name=..., path=...)``. The arrays of an image are ``SystemKey(None, path)``.
    """

    def __init__(self, systems: Iterator[SystemKey] | list[SystemKey], links: list[Edge]) -> None:
        ends = (key for start, end, _ in links for key in (start, end))
        self._links = links
        self._systems = tuple(dict.fromkeys((*systems, *ends)))

    @classmethod
    def of_multiscale(cls, multiscale: Multiscale | Image) -> CoordinateGraph:
        """Return the graph of a multiscale image: its coordinate systems, and its arrays. Section: multiscales-md."""
        if isinstance(multiscale, Image):
            return cls.of_multiscale(multiscale.multiscales[0])
        return cls([SystemKey(name) for name in systems_of(multiscale)], list(_links_of(multiscale, None)))

    @classmethod
    def of_scene(
        cls, scene: Scene | SceneDef, images: Mapping[str, Image | Multiscale] | None = None
    ) -> CoordinateGraph:
        """Return the graph of a scene: its coordinate systems, and those of its images.

        ``images`` maps the paths of images, as the scene writes them, to their metadata; without it, only those of
        their systems are known that the scene names. Section: scene-md.
        """
        definition = scene.scene if isinstance(scene, Scene) else scene
        systems = [SystemKey(name) for name in systems_of(definition)]
        links = list(_links_of(definition, None))
        for path, image in (images or {}).items():
            for multiscale in image.multiscales if isinstance(image, Image) else [image]:
                systems += [SystemKey(name, _clean(path)) for name in systems_of(multiscale)]
                links += _links_of(multiscale, _clean(path))
        return cls(systems, links)

    @property
    def systems(self) -> tuple[SystemKey, ...]:
        """What coordinates can be given in: coordinate systems, and arrays of images."""
        return self._systems

    def path(self, start: Named, end: Named) -> kinds.SequenceTransformation:
        """Return the shortest chain of transformations from ``start`` to ``end``, as a sequence.

        Transformations are also taken backwards where they have an inverse. Of equally short chains it is the one
        that stands first. Raises `GeometryError` where there is none. Section: coord-trafo-md.
        """
        first, last = self._key(start), self._key(end)
        before: dict[SystemKey, tuple[SystemKey, Any]] = {}
        seen, waiting = {first}, deque([first])
        while waiting and last not in seen:
            current = waiting.popleft()
            for neighbour, step in self._steps(current, seen):
                seen.add(neighbour)
                before[neighbour] = (current, step)
                waiting.append(neighbour)
        if last not in seen:
            raise GeometryError(f"no chain of transformations leads from {first} to {last}")
        chain: list[Any] = []
        current = last
        while current != first:
            current, step = before[current]
            chain.append(step)
        return kinds.SequenceTransformation(
            transformations=chain[::-1] or [kinds.IdentityTransformation()],
            input=CoordinateSystemIdentifier(name=first.name, path=first.path),
            output=CoordinateSystemIdentifier(name=last.name, path=last.path),
        )

    def _steps(self, current: SystemKey, seen: set[SystemKey]) -> Iterator[tuple[SystemKey, Any]]:
        for start, end, t in self._links:
            if start == current and end not in seen:
                yield end, t
        for start, end, t in self._links:
            if end == current and start not in seen:
                try:
                    yield start, t.inverted()
                except GeometryError:
                    continue

    def _key(self, named: Named) -> SystemKey:
        if isinstance(named, str):
            key = SystemKey(named)
        else:
            key = SystemKey(named.name, None if named.path is None else _clean(named.path))
        if key not in self._systems:
            known = ", ".join(map(str, self._systems)) or "none"
            raise GeometryError(f"there is no coordinate system {key} (there are: {known})")
        return key


def _clean(path: str) -> str:
    return path.strip("/")


def _end(reference: Any, prefix: str | None) -> SystemKey | None:
    if not isinstance(reference, CoordinateSystemIdentifier):
        return None
    if reference.path is None:
        return SystemKey(reference.name, prefix) if reference.name is not None else None
    path = _clean(reference.path)
    return SystemKey(reference.name, path if prefix is None else f"{prefix}/{path}")


def _links_of(holder: Any, prefix: str | None) -> Iterator[Edge]:
    own = [t for _, t, _ in dataset_transformations(holder)]
    for t in (*own, *(t for _, t in own_transformations(holder))):
        start, end = _end(t.input, prefix), _end(t.output, prefix)
        if start is not None and end is not None:
            yield start, end, t
