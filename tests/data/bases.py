"""Undamaged hierarchies of every kind, for both versions: what the corpus damages, one defect at a time.

A `Tree` holds parsed documents by key, so that a defect is a small change to a dictionary, and the same
defect serves 0.4 and 0.5, whose documents differ only in where things stand.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ngff_core.json_text import dumps, loads
from ngff_core.plugins import default_registry
from ngff_core.testing import array, array_json, build_store, group_json, write_store

__all__ = ["BASES", "Tree", "collection", "image", "labels", "numbered", "plate", "plate_collection"]

XML_KEY = "OME/METADATA.ome.xml"
LAYOUT = "bioformats2raw.layout"
TRANSFORMS = "coordinateTransformations"


class Tree:
    """The documents of one store, by key: JSON values, or bytes that are put in as they are."""

    def __init__(self, version: str, nodes: dict[str, Any], files: dict[str, Any] | None = None) -> None:
        self.version = version
        self.spec = default_registry().spec(version)
        raw = build_store(self.spec, nodes)
        self.docs: dict[str, Any] = {key: loads(data) for key, data in raw.items()}
        self.docs.update(files or {})

    # Looking up ---------------------------------------------------------------------------------------

    def key(self, path: str, *, of: str = "attributes") -> str:
        """Return the key of a group's attributes (``of="group"``: what makes it a group) or of an array."""
        if self.version == "0.4":
            name = {"attributes": ".zattrs", "group": ".zgroup", "array": ".zarray"}[of]
        else:
            name = "zarr.json"
        return f"{path}/{name}" if path else name

    def attributes(self, path: str = "") -> dict[str, Any]:
        """Return the attributes of a group."""
        document: dict[str, Any] = self.docs[self.key(path)]
        return document if self.version == "0.4" else document["attributes"]

    def ome(self, path: str = "") -> dict[str, Any]:
        """Return the OME metadata of a group."""
        attributes = self.attributes(path)
        return attributes if self.version == "0.4" else attributes["ome"]

    def multiscale(self, path: str = "") -> dict[str, Any]:
        """Return the first multiscale of an image."""
        entry: dict[str, Any] = self.ome(path)["multiscales"][0]
        return entry

    def array(self, path: str) -> dict[str, Any]:
        """Return the document of an array."""
        document: dict[str, Any] = self.docs[self.key(path, of="array")]
        return document

    # Changing -----------------------------------------------------------------------------------------

    def add(self, path: str, node: Any) -> None:
        """Put a group (its OME metadata, ``None`` for a plain one) or an `array` at a path."""
        if isinstance(node, array):
            self.docs[self.key(path, of="array")] = array_json(node, self.spec.zarr_format)
        else:
            documents = group_json(self.spec, copy.deepcopy(node))
            self.docs.update({f"{path}/{name}" if path else name: value for name, value in documents.items()})

    def remove(self, path: str) -> None:
        """Take a node and everything below it away."""
        gone = [key for key in self.docs if key.startswith(f"{path}/")]
        assert gone, f"there is nothing at {path}"
        for key in gone:
            del self.docs[key]

    def move(self, source: str, target: str) -> None:
        """Move a node and everything below it."""
        moved = [key for key in self.docs if key.startswith(f"{source}/")]
        assert moved, f"there is nothing at {source}"
        for key in moved:
            self.docs[target + key[len(source) :]] = self.docs.pop(key)

    def retype(self, path: str, dtype: str) -> None:
        """Give an array another data type."""
        new = array_json(array((1,), dtype), self.spec.zarr_format)
        key = "dtype" if self.version == "0.4" else "data_type"
        self.array(path)[key] = new[key]

    def rechunk(self, path: str, chunks: list[int]) -> None:
        """Give an array other chunks."""
        if self.version == "0.4":
            self.array(path)["chunks"] = chunks
        else:
            self.array(path)["chunk_grid"]["configuration"]["chunk_shape"] = chunks

    # Getting out --------------------------------------------------------------------------------------

    def documents(self) -> dict[str, bytes]:
        """Return the documents as bytes."""
        return {k: v if isinstance(v, bytes) else dumps(v, indent=True) for k, v in self.docs.items()}

    def write(self, root: Path) -> Path:
        """Write the store below a directory."""
        return write_store(self.documents(), root)


# --- parts ------------------------------------------------------------------------------------------

_UNITS = {"t": ("time", "second"), "c": ("channel", None)}


def _axis(name: str) -> dict[str, Any]:
    kind, unit = _UNITS.get(name, ("space", "micrometer"))
    return {"name": name, "type": kind, **({"unit": unit} if unit else {})}


def image_nodes(
    version: str, path: str, *, axes: str = "cyx", levels: int = 3, size: int = 64, dtype: str = "uint16", **more: Any
) -> dict[str, Any]:
    """Return an image group and its arrays; two channels where there is a channel axis."""
    fixed = {"t": 3, "c": 2}
    datasets = []
    nodes: dict[str, Any] = {}
    for level in range(levels):
        scale = [1.0 if a in fixed else 0.5 * 2**level for a in axes]
        shift = [0.0 if a in fixed else 0.25 * (2**level - 1) for a in axes]
        transforms: list[dict[str, Any]] = [{"type": "scale", "scale": scale}]
        if level:
            transforms.append({"type": "translation", "translation": shift})
        datasets.append({"path": str(level), TRANSFORMS: transforms})
        shape = tuple(fixed.get(a, size >> level) for a in axes)
        prefix = f"{path}/" if path else ""
        nodes[f"{prefix}{level}"] = array(shape, dtype, tuple(axes))
    multiscale: dict[str, Any] = {
        "name": "image",
        "type": "gaussian",
        "metadata": {"method": "skimage.transform.pyramid_gaussian", "version": "0.24"},
        "axes": [_axis(a) for a in axes],
        "datasets": datasets,
    }
    if version == "0.4":
        multiscale = {"version": version, **multiscale}
    return {path: {"multiscales": [multiscale], **more}, **nodes}


