"""`assert_valid_ngff`: what it accepts, and what a failing test shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ngff_core.errors import UsageError, VersionNotInstalledError
from ngff_core.pytest_plugin import assert_valid_ngff
from ngff_core.testing import build_store, write_store

SPEC = pytest.importorskip("ngff_v05.spec", reason="the examples are 0.5: needs ngff-v05").SPEC

EXAMPLES = Path(__file__).parents[3] / "examples"
CELLS, BROKEN = EXAMPLES / "cells.ome.zarr", EXAMPLES / "broken.ome.zarr"


def test_a_valid_store_gives_its_report() -> None:
    report = assert_valid_ngff(CELLS, version="0.5", strict=True)
    assert (report.version, report.kind, report.counts["array"]) == ("0.5", "image", 4)
    assert assert_valid_ngff(str(CELLS)).valid


def test_what_is_ignored_does_not_fail() -> None:
    assert_valid_ngff(BROKEN, ignore=["transform", "dataset", "omero"])
    assert_valid_ngff(BROKEN, select="axes")
    with pytest.raises(AssertionError, match=r"^not strictly valid"):
        assert_valid_ngff(BROKEN, select="axes", strict=True)
    with pytest.raises(AssertionError, match=r"^invalid"):
        assert_valid_ngff(BROKEN, ignore="axes")


def test_what_cannot_be_judged_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"^unreadable .*\n\nerror  store-not-found"):
        assert_valid_ngff(tmp_path / "nothing.zarr")


def test_mistakes_of_the_caller() -> None:
    with pytest.raises(
        UsageError, match=r"no rule is called 'omero-channels-presnt'; did you mean 'omero-channels-present'"
    ):
        assert_valid_ngff(CELLS, ignore="omero-channels-presnt")
    with pytest.raises(VersionNotInstalledError):
        assert_valid_ngff(CELLS, version="9.9")


TESTS = """
from ngff_core.pytest_plugin import assert_valid_ngff as called

def test_fixture(assert_valid_ngff):
    assert_valid_ngff({cells!r}, version="0.5")

def test_function():
    called("image.ome.zarr")
"""
FAILURE = """\
    def test_function():
>       called("image.ome.zarr")
E       AssertionError: invalid  image.ome.zarr  OME-Zarr 0.5 image: 1 error
E{blank}
E       error  multiscale-nonempty-array  [0.5 §multiscale-md]
E         multiscales is empty
E         at /  zarr.json /attributes/ome/multiscales
E         found [], expected at least one entry
E{blank}
E       invalid  image.ome.zarr: 1 error

test_image.py:8: AssertionError
"""


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-W", "error", "-p", "ngff_core.pytest_plugin", *options]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "120", "PYTHONIOENCODING": "utf-8"}
    environment = {name: value for name, value in environment.items() if not name.startswith(("PYTEST_A", "COV_"))}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_failing_test_shows_the_report_and_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "test_image.py").write_text(TESTS.format(cells=str(CELLS)))
    write_store(build_store(SPEC, {"": {"multiscales": []}}), tmp_path / "image.ome.zarr")
    done = run_pytest(tmp_path)
    assert done.returncode == 1
    assert FAILURE.format(blank=" " * 7) in done.stdout
    assert "1 failed, 1 passed" in done.stdout
    assert "pytest_plugin.py" not in done.stdout


def test_the_fixture_is_described(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--fixtures")
    assert "assert_valid_ngff [session scope]" in done.stdout
    assert "Assert that an OME-Zarr hierarchy is valid" in done.stdout
