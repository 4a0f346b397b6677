"""The site of the documentation, built once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of the site, and what was said while it was built."""
    pytest.importorskip("zensical", reason="zensical is not installed, which makes the site")
    folder = tmp_path_factory.mktemp("build")
    command = [sys.executable, "docs/make_site.py", "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site", done.stdout + done.stderr


@pytest.fixture(scope="session")
def site(built: tuple[Path, str]) -> Path:
    """Return the folder of the site."""
    return built[0]
