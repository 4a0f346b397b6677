"""What is written as a name of something elsewhere is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ngff_core.references import Reference

SOURCES = Path(__file__).parents[2] / "ngff_core/src/ngff_core"
WRITTEN = re.compile(r'(?:Reference\(|add_late_command\([^)]*?, )"(ngff_core[\w.]*:\w+)"')
TARGETS = sorted({found for path in SOURCES.rglob("*.py") for found in WRITTEN.findall(path.read_text("utf-8"))})


def test_there_are_references() -> None:
    assert "ngff_core.view.image_models:image_views" in TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_a_reference_can_be_loaded(target: str) -> None:
    try:
        found = Reference(target).load()
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("ngff"):
            raise
        pytest.skip(f"{error.name} is not installed")
    assert found is not None
