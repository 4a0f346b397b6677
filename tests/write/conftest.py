"""What the tests of writing share."""

from __future__ import annotations

import pytest
from commands import Run, caller


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process."""
    return caller(capsys, monkeypatch)
