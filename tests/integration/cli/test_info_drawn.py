"""`ngff info` on a terminal: a drawn tree, plates as maps, and nothing of it in pipes and files."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path

import pytest
from bases import Tree, image_nodes, labels, plate
from commands import Run, shown_on

from ngff_core.cli.shown.drawing import LINES
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Requirement, Severity
from ngff_core.json_text import dumps
from ngff_core.report.outline.nodes import Layout
from ngff_core.report.outline.wells import verdicts_of_wells

VERSIONS = ("0.4", "0.5")
both = pytest.mark.parametrize("version", VERSIONS)
HOSTILE = "\x1b]0;x\x07\x1b[2J\u202egnp\u2066.\x9b31m\r\n::error::\u200b"


def big_plate(rows: int, columns: int, *, alike: bool) -> Tree:
    """Return a plate of 0.5 of so many wells, of one field each."""
    letters = [f"{chr(65 + row // 26)}{chr(65 + row % 26)}" for row in range(rows)]
    wells = [(row, column) for row in range(rows) for column in range(columns)]
    definition = {
        "name": "big",
        "rows": [{"name": letter} for letter in letters],
        "columns": [{"name": str(column + 1)} for column in range(columns)],
        "wells": [{"path": f"{letters[r]}/{c + 1}", "rowIndex": r, "columnIndex": c} for r, c in wells],
    }
    nodes: dict[str, object] = {"": {"plate": definition}, **dict.fromkeys(letters)}
    for row, column in wells:
        path = f"{letters[row]}/{column + 1}"
        nodes[path] = {"well": {"images": [{"path": "0"}]}}
        nodes |= image_nodes("0.5", f"{path}/0", levels=1)
        if not alike:
            nodes[f"{path}/0"]["multiscales"][0]["name"] = path  # type: ignore[index]
    return Tree("0.5", nodes)


def damaged(version: str) -> Tree:
    """Return the plate of 2 x 3 with an error in A/2, a warning in B/1, and a well B/3 that is not there."""
    tree = plate(version)
    del tree.multiscale("A/2/0")["axes"]
    del tree.multiscale("B/1/1")["name"]
    tree.remove("B/3")
    return tree


@both
def test_a_tree_is_drawn_for_people(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = labels(version).write(tmp_path / "labels.zarr")
    lines = shown_on(monkeypatch, "info", store, NO_COLOR="1").splitlines()
    assert lines[1:3] == ["image", "│ 'image'  axes c, y (micrometer), x (micrometer)"]
    assert lines[6].startswith('│ levels  type "gaussian"  method ')
    assert lines[7:11] == [
        "│ channels DAPI (0000FF), GFP (00FF00)",
        "└── labels  labels-group",
        "    └── cells  label-image",
        "          'image'  axes y (micrometer), x (micrometer)",
    ]


@both
def test_pipes_get_the_same_lines_without_the_drawing(version: str, run: Run, tmp_path: Path) -> None:
    lines = run("info", damaged(version).write(tmp_path / "plate.zarr")).out.splitlines()
    assert lines[1] == "plate 'plate'  4 wells of 2 rows x 3 columns, up to 2 fields"
    assert not re.search("[│├└▀▄■|`]|valid,", "".join(lines[1:]))


@both
def test_a_plate_is_a_map_of_half_blocks(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = damaged(version).write(tmp_path / "plate.zarr")
    text = shown_on(monkeypatch, "info", store)
    valid_above_warning, invalid, absent_below = (f"\x1b[{codes}m▀\x1b[0m" for codes in ("32;43", "31", "31"))
    assert f"A B {valid_above_warning}{invalid}\x1b[31m▄\x1b[0m\n" in text
    assert invalid == absent_below
    for said in ("\x1b[32m■\x1b[0m 1 valid", "\x1b[33m■\x1b[0m 1 with warnings", "\x1b[31m■\x1b[0m 2 invalid"):
        assert said in text
    assert ", 2 not listed\n" in text


@both
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_without_colours_a_well_is_a_letter(
    encoding: str, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = damaged(version).write(tmp_path / "plate.zarr")
    lines = shown_on(monkeypatch, "info", store, NO_COLOR="1", encoding=encoding).splitlines()
    bar, last = ("│", "└──") if encoding == "utf-8" else ("|", "`--")
    begin = next(number for number, line in enumerate(lines) if line.endswith(" A ox."))
    assert lines[begin : begin + 3] == [
        f"{bar} A ox.",
        f"{bar} B !.x",
        f"{bar} o 1 valid, ! 1 with warnings, x 2 invalid, . 2 not listed",
    ]
    assert any(line.startswith(f"{last} B  row") for line in lines)
    files = shown_on(monkeypatch, "info", store, "--files", encoding=encoding)
    assert f"{last} B/" in files
    assert "\\u" not in files


def test_a_terminal_that_can_nothing_gets_what_a_pipe_gets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    store = plate("0.5").write(tmp_path / "plate.zarr")
    assert shown_on(monkeypatch, "info", store, TERM="dumb") == run("info", store).out


def test_a_map_that_is_too_wide_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = plate("0.5")
    tree.ome()["plate"]["columns"] = [{"name": str(number)} for number in range(1, 91)]
    store = tree.write(tmp_path / "plate.zarr")
    lines = shown_on(monkeypatch, "info", store, NO_COLOR="1").splitlines()
    assert [line for line in lines if " not listed" in line] == ["│ o 4 valid, . 176 not listed"]
    assert all(len(line) <= 80 for line in lines[1:6])
    tree.ome()["plate"]["columns"] *= 2
    lines = shown_on(monkeypatch, "info", tree.write(tmp_path / "wider.zarr"), NO_COLOR="1").splitlines()
    assert [line for line in lines if " not listed" in line] == []


def test_a_plate_of_wells_that_are_alike_is_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown_on(monkeypatch, "info", big_plate(8, 12, alike=True).write(tmp_path / "big.zarr")).splitlines()
    assert len(lines) == 14
    assert sum(line.count("▀") for line in lines) == 96 // 2
    assert "\x1b[32m■\x1b[0m 96 valid" in lines[7]


def test_a_plate_of_1536_wells_that_all_differ_is_one_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = big_plate(32, 48, alike=False).write(tmp_path / "big.zarr")
    tracemalloc.start()
    lines = shown_on(monkeypatch, "info", store).splitlines()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 << 20
    assert len(lines) <= LINES + 2
    assert sum(line.count("▀") for line in lines) == 1536 // 2
    assert any("\x1b[32m■\x1b[0m 1536 valid" in line for line in lines)
    rest = int(re.findall(r"and (\d+) lines more", lines[-1])[0])
    assert rest < 2000


@both
def test_hostile_names_are_never_raw(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = plate(version)
    definition = tree.ome()["plate"]
    definition |= {"name": HOSTILE, "acquisitions": [{"id": 0, "name": HOSTILE * 1000}]}
    definition["rows"][0]["name"] = HOSTILE
    definition["columns"][0]["name"] = HOSTILE
    definition["wells"].append({"path": f"A/{HOSTILE}", "rowIndex": 0, "columnIndex": 0})
    for key, value in tree.docs.items():
        if key.startswith("B/") and isinstance(value, dict):
            tree.docs[key] = dumps(value).replace(b'"image"', dumps(HOSTILE))
    store = tree.write(tmp_path / "plate.zarr")
    for environment in ({}, {"NO_COLOR": "1"}):
        text = shown_on(monkeypatch, "info", store, **environment)
        plain = re.sub("\x1b\\[[0-9;]*m" if not environment else "$^", "", text)
        assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]", plain) == []
        assert not re.search(r"(?m)^\W*::error", plain)
        assert max(map(len, plain.splitlines())) < 1100


def test_a_well_is_where_its_path_leads() -> None:
    layout = Layout(("A",), ("1",), (("A/../A/1", 0, 0), ("../x", 0, 0)))
    assert verdicts_of_wells("", layout, [found("A/1/0", Severity.ERROR)], {}) == ["invalid", "valid"]


def found(node: str, severity: Severity, *, pointer: str = "", judged: bool = True) -> Issue:
    return Issue("r", Requirement.MUST, severity, "m", node=node, pointer=pointer, judged=judged)


def test_the_worst_that_was_found_in_a_well_or_said_of_it_counts() -> None:
    places = (("A/1", 0, 0), ("A/2", 0, 1), ("B/1", 1, 0), ("A/1", 1, 1))
    layout = Layout(("A", "B"), ("1", "2"), places, (0, 3, 4, 5))
    issues = [
        found("p/A/1/0", Severity.WARNING),
        found("p/A/1", Severity.INFO),
        found("p", Severity.ERROR, pointer="/ome/plate/wells/3/path"),
        found("p", Severity.ERROR, pointer="/ome/plate/wells/1/path"),
        found("p", Severity.ERROR, pointer="/ome/plate/wells/33"),
        found("p", Severity.ERROR, pointer="/ome/plate/rows/0"),
        found("p/B/1/0/2", Severity.ERROR, judged=False),
        found("p/B/10", Severity.ERROR),
        found("A/1", Severity.ERROR),
    ]
    assert verdicts_of_wells("p", layout, issues, {}) == ["warning", "invalid", "unreadable", "warning"]


def test_no_well_is_called_valid_where_findings_are_not_listed() -> None:
    layout = Layout(("A",), ("1", "2"), (("A/1", 0, 0), ("A/2", 0, 1)))
    cut = {("r", "max-findings"): 7}
    assert verdicts_of_wells("", layout, [found("A/1", Severity.ERROR)], cut) == ["invalid", "unreadable"]
    assert verdicts_of_wells("", layout, [found("A/1", Severity.WARNING)], cut) == ["warning", "unreadable"]
    assert verdicts_of_wells("", layout, [found("A/1", Severity.WARNING)], {}) == ["warning", "valid"]
