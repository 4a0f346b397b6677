"""Many stores behind addresses: discovery by listing, patterns, one dead host among others, and never a pixel."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import orjson
import pytest
from hierarchies import HIERARCHIES, documents
from s3 import ACCESS_KEY, SECRET_KEY, S3Server
from web import WebServer, serve

from ngff_core import check_stores
from ngff_core.report import Report

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v04", reason="needs ngff-v04")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")

PIXELS = ("0/c/0/0", "0/0.0", "0/0/0", "labels/cells/0/0/0", "A/1/0/0/0/0", "A/1/0/0/c/0/0")
METADATA = {".zgroup", ".zattrs", ".zarray", ".zmetadata", "zarr.json", "METADATA.ome.xml"}


def seen(reports: Iterable[Report]) -> list[tuple[str, str, str | None]]:
    return [(report.url, report.status, report.kind) for report in reports]


def below(prefix: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{prefix}/{key}": body for key, body in files.items()}


@pytest.fixture(scope="module")
def bucket(s3: S3Server) -> S3Server:
    """Write stores at several depths of a bucket, with pixels, beside other things."""
    for name in HIERARCHIES:
        s3.put("public", f"many/{name}.zarr", {**documents(name), **dict.fromkeys(PIXELS, b"pixels")})
    s3.put("public", "many/project/plate/x.zarr", documents("image-0.5"))
    s3.put("public", "many/project/raw", {"a.tif": b"II*", "b/c.tif": b"II*"})
    return s3


def test_every_hierarchy_below_a_prefix(bucket: S3Server) -> None:
    options = {"endpoint": bucket.endpoint}
    reports = list(check_stores(["s3://public/many"], recursive=True, storage_options=options))
    assert seen(reports) == [
        ("s3://public/many/image-0.4.zarr", "valid", "image"),
        ("s3://public/many/image-0.5.zarr", "valid", "image"),
        ("s3://public/many/plate-0.4.zarr", "valid", "plate"),
        ("s3://public/many/plate-0.5.zarr", "valid", "plate"),
        ("s3://public/many/project/plate/x.zarr", "valid", "image"),
    ]


def test_a_pattern_in_an_address(bucket: S3Server) -> None:
    options = {"endpoint": bucket.endpoint}
    urls = ["s3://public/many/*-0.5.zarr", "s3://public/many/pro*/*/x.zarr", "s3://public/many/none*"]
    reports = list(check_stores(urls, storage_options=options))
    assert seen(reports) == [
        ("s3://public/many/image-0.5.zarr", "valid", "image"),
        ("s3://public/many/plate-0.5.zarr", "valid", "plate"),
        ("s3://public/many/project/plate/x.zarr", "valid", "image"),
        ("s3://public/many/none*", "unreadable", None),
    ]
    assert reports[-1].issues[0].message == "nothing here matches the pattern"


def test_an_upgrade_of_every_hierarchy_below_a_prefix(s3: S3Server) -> None:
    """One that is refused does not end the run; what each holds is written there, and taken back there."""
    for name in HIERARCHIES:
        s3.put("private", f"lab/{name}.zarr", documents(name))
    s3.put("private", "lab/odd.zarr", {**documents("image-0.4"), ".zattrs": b"{"})
    given = {"endpoint": s3.endpoint, "access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
    options = [f"--storage-option={name}={value}" for name, value in given.items()]

    def upgrade(*arguments: str) -> tuple[int, list[str]]:
        command = [sys.executable, "-m", "ngff_core", "upgrade", *arguments, "--to", "0.5", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout.splitlines()

    def versions() -> list[str | None]:
        urls = [f"s3://private/lab/{name}.zarr" for name in HIERARCHIES]
        return [report.version for report in check_stores(urls, storage_options=given)]

    before = versions()
    code, lines = upgrade("-r", "s3://private/lab")
    assert (code, lines[-1]) == (3, "5 stores: 2 done, 2 unchanged, 1 refused")
    assert versions() == ["0.5"] * 4
    code, lines = upgrade("s3://private/lab/*-0.4.zarr", "s3://private/lab/plate-0.4.zarr/A/1/0")
    assert (code, lines[-1]) == (0, "3 stores: 2 unchanged, 1 included")
    code, lines = upgrade("-r", "s3://private/lab", "--rollback")
    assert lines[-1] == "5 stores: 3 unchanged, 2 taken back"
    assert (code, versions()) == (0, before)


def test_info_of_a_prefix(bucket: S3Server) -> None:
    command = [sys.executable, "-m", "ngff_core", "info", "s3://public/many/project"]
    done = subprocess.run(
        [*command, "--storage-option", f"endpoint={bucket.endpoint}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "s3://public/many/project/plate/x.zarr  OME-Zarr 0.5"


def test_a_bucket_that_nobody_may_list(s3: S3Server) -> None:
    """What consolidated metadata names is followed."""
    files = below("a", documents("image-0.5"))
    copies = {key.rpartition("/")[0]: orjson.loads(body) for key, body in files.items()}
    root = {"zarr_format": 3, "node_type": "group", "consolidated_metadata": {"metadata": copies}}
    s3.put("unlisted", "many", {**files, "zarr.json": orjson.dumps(root)})
    options = {"endpoint": s3.endpoint}
    reports = list(check_stores(["s3://unlisted/many", "s3://unlisted/m*"], recursive=True, storage_options=options))
    assert seen(reports) == [
        ("s3://unlisted/many/a", "valid", "image"),
        ("s3://unlisted/m*", "unreadable", None),
    ]
    assert reports[-1].issues[0].message == "this place cannot be listed, so a pattern finds nothing"


def web_of_stores(number: int) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for n in range(number):
        files |= below(f"{n}.zarr", documents(HIERARCHIES[n % 4]))
    return files


def test_a_dead_host_among_others() -> None:
    with serve(web_of_stores(8)) as server:
        urls = [f"{server.url}/{n}.zarr" for n in range(8)]
        urls[3] = "http://127.0.0.1:1/dead.zarr"
        urls[5] = "ftp-like-nonsense://x/y"
        reports = list(check_stores(urls))
    assert [report.url for report in reports] == urls
    assert [report.status for report in reports] == ["unreadable" if n in (3, 5) else "valid" for n in range(8)]


def test_json_lines_of_many_addresses() -> None:
    with serve(web_of_stores(4)) as server:
        listed = "\n".join(f"{server.url}/{n}.zarr" for n in range(4))
        command = [sys.executable, "-m", "ngff_core", "validate", "--from", "-", "--format", "jsonl", "--stats"]
        done = subprocess.run(command, input=listed, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["result"]["status"] for line in lines[:-1]] == ["valid"] * 4
    assert lines[-1]["summary"]["versions"] == {"0.4": 2, "0.5": 2}
    assert done.stderr.startswith(f"{server.asked.total()} requests, ")
    assert done.returncode == 0


def assert_no_pixels(server: WebServer) -> None:
    assert {key.rpartition("/")[2] for key in server.asked} <= METADATA


@pytest.mark.parametrize("name", HIERARCHIES)
def test_no_pixel_is_ever_asked_for(name: str) -> None:
    files: dict[str, Any] = {**documents(name), **dict.fromkeys(PIXELS, b"pixels")}
    with serve(files) as server:
        for arguments in (["validate"], ["validate", "--recursive"], ["validate", "--version", "0.4"], ["info"]):
            command = [sys.executable, "-m", "ngff_core", *arguments, server.url]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode in (0, 1)
            assert_no_pixels(server)
        assert server.asked["zarr.json"] >= 4
