"""Label images of OME-NGFF 0.5 and the group that lists them."""

from typing import ClassVar

from ngff_core.models import labels
from ngff_core.models.image import Multiscale
from ngff_core.models.labels import ImageLabel
from ngff_core.structure import member, model
from ngff_v05.image import Image
from ngff_v05.version import VERSION, version_member

__all__ = ["LabelImage", "LabelsGroup"]


@model
class LabelImage(Image):
    """The metadata of a label image: an image with ``image-label``."""

    multiscales: list[Multiscale] = member(missing="label-multiscales-present", wrong="multiscale-nonempty-array")
    image_label: ImageLabel | None = member("image-label", default=None, wrong="label-image-label-object")


@model
class LabelsGroup(labels.LabelsGroupMetadata):
    """The metadata of the group ``labels``."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = version_member()
