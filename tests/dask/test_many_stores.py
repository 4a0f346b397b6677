"""Two workers of Dask over many stores, a plate and a bucket to search: what they find is what one process does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="needs Dask: distributed is not installed")
pytest.importorskip("ngff_dask", reason="needs the plugin ngff-dask")
pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
import data
from bases import image
from far import asked, far_environment

GUARD = 600  # seconds; whatever hangs fails
STORES = 2000
LOCAL = ("--engine", "dask", "--scheduler", "local", "--workers", "2")
QUIET = {**os.environ, "PYTHONWARNINGS": "ignore"}


def validate(folder: Path, *arguments: str, environment: dict[str, str] = QUIET) -> tuple[int, bytes, bytes]:
    line = [sys.executable, "-m", "ngff_core", "validate", *arguments]
    ran = subprocess.run(line, cwd=folder, env=environment, capture_output=True, timeout=GUARD, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def spoil(folder: Path) -> None:
    """Take away what every image has to have."""
    document = next(path for path in (folder / ".zattrs", folder / "zarr.json") if path.exists())
    document.write_text(document.read_text().replace('"datasets"', '"datasetz"'))


def test_two_thousand_stores(tmp_path: Path) -> None:
    data.write_stores(tmp_path / "s", STORES)
    for number in range(0, STORES, 100):
        spoil(tmp_path / f"s/{number:04}.ome.zarr")
    plain = validate(tmp_path, "-r", "s", "--format", "jsonl", "--log", "one.jsonl")
    assert validate(tmp_path, "-r", "s", "--format", "jsonl", "--log", "dask.jsonl", *LOCAL) == plain
    logs = [sorted((tmp_path / name).read_bytes().splitlines()) for name in ("one.jsonl", "dask.jsonl")]
    assert logs[0] == logs[1]
    assert len(logs[0]) == STORES + 1
    assert plain[1].count(b'"status":"invalid"') == STORES // 100


def test_a_plate(tmp_path: Path) -> None:
    data.write_plate(tmp_path / "plate.zarr", "0.5", rows=8, columns=12, fields=2, levels=3)
    for path in ("A/1/0", "D/7/1", "H/12/1"):
        spoil(tmp_path / "plate.zarr" / path)
    plain = validate(tmp_path, "plate.zarr", "--format", "json")
    assert validate(tmp_path, "plate.zarr", "--format", "json", *LOCAL) == plain
    assert plain[1].count(b'"rule": "structure-missing"') == 3


def test_a_bucket_is_searched_by_tasks(tmp_path: Path) -> None:
    for number in range(60):
        image("0.5" if number % 2 else "0.4").write(tmp_path / f"bucket/{number // 6}/p{number:02}/a.zarr")
    plugin = tmp_path / "plugin"
    environment = far_environment(plugin)
    line = ("-r", f"far://{tmp_path / 'bucket'}", "--format", "json")
    plain = validate(tmp_path, *line, environment=environment)
    alone = {prefix for _, prefix in asked(plugin)}
    assert validate(tmp_path, *line, *LOCAL, environment=environment) == plain
    together = asked(plugin)
    (command,) = {process for process, prefix in together if not prefix}
    assert {prefix for process, prefix in together if process == command} == {""}
    assert {prefix for _, prefix in together} == alone
