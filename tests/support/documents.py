"""Hypothesis strategies: valid OME documents of every kind and version, and damaged ones."""

from __future__ import annotations

import copy
from typing import Any

from form06 import LINKS, in_form_06, scene
from hypothesis import strategies as st

from ngff_core.testing.changes import Change, Path, places, same_json, value_at
from ngff_core.testing.suite import changes, json_values
from ngff_core.testing.suite import damaged as damaged_from

__all__ = [
    "JSON",
    "Change",
    "Path",
    "changes",
    "damaged",
    "places",
    "same_json",
    "valid_documents",
    "value_at",
]

JSON = json_values


@st.composite
def damaged(draw: st.DrawFn, version: str, most: int = 3) -> tuple[str, Any]:
    """Draw a kind, and a document of it with arbitrary JSON at up to three places."""
    return draw(damaged_from(valid_documents(version), most))


# --- valid documents ------------------------------------------------------------------------------------

_WORDS = st.text("abcdefgh xyz-µ", min_size=1, max_size=8)
_POSITIVE = st.floats(0.001, 1000, allow_nan=False) | st.integers(1, 50)
_UNKNOWN = st.dictionaries(st.sampled_from(["_creator", "@type", "vendor"]), JSON, max_size=2)


@st.composite
def _transformations(draw: st.DrawFn, size: int, translate: bool) -> list[Any]:
    made: list[Any] = [{"type": "scale", "scale": draw(st.lists(_POSITIVE, min_size=size, max_size=size))}]
    if translate:
        numbers = st.integers(-5, 5) | st.floats(-10, 10, allow_nan=False)
        made.append({"type": "translation", "translation": draw(st.lists(numbers, min_size=size, max_size=size))})
    return made


