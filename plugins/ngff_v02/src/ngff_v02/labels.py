"""Label images of OME-NGFF 0.2 and the group that lists them."""

from typing import ClassVar

from ngff_core.issues.requirement import SHOULD
from ngff_core.models import labels
from ngff_core.models.omero import Omero
from ngff_core.structure import member, model
from ngff_v02.image import Image, Multiscale
from ngff_v02.version import VERSION, version_member

__all__ = ["ImageLabel", "LabelImage", "LabelsGroup"]


@model
class ImageLabel(labels.ImageLabel):
    """Colours, properties and source of a label image; states version 0.2 unless told otherwise."""

    version: str | None = version_member("version-label-value", requirement=SHOULD)  # no entry before 0.4


@model
class LabelImage(Image):
    """The metadata of a label image: an image with ``image-label``."""

    multiscales: list[Multiscale] = member(missing="label-multiscales-present", wrong="multiscale-nonempty-array")
    omero: Omero | None = member(default=None, wrong="omero-channels-present")
    image_label: ImageLabel | None = member("image-label", default=None, wrong="label-image-label-object")


@model
class LabelsGroup(labels.LabelsGroupMetadata):
    """The metadata of the group ``labels``."""

    VERSION: ClassVar[str | None] = VERSION
