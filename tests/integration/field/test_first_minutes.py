"""What a newcomer meets in the first minutes: what hints advise, what the commands ask for and refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from ngff_core import UsageError
from ngff_core.errors import VersionNotInstalledError
from ngff_core.installing import from_checkout, pip_install
from ngff_core.plugins.registry import Registry

ROOT = Path(__file__).parents[3]


# --- D3: hints name what can be installed -----------------------------------------------------------------


class Installed:
    """Stands for the distribution ngff-core, as a file of its metadata says where it came from."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return self.text


Say = Callable[[str | None], None]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Return a function that makes it look as if ngff-core came from somewhere."""

    def say(text: str | None) -> None:
        monkeypatch.setattr(metadata, "distribution", lambda name: Installed(text))
        monkeypatch.chdir(tmp_path)

    return say


def from_tree(folder: Path) -> str:
    return json.dumps({"url": (folder / "ngff_core").as_uri(), "dir_info": {"editable": True}})


def test_d3_hints_name_the_folder_in_the_checkout(installed: Say) -> None:
    installed(from_tree(ROOT))
    assert pip_install("ngff-v04") == f"pip install {ROOT}/ngff_v04"
    assert pip_install("ngff-remote") == f"pip install {ROOT}/plugins/ngff_remote"
    assert pip_install("ngff-v05", "==0.2.*") == f"pip install {ROOT}/ngff_v05"
    assert from_checkout("ngff-v06")
    assert pip_install("ngff-v09") == "pip install ngff-v09"  # which is not in there
    with pytest.raises(VersionNotInstalledError, match=f"try: pip install {ROOT}/plugins/ngff_v06$"):
        Registry(found=[]).spec("0.6")
    with pytest.raises(UsageError, match=rf"try: pip install {ROOT}/plugins/ngff_remote \(installed: none\)$"):
        Registry(found=[]).open_store("s3://bucket/x")


def test_d3_inside_the_checkout_the_folder_is_relative(installed: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(from_tree(ROOT))
    monkeypatch.chdir(ROOT)
    assert pip_install("ngff-v06") == "pip install ./plugins/ngff_v06"


def test_d3_a_folder_with_a_space_is_quoted(installed: Say, tmp_path: Path) -> None:
    (tmp_path / "my checkout" / "ngff_v04").mkdir(parents=True)
    (tmp_path / "my checkout" / "ngff_v04" / "pyproject.toml").touch()
    installed(from_tree(tmp_path / "my checkout"))
    assert pip_install("ngff-v04") == "pip install './my checkout/ngff_v04'"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        '{"url": "https://example.org/ngff.git", "vcs_info": {"vcs": "git"}, "subdirectory": "ngff_core"}',
        '{"url": "file:///wheels/ngff_core-0.1.0-py3-none-any.whl", "archive_info": {}}',
        '{"url": "file:///gone/ngff_core", "dir_info": {}}',
        '{"dir_info": {}}',
    ],
)
def test_d3_elsewhere_hints_name_the_distribution(text: str | None, installed: Say) -> None:
    installed(text)
    assert pip_install("ngff-v04") == "pip install ngff-v04"
    assert pip_install("ngff-v05", "==0.2.*") == "pip install 'ngff-v05==0.2.*'"
