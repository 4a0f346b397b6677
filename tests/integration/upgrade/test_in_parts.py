"""Large hierarchies are taken to another version part by part, and nothing tells it from all at once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from bases import BASES

from ngff_core.plugins import default_registry
from ngff_core.upgrade.plan import plan_upgrade
from ngff_core.upgrade.render import plan_json

LEVEL = "0"
WAYS = [("0.4", "0.5", {}), ("0.5", "0.4", {"chunk-keys": "rename"}), ("0.5", "0.4", {})]


@pytest.mark.parametrize("remove_old", [False, True])
@pytest.mark.parametrize(("source", "target", "decisions"), WAYS)
@pytest.mark.parametrize("name", sorted(BASES))
def test_parts_give_the_same_plan(
    name: str,
    source: str,
    target: str,
    decisions: dict[str, str],
    remove_old: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = BASES[name](source).write(tmp_path / "store")
    plans = []
    for nodes in (1, 3, 0):
        monkeypatch.setattr("ngff_core.upgrade.held.parts._NODES", nodes)
        if not nodes:
            monkeypatch.setattr("ngff_core.upgrade.attempt.parts_of", lambda whole: iter([list(whole)]))
        plan = plan_upgrade(store, target, decisions=decisions, remove_old=remove_old)
        plans.append((plan_json(plan, default_registry(), "planned", []), plan.writes, list(plan.superseded)))
    assert plans[0] == plans[1] == plans[2]


def test_levels_in_another_part_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An image that asks for an array elsewhere cannot do with parts: the array gets its axes all the same."""
    store = BASES["plate"]("0.4").write(tmp_path / "store")
    document = next(path for path in sorted(store.rglob(".zattrs")) if "multiscales" in path.read_text())
    attributes = json.loads(document.read_text())
    attributes["multiscales"][0]["datasets"][0]["path"] = f"../../../elsewhere/{LEVEL}"
    document.write_text(json.dumps(attributes))
    shutil.copytree(document.parent / LEVEL, store / "elsewhere" / LEVEL)
    (store / "elsewhere" / ".zgroup").write_text('{"zarr_format": 2}')
    monkeypatch.setattr("ngff_core.upgrade.held.parts._NODES", 1)
    plan = plan_upgrade(store, "0.5")
    assert plan.documents[1][f"elsewhere/{LEVEL}"].metadata["dimension_names"]
