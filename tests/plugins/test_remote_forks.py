"""X4: a process that was forked from one that has read remote stores says so at once, and one that was not reads."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from hierarchies import documents
from s3 import ACCESS_KEY, SECRET_KEY, S3Server
from web import serve

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")
GUARD = 600  # seconds, for a machine that is busy; what waits for ever would take longer
SCRIPT = """
import multiprocessing
import sys

from ngff_core import check_store, check_stores
from ngff_core.errors import NgffError


def check(url, options):
    try:
        return check_store(url, storage_options=options).status
    except NgffError as error:
        return f"{type(error).__name__}: {error}"


def check_opened(store):
    return check(store, None)


if __name__ == "__main__":
    method, before, url, *given = sys.argv[1:]
    options = dict(text.split("=", 1) for text in given)
    if before == "read":
        assert check(url, options) == "valid", check(url, options)
    with multiprocessing.get_context(method).Pool(1) as pool:
        print(pool.apply(check, (url, options)))
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")


def child_of(tmp_path: Any, *arguments: str) -> str:
    """Return what a child process says of a store."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), *arguments],
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.strip()


CASES = pytest.mark.parametrize(
    ("method", "before", "said"),
    [
        ("fork", "read", "UsageError: this process was forked from one that has read remote stores"),
        ("fork", "nothing", "valid"),
        ("spawn", "read", "valid"),
    ],
)


@CASES
def test_x4_forks_over_http(method: str, before: str, said: str, tmp_path: Any) -> None:
    with serve({f"a.zarr/{key}": data for key, data in documents("image-0.5").items()}) as server:
        assert child_of(tmp_path, method, before, f"{server.url}/a.zarr").startswith(said)


@CASES
def test_x4_forks_with_a_bucket(method: str, before: str, said: str, tmp_path: Any, s3: S3Server) -> None:
    s3.put("public", "forks", documents("image-0.5"))
    options = [f"endpoint={s3.endpoint}", f"access_key_id={ACCESS_KEY}", f"secret_access_key={SECRET_KEY}"]
    assert child_of(tmp_path, method, before, "s3://public/forks", *options).startswith(said)
