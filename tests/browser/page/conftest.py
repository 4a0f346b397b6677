"""What the tests of the validator's page share: the page, built once and served, and stores to be given to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
for folder in (HERE, ROOT / "tests/data"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

NEEDED = ("node", "npm")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the page; ``NGFF_PAGE`` may name one that was built before."""
    if "NGFF_PAGE" in os.environ:
        return Path(os.environ["NGFF_PAGE"])
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"the page cannot be built: {' and '.join(missing)} not installed")
    folder = tmp_path_factory.mktemp("page") / "dist"
    subprocess.run([sys.executable, str(ROOT / "web/build.py"), str(folder)], check=True)
    return folder


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[Any]:
    """Return the server of the page, which is not at its root, and its address."""
    from pages import serve_page

    with serve_page(built) as served:
        yield served


@pytest.fixture
def visit(site: Any, opened: Any) -> Callable[..., Any]:
    """Return what opens the page: ``query`` is what follows its address, ``allowed`` begins other addresses it asks."""
    from pages import Visited

    def open_(query: str = "", *, allowed: tuple[str, ...] = (), **options: Any) -> Visited:
        mine = (site.address, f"blob:{site.server.url}", *allowed)
        return Visited(opened(site.address + query, allowed=lambda asked: asked.startswith(mine), **options))

    return open_


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return a folder for each store of the corpus, next to each other."""
    from pages import write_corpus

    return write_corpus(tmp_path_factory.mktemp("corpus"))
