"""Slips of those who call upgrades from Python: each is an error of ours that says what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image

from ngff_core import NgffError, plan_upgrade, rollback_store, upgrade_store
from ngff_core.errors import NotFoundError, UsageError
from ngff_core.stores import MemoryStore

Call = Callable[[Any], object]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda root: upgrade_store(root, 0.5), "expected a version such as '0.5', got float"),
        (lambda root: plan_upgrade(root, None), "expected a version such as '0.5', got NoneType"),
        (lambda root: upgrade_store(root, "latest"), "is not installed"),
        (lambda root: upgrade_store(5, "0.5"), "expected a path, an address, a store"),
        (lambda root: rollback_store(5), "expected a path, an address, a store"),
        (lambda root: rollback_store(""), "the path of a store is empty"),
        (lambda root: upgrade_store(root, "0.5", 5), "expected a path, an address, a store"),
        (lambda root: upgrade_store(root, "0.5", ""), "the path of a store is empty"),
        (lambda root: upgrade_store(root, "0.5", root), "lie in each other"),
        (lambda root: plan_upgrade(root, "0.5", decisions=["codecs=numcodecs"]), "expected decisions such as {"),
        (lambda root: plan_upgrade(root, "0.5", decisions="codecs=numcodecs"), "expected decisions such as {"),
        (lambda root: plan_upgrade(root, "0.5", decisions={5: "x"}), "there is no decision '5' on this way"),
        (lambda root: plan_upgrade(root, "0.5", decisions={"codecs": True}), "codecs=True: expected text, got bool"),
        (lambda root: plan_upgrade(root, "0.5", decisions={"fill-value": 0}), "fill-value=0: expected text, got int"),
    ],
)
def test_c1_slips_of_callers_are_usage_errors(tmp_path: Path, call: Call, text: str) -> None:
    root = image("0.4").write(tmp_path / "store")
    with pytest.raises(UsageError, match=re.escape(text)):
        call(root)


def test_c1_an_upgrade_of_what_is_not_there_names_what_is(tmp_path: Path) -> None:
    root = image("0.4").write(tmp_path / "store.zarr")
    with pytest.raises(NgffError, match=re.escape(f"could be read; did you mean {str(root)!r}?")):
        upgrade_store(tmp_path / "stroe.zarr", "0.5")


def test_c5_nothing_is_taken_back_where_there_is_no_store(tmp_path: Path) -> None:
    root = image("0.4").write(tmp_path / "store.zarr")
    assert rollback_store(root) is None
    with pytest.raises(NotFoundError, match=re.escape(f"there is nothing at {tmp_path}/stroe.zarr; did you mean")):
        rollback_store(tmp_path / "stroe.zarr")
    with pytest.raises(NotFoundError, match=r"^there is nothing at memory:$"):
        rollback_store(MemoryStore({}))
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError, match=r"there is nothing at .*/empty$"):
        rollback_store(tmp_path / "empty")
