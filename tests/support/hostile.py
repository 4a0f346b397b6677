"""Every place of a full document, taken away or replaced by values that make careless code stumble."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from documents import Change, places
from guide import written

__all__ = ["full_documents", "hostile_changes"]

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**400, -(10**20), 1e308, "", "x", "é\ud800", "0" * 5000, [], [[]],
    [None, {}], [1, "1"], [{}, 5], {}, {"a": 1}, {"": None}, [[["deep"]]],
)  # fmt: skip


def full_documents(version: str) -> dict[str, dict[str, Any]]:
    """Return one document of each kind of group, with as many members as there are."""
    table = copy.deepcopy(written())
    image, label, plate = table["image-with-omero"], table["label-image"], table["plate"]
    first = image["multiscales"][0]
    first |= {"type": "mean", "metadata": {"method": "mean"}}
    first["coordinateTransformations"] = [{"type": "scale", "scale": [1.0] * 4}]
    for dataset in first["datasets"]:
        dataset["coordinateTransformations"].append({"type": "translation", "translation": [0.0] * 4})
    image["multiscales"] = [first, {**copy.deepcopy(first), "name": "second"}]
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
        if version == "0.4":
            nested = [*document.get("multiscales", ()), *(document.get(k) for k in ("plate", "well", "image-label"))]
            for holder in nested:
                if holder is not None:
                    holder["version"] = "0.4"
        else:
            document["version"] = version
    return documents


def hostile_changes(document: dict[str, Any]) -> Iterator[Change]:
    """Yield every change."""
    for path in places(document):
        if path:
            yield Change("delete", path)
            for value in VALUES:
                yield Change("replace", path, value)
