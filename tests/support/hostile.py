"""One document of each kind with as many members as there are, and small stores of them."""

from __future__ import annotations

import copy
from typing import Any

from form06 import LINKS, in_form_06, scene
from guide import written

from ngff_core.plugins import Registry
from ngff_core.rules.early.examples import rewritten
from ngff_core.testing import array, build_store

__all__ = ["full_documents", "hostile_stores"]


def full_documents(version: str) -> dict[str, dict[str, Any]]:
    """Return one document of each kind of group, with as many members as there are."""
    table = copy.deepcopy(written())
    image, label, plate = table["image-with-omero"], table["label-image"], table["plate"]
    first = image["multiscales"][0]
    first |= {"type": "mean", "metadata": {"method": "mean"}}
    first["coordinateTransformations"] = [{"type": "scale", "scale": [1.0] * 4}]
    first["datasets"] = first["datasets"][:2]
    for dataset in first["datasets"]:
        dataset["coordinateTransformations"].append({"type": "translation", "translation": [0.0] * 4})
    del image["omero"]["channels"][1:]
    label["multiscales"][0]["datasets"] = label["multiscales"][0]["datasets"][:1]
    for acquisition in plate["plate"]["acquisitions"]:
        acquisition |= {"description": "first", "starttime": 1, "endtime": 2}
    documents = {
        "image": image,
        "label-image": label,
        "plate": plate,
        "well": table["well"],
        "collection": table["collection"],
        "labels-group": table["labels-group"],
        "series": table["series"],
    }
    for document in documents.values():
        if version < "0.5":
            nested = [*document.get("multiscales", ()), *(document.get(k) for k in ("plate", "well", "image-label"))]
            for holder in nested:
                if holder is not None:
                    holder["version"] = version
        else:
            document["version"] = version
    if version < "0.4":
        del documents["collection"], documents["series"]
        documents = {kind: rewritten(document, axes=version == "0.3") for kind, document in documents.items()}
    if version >= "0.6":
        documents = {k: in_form_06(d, LINKS if k == "image" else ()) for k, d in documents.items()}
        documents["scene"] = {**scene(), "version": version}
    return documents


def hostile_stores(registry: Registry, version: str) -> dict[str, dict[str, bytes]]:
    """Return the documents of an image with labels, of a plate and of a collection, as small as they can be."""
    spec, documents = registry.spec(version), full_documents(version)
    image, label = documents["image"], documents["label-image"]
    del image["multiscales"][1:]
    names = ("c", "z", "y", "x")
    more = (1,) if version < "0.3" else ()  # five dimensions
    first, second = array((*more, 3, 5, 64, 64), names=names), array((*more, 3, 5, 32, 32), names=names)
    mask = array((*more, 3, 5, 64, 64), "uint32", names=names)
    groups = {"labels": {"labels": ["nuclei"]}, "labels/nuclei": label, "labels/nuclei/0": mask}
    stores = {
        "image": build_store(spec, {"": image, "0": first, "1": second, **groups}, _xarray(version)),
        "plate": build_store(spec, {"": documents["plate"], "A": None, "A/1": documents["well"], "A/1/0": None}),
    }
    if "collection" in documents:
        nodes = {"": documents["collection"], "OME": {"series": ["0"]}, "0": None}
        stores["collection"] = build_store(spec, nodes, {"OME/METADATA.ome.xml": b"<OME/>"})
    if "scene" in documents:
        nodes = {"": documents["scene"], "image": copy.deepcopy(image), "image/0": first}
        del nodes["image"]["multiscales"][0]["coordinateTransformations"]
        nodes["image"]["multiscales"][0]["datasets"] = nodes["image"]["multiscales"][0]["datasets"][:1]
        stores["scene"] = build_store(spec, nodes)
    return stores


def _xarray(version: str) -> dict[str, Any]:
    return {"0/.zattrs": {"_ARRAY_DIMENSIONS": ["c", "z", "y", "x"]}} if version == "0.3" else {}
