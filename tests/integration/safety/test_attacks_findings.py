"""Attacks with more findings than anybody reads: what an upgrade and a look keep of them is bounded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core import plan_upgrade
from ngff_core.cli import info
from ngff_core.issues.requirement import Severity
from ngff_core.upgrade import gather, plan

MOST = 10


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (gather, plan, info):
        monkeypatch.setattr(module, "MOST", MOST)
    entries: dict[str, Any] = {"columns": [{"name": "1"}] * 40, "rows": [{"name": "A"}]}
    wells = [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}]
    ome = {"version": "0.5", "plate": {**entries, "wells": wells, "version": "0.5"}}
    document = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": ome}}
    (tmp_path / "p.zarr").mkdir()
    (tmp_path / "p.zarr/zarr.json").write_text(json.dumps(document))
    return tmp_path / "p.zarr"


def test_attack3_5_a_plan_keeps_the_first_findings_of_each_rule(store: Path) -> None:
    before = plan_upgrade(store, "0.4").before
    kept = [issue for issue in before.issues if issue.message.startswith("column ")]
    assert (len(kept), before.suppressed) == (MOST, {kept[0].rule: 39 - MOST})


def test_attack3_5_numbers_that_are_bounded_are_said_as_such(store: Path, run: Run) -> None:
    before = plan_upgrade(store, "0.4").before
    said = f"at least {before.count(Severity.ERROR)} errors"
    assert said in run("upgrade", store, "--to", "0.4", "--plan").out
    assert said in run("info", store).out
