"""Searches by workers: what lies below many prefixes is found by tasks, and the report is that of one process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image, plate
from far import asked, far_environment

GUARD = 300  # seconds; whatever hangs fails
PROJECTS = 40


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """Projects with images, and all that a search tells apart."""
    bucket = tmp_path / "bucket"
    for number in range(PROJECTS):
        image("0.5" if number % 2 else "0.4").write(bucket / f"p{number:02}/a.zarr")
    plate("0.5").write(bucket / "p01/deep/er/plate.zarr")
    for path in ("p02/empty.zarr", "p03/notes/x/y", "p05/.hidden"):
        (bucket / path).mkdir(parents=True)
    for path, text in (
        ("p04/broken.zarr/zarr.json", "{"),
        ("p06/old/.zgroup", "["),
        ("p07/array/.zarray", "{}"),
        ("p08/group/zarr.json", '{"zarr_format": 3, "node_type": "group"}'),
        ("p09/lost/labels/.zattrs", '{"labels": ["x"]}'),
        ("p09/lost/0/.zarray", "{}"),
    ):
        (bucket / path).parent.mkdir(parents=True, exist_ok=True)
        (bucket / path).write_text(text)
    return bucket


def validate(environment: dict[str, str], bucket: Path, *options: str) -> tuple[int, str, str]:
    line = [sys.executable, "-m", "ngff_core", "validate", "-r", f"far://{bucket}", "--format", "json", *options]
    ran = subprocess.run(line, env=environment, capture_output=True, timeout=GUARD, check=False)
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


def test_folders_are_listed_by_workers_and_the_report_is_the_same(bucket: Path, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    environment = far_environment(plugin)
    plain = validate(environment, bucket)
    alone = asked(plugin)
    assert validate(environment, bucket, "--workers", "2") == plain
    together = asked(plugin)
    searched = sorted(prefix for _, prefix in alone if ".zarr" not in prefix)
    assert sorted(prefix for _, prefix in together if ".zarr" not in prefix) == searched
    (command,) = {process for process, prefix in together if not prefix}
    assert {prefix for process, prefix in together if process == command} == {""}
    assert len({process for process, _ in together}) == 3
    counts = json.loads(plain[1])["search"]["counts"]
    assert counts == {
        "array": 2,
        "damaged": 2,
        "folder without Zarr metadata": 46,
        "group without OME-Zarr metadata": 1,
        "hidden": 1,
        "named .zarr, without OME-Zarr metadata": 1,
        "store": 41,
        "without the metadata that what lies in it needs": 1,
    }


def test_folders_whose_listing_kills_a_worker_are_listed_here(bucket: Path, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    plain = validate(far_environment(plugin), bucket)
    asked(plugin)
    assert validate(far_environment(plugin, FAR_DEADLY="p20"), bucket, "--workers", "2") == plain


def test_a_folder_that_cannot_be_listed(bucket: Path, tmp_path: Path) -> None:
    environment = far_environment(tmp_path / "plugin", FAR_REFUSED="p30")
    plain = validate(environment, bucket)
    assert validate(environment, bucket, "--workers", "2") == plain
    assert plain[0] == 3
    assert "p30 is not for everybody" in plain[1]
