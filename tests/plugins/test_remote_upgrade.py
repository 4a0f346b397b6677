"""Upgrades of remote stores, against real servers: in place on S3, and copies from and to S3, HTTP and archives."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import pytest
from broken import broken_plate, consolidated
from hierarchies import documents
from s3 import ACCESS_KEY, SECRET_KEY, S3Server
from web import Answer, Folder, Request, serve

from ngff_core.errors import StoreError, UsageError
from ngff_core.plugins import default_registry
from ngff_core.stores.writing import ConflictError, Write, Writer, writer_of
from ngff_core.testing import write_store
from ngff_core.upgrade.journal import DONE, JOURNAL
from ngff_core.upgrade.plan import plan_upgrade
from ngff_core.upgrade.run import rollback_store, upgrade_store
from ngff_core.validation.calls import check_store

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v04", reason="needs ngff-v04")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")

KEYS = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
NAMES = ["image-0.4", "plate-0.4"]
RENAME = {"chunk-keys": "rename"}
CHUNK = bytes(range(256)) * 8


def with_chunks(name: str) -> dict[str, bytes]:
    """Return a hierarchy whose first level has some chunks, and files that no metadata names."""
    files = dict(documents(name))
    arrays = sorted({key.rpartition("/")[0] for key in files if key.endswith("/.zarray")})
    for number, path in enumerate(arrays):
        array = json.loads(files[f"{path}/.zarray"])
        key = f"{path}/0.0" if array.get("dimension_separator", ".") == "." else f"{path}/0/0"
        size = prod(array["chunks"]) * int(array["dtype"][2:])
        files[key] = (CHUNK * (size // len(CHUNK) + 2))[number : number + size]
    return {**files, "notes.txt": b"kept", "a b/ü#1+2%.txt": b"odd name", ".hidden/x": b"", "unnamed/.zgroup": b"{}"}


def chunks_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    meta = (".zgroup", ".zattrs", ".zarray", "zarr.json", JOURNAL, DONE)
    return {k: v for k, v in files.items() if not k.endswith(meta)}


def in_bucket(s3: S3Server, bucket: str, prefix: str) -> dict[str, bytes]:
    client = s3.client(bucket)
    found = [entry["path"] for batch in client.list(prefix) for entry in batch]
    return {path[len(prefix) + 1 :]: bytes(client.get(path).bytes()) for path in found}


def options(s3: S3Server, **more: Any) -> dict[str, Any]:
    return {"endpoint": s3.endpoint, "timeout": 60, **KEYS, **more}


def writer_at(s3: S3Server, url: str, **more: Any) -> Writer:
    return writer_of(default_registry().open_store(url, options(s3, **more)))


def is_valid(url: Any, version: str, given: Mapping[str, Any] | None = None) -> bool:
    report = check_store(url, storage_options=given)
    assert [i.message for i in report.issues if i.severity.value == "error"] == []
    return (report.status, report.version) == ("valid", version)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of documents that are written, in order."""
    from ngff_remote.stores.writer import RemoteWriter

    keys: list[str] = []
    put = RemoteWriter._put

    def noting(self: Any, write: Write) -> Any:
        keys.append(write.key)
        return put(self, write)

    monkeypatch.setattr(RemoteWriter, "_put", noting)
    return keys


# --- in place ------------------------------------------------------------------------------------------------


def test_a_plan_of_what_anybody_may_read(s3: S3Server) -> None:
    files = with_chunks("plate-0.4")
    s3.put("public", "plan", files)
    plan = plan_upgrade("s3://public/plan", "0.5", storage_options={"endpoint": s3.endpoint})
    assert plan.refusals() == []
    assert len(plan.writes) == 20  # one for each group and array, named or not
    assert in_bucket(s3, "public", "plan") == files


@pytest.mark.parametrize("name", NAMES)
def test_in_place_and_back(s3: S3Server, name: str, sent: list[str]) -> None:
    files = with_chunks(name)
    url = f"s3://private/place-{name}"
    s3.put("private", f"place-{name}", files)
    upgrade_store(url, "0.5", storage_options=options(s3))
    after = in_bucket(s3, "private", f"place-{name}")
    assert is_valid(url, "0.5", options(s3))
    assert {key: after.get(key) for key in files} == files
    assert (sent[0], sent[-1]) == (JOURNAL, "zarr.json")  # what it is kept as is copied in the bucket
    assert (JOURNAL in after, DONE in after) == (False, True)
    assert rollback_store(url, storage_options=options(s3)) is not None
    assert in_bucket(s3, "private", f"place-{name}") == files


