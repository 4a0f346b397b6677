"""Two commands on one store at the same time: upgrades, rollbacks, validation, readers in zarr-python.

The store stays valid, with its pixels; what loses says to whom. A hundred pairs with NGFF_EVERY_CASE=1, some else.
"""

from __future__ import annotations

import random
import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="zarr is not installed, which brings numpy")
pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("ngff_v04", reason="ngff-v04 is not installed")
pytest.importorskip("ngff_v05", reason="ngff-v05 is not installed")
pytest.importorskip("ngff_v06", reason="ngff-v06 is not installed")

from abreast import Ended, abreast, command
from at_length import some
from mortal import tree
from written import SOURCES, Pixels, arrays_in, both, pixels_by_root, write_source

from ngff_core import check_store, upgrade_store
from ngff_core.zarr.keys import LOCK, PART

PAIRS = some("pairs", 100, 12)
READS = 5
WRITERS = ("--to 0.6", "--to 0.4", "--to 0.5", "--rollback")
READERS = ("validate", "info", "pixels")
LOST = re.compile(
    r"is being changed by another command|changed under way, by something else|is being changed by other commands"
    r"|an upgrade of \S+ is under way, or was interrupted"  # planned while another had begun
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Return stores of 0.5: some were it from the beginning, others come from 0.4."""
    folder = tmp_path_factory.mktemp("sources")
    found = {}
    for kind in SOURCES:
        for version in ("0.4", "0.5"):
            root = write_source(folder / f"{kind}-{version}", kind, version)
            upgrade_store(root, "0.5", remove_old=True)
            found[kind, version] = root
    return found


def pair(number: int) -> tuple[str, str, str, str]:
    """Return what is done to which store: a writer beside a writer, or a reader."""
    dice = random.Random(number)
    first, second = dice.choice(WRITERS), dice.choice((*WRITERS, *READERS))
    return dice.choice(list(SOURCES)), dice.choice(("0.4", "0.5")), first, second


def call(name: str, root: Path, expected: Pixels) -> Callable[[], None]:
    if name == "pixels":
        return lambda: read_on(root, expected)
    if name in READERS:
        return command(name, root)
    decided = ["--decide", "chunk-keys=rename"] if name == "--to 0.4" else []
    return command("upgrade", root, *name.split(), *decided)


def read_on(root: Path, expected: Pixels) -> None:
    """Read the arrays again and again; where the metadata changed meanwhile, what was read does not count."""
    warnings.simplefilter("ignore")
    for _ in range(READS):
        before = documents(root)
        try:
            found = list(both(root, list(expected)))
        except (FileNotFoundError, KeyError):  # by way of a document that was taken away
            found = []
        if documents(root) == before:
            assert found == [expected, expected]


def documents(root: Path) -> dict[str, bytes]:
    names = ("zarr.json", ".zarray", ".zgroup", ".zmetadata")
    found = {}
    for path in root.rglob("*"):
        if path.name in names:
            try:
                found[str(path)] = path.read_bytes()
            except FileNotFoundError:
                continue
    return found


@pytest.mark.parametrize("number", PAIRS)
def test_two_commands_at_once(sources: dict[tuple[str, str], Path], tmp_path: Path, number: int) -> None:
    kind, version, *names = pair(number)
    root = Path(shutil.copytree(sources[kind, version], tmp_path / "store"))
    arrays = arrays_in(root)
    expected = pixels_by_root(root, arrays)
    ended = abreast([call(name, root, expected) for name in names], tmp_path)
    report = check_store(root)
    assert report.valid, (names, ended, report.summary())
    assert report.version in ("0.4", "0.5", "0.6")
    for pixels in both(root, arrays):
        assert pixels == expected, (names, ended)
    assert not [key for key in tree(root) if key.endswith(PART) or key == LOCK]
    for name, end in zip(names, ended, strict=True):
        judge(name, end, names)


def judge(name: str, end: Ended, names: list[str]) -> None:
    if name == "--rollback" and end.code == 2:
        assert "there is no upgrade" in end.said
    elif name in WRITERS and end.code:
        assert (end.code, bool(LOST.search(end.said))) == (3, True), (names, end)
    elif name == "validate" and end.code:
        assert "upgrade-interrupted" in end.said, (names, end)
    else:
        assert end.code == 0, (names, end)
