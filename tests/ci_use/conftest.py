"""Real environments for the tests of use in continuous integration: wheels, a virtual environment, git repositories.

Our own packages come from the tree alone; hatchling, pytest and what we depend on come from wherever pip is set up to
look.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from ci_tools import call, commit, without_surroundings

ROOT = Path(__file__).parents[2]
ACQUISITION = Path(__file__).parent / "acquisition"

collect_ignore = ["acquisition"]  # a repository of its own: its tests run in the environment made here


@pytest.fixture(scope="session")
def clean() -> dict[str, str]:
    """Return the environment variables for programs."""
    return without_surroundings()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, clean: dict[str, str]) -> Path:
    """Make a virtual environment with pytest, ngff-core and ngff-v05 from wheels; return the folder of its programs."""
    folder = tmp_path_factory.mktemp("lab")
    for project in ("ngff_core", "ngff_v05"):
        call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "wheels", cwd=ROOT / project)
    call(sys.executable, "-m", "venv", folder / "venv")
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = (programs / "python", "-m", "pip", "install", "--quiet")
    # without an index: nothing of the same name can come from elsewhere; then what they need
    call(*pip, "--no-index", "--no-deps", *sorted((folder / "wheels").glob("*.whl")), env=clean)
    call(*pip, "ngff-core", "ngff-v05", "pytest>=8", "hatchling>=1.26", env=clean)
    return programs


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory, clean: dict[str, str]) -> Path:
    """Make a git repository of the tree as it stands, tagged as a release; return its folder."""
    folder = tmp_path_factory.mktemp("source") / "ngff"
    listed = call("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT).stdout.split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    commit(folder, clean, "the tree")
    call("git", "tag", "v0.1.0", cwd=folder, env=clean)
    return folder


@pytest.fixture
def acquisition(tmp_path: Path, source: Path, clean: dict[str, str]) -> Path:
    """Return a git repository of the make-believe acquisition tool, whose hooks come from the tree."""
    folder = tmp_path / "acquisition"
    shutil.copytree(ACQUISITION, folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    configuration = folder / ".pre-commit-config.yaml"
    configuration.write_text(configuration.read_text().replace("https://github.com/OWNER/ngff", str(source)))
    commit(folder, clean, "a writer and a reference")
    return folder
