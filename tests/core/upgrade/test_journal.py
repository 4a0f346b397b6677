"""The journal of an upgrade: killed at any moment, the store can be brought to the new or the old state."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mortal import killed, tree

from ngff_core.errors import NgffError, StoreError
from ngff_core.stores import UndecidedError
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.memory import MemoryStore, names_by_folder
from ngff_core.stores.memory_writer import MemoryWriter
from ngff_core.stores.writing import ChunkKeys, ConflictError, Write, writer_of
from ngff_core.upgrade.journal import DONE, JOURNAL, Journal, Rename, apply, read_journal, resume, rollback

OLD = {
    "a/.zattrs": b"{}",
    "a/b/0.0": b"chunk",
    "a/b/10.2": b"another",
    "a/b/x.0": b"no chunk",
    "a/.zmetadata": b"\xff\x00 no text",
    ".zattrs": b'{"version": "1"}',
    "a/.zgroup": b"stays",
    "other": b"is nothing of this",
}
NEW = {
    "a/.zattrs": b'{"x": 1}',
    "a/b/zarr.json": b"{}",
    "a/b/0/0": b"chunk",
    "a/b/10/2": b"another",
    "a/b/x.0": b"no chunk",
    "zarr.json": b"{}",
    ".zattrs": b'{"version": "2"}',
    "a/.zgroup": b"stays",
    "other": b"is nothing of this",
}
WRITES = [
    Write(key, OLD.get(key), NEW.get(key))
    for key in ("a/b/zarr.json", "a/.zattrs", "a/.zmetadata", ".zattrs", "zarr.json")
]
PLAN = Journal({"from": "1", "to": "2"}, WRITES, [Rename("a/b", 2, ChunkKeys("v2", "."), ChunkKeys("v2", "/"))])


HEAD = b'{"schema": 2}\n'


def fine(_: object) -> None:
    """Find nothing wrong with what was written."""


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
        if path.is_file() and not path.name.startswith((JOURNAL, DONE))
    }


def test_apply_and_take_back(tmp_path: Path) -> None:
    store = write(tmp_path, OLD)
    apply(store, PLAN, fine)
    assert files(tmp_path) == NEW
    assert read_journal(store) is None
    assert read_journal(store, DONE) == attrs.evolve(PLAN, done=True)
    assert resume(store, fine) is None
    assert rollback(store) is not None
    assert files(tmp_path) == OLD
    assert sorted(path.name for path in (tmp_path / "a/b").iterdir()) == ["0.0", "10.2", "x.0"]
    assert rollback(store) is None


def test_the_journal_of_an_upgrade_before_stays(tmp_path: Path) -> None:
    """Taking back one that was interrupted leaves what is known of the one before; that can be taken back as well."""
    store = write(tmp_path, OLD)
    apply(store, PLAN, fine)
    second = Journal(
        {"from": "2", "to": "3"}, [Write("a/.zgroup", b"stays", b"{ }"), Write("zarr.json", b"{}", b"{ }")], []
    )
    assert read_journal(store, DONE) == attrs.evolve(PLAN, done=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalWriter, "put_many", cut_short(LocalWriter.put_many, "zarr.json"))
        with pytest.raises(KeyboardInterrupt):
            apply(store, second, fine)
    assert files(tmp_path)["a/.zgroup"] == b"{ }"
    assert rollback(store) == second
    assert files(tmp_path) == NEW
    assert rollback(store) is not None
    assert files(tmp_path) == OLD


def cut_short(put_many: Any, key: str) -> Any:
    def put(self: LocalWriter, writes: Sequence[Write]) -> None:
        for one in writes:
            if one.key == key:
                raise KeyboardInterrupt
            put_many(self, [one])

    return put


def test_chunks_that_are_there_already(tmp_path: Path) -> None:
    store = write(tmp_path, {**OLD, "a/b/7/7": b"stale"})
    with pytest.raises(StoreError, match=r"^there are chunks of a/b by the keys that they were to get$"):
        apply(store, PLAN, fine)
    assert files(tmp_path) == {**OLD, "a/b/7/7": b"stale"}
    assert read_journal(store) is None


def test_old_and_new_are_there_while_the_result_is_judged(tmp_path: Path) -> None:
    """Only then is anything taken away, and what the judge raises takes everything back."""
    store = write(tmp_path, OLD)

    def look(_: object) -> None:
        assert files(tmp_path) == {**OLD, **NEW}
        raise NgffError("it will not do")

    with pytest.raises(NgffError, match="it will not do"):
        apply(store, PLAN, look)
    assert files(tmp_path) == OLD
    assert read_journal(store) is None
    assert read_journal(store, DONE) is None


@given(st.lists(st.tuples(st.none() | st.binary(max_size=9), st.none() | st.binary(max_size=9)), max_size=6))
def test_any_bytes(changes: list[tuple[bytes | None, bytes | None]]) -> None:
    changes = [(old, None if new is None else b"{" + new) for old, new in changes]
    before = {f"{n}/.zattrs": old for n, (old, _) in enumerate(changes) if old is not None}
    after = {f"{n}/.zattrs": new for n, (_, new) in enumerate(changes) if new is not None}
    documents: dict[str, bytes | StoreError] = dict(before)
    store = writer_of(MemoryStore(documents))
    apply(store, Journal({}, [Write(f"{n}/.zattrs", old, new) for n, (old, new) in enumerate(changes)]), fine)
    assert {key: value for key, value in documents.items() if key != DONE} == after
    rollback(store)
    assert documents == before


@pytest.mark.parametrize(
    "text",
    [b"", b"[]\n", HEAD, HEAD + b"{}\n", HEAD + b'{"key": "a", "old": 7, "new": null}\n', HEAD + b"{"],
)
def test_a_damaged_journal(tmp_path: Path, text: bytes) -> None:
    store = write(tmp_path, {**OLD, JOURNAL: text})
    for call in (lambda: resume(store, fine), lambda: rollback(store)):
        with pytest.raises(
            StoreError, match=r"\.ngff-upgrade\.jsonl in .* is not the journal of an upgrade, or damaged"
        ):
            call()
    assert files(tmp_path) == OLD


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "it is empty"),
        (b"[]", "line 1: found [], expected object"),
        (HEAD + b"{", "line 2: unexpected end of data: line 1 column 2 (char 1)"),
        (HEAD + b"[]", "line 2: found [], expected object"),
        (HEAD + b"{}", "line 2: required key 'text' is missing"),
        (HEAD + b'{"text": 1}', "line 2: /text: found 1, expected string"),
        (HEAD + b'{"base64": "a"}', "line 2: Invalid base64-encoded string: number of data characters (1) cannot be"),
        (HEAD + b'{"key": "a", "old": null}', "line 2: required key 'new' is missing"),
        (HEAD + b'{"key": "a", "old": null, "new": true}', "line 2: /new: found true, expected integer"),
        (
            HEAD + b'{"text": ""}\n{"key": "a", "old": null, "new": -1}',
            "line 3: /new: found -1, expected the number of ",
        ),
        (HEAD + b'{"key": "a", "old": 7, "new": null}', "line 2: /old: found 7, expected the number of one of the 0 "),
        (HEAD + b'{"rename": "a", "ndim": "2", "old": [], "new": []}', 'line 2: /ndim: found "2", expected integer'),
        (
            HEAD + b'{"rename": "a", "ndim": 2, "old": ["v2"], "new": []}',
            'line 2: /old: found ["v2"], expected an encoding',
        ),
        (HEAD, "it has no end: it was cut off, or is of an older version of this program"),
        (
            b'{"schema": 1}\n',
            "line 1: /schema: found 1, expected 2: it is the journal of another version of this program",
        ),
        (HEAD + b'{"end": "ab"}\n', "line 2: its lines are not those that were written: the digest differs"),
        (
            HEAD + b'{"text": "{}"}\n{"key": "../zarr.json", "old": null, "new": 0}',
            'line 3: "../zarr.json" is no key: ',
        ),
        (
            HEAD + b'{"text": "{}"}\n{"key": "/etc/zarr.json", "old": null, "new": 0}',
            'line 3: "/etc/zarr.json" is no key',
        ),
        (HEAD + b'{"text": "{}"}\n{"key": "a/\\u0000/zarr.json", "old": null, "new": 0}', "line 3: "),
        (
            HEAD + b'{"text": "{}"}\n{"key": "0/0", "old": 0, "new": null}',
            'line 3: /key: found "0/0", expected a document',
        ),
        (
            HEAD + b'{"text": "x"}\n{"key": "zarr.json", "old": null, "new": 0}',
            "line 3: /new: found 0, expected a content that",
        ),
        (HEAD + b'{"key": 5, "old": null, "new": null}', "line 2: /key: found 5, expected string"),
        (HEAD + b'{"rename": "../a", "ndim": 2, "old": ["v2", "."], "new": ["v2", "/"]}', 'line 2: "../a" is no key'),
        (
            HEAD + b'{"rename": "a", "ndim": 1000000000, "old": ["v2", "."], "new": ["v2", "/"]}',
            "line 2: /ndim: found 1000000000, expected a number of dim",
        ),
        (
            HEAD + b'{"rename": "a", "ndim": 2, "old": ["v2", "/../"], "new": ["v2", "/"]}',
            "line 2: /old: found ",
        ),
        (
            HEAD + b'{"rename": "a", "ndim": 2, "old": [null, null], "new": ["v2", "/"]}',
            "line 2: /old: found array of null",
        ),
    ],
)
def test_what_is_wrong_with_a_journal_is_told_with_its_place(text: bytes, reason: str) -> None:
    with pytest.raises(StoreError) as caught:
        read_journal(MemoryStore({JOURNAL: text}))
    assert f"{JOURNAL} in memory: is not the journal of an upgrade, or damaged: {reason}" in str(caught.value)


def readable(root: Path) -> dict[str, bytes]:
    """Return what the array shows: its chunks by the keys that its document makes of them."""
    new = (root / "a/b/zarr.json").exists()
    return {key: (root / key).read_bytes() for key in (("a/b/0/0", "a/b/10/2") if new else ("a/b/0.0", "a/b/10.2"))}


def test_killed_before_every_change(tmp_path: Path) -> None:
    """Taken up again, the store is new; taken back, it is old; also when that is killed, too. Nothing is left over."""
    old, new = tmp_path / "old", tmp_path / "new"
    write(old, OLD)
    apply(write(new, OLD), PLAN, fine)
    steps = 0
    while True:
        root = tmp_path / "forth"
        write(root, OLD)
        if not killed(lambda root=root: apply(LocalWriter(root), PLAN, fine), steps):
            break
        assert sorted(readable(root).values()) == [b"another", b"chunk"]
        back = Path(shutil.copytree(root, tmp_path / "back"))
        if read_journal(LocalWriter(root)) is None:
            done = read_journal(LocalWriter(root), DONE) is not None
            if not done:
                apply(LocalWriter(root), PLAN, fine)
        else:
            killed(lambda root=root: resume(LocalWriter(root), fine), steps % 7)
            resume(LocalWriter(root), fine)
        assert tree(root) == tree(new), steps
        killed(lambda back=back: rollback(LocalWriter(back)), steps % 7)
        began = rollback(LocalWriter(back)) is not None
        if not began:
            LocalWriter(back).tidy([JOURNAL])
        assert tree(back) == tree(old), steps
        shutil.rmtree(root)
        shutil.rmtree(back)
        steps += 1
    assert steps > 30


# --- changed meanwhile ----------------------------------------------------------------------------------------


def test_a_document_that_was_changed_stops_everything(tmp_path: Path) -> None:
    store = write(tmp_path, {**OLD, "a/.zmetadata": b"changed"})
    with pytest.raises(ConflictError, match=r"^1 file in .* changed under way, by something else: a/\.zmetadata$"):
        apply(store, PLAN, fine)
    assert files(tmp_path) == {**OLD, "a/.zmetadata": b"changed"}
    store = write(tmp_path, OLD)
    apply(store, PLAN, fine)
    (tmp_path / "zarr.json").write_bytes(b"edited")
    with pytest.raises(ConflictError, match=r"zarr\.json"):
        rollback(store)
    assert files(tmp_path) == {**NEW, "zarr.json": b"edited"}


def test_what_cannot_be_taken_back_either_is_told_with_the_reason(tmp_path: Path) -> None:
    store = write(tmp_path, OLD)

    def edit(_: object) -> None:
        (tmp_path / ".zattrs").write_bytes(b"theirs")
        raise StoreError("it will not do")

    with pytest.raises(StoreError, match=r"^it will not do; nor could what was begun be taken back: 1 file"):
        apply(store, PLAN, edit)
    assert read_journal(store) is not None
    assert files(tmp_path)[".zattrs"] == b"theirs"


# --- writing ----------------------------------------------------------------------------------------------------


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    store = write(root, {"a": b""})
    outside.mkdir()
    (root / "link").symlink_to(outside)
    with pytest.raises(StoreError, match="a symbolic link leads out of the store"):
        store.put_many([Write("link/x", None, b"1")])
    with pytest.raises(StoreError, match="a symbolic link leads out of the store"):
        store.delete_many(["link/x"])
    assert list(outside.iterdir()) == []


def test_a_file_in_the_way(tmp_path: Path) -> None:
    store = write(tmp_path, {"a": b""})
    with pytest.raises(StoreError, match=r"^a/b could not be written: "):
        store.put_many([Write("a/b", None, b"1")])
    assert files(tmp_path) == {"a": b""}


def test_a_link_is_never_written_to(tmp_path: Path) -> None:
    store = write(tmp_path, {"real": b"old"})
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(ConflictError):
        store.put_many([Write("link", b"old", b"new")])
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "other").symlink_to("real")
    store.delete_many(["other"])
    assert files(tmp_path) == {"link": b"old", "real": b"old"}


def test_permissions_stay(tmp_path: Path) -> None:
    store = write(tmp_path, {"a": b"old"})
    (tmp_path / "a").chmod(0o640)
    store.put_many([Write("a", b"old", b"new")])
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("ndim", "old", "new", "before", "after"),
    [
        (2, ("default", "/"), ("v2", "/"), ["c/0/0", "c/0/12"], ["0/0", "0/12"]),
        (2, ("default", "."), ("v2", "/"), ["c.0.0", "c.0.12"], ["0/0", "0/12"]),
        (1, ("default", "/"), ("v2", "."), ["c/0", "c/1"], ["0", "1"]),
        (0, ("default", "/"), ("v2", "/"), ["c"], ["0"]),
        (3, ("v2", "."), ("v2", "/"), ["0.0.0", "1.2.3"], ["0/0/0", "1/2/3"]),
    ],
)
def test_other_keys_for_chunks(
    tmp_path: Path, ndim: int, old: tuple[str, str], new: tuple[str, str], before: list[str], after: list[str]
) -> None:
    others = {"array/zarr.json": b"{}", "array/00.0": b"", "array/0.-1": b"", "array/c.x": b"", "array/y/0": b""}
    store = write(tmp_path, {**others, **{f"array/{key}": key.encode() for key in before}})
    store.link_chunks("array", ndim, ChunkKeys(*old), ChunkKeys(*new))
    store.unlink_chunks("array", ndim, ChunkKeys(*old), ChunkKeys(*new))
    renamed = {f"array/{key}": data.encode() for key, data in zip(after, before, strict=True)}
    assert files(tmp_path) == {**others, **renamed}
    store.link_chunks("array", ndim, ChunkKeys(*new), ChunkKeys(*old))
    store.unlink_chunks("array", ndim, ChunkKeys(*new), ChunkKeys(*old))
    assert files(tmp_path) == {**others, **{f"array/{key}": key.encode() for key in before}}


class Guarded(MemoryWriter):
    """A store where nobody may list: what is absent is refused."""

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        refused = UndecidedError("the server refuses access (403)")
        return [refused if found is None else found for found in super().get_many(keys)]

    def get(self, key: str) -> bytes | None:
        found = self.get_many([key])[0]
        if isinstance(found, StoreError):
            raise found
        return found


def test_what_is_absent_may_be_refused() -> None:
    documents: dict[str, bytes | StoreError] = dict(OLD)
    store = Guarded(documents, "memory:", names_by_folder(documents))
    apply(store, Journal({}, WRITES), fine)
    assert {w.key: documents.get(w.key) for w in WRITES} == {w.key: w.new for w in WRITES}
    assert resume(store, fine) is None
    assert rollback(store) is not None
    assert documents == OLD


def test_what_something_else_has_changed_is_spared() -> None:
    """A writer that finds a conflict on the way: all but that is as it was."""

    class Late(MemoryWriter):
        def put_many(self, writes: Sequence[Write]) -> None:
            if any(write.key == ".zattrs" for write in writes):
                documents[".zattrs"] = b"theirs"
            super().put_many(writes)

    documents: dict[str, bytes | StoreError] = dict(OLD)
    store = Late(documents, "memory:", names_by_folder(documents))
    with pytest.raises(ConflictError) as caught:
        apply(store, Journal({}, WRITES), fine)
    assert caught.value.keys == [".zattrs"]
    assert documents == {**OLD, ".zattrs": b"theirs"}


def test_where_a_system_knows_no_names_relative_to_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are looked at beforehand: less strict, but the same outcome."""
    monkeypatch.setattr("ngff_core.stores.local.tree._RELATIVE", False)
    store = write(tmp_path / "store", OLD)
    apply(store, PLAN, fine)
    assert files(tmp_path / "store") == NEW
    store.tidy(["a/b/zarr.json"])
    rollback(store)
    assert files(tmp_path / "store") == OLD
    (tmp_path / "outside").mkdir()
    (tmp_path / "store/link").symlink_to(tmp_path / "outside")
    with pytest.raises(StoreError, match="a symbolic link leads out of the store"):
        store.put_many([Write("link/zarr.json", None, b"{}")])
