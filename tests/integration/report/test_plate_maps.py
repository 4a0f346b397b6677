"""Maps of plates: no well is shown as sound of which something was found, wherever that is said."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bases import plate
from commands import Run


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_the_html_report_shows_wells_that_are_not_there(version: str, tmp_path: Path, run: Run) -> None:
    tree = plate(version)
    tree.remove("B/3")
    del tree.multiscale("A/2/0")["axes"]
    tree.ome()["plate"]["wells"][0]["path"] = "A/./1"
    out = run("validate", tree.write(tmp_path / "plate.zarr"), "--format", "html").out
    flawed = re.findall(r'<td class=(\w+)><a [^>]*title="([^":]+): ([^"]*)"', out)
    sound = re.findall(r'<td class=valid title="([^"]+)"', out)
    found = {*flawed, *(("valid", name, "") for name in sound)}
    assert found == {
        ("error", "A/./1", "errors at the plate"),
        ("error", "A/2", "1 error"),
        ("valid", "B/1", ""),
        ("error", "B/3", "errors at the plate"),
    }


def map_of(page: str) -> str:
    (found,) = re.findall(r"<section class=plate>.*?</section>", page, re.DOTALL)
    return str(found)


def test_merged_shards_have_the_map_of_one_run(tmp_path: Path, run: Run) -> None:
    tree = plate("0.5")
    tree.remove("B/3")
    del tree.multiscale("A/2/0")["axes"]
    tree.ome()["plate"]["wells"].insert(0, {"path": "<i>", "rowIndex": 9, "columnIndex": 0})  # has no place
    store = tree.write(tmp_path / "plate.zarr")
    shards = []
    for number in (3, 1, 2):
        ran = run("validate", store, "--format", "json", "--shard", f"{number}/3")
        shards.append(tmp_path / f"{number}.json")
        shards[-1].write_text(ran.out)
        assert ("plate" in json.loads(ran.out)["results"][0]["part"]) is (number == 1)
    merged = run("merge", *shards, "--format", "html").out
    assert map_of(merged) == map_of(run("validate", store, "--format", "html").out)
    assert "<h2>Where it was found</h2>" in merged
    (tmp_path / "some.json").write_text(run("merge", *shards[:2], "--format", "json").out)
    assert run("merge", tmp_path / "some.json", shards[2], "--format", "html").out == merged


@pytest.mark.parametrize(
    "well", [["A/1", 2, 0, 0], ["A/1", 0, 3, 0], ["A/1", 0, 0], [1, 0, 0, 0], ["A/1", -1, 0, 0], "A/1"]
)
def test_a_map_that_makes_no_sense_is_damaged(well: object, tmp_path: Path, run: Run) -> None:
    store = plate("0.5").write(tmp_path / "plate.zarr")
    report = json.loads(run("validate", store, "--format", "json", "--shard", "1/2").out)
    report["results"][0]["part"]["plate"]["wells"][1] = well
    (tmp_path / "1.json").write_text(json.dumps(report))
    ran = run("merge", tmp_path / "1.json", "--format", "html")
    assert ran.code == 2
    assert "is damaged at /results/0/part/plate/wells: expected wells in its rows and columns" in ran.err