@st.composite
def _early_multiscale(draw: st.DrawFn, version: str) -> dict[str, Any]:
    made: dict[str, Any] = {"version": version, "name": draw(_WORDS), **draw(_UNKNOWN)}
    if version == "0.3":
        made["axes"] = draw(st.sampled_from([list(letters) for letters in ("yx", "zyx", "cyx", "tczyx", "tx")]))
    made["datasets"] = [{"path": str(number)} for number in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        made |= {"type": "gaussian", "metadata": draw(st.dictionaries(_WORDS, JSON, max_size=2))}
    return made


@st.composite
def _multiscale(draw: st.DrawFn, version: str) -> dict[str, Any]:
    axes: list[dict[str, Any]] = []
    if draw(st.booleans()):
        axes.append({"name": "t", "type": "time", "unit": "second"})
    middle = draw(st.sampled_from([None, {"name": "c", "type": "channel"}, {"name": "angle", "type": "rotation"}]))
    if middle is not None:
        axes.append(dict(middle))
    axes += [{"name": n, "type": "space", "unit": "micrometer"} for n in draw(st.sampled_from(["yx", "zyx"]))]
    size, translate = len(axes), draw(st.booleans())
    scale = draw(_transformations(size, translate))
    datasets = []
    for number in range(draw(st.integers(1, 3))):
        factor = 2**number
        first = {"type": "scale", "scale": [s * factor for s in scale[0]["scale"]]}
        datasets.append({"path": str(number), "coordinateTransformations": [first, *copy.deepcopy(scale[1:])]})
    made: dict[str, Any] = {"axes": axes, "datasets": datasets, **draw(_UNKNOWN)}
    if version == "0.4":
        made["version"] = "0.4"
    made["name"] = draw(_WORDS)
    if draw(st.booleans()):
        made |= {"type": "gaussian", "metadata": draw(st.dictionaries(_WORDS, JSON, max_size=2))}
    if draw(st.booleans()):
        made["coordinateTransformations"] = draw(_transformations(size, draw(st.booleans())))
    return made


@st.composite
def _omero(draw: st.DrawFn) -> dict[str, Any]:
    channels = [
        {
            "color": draw(st.sampled_from(["FF0000", "00ff7F"])),
            "label": draw(_WORDS),
            "active": draw(st.booleans()),
            "window": {"min": 0, "start": draw(st.integers(0, 10)), "end": 100.5, "max": 255},
        }
        for _ in range(draw(st.integers(1, 3)))
    ]
    return {"channels": channels, "rdefs": {"model": "color", "defaultZ": 0, "defaultT": 0}, "id": 1}


_LINKS = st.lists(st.sampled_from(LINKS), max_size=3, unique=True).map(tuple)


@st.composite
def _image(draw: st.DrawFn, version: str) -> dict[str, Any]:
    one = _early_multiscale if version < "0.4" else _multiscale
    made: dict[str, Any] = {"multiscales": [draw(one(version)) for _ in range(draw(st.integers(1, 2)))]}
    for number, multiscale in enumerate(made["multiscales"]):
        multiscale["name"] += str(number)
    if draw(st.booleans()):
        made["omero"] = draw(_omero())
    return in_form_06(made, draw(_LINKS)) if version >= "0.6" else made


@st.composite
def _label_image(draw: st.DrawFn, version: str) -> dict[str, Any]:
    made: dict[str, Any] = draw(_image(version))
    values = draw(st.lists(st.integers(0, 20), min_size=1, max_size=4, unique=True))
    rgba = st.lists(st.integers(0, 255), min_size=4, max_size=4)
    label: dict[str, Any] = {"colors": [{"label-value": value, "rgba": draw(rgba)} for value in values]}
    if draw(st.booleans()):
        label["properties"] = [{"label-value": value, "area": draw(_POSITIVE)} for value in values]
    label["source"] = {"image": "../../"}
    if version < "0.5":
        label["version"] = version
    return {**made, "image-label": label}


@st.composite
def _plate(draw: st.DrawFn, version: str) -> dict[str, Any]:
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    chosen = draw(st.lists(st.sampled_from(cells), min_size=1, unique=True))
    plate: dict[str, Any] = {
        "name": draw(_WORDS),
        "rows": [{"name": "ABC"[row]} for row in range(rows)],
        "columns": [{"name": str(column + 1)} for column in range(columns)],
        "wells": [{"path": f"{'ABC'[r]}/{c + 1}", "rowIndex": r, "columnIndex": c} for r, c in chosen],
        "field_count": 2,
    }
    if draw(st.booleans()):
        plate["acquisitions"] = [
            {"id": number, "name": draw(_WORDS), "maximumfieldcount": 2, "starttime": 1, "endtime": 2}
            for number in range(draw(st.integers(1, 2)))
        ]
    if version < "0.5":
        plate["version"] = version
    if version < "0.4":
        plate["wells"] = [{"path": well["path"]} for well in plate["wells"]]
    return {"plate": plate}


@st.composite
def _well(draw: st.DrawFn, version: str) -> dict[str, Any]:
    images = [{"path": str(n), "acquisition": draw(st.integers(0, 2))} for n in range(draw(st.integers(1, 3)))]
    return {"well": {"images": images, **({"version": version} if version < "0.5" else {})}}


_PATHS = st.lists(st.sampled_from(["0", "1", "2", "cells", "a/b"]), min_size=1, unique=True)


@st.composite
def valid_documents(draw: st.DrawFn, version: str, kinds: tuple[str, ...] = ()) -> tuple[str, dict[str, Any]]:
    """Draw a kind of group, and valid OME metadata of that kind (for 0.5: what stands under ``ome``)."""
    table: dict[str, Any] = {
        "image": _image(version),
        "label-image": _label_image(version),
        "plate": _plate(version),
        "well": _well(version),
        "collection": st.just({"bioformats2raw.layout": 3}),
        "labels-group": _PATHS.map(lambda paths: {"labels": paths}),
        "series": _PATHS.map(lambda paths: {"series": paths}),
    }
    if version < "0.4":
        del table["collection"], table["series"]
    if version >= "0.6":
        table["scene"] = st.lists(st.sampled_from(LINKS), min_size=1, max_size=3, unique=True).map(tuple).map(scene)
    often = ("image", "label-image", "plate", *table)
    kind = draw(st.sampled_from(kinds or often))
    made: dict[str, Any] = draw(table[kind])
    if version >= "0.5":
        made["version"] = version
    return kind, {**made, **draw(_UNKNOWN)}
