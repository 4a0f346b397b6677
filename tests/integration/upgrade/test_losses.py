"""What stands in the text of a document and not in its value: an upgrade names it, and keeps it only where it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hierarchies import documents

from ngff_core.errors import NgffError
from ngff_core.stores import MemoryStore
from ngff_core.testing import write_store
from ngff_core.upgrade.plan import Plan, plan_upgrade
from ngff_core.upgrade.run import upgrade_store

pytest.importorskip("ngff_v04")
pytest.importorskip("ngff_v05")


def with_members(text: str, key: str = ".zattrs") -> dict[str, bytes]:
    """Return an image of 0.4 with further members in one of its documents."""
    store = documents("image-0.4")
    held = json.dumps(json.loads(store.get(key, b"{}")))
    more = f"{held[:-1]}{', ' * (held != '{}')}{text}}}"
    return {**store, key: more.encode()}


def losses(plan: Plan) -> list[tuple[str, str]]:
    return [(loss.path, loss.text) for loss in plan.losses]


TWICE = '"lab": {"operator": "first", "operator": "second"}'
LOST = ".zattrs: 'operator' stands more than once in one object, of its values only the last one is kept"


@pytest.mark.parametrize("path", ["", "0", "labels/cells"])
def test_attack6_values_of_keys_that_stand_twice_are_lost(path: str) -> None:
    plan = plan_upgrade(MemoryStore(with_members(TWICE, f"{path}/.zattrs".lstrip("/"))), "0.5")
    assert losses(plan) == [(path, LOST)]
    assert plan.refusals() == ["1 thing would be lost"]
    assert plan.refusals(allow_loss=True) == []


def test_attack6_they_are_dropped_where_that_is_allowed(tmp_path: Path) -> None:
    root = write_store(with_members(TWICE), tmp_path / "s.zarr")
    with pytest.raises(NgffError, match="1 thing would be lost"):
        upgrade_store(root, "0.5")
    assert not (root / "zarr.json").exists()
    upgrade_store(root, "0.5", allow_loss=True)
    assert json.loads((root / "zarr.json").read_bytes())["attributes"]["lab"] == {"operator": "second"}
    assert not plan_upgrade(root, "0.5").losses


@pytest.mark.parametrize(
    ("written", "read"),
    [("0.1234567890123456789012345", "0.12345678901234568"), ("-0", "0"), ("-1e-400", "-0.0"), ("1" * 30 + "e5", None)],
)
def test_attack6_digits_that_a_double_does_not_have_are_lost(written: str, read: str | None) -> None:
    plan = plan_upgrade(MemoryStore(with_members(f'"lab": [{written}]')), "0.5")
    assert losses(plan) == [("", f".zattrs: the number {written} becomes {read or float(written)}")]


@pytest.mark.parametrize(
    "written",
    [
        "0.325000000000000011",  # a double, with more digits than it takes
        "0.1000000000000000055511151231257827021181583404541015625",
        "-0.0",
        "0e-400",
        "1.000000000000000000000",
        "1" * 30,
        '"-0 and 0.1234567890123456789012345"',
    ],
)
def test_attack6_numbers_that_keep_their_value_are_not_lost(written: str) -> None:
    plan = plan_upgrade(MemoryStore(with_members(f'"lab": [{written}]')), "0.5")
    assert not plan.losses
    assert not plan.refusals()
