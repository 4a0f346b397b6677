"""Collections to make examples of."""

from __future__ import annotations

from ngff_core.checking.example import Example
from ngff_core.models.children import OME_XML
from ngff_core.rules.group.misplaced import LAYOUT
from ngff_core.rules.image.dataset import example as image_example
from ngff_core.rules.image.dataset import yx
from ngff_core.rules.plate.examples import example as plate_example
from ngff_core.structure.values import JSON, JSONObject

IMAGE = image_example(yx(8, 8)).data[""]
COLLECTION = ("collection",)
LAYOUT_KINDS = ("collection", "plate")  # a plate may be in this layout, too


def xml(*names: str, pixels: str = "<MetadataOnly/>") -> bytes:
    """Return OME-XML with one image for each name."""
    images = "".join(
        f'<Image ID="Image:{n}" Name="{name}"><Pixels ID="Pixels:{n}" DimensionOrder="XYZCT" Type="uint16" SizeX="8"'
        f' SizeY="8" SizeZ="1" SizeC="1" SizeT="1">{pixels}</Pixels></Image>'
        for n, name in enumerate(names)
    )
    return f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">{images}</OME>'.encode()


def example(
    *images: str, series: JSON = None, ome_xml: bytes | None = None, root: JSON = None, **nodes: JSON
) -> Example:
    """Return a collection of images."""
    data: JSONObject = {"": root or {LAYOUT: 3}}
    for path in images:
        data[path] = IMAGE
        data[f"{path}/0"] = yx(8, 8)
    if series is not None:
        data["OME"] = {"series": series}
    elif ome_xml is not None:
        data["OME"] = None
    data.update(nodes)
    files = {f"OME/{OME_XML}": ome_xml} if ome_xml is not None else {}
    return Example(data, files=files)


def plate_collection(*, series: JSON = None, ome_xml: bytes | None = None, fields: str = "0", **nodes: JSON) -> Example:
    """Return a plate of one well with some fields, in the layout of a collection."""
    data = dict(plate_example(fields=[{"path": path} for path in fields]).data)
    data[""] = {**data[""], LAYOUT: 3}
    if series is not None:
        data["OME"] = {"series": series}
    elif ome_xml is not None:
        data["OME"] = None
    return Example({**data, **nodes}, files={f"OME/{OME_XML}": ome_xml} if ome_xml is not None else {})