def _versioned(version: str, members: dict[str, Any]) -> dict[str, Any]:
    return {"version": version, **members} if version == "0.4" else members


def _omero() -> dict[str, Any]:
    window = {"start": 100, "end": 4000, "min": 0, "max": 65535}
    channels = [
        {"label": label, "color": color, "active": True, "window": dict(window)}
        for label, color in (("DAPI", "0000FF"), ("GFP", "00FF00"))
    ]
    return {"channels": channels, "rdefs": {"model": "color", "defaultZ": 0, "defaultT": 0}}


# --- hierarchies ------------------------------------------------------------------------------------


def image(version: str) -> Tree:
    """Return an image of two channels and three levels, with rendering settings."""
    return Tree(version, image_nodes(version, "", omero=_omero()))


def labels(version: str) -> Tree:
    """Return the image with one label image."""
    label = _versioned(
        version,
        {
            "colors": [{"label-value": 1, "rgba": [255, 0, 0, 255]}, {"label-value": 2, "rgba": [0, 255, 0, 255]}],
            "properties": [{"label-value": 1, "area": 12.5}, {"label-value": 2, "area": 7}],
            "source": {"image": "../../"},
        },
    )
    nodes = {
        **image_nodes(version, "", omero=_omero()),
        "labels": {"labels": ["cells"]},
        **image_nodes(version, "labels/cells", axes="yx", dtype="uint32", **{"image-label": label}),
    }
    return Tree(version, nodes)


def plate_nodes(version: str) -> dict[str, Any]:
    """Return a plate of 2 x 3 with four wells, each with two fields from two acquisitions."""
    wells = ["A/1", "A/2", "B/1", "B/3"]
    definition = _versioned(
        version,
        {
            "name": "plate",
            "rows": [{"name": "A"}, {"name": "B"}],
            "columns": [{"name": "1"}, {"name": "2"}, {"name": "3"}],
            "wells": [{"path": w, "rowIndex": "AB".index(w[0]), "columnIndex": int(w[2]) - 1} for w in wells],
            "acquisitions": [
                {"id": 0, "name": "first", "maximumfieldcount": 1, "starttime": 1343731272, "endtime": 1343737645},
                {"id": 1, "name": "second", "maximumfieldcount": 1},
            ],
            "field_count": 2,
        },
    )
    nodes: dict[str, Any] = {"": {"plate": definition}, "A": None, "B": None}
    for well in wells:
        images = [{"path": "0", "acquisition": 0}, {"path": "1", "acquisition": 1}]
        nodes[well] = {"well": _versioned(version, {"images": images})}
        for field in ("0", "1"):
            nodes.update(image_nodes(version, f"{well}/{field}", axes="yx", levels=2, size=16))
    return nodes


def plate(version: str) -> Tree:
    """Return a plate."""
    return Tree(version, plate_nodes(version))


def ome_xml(images: int = 2, pixels: str = "<MetadataOnly/>") -> bytes:
    """Return OME-XML of so many images."""
    shown = "".join(
        f'<Image ID="Image:{n}" Name="series {n}"><Pixels ID="Pixels:{n}" DimensionOrder="XYZCT" Type="uint16"'
        f' SizeX="64" SizeY="64" SizeZ="1" SizeC="2" SizeT="1">{pixels}</Pixels></Image>'
        for n in range(images)
    )
    return f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">{shown}</OME>'.encode()


def collection(version: str) -> Tree:
    """Return a collection of two images with series and OME-XML."""
    nodes = {
        "": {LAYOUT: 3},
        "OME": {"series": ["0", "1"]},
        **image_nodes(version, "0"),
        **image_nodes(version, "1"),
    }
    return Tree(version, nodes, {XML_KEY: ome_xml()})


def numbered(version: str) -> Tree:
    """Return a collection whose images are only numbered."""
    tree = collection(version)
    del tree.ome("OME")["series"]
    if version == "0.4":
        del tree.docs[tree.key("OME")]
    else:
        tree.docs[tree.key("OME")]["attributes"] = {}
    return tree


def plate_collection(version: str) -> Tree:
    """Return a plate in the layout of bioformats2raw."""
    nodes = plate_nodes(version)
    nodes[""][LAYOUT] = 3
    nodes["OME"] = {"series": [f"{w}/{f}" for w in ("A/1", "A/2", "B/1", "B/3") for f in "01"]}
    return Tree(version, nodes, {XML_KEY: ome_xml(8)})


BASES: dict[str, Callable[[str], Tree]] = {
    "image": image,
    "labels": labels,
    "plate": plate,
    "collection": collection,
    "numbered": numbered,
    "plate-collection": plate_collection,
}
