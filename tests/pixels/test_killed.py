"""kill -9 before each call that changes the file system: the store can be brought to its end or its beginning.

At each point it reads as one version, with the pixels that it had. All calls are gone through with NGFF_EVERY_CASE=1,
some of them else.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

pytest.importorskip("numpy", reason="zarr is not installed, which brings numpy")
pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("ngff_v04", reason="ngff-v04 is not installed")
pytest.importorskip("ngff_v05", reason="ngff-v05 is not installed")
pytest.importorskip("ngff_v06", reason="ngff-v06 is not installed")

from at_length import some
from mortal import changes, killed, tree
from written import SOURCES, arrays_in, both, pixels_by_root, write_source

from ngff_core import UsageError, check_store, rollback_store, upgrade_store
from ngff_core.upgrade.copy import MARKER
from ngff_core.upgrade.journal import JOURNAL
from ngff_core.upgrade.run import last_upgrade

SAMPLE = 1  # kills of each kind
ROOTS = ("zarr.json", ".zgroup")


@attrs.frozen
class Way:
    """From one version to another; the documents of the old Zarr format may be taken away."""

    source: str
    target: str
    remove_old: bool = False

    def go(self, root: Path, out: Path | None = None) -> None:
        decisions = {"chunk-keys": "rename"} if self.target == "0.4" else {}
        upgrade_store(root, self.target, out, decisions=decisions, remove_old=self.remove_old)

    @property
    def formats_differ(self) -> bool:
        return "0.4" in (self.source, self.target)


WAYS = {
    "forth": Way("0.4", "0.5"),
    "forth for good": Way("0.4", "0.5", remove_old=True),
    "back": Way("0.5", "0.4"),
    "on": Way("0.5", "0.6"),
    "on and back": Way("0.6", "0.5"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Return stores that are to be copied: of 0.6 there is one with the journal of the upgrade that it comes from."""
    folder = tmp_path_factory.mktemp("sources")

    def get(kind: str, version: str) -> Path:
        root = folder / f"{kind}-{version}"
        if not root.exists():
            write_source(root, kind, min(version, "0.5"))
            if version == "0.6":
                upgrade_store(root, "0.6")
        return root

    return get


def steps_of(name: str, call: Callable[[], object]) -> Iterator[int]:
    """Yield before which changes a call is killed."""
    number = changes(call)
    assert number > 10
    yield from some(name, number, SAMPLE)


class Looked:
    """What a store is compared with: the pixels of the source, its tree, and the tree of one that was finished."""

    def __init__(self, source: Path, way: Way, folder: Path) -> None:
        self.source, self.way, self.folder = source, way, folder
        self.arrays = arrays_in(source)
        self.pixels = pixels_by_root(source, self.arrays)
        self.old = tree(source)
        self.number = 0
        finished = self.fresh()
        way.go(finished)
        self.finished, self.new = finished, tree(finished)

    def fresh(self, of: Path | None = None) -> Path:
        """Return a copy of the source, or of another store."""
        self.number += 1
        return Path(shutil.copytree(of or self.source, self.folder / str(self.number)))

    def reads_as_one(self, root: Path) -> None:
        for pixels in both(root, self.arrays):
            assert pixels == self.pixels
        if self.way.formats_differ:
            report = check_store(root)
            assert report.valid, report.summary()
            assert report.version in (self.way.source, self.way.target)

    def can_end_or_begin_anew(self, root: Path) -> None:
        """Finish it, and take it back; nothing is left over."""
        self.reads_as_one(root)
        back = self.fresh(root)
        self.way.go(root)
        assert tree(root) == self.new
        last = last_upgrade(back)
        if last is None or last["to"] == self.way.target:  # else it is one of before
            rollback_store(back)
            assert tree(back) == self.old
        for done in (root, back):
            shutil.rmtree(done)


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("name", WAYS)
def test_killed_in_an_upgrade_or_its_rollback(
    written: Callable[[str, str], Path], tmp_path: Path, name: str, kind: str
) -> None:
    way = WAYS[name]
    looked = Looked(written(kind, way.source), way, tmp_path)
    first, again = looked.fresh(), looked.fresh(looked.finished)
    for step in steps_of(f"{name} {kind}", lambda: way.go(first)):
        root = looked.fresh()
        assert killed(lambda root=root: way.go(root), step)
        looked.can_end_or_begin_anew(root)
    for step in steps_of(f"{kind} {name}", lambda: rollback_store(again)):
        root = looked.fresh(looked.finished)
        assert killed(lambda root=root: rollback_store(root), step)
        looked.can_end_or_begin_anew(root)


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("name", WAYS)
def test_killed_while_it_is_finished(written: Callable[[str, str], Path], tmp_path: Path, name: str, kind: str) -> None:
    way = WAYS[name]
    looked = Looked(written(kind, way.source), way, tmp_path)
    half, first = looked.fresh(), looked.fresh()
    assert killed(lambda: way.go(half), 3 * changes(lambda: way.go(first)) // 5)
    assert (half / JOURNAL).exists()
    again = looked.fresh(half)
    for step in steps_of(f"{name}, {kind}", lambda: way.go(again)):
        root = looked.fresh(half)
        assert killed(lambda root=root: way.go(root), step)
        looked.can_end_or_begin_anew(root)


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("name", WAYS)
def test_killed_in_a_copy(written: Callable[[str, str], Path], tmp_path: Path, name: str, kind: str) -> None:
    """Nothing can be read there until all is there; the source is left alone."""
    way = WAYS[name]
    looked = Looked(written(kind, way.source), way, tmp_path)
    whole = tmp_path / "whole"
    for step in steps_of(f"{kind}: {name}", lambda: way.go(looked.source, whole)):
        out = tmp_path / "out"
        if not killed(lambda out=out: way.go(looked.source, out), step):  # threads: some try to make the same folder
            assert tree(out) == tree(whole)
            shutil.rmtree(out)
            continue
        if any((out / name).exists() for name in ROOTS):
            looked.reads_as_one(out)
        if (out / MARKER).exists() or not any((out / name).exists() for name in ROOTS):
            way.go(looked.source, out)
        else:  # all is done but for the lock
            with pytest.raises(UsageError, match="is not empty"):
                way.go(looked.source, out)
        looked.reads_as_one(out)
        assert tree(out) == tree(whole)
        assert tree(looked.source) == looked.old
        shutil.rmtree(out)
