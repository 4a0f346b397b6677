"""Faults of the field: plates in the layout of bioformats2raw (A9)."""

from __future__ import annotations

from typing import Any

import pytest
from field import array, found, level, multiscale, report_on

from ngff_core.report.report import Report

VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5"])
LAYOUT = "bioformats2raw.layout"
FIELDS = ("A/1/0", "A/1/1", "A/2/0", "B/1/0")


def ome_xml(*wells: tuple[int, int] | None, images: int | None = None) -> bytes:
    """Return OME-XML of as many images as wells are given, each in its well (``None``: in none)."""
    pixels = 'DimensionOrder="XYZCT" Type="uint16" SizeX="8" SizeY="8" SizeZ="1" SizeC="1" SizeT="1"'
    count = len(wells) if images is None else images
    shown = "".join(
        f'<Image ID="Image:{n}"><Pixels ID="Pixels:{n}" {pixels}><MetadataOnly/></Pixels></Image>' for n in range(count)
    )
    placed = "".join(
        f'<Well ID="Well:{n}" Row="{well[0]}" Column="{well[1]}"><WellSample ID="Sample:{n}" Index="{n}">'
        f'<ImageRef ID="Image:{n}"/></WellSample></Well>'
        for n, well in enumerate(wells)
        if well is not None
    )
    return (
        '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
        f'<Plate ID="Plate:0">{placed}</Plate>{shown}</OME>'
    ).encode()


def report(version: str, series: Any = FIELDS, xml: bytes | None = None, **plate: Any) -> Report:
    """Return the report on a plate of three wells and four fields; OME-XML of four images unless it is given."""
    own = {"version": version} if version < "0.5" else {}
    definition = {
        **own,
        "name": "plate",
        "rows": [{"name": name} for name in "AB"],
        "columns": [{"name": name} for name in "123"],
        "wells": [
            {"path": path, "rowIndex": "AB".index(path[0]), "columnIndex": int(path[2]) - 1}
            for path in ("A/1", "A/2", "B/1")
        ],
        "field_count": 2,
    }
    root = {LAYOUT: 3, "plate": definition, **plate}
    nodes: dict[str, Any] = {"": {key: v for key, v in root.items() if v is not None}, "A": None, "B": None}
    for path in FIELDS:
        nodes.setdefault(path[:3], {"well": {**own, "images": []}})["well"]["images"].append({"path": path[4:]})
        nodes[path] = {"multiscales": [multiscale("yx", level("0", [1, 1]), version=version)]}
        nodes[f"{path}/0"] = array((8, 8), names=("y", "x"))
    nodes["OME"] = {"series": list(series)} if series is not None else None
    files = {"OME/METADATA.ome.xml": ome_xml(images=4) if xml is None else xml}
    return report_on(version, nodes, files)


def said(version: str, *arguments: Any) -> list[tuple[str, str, str]]:
    return found(report(version, *arguments))


@VERSIONS
def test_a9_a_sound_plate_is_silent(version: str) -> None:
    assert said(version) == []
    assert said(version, FIELDS, ome_xml((0, 0), (0, 0), (0, 1), (1, 0))) == []
    assert said(version, FIELDS, ome_xml((0, 0), (0, 0), (0, 4), (7, 0))) == []  # rows and columns that are left out


@VERSIONS
def test_a9_series_that_name_no_field(version: str) -> None:
    assert said(version, (*FIELDS[:3], "B/9/0")) == [
        ("warning", "collection-plate-series-matches-wells", "OME"),
        ("error", "series-paths-are-images", "OME"),
    ]
    dangling = report(version, (*FIELDS, "B/9/0", "B/1/7"), ome_xml(images=6)).issues
    assert [(i.message, i.pointer[-9:]) for i in dangling if i.rule == "series-paths-are-images"] == [
        ("series 'B/9/0' lies in no well of the plate", "/series/4"),
        ("series 'B/1/7' is not listed by well 'B/1'", "/series/5"),
    ]


@VERSIONS
def test_a9_series_that_repeat_an_image(version: str) -> None:
    assert said(version, (*FIELDS, FIELDS[0]), ome_xml(images=5)) == [("warning", "series-paths-unique", "OME")]


@VERSIONS
def test_a9_series_of_another_number(version: str) -> None:
    assert said(version, FIELDS, ome_xml(images=3)) == [("error", "collection-one-image-per-group", "OME")]
    assert said(version, FIELDS[:3], ome_xml(images=3)) == [("warning", "collection-plate-series-matches-wells", "OME")]
    assert said(version, None, ome_xml(images=3)) == [
        ("error", "collection-one-image-per-group", "OME"),
    ]


@VERSIONS
def test_a9_series_in_another_order_than_the_wells(version: str) -> None:
    swapped = ("A/2/0", "A/1/1", "A/1/0", "B/1/0")
    assert said(version, swapped) == [("warning", "collection-plate-series-matches-wells", "OME")]
    message = [(i.message, i.found, i.expected) for i in report(version, swapped).issues if "order" in i.message]
    assert message == [("the series comes in another order than the wells", '"A/2/0"', '"A/1/0"')]


@VERSIONS
def test_a9_the_order_of_the_ome_xml_decides(version: str) -> None:
    first_fields_first = ("A/1/0", "A/2/0", "B/1/0", "A/1/1")
    assert said(version, first_fields_first, ome_xml((0, 0), (0, 1), (1, 0), (0, 0))) == []
    assert said(version, FIELDS, ome_xml((0, 0), (0, 1), (1, 0), (0, 0))) == [
        ("error", "collection-one-image-per-group", "OME")
    ]
    assert said(version, first_fields_first, ome_xml((0, 0), None, (1, 0), (0, 0))) == [
        ("warning", "collection-plate-series-matches-wells", "OME")
    ]


@VERSIONS
def test_a9_ome_xml_that_is_broken_or_missing(version: str) -> None:
    assert said(version, FIELDS, b"<OME") == [("error", "collection-ome-xml-valid", "OME")]
    kept_in_tiff = ome_xml(images=4).replace(b"<MetadataOnly/>", b"<TiffData/>")
    assert said(version, FIELDS, kept_in_tiff) == [("error", "collection-ome-xml-metadata-only", "OME")] * 4


@VERSIONS
def test_a9_wells_that_are_not_known_are_silent(version: str) -> None:
    nodes = report(version, ("A/1/0", "A/1/1", "A/2/0", "B/1/0", "B/2/0"), ome_xml(images=5), plate={"wells": 5})
    assert "collection-plate-series-matches-wells" not in {issue.rule for issue in nodes.issues}


@VERSIONS
def test_a9_of_a_plate_that_is_no_collection_only_the_paths_count(version: str) -> None:
    issues = report(version, ("B/9/0",), b"<OME", **{LAYOUT: None}).issues
    assert [issue.rule for issue in issues if issue.node == "OME"] == ["series-paths-are-images"]
