"""Label images and the group that lists them."""

from typing import Any

from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model

__all__ = ["ImageLabel", "ImageLabelMetadata", "LabelColor", "LabelProperty", "LabelSource", "LabelsGroupMetadata"]


@model
class LabelColor(Model):
    """The colour of one label value: red, green, blue, opacity, each from 0 to 255."""

    label_value: int = member(
        "label-value",
        missing="label-colors-label-value-present",
        wrong="label-colors-label-value-integer",
    )
    rgba: list[int] | None = member(default=None, wrong="label-colors-rgba")


@model
class LabelProperty(Model):
    """Any properties of one label value; those are in ``extra``."""

    label_value: int = member(
        "label-value",
        missing="label-properties-label-value-present",
        wrong="label-properties-label-value-integer",
    )


@model
class LabelSource(Model):
    """The image that was segmented, as a path relative to the label image."""

    image: str | None = member(default=None, wrong="label-source-image-string")


@model
class ImageLabelMetadata(Model):
    """Colours and source of a label image: what every version has."""

    version: Any = member(default=None)
    colors: list[LabelColor] | None = member(default=None, wrong="label-colors-array")
    source: LabelSource | None = member(default=None, wrong="label-source-object")


@model
class ImageLabel(ImageLabelMetadata):
    """Colours, properties and source of a label image."""

    properties: list[LabelProperty] | None = member(default=None, wrong="label-properties-array", before="source")


@model
class LabelsGroupMetadata(Model):
    """The metadata of the group ``labels``: base of the ``LabelsGroup`` of the versions."""

    labels: list[str] = member(missing="labels-key-present", wrong="labels-is-array-of-strings")
