"""Scenes of OME-NGFF 0.6: images, and the transformations between their coordinate systems."""

from typing import ClassVar

from ngff_core.models.collection import WithImages
from ngff_core.structure import Model, member, model
from ngff_v06.models.systems import CoordinateSystem, WithSystems
from ngff_v06.models.transformations import AnyTransformation
from ngff_v06.version import VERSION, version_member

__all__ = ["Scene", "SceneDef"]


@model
class SceneDef(WithSystems):
    """How the images below the group lie to each other; coordinate systems of its own, if any, come first."""

    coordinateSystems: list[CoordinateSystem] | None = member(
        default=None, wrong="scene-systems-valid", wrong_item="scene-systems-valid"
    )
    coordinateTransformations: list[AnyTransformation] = member(
        missing="scene-transformations-present",
        wrong="scene-transformations-present",
        wrong_item="transform-is-object-with-type",
    )


@model
class Scene(Model, WithImages):
    """The metadata of a scene group."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = version_member()
    scene: SceneDef = member(missing="scene-key-present", wrong="scene-key-present")

    def image_paths(self) -> list[str]:
        """Return the paths of the images whose coordinate systems the scene refers to, each once."""
        links = getattr(self.scene, "coordinateTransformations", None)
        ends = [
            getattr(link, end, None)
            for link in (links if isinstance(links, list) else ())
            for end in ("input", "output")
        ]
        paths = [getattr(end, "path", None) for end in ends]
        return list(dict.fromkeys(path for path in paths if isinstance(path, str) and path.strip("./")))
