"""What may be given to the functions that write, and is of another kind than is wanted: a table of their arguments."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

import ngff_write
from ngff_core import DimSpec

__all__ = ["ANY", "DIMS", "OURS", "PIXELS", "Function", "typed"]

DIMS = [DimSpec("y", unit="micrometer"), DimSpec("x", unit="micrometer")]
PIXELS = np.ones((6, 5), "uint8")
NAN, INF = float("nan"), float("inf")


class Odd:
    """Something that is like nothing else."""

    def __repr__(self) -> str:
        return "<odd>"


ANY = (
    None,
    True,
    3,
    2.5,
    -1,
    0,
    NAN,
    "text",
    "",
    b"bytes",
    [],
    [1],
    ["a", None],
    (),
    {},
    {1: 2},
    {"a": NAN},
    {"a": Odd()},
)
ANY = (
    *ANY,
    {"a": {"b": [INF]}},
    {"multiscales": []},
    Odd(),
    set(),
    np.ones(3),
    PIXELS,
    range(3),
    int,
    1 << 70,
    "a\x00b",
    "\ud800",
)
OF_DIMS = [
    *(
        [DimSpec("y"), DimSpec(**{"name": "x", key: value})]
        for key in ("scale", "translation", "scale_factor")
        for value in ANY
    ),
    *(
        [DimSpec("y"), DimSpec(**{"name": "x", key: value})]
        for key in ("name", "type", "unit", "size")
        for value in ANY
    ),
    *(
        [DimSpec("y"), DimSpec(**{"name": "x", key: value})]
        for key in ("scale", "translation", "scale_factor")
        for value in (-INF, INF, 1e308, 5e-324, 0.5, 3)
    ),
    "yx",
    ["y", "x"],
    [DIMS[0]],
    DIMS * 5,
    [DIMS[0], DIMS[0]],
    None,
    3,
]
SIZES = [
    (6,),
    (6, 5, 4),
    (6, -5),
    (6, "5"),
    (6, 2.5),
    (6, NAN),
    "65",
    ("6", "5"),
    (6, None),
    (None, 5),
    (0, 0),
    (1 << 70, 5),
    (0, 5),
]
DTYPES = ["object", "U5", "nothing", "M8[s]", np.dtype("V4"), [("a", "u1")], "float128", "float16"]
ARRAYS = [
    [[1, 2], [3]],
    [["a"]],
    [[None]],
    np.ones((6, 5), object),
    np.ones((6, 5), "U1"),
    np.ones(()),
    np.ones((0, 0)),
    np.ones((6, 0)),
    iter([]),
    iter([3]),
    iter([PIXELS]),
    iter([Odd()]),
    "text",
    PIXELS[0],
]
COLORS = [
    {1: "red"},
    {1: 3},
    {1: None},
    {1: [1]},
    {1: [1, 2, 3, 4, 5]},
    {1: [NAN] * 4},
    {1: [256, 0, 0, 0]},
    {1: [-1, 0, 0, 0]},
    {1: ["1"] * 4},
    {"1": [1, 2, 3, 4]},
    {None: [1] * 4},
    {1.5: [1] * 4},
    {NAN: [1] * 4},
    {1: [0.5] * 4},
    {True: [1] * 4},
    {1: {}},
    {-1: [1] * 4},
    {1 << 70: [1] * 4},
]
PROPERTIES = [
    {1: "red"},
    {1: 3},
    {1: [1]},
    {1: {"a": NAN}},
    {1: {2: 3}},
    {"1": {}},
    {1.5: {}},
    {None: {}},
    {1: {"label-value": 3}},
    {1: {"a": Odd()}},
    {1: None},
]
JSON = [
    {1: 2},
    {"a": NAN},
    {"a": {1: 2}},
    {"a": b"x"},
    {"a": PIXELS},
    {"a": (1, 2)},
    {"a": {1}},
    {"ome": 1},
    {"a": 1 << 70},
    {"a": "\ud800"},
    {"\ud800": 1},
    {"plate": 1},
    {"well": {}},
]
MEMBERS = [
    {"multiscales": []},
    {"nonsense": 1},
    {"omero": 3},
    {"omero": {"channels": 3}},
    {"omero": NAN},
    {3: 4},
    {"version": "0.9"},
    {"extra": 3},
    {"image_label": 3},
    {"extra": {"a": NAN}},
    {"self": 1},
]
PLACES = [
    {"A/1/0": PIXELS, 3: PIXELS},
    {("A", 1, 0): PIXELS},
    {"A/1/0": None},
    {"A/1/0": 3},
    {("A", "1"): PIXELS},
    {"A": PIXELS},
    {"/1/0": PIXELS},
    {"A/1/..": PIXELS},
    {"../1/0": PIXELS},
    [("A/1/0", PIXELS)],
]
IMAGES = [
    {3: PIXELS},
    {"a": None},
    {"a": "text"},
    [PIXELS],
    {"..": PIXELS},
    {"a/b": PIXELS},
    {"": PIXELS},
    {None: PIXELS},
    {("a",): PIXELS},
]
SPECS = [
    (6, 5),
    ((6, 5), "u1", 3),
    ((6, 5), Odd()),
    (3, "u1"),
    ("yx", "u1"),
    ((6, -5), "u1"),
    ((6.5, 5), "u1"),
    ((6, 5), "object"),
]
ACQUISITIONS = [
    [3],
    ["a"],
    [{}],
    [{"id": "a"}],
    [{"id": -1}],
    [{"id": NAN}],
    [{"id": 0}, {"id": 0}],
    [{"id": 0, "a": Odd()}],
    {"id": 0},
    [{"id": 0}, {"id": 1}],
    [None],
]
NAMES = [["A", 3], [3.5], [["A"]], ["A", "A"], ["a b"], 1000, "AB", [None], {"A": 1}]
ARRAY = {
    "n_levels": [33, 2.0, "2"],
    "kernel": ["none", ["mean"]],
    "chunks": [*SIZES, 64],
    "shards": [*SIZES, 64],
    "compression": ["gzip", ["zstd"]],
}
HOW = {
    **ARRAY,
    "version": [0.5, "0.3", "v0.5", "0.7", ["0.5"]],
    "extra_attributes": JSON,
    "writer": ["none", ["zarr"], "zarrista"],
    "workers": ["2", 2.0],
    "overwrite": ["yes", "no", 1],
    "progress": ["yes"],
}
IMAGE = {**HOW, "name": [["a"]], "members": MEMBERS}
ON_IMAGES = {**IMAGE, "labels": [*IMAGES, {"cells": np.ones((6, 5))}, {"cells": np.ones((3, 5), int)}]}
LABELS = {key: IMAGE[key] for key in (*ARRAY, "writer", "workers", "overwrite", "progress")} | {
    "colors": COLORS,
    "properties": PROPERTIES,
    "source": [["a"]],
}
PLATE = {**IMAGE, "rows": NAMES, "columns": NAMES, "acquisitions": ACQUISITIONS}
COLLECTION = {**HOW, "members": MEMBERS, "ome_xml": ["<OME", "\ud800"]}
STREAM = {
    key: IMAGE[key]
    for key in (*ARRAY, "version", "name", "members", "extra_attributes", "writer", "workers", "overwrite")
} | {"resume": ["yes"]}


def _stream(path: Any, shape: Any, dims: Any, dtype: Any, frames: Any = PIXELS, **options: Any) -> None:
    with ngff_write.stream_image(path, shape, dims, dtype, **options) as stream:
        stream.append(frames)


def _field(
    path: Any, dims: Any, data: Any, row: Any, column: Any, field: Any, acquisition: Any, **options: Any
) -> None:
    with ngff_write.PlateWriter(path, dims, **options) as plate:
        plate.write_field(data, row, column, field, acquisition=acquisition)


def _ours(name: str) -> Callable[..., Any]:
    return lambda **given: getattr(ngff_write, name)(**given)


Given = dict[str, tuple[Any, list[Any]]]
"""The arguments of a function: what is right, and what is wrong beside all that is wrong for any."""

Function = tuple[Callable[..., Any], Given, dict[str, list[Any]]]
"""What is called, its arguments, and its options with what is wrong."""

OURS: dict[str, Function] = {
    "write_image": (
        _ours("write_image"),
        {"data": (PIXELS, ARRAYS), "path": ("new", []), "dims": (DIMS, OF_DIMS)},
        ON_IMAGES,
    ),
    "prepare_image": (
        _ours("prepare_image"),
        {"shape": ((6, 5), SIZES), "dtype": ("uint8", DTYPES), "path": ("new", []), "dims": (DIMS, OF_DIMS[::9])},
        {**IMAGE, "labels": [{"cells": of} for of in SPECS]},
    ),
    "write_labels": (
        _ours("write_labels"),
        {"data": (PIXELS, ARRAYS), "image_path": ("image", []), "name": ("cells", [])},
        LABELS,
    ),
    "prepare_labels": (
        _ours("prepare_labels"),
        {"image_path": ("image", []), "name": ("cells", []), "dtype": ("u1", DTYPES)},
        LABELS,
    ),
    "write_plate": (
        _ours("write_plate"),
        {"images": ({"A/1/0": PIXELS}, PLACES), "path": ("new", []), "dims": (DIMS, OF_DIMS[::9])},
        PLATE,
    ),
    "prepare_plate": (
        _ours("prepare_plate"),
        {
            "fields": ({"A/1/0": ((6, 5), "u1")}, [*PLACES, *({"A/1/0": of} for of in SPECS)]),
            "path": ("new", []),
            "dims": (DIMS, OF_DIMS[::9]),
        },
        PLATE,
    ),
    "write_collection": (
        _ours("write_collection"),
        {"images": ({"a": PIXELS}, IMAGES), "path": ("new", []), "dims": (DIMS, OF_DIMS[::9])},
        COLLECTION,
    ),
    "prepare_collection": (
        _ours("prepare_collection"),
        {
            "images": ({"a": ((6, 5), "u1")}, [*IMAGES, *({"a": of} for of in SPECS)]),
            "path": ("new", []),
            "dims": (DIMS, OF_DIMS[::9]),
        },
        COLLECTION,
    ),
    "stream_image": (
        _stream,
        {
            "path": ("new", []),
            "shape": ((2, 6, 5), [(2, *of) for of in SIZES if isinstance(of, tuple)]),
            "dims": ([DimSpec("t"), *DIMS], OF_DIMS[::9]),
            "dtype": ("u1", DTYPES),
            "frames": (PIXELS, ARRAYS),
        },
        STREAM,
    ),
    "PlateWriter": (
        _field,
        {
            "path": ("new", []),
            "dims": (DIMS, OF_DIMS[::9]),
            "data": (PIXELS, ARRAYS),
            "row": ("A", []),
            "column": ("1", []),
            "field": ("0", []),
            "acquisition": (None, []),
        },
        PLATE,
    ),
}


def typed(version: str) -> dict[str, Function]:
    models, write = import_module(f"ngff_v{version}"), import_module(f"ngff_write.v{version}")
    multiscale = models.Multiscale.from_dims(DIMS, name="cells", n_levels=1)
    image = models.Image(multiscales=[multiscale])
    label = models.LabelImage(multiscales=[multiscale], image_label=models.ImageLabel())
    wrong = [
        models.Image(multiscales=[]),
        models.Image(multiscales=3),
        models.Image(multiscales=[3]),
        models.Image,
        label,
        image,
        multiscale,
    ]
    wrong += (
        [
            models.Image(multiscales=[models.Multiscale(axes=axes, datasets=datasets)])
            for axes in (3, None, [3])
            for datasets in (3, None, [3], [])
        ]
        if version != "06"
        else []
    )
    wrong_plates = [
        {"rows": 3},
        {"rows": [3]},
        {"columns": [{"name": 3}]},
        {"wells": 3},
        {"wells": [3]},
        {"wells": [{}]},
        {"acquisitions": 3},
        {"acquisitions": [3]},
        {"name": 3},
        {"name": Odd()},
        {3: 4},
        {"more": Odd()},
    ]
    levels = [*ARRAYS, *([of] for of in ARRAYS), [PIXELS, PIXELS], *SPECS, *([of] for of in SPECS)]
    empty = ((6, 5), "u1")
    part = {
        "writer": HOW["writer"],
        "chunks": [*HOW["chunks"], "none"],
        "shards": HOW["shards"],
        "overwrite": HOW["overwrite"],
        "compression": HOW["compression"],
    }
    whole = {**part, "extra_attributes": JSON}
    images = [
        {"a": 3},
        {"a": (image,)},
        {"a": (image, PIXELS, 3)},
        {"a": image},
        {3: (image, PIXELS)},
        {"..": (image, PIXELS)},
        {"a": (3, PIXELS)},
    ]
    fields = [
        {"A/1/0": 3},
        {"A/1/0": (image,)},
        {3: (image, PIXELS)},
        {"A": (image, PIXELS)},
        {("A", 1, 0): (image, PIXELS)},
    ]
    labels = [
        {"cells": 3},
        {"cells": (label,)},
        {"cells": (image, PIXELS)},
        {3: (label, PIXELS)},
        {"..": (label, PIXELS)},
    ]

    def builder(name: str, **how: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
        def written(dest: Any, options: dict[str, Any], **given: Any) -> None:
            getattr(getattr(write, name)(dest, **options), how["write"])(**given)

        def prepared(dest: Any, options: dict[str, Any], **given: Any) -> None:
            made = getattr(write, name)(dest, **options)
            getattr(made, how["add"])(**given)
            made.prepare()

        return written, prepared

    def split(call: Callable[..., Any], *own: str) -> Callable[..., Any]:
        return lambda dest, **given: call(
            dest, {k: v for k, v in given.items() if k not in own}, **{k: given[k] for k in own if k in given}
        )

    of_labels = builder("LabelsBuilder", write="write_label", add="add_label")
    of_images = builder("Bf2RawBuilder", write="write_image", add="add_series")
    of_wells = builder("PlateBuilder", write="write_well", add="add_well")
    dest: tuple[Any, list[Any]] = ("new", [])
    return {
        "write_image": (
            write.write_image,
            {"dest": dest, "image": (image, wrong), "datasets": (PIXELS, levels)},
            {**whole, "progress": ["yes"], "labels": labels},
        ),
        "prepare_image": (
            write.prepare_image,
            {"dest": dest, "image": (image, wrong), "datasets": (empty, levels)},
            whole,
        ),
        "write_bioformats2raw": (
            write.write_bioformats2raw,
            {"dest": dest, "images": ({"a": (image, PIXELS)}, images)},
            {**whole, "ome_xml": ["<OME"], "progress": ["yes"]},
        ),
        "write_plate": (
            write.write_plate,
            {"dest": dest, "images": ({"A/1/0": (image, PIXELS)}, fields)},
            {**whole, "plate": wrong_plates, "progress": ["yes"]},
        ),
        "write_label": (
            split(of_labels[0], "name", "label_image", "datasets", "progress"),
            {
                "dest": ("image/labels", []),
                "name": ("cells", []),
                "label_image": (label, wrong),
                "datasets": (PIXELS, levels),
            },
            {**part, "progress": ["yes"]},
        ),
        "add_label": (
            split(of_labels[1], "name", "label_image", "datasets"),
            {
                "dest": ("image/labels", []),
                "name": ("cells", []),
                "label_image": (label, wrong),
                "datasets": (empty, levels),
            },
            part,
        ),
        "write_series": (
            split(of_images[0], "name", "image", "datasets", "progress"),
            {"dest": dest, "name": ("a", []), "image": (image, wrong), "datasets": (PIXELS, levels)},
            {**whole, "ome_xml": ["<OME"], "progress": ["yes"]},
        ),
        "add_series": (
            split(of_images[1], "name", "image", "datasets"),
            {"dest": dest, "name": ("a", []), "image": (image, wrong), "datasets": (empty, levels)},
            {**whole, "ome_xml": ["<OME"]},
        ),
        "write_well": (
            split(of_wells[0], "row", "col", "images", "progress"),
            {"dest": dest, "row": ("A", []), "col": ("1", []), "images": ({"0": (image, PIXELS)}, images)},
            {**whole, "plate": wrong_plates, "progress": ["yes"]},
        ),
        "add_well": (
            split(of_wells[1], "row", "col", "images"),
            {"dest": dest, "row": ("A", []), "col": ("1", []), "images": ({"0": (image, empty)}, images)},
            {**whole, "plate": wrong_plates},
        ),
    }
