"""Maps of plates: no well is shown as sound of which something was found, wherever that is said."""

from __future__ import annotations

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
