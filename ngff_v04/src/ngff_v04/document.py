"""What a ``.zattrs`` of 0.4 may hold: in this version, the OME metadata is the document."""

from ngff_v04.collection import Bf2Raw, Series
from ngff_v04.image import Image
from ngff_v04.labels import LabelImage, LabelsGroup
from ngff_v04.plate import Plate, Well

__all__ = ["OMEMetadata", "OMEZarrGroupJSON"]

OMEMetadata = Image | LabelImage | LabelsGroup | Plate | Well | Bf2Raw | Series

OMEZarrGroupJSON = OMEMetadata
"""The document of a group, by the name that it has in later versions."""
