"""`ngff set` and `ngff rebuild` on a real S3 server: in place, and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hierarchies import documents
from s3 import ACCESS_KEY, SECRET_KEY, S3Server

from ngff_core import check_store, rebuild_plate, rollback_store, set_values

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v04", reason="needs ngff-v04")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")


def options(s3: S3Server) -> dict[str, Any]:
    return {"endpoint": s3.endpoint, "timeout": 60, "access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}


def in_bucket(s3: S3Server, prefix: str) -> dict[str, bytes]:
    client = s3.client("private")
    found = [entry["path"] for batch in client.list(prefix) for entry in batch]
    return {path[len(prefix) + 1 :]: bytes(client.get(path).bytes()) for path in found}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_set_on_every_field_and_back(s3: S3Server, version: str) -> None:
    files = dict(documents(f"plate-{version}"))
    prefix = f"set-{version}"
    s3.put("private", prefix, files)
    url = f"s3://private/{prefix}"
    plan = set_values(url, {"pixel-size.x": 0.65}, images=True, storage_options=options(s3))
    (given,) = plan.given
    name = ".zattrs" if version == "0.4" else "zarr.json"
    after = in_bucket(s3, prefix)
    assert given.paths
    for path in given.paths:
        document = json.loads(after[f"{path}/{name}"])
        ome = document if version == "0.4" else document["attributes"]["ome"]
        first = ome["multiscales"][0]["datasets"][0]["coordinateTransformations"][0]
        assert first["scale"][-1] == 0.65
    assert check_store(url, storage_options=options(s3)).valid
    rollback_store(url, storage_options=options(s3))
    assert in_bucket(s3, prefix) == files


def test_rebuild_and_back(s3: S3Server) -> None:
    files = dict(documents("plate-0.4"))
    plate = json.loads(files.pop(".zattrs"))["plate"]
    well = plate["wells"][0]["path"]
    del files[f"{well}/.zattrs"]
    s3.put("private", "rebuild", files)
    plan = rebuild_plate("s3://private/rebuild", storage_options=options(s3))
    assert {write.key for write in plan.writes} == {".zattrs", f"{well}/.zattrs"}
    found = json.loads(in_bucket(s3, "rebuild")[".zattrs"])["plate"]
    assert sorted(entry["path"] for entry in found["wells"]) == sorted(entry["path"] for entry in plate["wells"])
    rollback_store("s3://private/rebuild", storage_options=options(s3))
    assert in_bucket(s3, "rebuild") == files
