"""Addresses that fsspec opens, and what is said where it does not."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hierarchies import HIERARCHIES, documents
from web import serve

from ngff_core.errors import StoreError, UsageError
from ngff_core.plugins import PluginInfo, Registry, default_registry
from ngff_core.report import Report
from ngff_core.stores import MemoryStore
from ngff_core.validation.calls import check_store

fsspec = pytest.importorskip("fsspec", reason="needs fsspec")
pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v04", reason="needs ngff-v04")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")


def findings(report: Report) -> list[tuple[str, str, str]]:
    return [(i.rule, i.severity.value, i.node) for i in report.issues]


@pytest.mark.parametrize("name", HIERARCHIES)
def test_memory(name: str) -> None:
    files = documents(name)
    fsspec.filesystem("memory").pipe({f"/{name}/{key}": body for key, body in files.items()})
    report = check_store(f"memory://{name}")
    assert report.url == f"memory://{name}"
    assert (report.status, findings(report)) == ("valid", findings(check_store(MemoryStore(files))))


@pytest.mark.parametrize("name", HIERARCHIES)
def test_archives_in_archives(name: str, tmp_path: Path) -> None:
    files = documents(name)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for key, body in files.items():
            packed.writestr(f"inner/{key}", body)
    report = check_store(f"zip://inner::file://{tmp_path}/a.zip")
    assert (report.status, findings(report)) == ("valid", findings(check_store(MemoryStore(files))))


@pytest.mark.parametrize("protocol", ["simplecache", "filecache"])
def test_caches(protocol: str, tmp_path: Path) -> None:
    files = documents("image-0.5")
    for key, body in files.items():
        path = tmp_path / "store" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    options = {f"{protocol}.cache_storage": str(tmp_path / "cache")}
    assert check_store(f"{protocol}::file://{tmp_path}/store", storage_options=options).status == "valid"
    assert len([*(tmp_path / "cache").iterdir()]) >= len(files)


def test_nothing_there() -> None:
    report = check_store("memory://nothing")
    assert (report.status, [i.rule for i in report.issues]) == ("unreadable", ["store-not-found"])


@pytest.mark.parametrize("kind", ["nonsense", "zip::nonsense"])
def test_addresses_that_nobody_knows(kind: str) -> None:
    with pytest.raises(UsageError) as caught:
        default_registry().open_store(f"{kind}://a")
    assert str(caught.value) == (
        f"no installed plugin opens {kind}:// addresses; neither ngff-remote nor fsspec knows them"
    )


def test_a_missing_package_is_named() -> None:
    pytest.importorskip("fsspec")
    try:
        import paramiko  # noqa: F401
    except ImportError:
        with pytest.raises(UsageError, match=r"^fsspec cannot open sftp://host/a: .*paramiko"):
            default_registry().open_store("sftp://me:s3cr3t@host/a")
    else:
        pytest.skip("this environment has paramiko")


def test_errors_hold_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(url: str, **options: Any) -> Any:
        raise ValueError(f"cannot do {url}\nfor many reasons")

    monkeypatch.setattr("fsspec.core.url_to_fs", refuse)
    with pytest.raises(UsageError) as caught:
        default_registry().open_store("ftp://me:s3cr3t@host/a?token=s3cr3t")
    assert str(caught.value) == "fsspec cannot open ftp://host/a: ValueError: cannot do ftp://host/a"


def test_options_reach_the_file_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def record(url: str, **options: Any) -> Any:
        seen.update(options)
        return fsspec.filesystem("memory"), "/a"

    monkeypatch.setattr("fsspec.core.url_to_fs", record)
    options = {"jobs": 3, "timeout": 1, "anon": "true", "zip.mode": "r", "depth": 2, "name": "x"}
    default_registry().open_store("zip::memory://a", options)
    assert seen == {"anon": True, "zip": {"mode": "r"}, "depth": 2, "name": "x"}


def test_repositories_keep_their_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsspec.core.url_to_fs", lambda url, **options: (fsspec.filesystem("memory"), "/a"))
    assert default_registry().open_store("github://ome:ngff@main/a").url == "github://ome:ngff@main/a"
    assert default_registry().open_store("ftp://me:s3cr3t@host/a").url == "ftp://host/a"


def test_what_cannot_be_reached_is_unreadable(tmp_path: Path) -> None:
    report = check_store(f"zip://a::file://{tmp_path}/none.zip")
    assert (report.status, report.exit_code()) == ("unreadable", 3)
    assert {(i.rule, i.message.partition(": ")[2]) for i in report.issues} == {
        ("document-unreadable", "there is no such file")
    }


# --- what to install ---------------------------------------------------------------------------------------------


def registry(*infos: PluginInfo) -> Registry:
    return Registry([(info, object) for info in infos])


REMOTE = PluginInfo("remote", "ngff-remote", "0.1.0", "ngff_remote.plugin")
BOXES = PluginInfo("boxes", "ngff-boxes", "1", "ngff_boxes")


def test_without_ngff_remote() -> None:
    with pytest.raises(UsageError) as caught:
        registry(BOXES).open_store("s3://b/x")
    assert str(caught.value) == (
        "no installed plugin opens s3:// addresses; try: pip install ngff-remote (installed: ngff-boxes)"
    )


def test_without_fsspec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError) as caught:
        registry(BOXES, REMOTE).open_store("github://a/b")
    assert str(caught.value) == (
        "no installed plugin opens github:// addresses;"
        " with fsspec, ngff-remote opens further kinds; try: pip install fsspec"
    )


def test_switched_off() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ngff_core", "validate", "--no-plugin", "remote", "s3://b/x"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip().endswith("no installed plugin opens s3:// addresses; ngff-remote is switched off")


def test_over_http() -> None:
    pytest.importorskip("aiohttp", reason="needs aiohttp, as fsspec does for http://")
    files = documents("image-0.5")
    with serve(files) as server:
        store = default_registry().open_store(f"simplecache::{server.url}")
        assert store.get_many(["zarr.json", "none"]) == [files["zarr.json"], None]
        server.manners = lambda r, a: a._replace(status=500)
        assert isinstance(store.get_many(["0/zarr.json"])[0], StoreError)