def test_old_documents_are_removed(s3: S3Server) -> None:
    files = with_chunks("image-0.4")
    s3.put("private", "removed", files)
    upgrade_store("s3://private/removed", "0.5", remove_old=True, storage_options=options(s3))
    after = in_bucket(s3, "private", "removed")
    assert chunks_of(after) == chunks_of(files)
    assert {key.rpartition("/")[2] for key in set(after) - set(chunks_of(after))} == {"zarr.json", DONE}
    assert "unnamed/zarr.json" in after
    assert rollback_store("s3://private/removed", storage_options=options(s3)) is not None
    assert in_bucket(s3, "private", "removed") == files


def test_the_credentials_of_the_environment(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """What anybody may read is read anonymously, and written with credentials."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    s3.put("public", "environment", documents("image-0.4"))
    upgrade_store("s3://public/environment", "0.5", storage_options={"endpoint": s3.endpoint})
    assert is_valid("s3://public/environment", "0.5", {"endpoint": s3.endpoint})


def test_not_allowed_to_write(s3: S3Server) -> None:
    files = documents("image-0.4")
    s3.put("public", "forbidden", files)
    with pytest.raises(StoreError) as caught:
        upgrade_store("s3://public/forbidden", "0.5", storage_options={"endpoint": s3.endpoint})
    assert str(caught.value) == f"{JOURNAL} could not be written: the server refuses to write (403)"
    assert caught.value.hint is not None
    assert "--storage-option anonymous=false" in caught.value.hint
    assert in_bucket(s3, "public", "forbidden") == files


KILLED = """
import os, signal, sys
from ngff_core.cli import main
from ngff_remote.stores.writer import RemoteWriter

steps = int(sys.argv.pop(1))

def mortal(call):
    def step(self, *items):
        global steps
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        steps -= 1
        found = call(self, *items)
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        steps -= 1
        return found
    return step

RemoteWriter._put = mortal(RemoteWriter._put)
RemoteWriter._delete = mortal(RemoteWriter._delete)
copy, dying = RemoteWriter.copy, mortal(RemoteWriter.copy)

def copied(self, source, key, new):  # chunks are not counted
    return (dying if new.startswith(".ngff-upgrade") else copy)(self, source, key, new)

RemoteWriter.copy = copied
main()
"""


def run_upgrade(s3: S3Server, steps: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_killed(s3, steps, "upgrade", *arguments)


def run_killed(s3: S3Server, steps: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that is killed before or after so many writes; -1: never."""
    given = [f"--storage-option={name}={value}" for name, value in options(s3).items() if name != "timeout"]
    command = [sys.executable, "-c", KILLED, str(steps), *arguments, *given, "--jobs", "1"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("steps", [0, 1, 2, 7, 20, 21, 22, 23, 24, 25])
def test_killed_in_place(s3: S3Server, steps: int) -> None:
    """The journal, ten documents, the journal put in its last place: 13 writes, cut short before or after."""
    files = documents("image-0.4")
    url = f"s3://private/killed-{steps}"
    s3.put("private", f"killed-{steps}", files)
    done = run_upgrade(s3, steps, url, "--to", "0.5")
    assert done.returncode == -signal.SIGKILL, done.stderr
    report = check_store(url, storage_options=options(s3))
    assert (report.status, report.version) == ("valid", "0.4" if steps < 21 else "0.5")
    done = run_upgrade(s3, -1, url, "--to", "0.5")
    assert (done.returncode, done.stderr) == (0, "")
    assert is_valid(url, "0.5", options(s3))
    assert JOURNAL not in in_bucket(s3, "private", f"killed-{steps}")
    done = run_upgrade(s3, -1, url, "--rollback")
    assert (done.returncode, in_bucket(s3, "private", f"killed-{steps}")) == (0, files)


@pytest.mark.parametrize(
    ("version", "steps"), [*(("0.4", steps) for steps in (0, 5, 17, 19)), *(("0.5", steps) for steps in (1, 2, 18, 20))]
)
def test_a_fix_that_is_killed(s3: S3Server, version: str, steps: int) -> None:
    """The journal, eight documents and the copies of them, the journal put in its last place and taken away."""
    files = consolidated(broken_plate(version))
    name = f"fix-{version}-{steps}"
    url = f"s3://private/{name}"
    s3.put("private", name, files)
    assert run_killed(s3, steps, "fix", url).returncode == -signal.SIGKILL
    done = run_killed(s3, -1, "fix", url)
    assert (done.returncode, done.stderr) == (0, "")
    assert is_valid(url, version, options(s3))
    done = run_killed(s3, -1, "fix", url, "--rollback")
    assert (done.returncode, in_bucket(s3, "private", name)) == (0, files)


def test_another_writer_comes_between(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document appears after everything was compared: it stays, and what was written is taken back."""
    from ngff_remote.stores.writer import RemoteWriter

    files = documents("image-0.4")
    s3.put("private", "conflict", files)
    attempt = RemoteWriter._attempt

    def late(self: RemoteWriter, write: Write) -> bool:
        if write.key == "labels/zarr.json":
            s3.put("private", "conflict", {"labels/zarr.json": b"theirs"})
        return attempt(self, write)

    monkeypatch.setattr(RemoteWriter, "_attempt", late)
    with pytest.raises(ConflictError) as caught:
        upgrade_store("s3://private/conflict", "0.5", storage_options=options(s3))
    assert caught.value.keys == ["labels/zarr.json"]
    assert in_bucket(s3, "private", "conflict") == {**files, "labels/zarr.json": b"theirs"}


def test_chunks_are_not_renamed_in_place(s3: S3Server) -> None:
    files = defaults()
    s3.put("private", "renames", files)
    with pytest.raises(StoreError) as caught:
        upgrade_store("s3://private/renames", "0.4", decisions=RENAME, storage_options=options(s3))
    assert str(caught.value) == "chunks of 6 arrays get other keys, which s3://private/renames cannot rename in place"
    assert caught.value.hint == "write the result to another place (--out)"
    assert in_bucket(s3, "private", "renames") == files


# --- the writer ----------------------------------------------------------------------------------------------


def test_conditions(s3: S3Server) -> None:
    writer = writer_at(s3, "s3://private/conditions")
    writer.put_many([Write("a", None, b"1"), Write("b/c", None, b"2")])
    assert writer.get_many(["a", "b/c"]) == [b"1", b"2"]
    writer.put_many([Write("a", b"1", b"3"), Write("b/c", None, b"2")])  # which is there already
    for write in (Write("a", None, b"4"), Write("a", b"1", b"4"), Write("none", b"1", b"4")):
        with pytest.raises(ConflictError) as caught:
            writer.put_many([write])
        assert caught.value.keys == [write.key]
    assert writer.get_many(["a", "none"]) == [b"3", None]
    writer.delete_many(["a", "none", "b/c"])
    assert in_bucket(s3, "private", "conditions") == {}


def test_a_document_that_changes_after_it_was_compared(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from ngff_remote.stores import writer as module

    writer = writer_at(s3, "s3://private/tags")
    writer.put_many([Write("a", None, b"1")])
    tagged = module._tagged

    def late(client: Any, key: str) -> tuple[bytes, Any]:
        found = tagged(client, key)
        if found[0] == b"1":
            s3.put("private", "tags", {"a": b"theirs"})
        return found

    monkeypatch.setattr(module, "_tagged", late)
    with pytest.raises(ConflictError):
        writer.put_many([Write("a", b"1", b"2")])
    assert writer.get("a") == b"theirs"


def test_a_server_without_conditions() -> None:
    """The first refusal is remembered; from then on documents are compared, and written just after."""
    written: list[tuple[str, bool]] = []

    def manners(request: Request, proper: Answer) -> Answer | None:
        if request.method != "PUT":
            return None
        conditional = "if-none-match" in request.headers or "if-match" in request.headers
        written.append((request.key, conditional))
        refusal = Answer(501, b"<Error><Code>NotImplemented</Code></Error>")
        return refusal if conditional else Answer(200, b"", {"ETag": '"x"'})

    with serve({"b/x/old": b"1"}, manners) as server:
        writer = writer_of(default_registry().open_store("s3://b/x", {"endpoint": server.url, "timeout": 60, **KEYS}))
        writer.put_many([Write("new", None, b"2")])
        assert set(written[:-1]) == {("b/x/new", True)}
        writer.put_many([Write("new2", None, b"2"), Write("old", b"1", b"2")])
        for write in (Write("old", b"0", b"2"), Write("old", None, b"2")):
            with pytest.raises(ConflictError):
                writer.put_many([write])
    assert [key for key, conditional in written if not conditional][:1] == ["b/x/new"]
    assert sorted(written[-2:]) == [("b/x/new2", False), ("b/x/old", False)]


def test_a_write_that_is_sent_again_is_no_conflict() -> None:
    """The answer to the first one was lost, so that the second one finds the document there."""
    refusal = Answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
    with serve({"b/x/new": b"2"}, lambda r, _: refusal if r.method == "PUT" else None) as server:
        writer = writer_of(default_registry().open_store("s3://b/x", {"endpoint": server.url, "timeout": 60, **KEYS}))
        writer.put_many([Write("new", None, b"2")])
        with pytest.raises(ConflictError):
            writer.put_many([Write("new", None, b"3")])
        assert [r.method for r in server.requests] == ["PUT", "GET", "PUT", "GET"]


def test_plain_http_cannot_be_written_to() -> None:
    with pytest.raises(StoreError, match="plain HTTP cannot be written to, and so not http://") as caught:
        writer_of(default_registry().open_store("http://127.0.0.1:1/x", {}))
    assert caught.value.hint == "write the result to another place (--out)"


# --- fsspec --------------------------------------------------------------------------------------------------


@pytest.fixture
def memory() -> Any:
    fsspec = pytest.importorskip("fsspec", reason="needs fsspec")
    fs = fsspec.filesystem("memory")
    yield fs
    fs.rm("/upgrade", recursive=True)


def in_memory(fs: Any, root: str) -> dict[str, bytes]:
    return {path[len(root) + 1 :]: fs.cat_file(path) for path in fs.find(root)}


def test_fsspec_in_place(memory: Any) -> None:
    files = with_chunks("image-0.4")
    memory.pipe({f"/upgrade/in/{key}": body for key, body in files.items()})
    upgrade_store("memory://upgrade/in", "0.5")
    assert is_valid("memory://upgrade/in", "0.5")
    assert rollback_store("memory://upgrade/in") is not None
    assert in_memory(memory, "/upgrade/in") == files


def test_fsspec_copies(memory: Any, tmp_path: Path) -> None:
    files = {**with_chunks("image-0.4"), "0/0/0": bytes(5 << 20)}
    write_store(files, tmp_path / "in")
    upgrade_store(tmp_path / "in", "0.5", "memory://upgrade/out")
    assert is_valid("memory://upgrade/out", "0.5")
    assert chunks_of(in_memory(memory, "/upgrade/out")) == chunks_of(files)
    upgrade_store("memory://upgrade/out", "0.4", tmp_path / "back")
    assert chunks_of(dict(Folder(tmp_path / "back"))) == chunks_of(files)


def test_fsspec_conflicts(memory: Any) -> None:
    memory.pipe({"/upgrade/a": b"1"})
    writer = writer_of(default_registry().open_store("memory://upgrade"))
    with pytest.raises(ConflictError) as caught:
        writer.put_many([Write("b", None, b"2"), Write("a", b"0", b"2")])
    assert (caught.value.keys, in_memory(memory, "/upgrade")) == (["a"], {"a": b"1"})
    writer.delete_many(["a", "none"])
    writer.put_many([Write("c/d", None, b"2")])
    assert in_memory(memory, "/upgrade") == {"c/d": b"2"}


def test_fsspec_that_only_reads(tmp_path: Path) -> None:
    pytest.importorskip("fsspec", reason="needs fsspec")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for key, body in documents("image-0.4").items():
            packed.writestr(f"x/{key}", body)
    with pytest.raises(StoreError, match=r"cannot be written to: .* only reads"):
        upgrade_store(f"zip://x::file://{tmp_path}/a.zip", "0.5")


# --- copies --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_from_s3_to_a_directory(s3: S3Server, tmp_path: Path, name: str) -> None:
    files = with_chunks(name)
    s3.put("private", f"out-{name}", files)
    upgrade_store(f"s3://private/out-{name}", "0.5", tmp_path / "out", storage_options=options(s3))
    after = dict(Folder(tmp_path / "out"))
    assert is_valid(tmp_path / "out", "0.5")
    assert chunks_of(after) == chunks_of(files)
    assert [key for key in after if key.endswith((".zgroup", ".zattrs", ".zarray"))] == []
    assert "unnamed/zarr.json" in after
    assert in_bucket(s3, "private", f"out-{name}") == files


@pytest.mark.parametrize("name", NAMES)
def test_from_a_directory_to_s3(s3: S3Server, tmp_path: Path, name: str, sent: list[str]) -> None:
    files = with_chunks(name)
    write_store(files, tmp_path / "in")
    url = f"s3://private/in-{name}"
    upgrade_store(tmp_path / "in", "0.5", url, storage_options=options(s3))
    assert is_valid(url, "0.5", options(s3))
    assert chunks_of(in_bucket(s3, "private", f"in-{name}")) == chunks_of(files)
    assert (sent[0], sent[-1]) == (".ngff-upgrade.copy.json", "zarr.json")
    assert dict(Folder(tmp_path / "in")) == files


@pytest.mark.parametrize(("source", "target"), [("private", "private"), ("public", "private")])
def test_from_s3_to_s3(s3: S3Server, source: str, target: str) -> None:
    """Within a bucket the server copies."""
    files = with_chunks("image-0.4")
    s3.put(source, "both-a", files)
    upgrade_store(f"s3://{source}/both-a", "0.5", f"s3://{target}/both-b-{source}", storage_options=options(s3))
    assert is_valid(f"s3://{target}/both-b-{source}", "0.5", options(s3))
    assert chunks_of(in_bucket(s3, target, f"both-b-{source}")) == chunks_of(files)


@pytest.mark.parametrize("way", ["from", "to", "within"])
def test_large_objects(s3: S3Server, tmp_path: Path, way: str) -> None:
    big = bytes(range(251)) * (20 << 12)  # 20 MB
    files = {**documents("image-0.4"), "0/0/0": big}
    given = options(s3)
    if way == "to":
        write_store(files, tmp_path / "in")
        upgrade_store(tmp_path / "in", "0.5", "s3://private/large-to", storage_options=given)
        assert in_bucket(s3, "private", "large-to")["0/0/0"] == big
        return
    s3.put("private", f"large-{way}", files)
    out = tmp_path / "out" if way == "from" else "s3://private/large-within-out"
    upgrade_store(f"s3://private/large-{way}", "0.5", out, storage_options=given)
    store = default_registry().open_store(str(out), given)
    assert store.get("0/0/0") == big


@pytest.mark.parametrize("name", NAMES)
def test_from_http(tmp_path: Path, name: str) -> None:
    """What no metadata names cannot be seen there."""
    files = with_chunks(name)
    with serve(files) as server:
        upgrade_store(server.url, "0.5", tmp_path / "out")
    after = dict(Folder(tmp_path / "out"))
    assert is_valid(tmp_path / "out", "0.5")
    named = {k: v for k, v in chunks_of(files).items() if v[:1] in CHUNK and k.rpartition("/")[2] in ("0", "0.0")}
    assert len(named) == {"image-0.4": 6, "plate-0.4": 8}[name]
    assert chunks_of(after) == named


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html>no such page</html>", None])
def test_from_odd_servers(tmp_path: Path, page: bytes | None) -> None:
    """A web page, or no access, in place of what is absent; a chunk that begins like a page in XML is none."""
    files = with_chunks("image-0.4")
    files["0/0/0"] = b"<<<<" + files["0/0/0"][4:]
    del files["1/0/0"]

    def manners(request: Request, proper: Answer) -> Answer | None:
        if proper.status != 404:
            return None
        return Answer(403) if page is None else Answer(200, page, {"Content-Type": "text/html"})

    with serve(files, manners) as server:
        plan = upgrade_store(server.url, "0.5", tmp_path / "out")
    after = dict(Folder(tmp_path / "out"))
    assert after["0/0/0"] == files["0/0/0"]
    assert len(chunks_of(after)) == 5
    assert [place.text for place in plan.remarks if not place.path] == [
        "the store cannot be listed: groups and arrays that neither OME metadata nor consolidated metadata of the root"
        " names, such as tables, are not seen, so they are neither converted nor copied",
        "other files than the documents of these groups and arrays, OME/METADATA.ome.xml and the chunks that their"
        " shapes allow for were not seen, and not copied",
        "1 chunk could not be told from an absent one (access refused, or a web page came), and was taken for absent",
    ]


def test_an_archive_on_a_server(s3: S3Server, tmp_path: Path) -> None:
    files = with_chunks("image-0.4")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for key, body in files.items():
            packed.writestr(f"image.zarr/{key}", body)
    s3.put("private", "archive", {"image.zip": file.getvalue()})
    upgrade_store("s3://private/archive/image.zip", "0.5", "s3://private/archive-out", storage_options=options(s3))
    assert is_valid("s3://private/archive-out", "0.5", options(s3))
    assert chunks_of(in_bucket(s3, "private", "archive-out")) == chunks_of(files)


def defaults() -> dict[str, bytes]:
    """Return an image of 0.5 with default chunk keys."""
    files = dict(documents("image-0.5"))
    for key, body in list(files.items()):
        document = json.loads(body)
        if document["node_type"] == "array":
            files[f"{key.rpartition('/')[0]}/c/0/0"] = CHUNK
    return files


def test_chunks_get_other_keys_on_the_way(s3: S3Server, tmp_path: Path) -> None:
    files = defaults()
    s3.put("private", "keys", files)
    upgrade_store("s3://private/keys", "0.4", tmp_path / "out", decisions=RENAME, storage_options=options(s3))
    after = dict(Folder(tmp_path / "out"))
    assert is_valid(tmp_path / "out", "0.4")
    assert chunks_of(after) == {key.replace("/c/", "/"): body for key, body in chunks_of(files).items()}


@pytest.mark.parametrize(
    ("source", "out"),
    [
        ("s3://private/inside", "s3://private/inside/out"),
        ("s3://private/inside", "s3a://private/inside"),
        ("s3://private/inside", "s3://private"),
    ],
)
def test_places_in_each_other(s3: S3Server, source: str, out: str) -> None:
    s3.put("private", "inside", documents("image-0.4"))
    with pytest.raises(UsageError, match="lie in each other"):
        upgrade_store(source, "0.5", out, storage_options=options(s3))


def test_a_place_that_is_taken(s3: S3Server, tmp_path: Path) -> None:
    write_store(documents("image-0.4"), tmp_path / "in")
    s3.put("private", "taken", {"some/thing": b"x"})
    with pytest.raises(UsageError, match="s3://private/taken is not empty"):
        upgrade_store(tmp_path / "in", "0.5", "s3://private/taken", storage_options=options(s3))
    assert in_bucket(s3, "private", "taken") == {"some/thing": b"x"}


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 10, 22, 23, 24])
def test_a_copy_that_is_killed(s3: S3Server, tmp_path: Path, steps: int) -> None:
    """The marker, eleven documents, the marker taken away: nothing is readable before the last document."""
    files = with_chunks("image-0.4")
    write_store(files, tmp_path / "in")
    url = f"s3://private/copy-killed-{steps}"
    done = run_upgrade(s3, steps, str(tmp_path / "in"), "--out", url, "--to", "0.5")
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (check_store(url, storage_options=options(s3)).version == "0.5") is (steps >= 23)
    done = run_upgrade(s3, -1, str(tmp_path / "in"), "--out", url, "--to", "0.5")
    assert (done.returncode, done.stderr) == (0, "")
    assert is_valid(url, "0.5", options(s3))
    assert chunks_of(in_bucket(s3, "private", f"copy-killed-{steps}")) == chunks_of(files)
