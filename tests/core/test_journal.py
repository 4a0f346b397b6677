"""The journal of an upgrade: killed at any moment, the store can be brought to the new or the old state."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngff_core.errors import StoreError
from ngff_core.upgrade.journal import (
    DONE,
    JOURNAL,
    ConflictError,
    Write,
    apply,
    read_journal,
    resume,
    rollback,
)
from ngff_core.upgrade.local import LocalWriter

OLD = {"a/.zattrs": b"{}", "gone": b"\xff\x00 no text", ".zattrs": b'{"version": "1"}', "other": b"stays"}
NEW = {
    "a/.zattrs": b'{"x": 1}',
    "a/b/zarr.json": b"{}",
    "zarr.json": b"{}",
    ".zattrs": b'{"version": "2"}',
    "other": b"stays",
}
WRITES = [
    Write(key, OLD.get(key), NEW.get(key)) for key in ("a/b/zarr.json", "a/.zattrs", "gone", ".zattrs", "zarr.json")
]
STEPS = 2 * (len(WRITES) + 3)  # each may be cut short before and after; the journal is written, copied, taken away


def write(root: Path, files: dict[str, bytes]) -> LocalWriter:
    for key, data in files.items():
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return LocalWriter(root)


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name not in (JOURNAL, DONE)
    }


def test_apply_and_take_back(tmp_path: Path) -> None:
    store = write(tmp_path, OLD)
    apply(store, WRITES, {"from": "1", "to": "2"})
    assert files(tmp_path) == NEW
    assert read_journal(store) is None
    done = read_journal(store, DONE)
    assert done is not None
    assert (done.about, done.writes, done.done) == ({"from": "1", "to": "2"}, WRITES, True)
    assert resume(store) is None
    assert rollback(store) is not None
    assert files(tmp_path) == OLD
    assert rollback(store) is None


@given(st.lists(st.tuples(st.none() | st.binary(max_size=9), st.none() | st.binary(max_size=9)), max_size=6))
def test_any_bytes(changes: list[tuple[bytes | None, bytes | None]]) -> None:
    class Memory(dict[str, bytes]):
        url = "memory:"
        put = dict.__setitem__

        def delete(self, key: str) -> None:
            self.pop(key, None)

    before = {str(n): old for n, (old, _) in enumerate(changes) if old is not None}
    after = {str(n): new for n, (_, new) in enumerate(changes) if new is not None}
    store = Memory(before)
    apply(store, [Write(str(n), old, new) for n, (old, new) in enumerate(changes)], {})
    assert {key: value for key, value in store.items() if key != DONE} == after
    rollback(store)
    assert store == before


KILLED = """
import os, signal, sys
from test_journal import WRITES
from ngff_core.upgrade.journal import apply, resume, rollback
from ngff_core.upgrade.local import LocalWriter

root, what, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])

def step():
    global steps
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    steps -= 1

class Mortal(LocalWriter):
    def put(self, key, data):
        step()
        super().put(key, data)
        step()

    def delete(self, key):
        step()
        super().delete(key)
        step()

store = Mortal(root)
calls = {"apply": lambda: apply(store, WRITES, {}), "resume": resume, "rollback": rollback}
calls[what](*[store] * (what != "apply"))
"""


def killed(root: Path, what: str, steps: int) -> bool:
    """Run a call in a process that kills itself after so many steps; tell whether it did."""
    here = str(Path(__file__).parent)
    paths = [here, str(Path(here).parent / "support")]
    code = f"import sys; sys.path[:0] = {paths!r}\n{KILLED}"
    done = subprocess.run([sys.executable, "-c", code, str(root), what, str(steps)], capture_output=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


@pytest.mark.parametrize("steps", range(STEPS))
def test_killed_at_every_step(tmp_path: Path, steps: int) -> None:
    """Taken up again, the store is new; taken back, it is old; also when that is killed, too."""
    forth, back = tmp_path / "forth", tmp_path / "back"
    for root in (forth, back):
        write(root, OLD)
        assert killed(root, "apply", steps)
    journal = read_journal(LocalWriter(forth)) or read_journal(LocalWriter(forth), DONE)
    assert (journal is None) == (steps == 0)
    if journal is None:
        assert files(forth) == OLD
        return
    assert killed(forth, "resume", 3) or files(forth) == NEW
    resume(LocalWriter(forth))
    assert files(forth) == NEW
    assert killed(back, "rollback", 3) or files(back) == OLD
    rollback(LocalWriter(back))
    assert files(back) == OLD


def test_it_is_not_killed_after_the_last_step(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    assert not killed(tmp_path, "apply", STEPS)
    assert files(tmp_path) == NEW


# --- changed meanwhile ----------------------------------------------------------------------------------------


def test_a_document_that_was_changed_stops_everything(tmp_path: Path) -> None:
    store = write(tmp_path, {**OLD, "gone": b"changed"})
    with pytest.raises(ConflictError, match=r"^1 documents in .* were changed by something else since: gone$"):
        apply(store, WRITES, {})
    assert files(tmp_path) == {**OLD, "gone": b"changed"}
    store = write(tmp_path, OLD)
    apply(store, WRITES, {})
    store.put("zarr.json", b"edited")
    with pytest.raises(ConflictError, match=r"zarr\.json"):
        rollback(store)
    assert files(tmp_path) == {**NEW, "zarr.json": b"edited"}


# --- writing ----------------------------------------------------------------------------------------------------


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    store = write(root, {"a": b""})
    outside.mkdir()
    (root / "link").symlink_to(outside)
    with pytest.raises(StoreError, match="a symbolic link leads out of the store"):
        store.put("link/x", b"1")
    with pytest.raises(StoreError, match="a symbolic link leads out of the store"):
        store.delete("link/x")
    assert list(outside.iterdir()) == []


def test_a_file_in_the_way(tmp_path: Path) -> None:
    store = write(tmp_path, {"a": b""})
    with pytest.raises(StoreError, match=r"^a/b could not be written: "):
        store.put("a/b", b"1")
    assert files(tmp_path) == {"a": b""}
