"""With the validator as a web page, the site leads there; the page itself is built and tried in tests/browser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def test_the_first_page_leads_to_the_validator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("griffe", reason="griffe is not installed, which reads the public names")
    monkeypatch.syspath_prepend(str(DOCS))
    import make_site

    def build(command: list[str], **_: Any) -> None:
        assert command[:2] == [sys.executable, str(DOCS.parent / "web/build.py")]
        (Path(command[2])).mkdir()
        (Path(command[2]) / "index.html").write_text("the validator")

    monkeypatch.setattr(subprocess, "run", build)
    make_site.collect(tmp_path, validator=True)
    for name in ("index.md", "web.md"):
        assert "](validator/index.html)" in (tmp_path / "pages" / name).read_text()
    assert (tmp_path / "pages/validator/index.html").read_text() == "the validator"
