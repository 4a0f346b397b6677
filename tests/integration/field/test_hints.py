"""Faults of the field: what was silent, and what to write instead (A21, A22)."""

from __future__ import annotations

from typing import Any

import pytest
from field import array, found, level, multiscale, report_on

from ngff_core import check_json
from ngff_core.issues.issue import Issue
from ngff_core.json_text import dumps
from ngff_core.words import misspelled

ENTRY = multiscale("yx", level("0", [1, 1]))
WINDOW = {"start": 0, "end": 5, "min": 0, "max": 10}


def said(ome: dict[str, Any], *rules: str, version: str = "0.5") -> list[Issue]:
    """Return the findings of some rules on a document."""
    document = ome if version == "0.4" else {"ome": {"version": version, **ome}}
    return [i for i in check_json(dumps(document)).issues if i.rule in rules or i.entry in rules]


def image(*entries: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"multiscales": list(entries) or [ENTRY], **members}


def omero(**channel: Any) -> dict[str, Any]:
    return image(omero={"channels": [{"color": "FF0000", "window": WINDOW, **channel}]})


# --- A21 --------------------------------------------------------------------------------------------


def test_a21_a_window_of_one_value_is_noted() -> None:
    issues = said(omero(window={**WINDOW, "start": 5}), "omero-window-order")
    assert [(i.severity.value, i.message) for i in issues] == [("info", "the window begins and ends at 5")]
    assert said(omero(), "omero-window-order") == []


@pytest.mark.parametrize(
    ("names", "rdefs", "message"),
    [
        ("zyx", {"defaultZ": 4}, "defaultZ is 4, but axis 'z' has length 4"),
        ("tyx", {"defaultT": 9}, "defaultT is 9, but axis 't' has length 4"),
        ("cyx", {"defaultZ": 1}, "defaultZ is 1, but there is no axis 'z'"),
        ("zyx", {"defaultZ": 3, "defaultT": 0}, None),
    ],
)
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a21_a_default_plane_out_of_range_is_noted(
    version: str, names: str, rdefs: dict[str, int], message: str | None
) -> None:
    channels = [{"color": "FF0000", "window": WINDOW}] * (4 if "c" in names else 1)
    ome = image(multiscale(names, level("0", [1, 1, 1]), version=version), omero={"channels": channels, "rdefs": rdefs})
    issues = report_on(version, {"": ome, "0": array((4, 8, 8), names=tuple(names))}).issues
    notes = [(i.severity.value, i.message) for i in issues if i.rule == "omero-rdefs-in-range"]
    assert notes == ([("info", message)] if message else [])


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a21_a_level_that_is_not_listed_is_noted(version: str) -> None:
    entry = multiscale("yx", level("0", [1, 1]), level("1", [2, 2]), version=version)
    nodes: dict[str, Any] = {"": image(entry)}
    nodes |= {str(n): array((16 >> n,) * 2, names=("y", "x")) for n in range(3)}
    note = ("info", "dataset-all-listed", "")
    assert found(report_on(version, nodes)) == [note]
    others = {"tables": None, "mask": array((16, 16)), "s3": array((2, 2))}
    assert found(report_on(version, {**{k: v for k, v in nodes.items() if k != "2"}, **others})) == []


