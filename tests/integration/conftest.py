"""What the integration tests share: the hierarchies and the corpus in ``tests/data``, and the specification folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run, caller

from ngff_core.plugins.registry import BLOCK_VARIABLE, Registry, default_registry

TESTS = Path(__file__).parents[1]
OURS = {"ngff-v04", "ngff-v05"}
if str(TESTS / "data") not in sys.path:
    sys.path.insert(0, str(TESTS / "data"))


@pytest.fixture(scope="module", autouse=True)
def _only_our_plugins() -> Iterator[None]:
    """Leave out whatever else is installed: a rule of a third party would be an unexpected finding."""
    others = [info.distribution for info in Registry().plugins if info.distribution not in OURS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(BLOCK_VARIABLE, ",".join(others))
        default_registry.cache_clear()
        yield
    default_registry.cache_clear()


@pytest.fixture(scope="session")
def shared() -> Path:
    from specification import MISSING, shared_folder

    folder = shared_folder()
    if folder is None:
        pytest.skip(MISSING)
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command in this process, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return caller(capsys, monkeypatch)
