"""Labels in a file, as they are written to an image that is there."""

from __future__ import annotations

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec
from ngff_write.groups.labels import LabelsOptions, pictured_at, write_labels
from ngff_write.image import ImageOptions
from ngff_write.inputs.arranging import SAMPLES, Given, Image, ordered
from ngff_write.inputs.base import Found

__all__ = ["label_image"]


def label_image(found: Found, given: Given, image: str, name: str, how: ImageOptions) -> Image:
    """Write labels to an image, whose dimensions tell which of its axes theirs are; raises UsageError, StoreError.

    Of the options those count that labels have as well.
    """
    pixels, axes = ordered(found, given)
    if SAMPLES in (given.axes or found.axes):
        raise UsageError(f"{found.path} has colours ({found.shown()}), and labels are one number for each pixel")
    pictured = pictured_at(image)
    dims = [pictured.dims[i] for i in pictured.fitting(pixels.shape)]
    if list(axes) != list(map(_letter, dims)):
        names = ", ".join(dim.name for dim in pictured.dims)
        raise UsageError(
            f"{found.path} has the dimensions {', '.join(axes)}, and {image} {names}: labels have all of these, all but"
            " that of channels, or those of space"
        )
    own: LabelsOptions = {key: of for key, of in how.items() if key in LabelsOptions.__annotations__}  # type: ignore[assignment]
    write_labels(pixels, image, name, **own)
    return Image(pixels=pixels, dims=dims, name=name, members={}, remarks=found.remarks)


def _letter(dim: DimSpec) -> str:
    return {"time": "t", "channel": "c"}.get(dim.infer_type() or "", dim.name.lower())