def test_a21_a_level_that_is_not_listed_is_noted_in_groups_of_their_own() -> None:
    entry = multiscale("yx", level("scale0/image", [1, 1]))
    nodes: dict[str, Any] = {"": image(entry), "scale0": None, "scale1": None}
    nodes |= {f"scale{n}/image": array((16 >> n,) * 2, names=("y", "x")) for n in range(2)}
    assert found(report_on("0.5", nodes)) == [("info", "dataset-all-listed", "")]


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        ({"OME": {"version": "0.5", **image()}}, 'did you mean the key "ome"? there is "OME"'),
        (
            {"ome": {"version": "0.5", "multiscale": [ENTRY]}},
            'did you mean the key "multiscales"? there is "multiscale"',
        ),
        ({"Multiscales": [ENTRY]}, 'did you mean the key "multiscales"? there is "Multiscales"'),
        ({"something": 1}, None),
    ],
)
def test_a21_keys_of_ome_metadata_that_are_nearly_right(document: dict[str, Any], hint: str | None) -> None:
    (issue,) = check_json(dumps(document)).issues
    assert (issue.rule, issue.hint) == ("store-without-metadata", hint)
    attributes = {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": document}}
    (issue,) = report_on("0.5", {"": None}, attributes).issues
    assert (issue.rule, issue.hint) == ("store-without-metadata", hint)


def test_a21_keys_that_are_nearly_right_are_noted() -> None:
    (issue,) = said(image({**ENTRY, "coordinateTransformation": []}), "keys-known")
    assert (issue.severity.value, issue.pointer) == ("info", "/ome/multiscales/0/coordinateTransformation")
    assert issue.hint == 'did you mean "coordinateTransformations"?'
    wells = {"rows": [{"name": "A"}], "columns": [{"name": "1"}]}
    plate = {**wells, "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}], "acquisition": []}
    assert [i.hint for i in said({"plate": plate}, "keys-known")] == ['did you mean "acquisitions"?']
    well = {"images": [{"path": "0", "aquisition": 0}]}
    assert [i.pointer for i in said({"well": well}, "keys-known")] == ["/ome/well/images/0/aquisition"]


def test_a21_keys_that_are_nearly_right_are_a_hint_where_they_are_missed() -> None:
    dataset = {"path": "0", "coordinateTransformation": [{"type": "scale", "scale": [1, 1]}]}
    issues = said(image({**ENTRY, "datasets": [dataset]}), "structure-missing", "keys-known")
    assert [(i.rule, i.hint) for i in issues] == [
        ("structure-missing", 'the key is "coordinateTransformations", not "coordinateTransformation"')
    ]


def test_a21_other_keys_are_silent() -> None:
    more = {"_creator": {}, "@type": "ngff:Image", "omero": {}, "units": 1, "custom": 2, "paths": 3}
    assert said(image({**ENTRY, **more}, _ome2024=1, nam=2), "keys-known") == []
    assert misspelled("wavelength_id", ["label", "color", "window", "active", "family", "inverted"]) is None


@pytest.mark.parametrize("path", ["__x", "..", "../0", "/0", "", "a//b", "./0", "0/"])
def test_a21_odd_paths_of_levels_in_a_document_are_a_warning(path: str) -> None:
    (issue,) = said(image(multiscale("yx", level(path, [1, 1]))), "dataset-path-relative-resolves")
    assert (issue.severity.value, issue.pointer) == ("warning", "/ome/multiscales/0/datasets/0/path")


@pytest.mark.parametrize("path", ["0", "scale0/image", "s0", "a_b", "..x", "x__"])
def test_a21_usual_paths_of_levels_are_silent(path: str) -> None:
    assert said(image(multiscale("yx", level(path, [1, 1]))), "dataset-path-relative-resolves") == []


@pytest.mark.parametrize("key", ["ome", "multiscales", "plate", "labels"])
def test_a21_metadata_of_groups_inside_multiscales_is_a_warning(key: str) -> None:
    (issue,) = said(image({**ENTRY, key: {}}), "multiscale-keys-belong")
    assert (issue.severity.value, issue.pointer) == ("warning", f"/ome/multiscales/0/{key}")


# --- A22 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "meant"),
    [
        ("micrometers", "micrometer"),
        ("nanometers", "nanometer"),
        ("Micrometres", "micrometer"),
        ("um", "micrometer"),
        ("µm", "micrometer"),
        ("microns", "micrometer"),
        ("cm", "centimeter"),
        ("Angstroms", "angstrom"),
        ("pixel", None),
        ("second", None),
    ],
)
def test_a22_units_of_space(unit: str, meant: str | None) -> None:
    (issue,) = said(image(multiscale("yx", level("0", [1, 1]), x={"unit": unit})), "axes-unit-space-known")
    assert issue.hint == (f'write "{meant}"' if meant else None)


@pytest.mark.parametrize(
    ("unit", "meant"),
    [
        ("microseconds", "microsecond"),
        ("ns", "nanosecond"),
        ("hr", "hour"),
        ("hrs", "hour"),
        ("d", "day"),
        ("ms", "millisecond"),
        ("mins", "minute"),
        ("s", "second"),
        ("frame", None),
    ],
)
def test_a22_units_of_time(unit: str, meant: str | None) -> None:
    (issue,) = said(image(multiscale("tyx", level("0", [1, 1, 1]), t={"unit": unit})), "axes-unit-time-known")
    assert issue.hint == (f'write "{meant}"' if meant else None)


def test_a22_a_unit_on_a_channel_axis() -> None:
    (issue,) = said(image(multiscale("cyx", level("0", [1, 1, 1]), c={"unit": "nanometer"})), "axes-unit-measured")
    assert (issue.severity.value, issue.hint) == ("info", "leave it out: channels are not measured")
    assert said(image(multiscale("cyx", level("0", [1, 1, 1]))), "axes-unit-measured") == []


@pytest.mark.parametrize(
    ("color", "hint"),
    [
        ("0x00FF00", 'write "00FF00"'),
        ("#00ff00", 'write "00FF00"'),
        ("FF0000FF", 'write "FF0000", or "0000FF" where the opacity comes first'),
        ("red", 'write "FF0000"'),
        ("F0A", 'write "FF00AA"'),
        ("nonsense", None),
        ([255, 0, 0], 'write "FF0000"'),
        ([0, 128, 255, 255], 'write "0080FF"'),
        ([1.0, 0, 0], None),
        (16711680, 'write red, green and blue as six hexadecimal digits, such as "FF0000"'),
    ],
)
def test_a22_colors(color: Any, hint: str | None) -> None:
    (issue,) = said(omero(color=color), "omero-channel-color-hex6", "omero-channel-color-string")
    assert (issue.severity.value, issue.hint) == ("error", hint)


def test_a22_numbers_in_place_of_text_and_the_reverse() -> None:
    (issue,) = said({"labels": [1, 2]}, "labels-is-array-of-strings")
    assert issue.hint == 'write ["1", "2"]'
    (issue,) = said({"labels": ["a", 2]}, "labels-is-array-of-strings")
    assert issue.hint == 'write "2"'
    (issue,) = said(omero(label=5), "omero-channel-label-string")
    assert issue.hint == 'write "5"'
    window = {**WINDOW, "start": "5"}
    (issue,) = said(omero(window=window), "omero-window-numbers")
    assert issue.hint == "write 5, without quotes"


def test_a22_content_of_0_6_in_a_document_of_0_5() -> None:
    later = multiscale("yx", level("0", [1, 1]), version="0.6")
    (issue,) = said(image(later), "axes-present")
    assert issue.hint == 'this is the form of 0.6: is "version": "0.6" meant?'


def test_a22_a_version_left_in_multiscales() -> None:
    report = check_json(dumps({"ome": image({**ENTRY, "version": "0.5"})}))
    hints = [i.hint for i in report.issues if i.rule == "version-ome-present"]
    assert hints == ["the version inside multiscales is not looked at: move it up, beside multiscales"]


@pytest.mark.parametrize("key", ["Axes", "axis", "Datasets", "dataset", "data_sets"])
def test_a21_a_key_in_place_of_the_right_one_and_beside_it(key: str) -> None:
    right = "axes" if key.lower().startswith("ax") else "datasets"
    without = {name: value for name, value in ENTRY.items() if name != right}
    (issue,) = said(image({**without, key: ENTRY[right]}), "structure-missing")
    assert issue.hint == f'the key is "{right}", not "{key}"'
    (issue,) = said(image({**ENTRY, key: ENTRY[right]}), "keys-known")
    assert issue.message == f"key {key!r} is unknown, and stands beside {right!r}, which readers take"
    assert (issue.severity.value, issue.pointer) == ("info", f"/ome/multiscales/0/{key}")


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a21_keys_of_plates(version: str) -> None:
    well = {"path": "A/1", "rowIndex": 0, "columnIndex": 0}
    plate = {"name": "p", "rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": [well], "version": version}
    (issue,) = said({"plate": {**plate, "fieldCount": 2}}, "keys-known", version=version)
    assert issue.hint == 'did you mean "field_count"?'
    (issue,) = said({"plate": {**plate, "wells": [{**well, "row_index": 0}]}}, "keys-known", version=version)
    assert issue.pointer.endswith("/plate/wells/0/row_index")
    assert said({"plate": plate}, "keys-known", version=version) == []


@pytest.mark.parametrize("tag", ["v0.5", "V0.5", " 0.5", "05", "0,5"])
def test_a21_a_version_that_is_nearly_one(tag: str) -> None:
    (issue,) = check_json(dumps({"ome": {"version": tag, **image()}})).issues
    assert (issue.rule, issue.expected) == ("version-not-installed", '"0.5"')
    assert (issue.hint or "").startswith('did you mean "0.5"?')


def test_a21_other_versions_are_not_guessed() -> None:
    for tag in ("latest", "0.7", ""):
        (issue,) = check_json(dumps({"ome": {"version": tag, **image()}})).issues
        assert "did you mean" not in (issue.hint or "")
    (issue,) = said(image(), "version-ome-value", version="0.5 ")
    assert (issue.found, issue.expected) == ('"0.5 "', '"0.5"')
    (issue,) = [i for i in check_json(dumps({"ome": {"version": 0.5, **image()}})).issues if i.severity == "error"]
    assert issue.hint == 'write "0.5"'


def test_a22_keys_of_0_6_in_a_document_of_0_5() -> None:
    scene = {"coordinateTransformations": []}
    meant = 'is "version": "0.6" meant?'
    assert [i.hint for i in said(image(scene=scene), "keys-known")] == [meant]
    assert [i.hint for i in said(image({**ENTRY, "coordinateSystems": []}), "keys-known")] == [meant]
    assert [i.hint for i in said({"scene": scene}, "store-without-metadata")] == [f'"scene" is a key of 0.6: {meant}']
    assert said(image(scene=scene), "keys-known", version="0.4") == []  # anybody's key there
    assert report_on("0.5", {"": {"scene": scene}}).issues[0].hint == f'"scene" is a key of 0.6: {meant}'
    step = {"type": "sequence", "transformations": []}
    entry = {**ENTRY, "datasets": [{"path": "0", "coordinateTransformations": [step]}]}
    assert [i.hint for i in said(image(entry), "transform-type-known")] == [f"it is one of 0.6: {meant}"]


@pytest.mark.parametrize("key", ["plate", "well", "image-label", "multiscales", "omero"])
def test_a22_a_version_that_only_a_part_states(key: str) -> None:
    part: Any = {"version": "0.5"}
    ome = {"multiscales": [ENTRY], **({key: part} if key != "multiscales" else {key: [{**ENTRY, **part}]})}
    issues = [i for i in check_json(dumps({"ome": ome})).issues if i.rule == "version-ome-present"]
    assert {i.hint for i in issues} == {f"the version inside {key} is not looked at: move it up, beside {key}"}


def test_a22_a_version_beside_ome_and_one_that_is_no_string() -> None:
    issues = check_json(dumps({"version": "0.5", "ome": image()})).issues
    hints = [i.hint for i in issues if i.rule == "version-ome-present"]
    assert hints == ["the version beside 'ome' is not looked at: move it inside"]
    (issue,) = said({"well": {"version": 0.5, "images": [{"path": "0"}]}}, "version-not-nested")
    assert issue.message == "version 0.5 inside well is no string"
