"""Objects as users build them, with the JSON each has to become; the same for every version that has these names.

What is built follows the user guide of the best-known Python package for this format: its calls have to work
after the import line is changed. ``v`` is the module of a version.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ngff_core import DimSpec

__all__ = ["NAMES", "built", "written"]

NAMES = {
    "Acquisition", "Bf2Raw", "ChannelAxis", "Column", "CustomAxis", "Dataset", "FieldOfView", "Image", "ImageLabel",
    "LabelColor", "LabelImage", "LabelProperty", "LabelSource", "LabelsGroup", "Multiscale", "Omero", "OmeroChannel",
    "OmeroRenderingDefs", "OmeroWindow", "Plate", "PlateDef", "PlateWell", "Row", "ScaleTransformation", "Series",
    "SpaceAxis", "TimeAxis", "TranslationTransformation", "Well", "WellDef",
}  # fmt: skip

MICRO = "micrometer"
CZYX = [
    {"name": "c", "type": "channel"},
    {"name": "z", "type": "space", "unit": MICRO},
    {"name": "y", "type": "space", "unit": MICRO},
    {"name": "x", "type": "space", "unit": MICRO},
]
SCALES = [[1.0, 0.3, 0.1, 0.1], [1.0, 0.3, 0.2, 0.2], [1.0, 0.3, 0.4, 0.4]]
WINDOW = {"start": 0, "end": 4095, "min": 0, "max": 65535}


def level(path: str, scale: list[float], translation: list[float] | None = None) -> dict[str, Any]:
    """Return the JSON of one dataset."""
    transformations: list[dict[str, Any]] = [{"type": "scale", "scale": scale}]
    if translation is not None:
        transformations.append({"type": "translation", "translation": translation})
    return {"path": path, "coordinateTransformations": transformations}


def stack(name: str = "confocal_stack") -> dict[str, Any]:
    """Return the JSON of a multiscale image of three levels."""
    return {"name": name, "axes": CZYX, "datasets": [level(str(n), scale) for n, scale in enumerate(SCALES)]}


# --- objects ------------------------------------------------------------------------------------------


def image_by_hand(v: ModuleType) -> Any:
    axes = [v.ChannelAxis(name="c"), *(v.SpaceAxis(name=name, unit=MICRO) for name in "zyx")]
    datasets = [
        v.Dataset(path=str(n), coordinateTransformations=[v.ScaleTransformation(scale=scale)])
        for n, scale in enumerate(SCALES)
    ]
    return v.Image(multiscales=[v.Multiscale(name="confocal_stack", axes=axes, datasets=datasets)])


def stack_dims() -> list[DimSpec]:
    return [
        DimSpec(name="c", size=3, scale=1.0),
        DimSpec(name="z", size=50, scale=0.3, unit=MICRO, scale_factor=1.0),
        DimSpec(name="y", size=512, scale=0.1, unit=MICRO),
        DimSpec(name="x", size=512, scale=0.1, unit=MICRO),
    ]


def image_from_dims(v: ModuleType) -> Any:
    return v.Image(multiscales=[v.Multiscale.from_dims(stack_dims(), name="confocal_stack", n_levels=3)])


def translated_field(v: ModuleType) -> Any:
    dims = [
        DimSpec(name="c", size=2),
        DimSpec(name="y", size=1024, scale=0.1, unit=MICRO, translation=200.0),
        DimSpec(name="x", size=1024, scale=0.1, unit=MICRO, translation=500.0),
    ]
    return v.Image(multiscales=[v.Multiscale.from_dims(dims, name="FOV_1", n_levels=2)])


def image_with_omero(v: ModuleType) -> Any:
    image = image_from_dims(v)
    channels = [
        v.OmeroChannel(color=color, label=label, window=v.OmeroWindow(**WINDOW), active=True)
        for color, label in (("00FF00", "GFP"), ("FF0000", "mCherry"))
    ]
    rendering = v.OmeroRenderingDefs(defaultZ=25, defaultT=0, model="color")
    image.omero = v.Omero(channels=channels, rdefs=rendering)
    return image


def custom_axes(v: ModuleType) -> Any:
    axes = [v.TimeAxis(name="t", unit="second"), v.CustomAxis(name="angle", type="rotation"), v.SpaceAxis(name="y"),
            v.SpaceAxis(name="x")]  # fmt: skip
    moved = [v.ScaleTransformation(scale=[1.0, 0.5, 0.1, 0.1]),
             v.TranslationTransformation(translation=[0.0, 0.0, 100.0, 200.0])]  # fmt: skip
    dataset = v.Dataset(path="0", coordinateTransformations=moved)
    return v.Image(multiscales=[v.Multiscale(name="angles", axes=axes, datasets=[dataset], type="mean",
                                             metadata={"method": "mean"})])  # fmt: skip


def label_image(v: ModuleType) -> Any:
    colors = [v.LabelColor(label_value=1, rgba=[255, 0, 0, 255]), v.LabelColor(label_value=2, rgba=[0, 255, 0, 255])]
    properties = [v.LabelProperty(label_value=1, extra={"area": 5, "class": "nucleus"})]
    return v.LabelImage(
        multiscales=[v.Multiscale.from_dims(stack_dims(), name="nuclei", n_levels=3)],
        image_label=v.ImageLabel(colors=colors, properties=properties, source=v.LabelSource(image="../../")),
    )


def labels_group(v: ModuleType) -> Any:
    return v.LabelsGroup(labels=["nuclei", "cells"])


def plate(v: ModuleType) -> Any:
    definition = v.PlateDef(
        name="HCS Experiment",
        columns=[v.Column(name="1"), v.Column(name="2"), v.Column(name="3")],
        rows=[v.Row(name="A"), v.Row(name="B")],
        wells=[
            v.PlateWell(path="A/1", rowIndex=0, columnIndex=0),
            v.PlateWell(path="A/2", rowIndex=0, columnIndex=1),
            v.PlateWell(path="B/1", rowIndex=1, columnIndex=0),
        ],
        acquisitions=[
            v.Acquisition(id=0, name="Initial", maximumfieldcount=4),
            v.Acquisition(id=1, name="24h", maximumfieldcount=4),
        ],
        field_count=4,
    )
    return v.Plate(plate=definition)


def plate_of_96(v: ModuleType) -> Any:
    wells = [
        v.PlateWell(path=f"{row}/{column + 1}", rowIndex=index, columnIndex=column)
        for index, row in enumerate("ABCD")
        for column in range(6)
    ]
    definition = v.PlateDef(
        name="Drug Screen Plate 1",
        columns=[v.Column(name=str(n)) for n in range(1, 13)],
        rows=[v.Row(name=chr(65 + n)) for n in range(8)],
        wells=wells,
        acquisitions=[v.Acquisition(id=0, name="Initial", maximumfieldcount=4)],
        field_count=4,
    )
    return v.Plate(plate=definition)


def well(v: ModuleType) -> Any:
    fields = [v.FieldOfView(path=str(n), acquisition=n // 2) for n in range(3)]
    return v.Well(well=v.WellDef(images=fields))


def collection(v: ModuleType) -> Any:
    return v.Bf2Raw()


def series(v: ModuleType) -> Any:
    return v.Series(series=["0", "1", "2", "3"])


# --- their JSON, without versions ---------------------------------------------------------------------


_TABLE: dict[str, tuple[Any, dict[str, Any]]] = {
    "image-by-hand": (image_by_hand, {"multiscales": [stack()]}),
    "image-from-dims": (image_from_dims, {"multiscales": [stack()]}),
    "translated-field": (
        translated_field,
        {
            "multiscales": [
                {
                    "name": "FOV_1",
                    "axes": [CZYX[0], *CZYX[2:]],
                    "datasets": [
                        level("0", [1.0, 0.1, 0.1], [0.0, 200.0, 500.0]),
                        level("1", [1.0, 0.2, 0.2], [0.0, 200.0, 500.0]),
                    ],
                }
            ]
        },
    ),
    "image-with-omero": (
        image_with_omero,
        {
            "multiscales": [stack()],
            "omero": {
                "channels": [
                    {"color": "00FF00", "label": "GFP", "window": WINDOW, "active": True},
                    {"color": "FF0000", "label": "mCherry", "window": WINDOW, "active": True},
                ],
                "rdefs": {"defaultZ": 25, "defaultT": 0, "model": "color"},
            },
        },
    ),
    "custom-axes": (
        custom_axes,
        {
            "multiscales": [
                {
                    "name": "angles",
                    "type": "mean",
                    "metadata": {"method": "mean"},
                    "axes": [
                        {"name": "t", "type": "time", "unit": "second"},
                        {"name": "angle", "type": "rotation"},
                        {"name": "y", "type": "space"},
                        {"name": "x", "type": "space"},
                    ],
                    "datasets": [level("0", [1.0, 0.5, 0.1, 0.1], [0.0, 0.0, 100.0, 200.0])],
                }
            ]
        },
    ),
    "label-image": (
        label_image,
        {
            "multiscales": [stack("nuclei")],
            "image-label": {
                "colors": [
                    {"label-value": 1, "rgba": [255, 0, 0, 255]},
                    {"label-value": 2, "rgba": [0, 255, 0, 255]},
                ],
                "properties": [{"label-value": 1, "area": 5, "class": "nucleus"}],
                "source": {"image": "../../"},
            },
        },
    ),
    "labels-group": (labels_group, {"labels": ["nuclei", "cells"]}),
    "plate": (
        plate,
        {
            "plate": {
                "name": "HCS Experiment",
                "columns": [{"name": "1"}, {"name": "2"}, {"name": "3"}],
                "rows": [{"name": "A"}, {"name": "B"}],
                "wells": [
                    {"path": "A/1", "rowIndex": 0, "columnIndex": 0},
                    {"path": "A/2", "rowIndex": 0, "columnIndex": 1},
                    {"path": "B/1", "rowIndex": 1, "columnIndex": 0},
                ],
                "acquisitions": [
                    {"id": 0, "name": "Initial", "maximumfieldcount": 4},
                    {"id": 1, "name": "24h", "maximumfieldcount": 4},
                ],
                "field_count": 4,
            }
        },
    ),
    "plate-of-96": (
        plate_of_96,
        {
            "plate": {
                "name": "Drug Screen Plate 1",
                "columns": [{"name": str(n)} for n in range(1, 13)],
                "rows": [{"name": name} for name in "ABCDEFGH"],
                "wells": [
                    {"path": f"{row}/{column}", "rowIndex": "ABCD".index(row), "columnIndex": column - 1}
                    for row in "ABCD"
                    for column in range(1, 7)
                ],
                "acquisitions": [{"id": 0, "name": "Initial", "maximumfieldcount": 4}],
                "field_count": 4,
            }
        },
    ),
    "well": (
        well,
        {
            "well": {
                "images": [
                    {"path": "0", "acquisition": 0},
                    {"path": "1", "acquisition": 0},
                    {"path": "2", "acquisition": 1},
                ]
            }
        },
    ),
    "collection": (collection, {"bioformats2raw.layout": 3}),
    "series": (series, {"series": ["0", "1", "2", "3"]}),
}


def built(v: ModuleType) -> dict[str, Any]:
    """Return every object by its name."""
    return {name: build(v) for name, (build, _) in _TABLE.items()}


def written() -> dict[str, dict[str, Any]]:
    """Return the JSON of every object by its name; the versions are left out."""
    return {name: value for name, (_, value) in _TABLE.items()}
