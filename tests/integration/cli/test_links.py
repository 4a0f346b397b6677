"""Links to the pages of rules: on terminals that show them, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from bases import image
from commands import Run, shown_on

SITE = "https://docs.example.org/ngff"
COLOR = "omero-channel-color-hex6"
LINK = f"\x1b]8;;{SITE}/rules/{COLOR}.html\x1b\\"
END = "\x1b]8;;\x1b\\"
KITTY = {"TERM": "xterm-kitty"}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TMUX", "STY", "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NGFF_DOCS", SITE)
    tree = image("0.5")
    tree.ome()["omero"]["channels"][0]["color"] = "\x1b]8;;https://evil.example\x1b\\red"
    del tree.multiscale()["axes"][0]["name"]
    return tree.write(tmp_path / "image.zarr")


def test_the_name_of_a_rule_leads_to_its_page(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown_on(monkeypatch, "validate", store, **KITTY)
    assert f"{LINK}\x1b[1m{COLOR}\x1b[0m{END}" in text
    assert f"{SITE}/rules/axes-name-present.html\x1b\\" in text  # what the fault of structure stands for
    assert "\x1b]8;;https://evil" not in text
    assert "\\x1b]8;;https://evil.example" in text
    assert text.count("\x1b]8;;") % 2 == 0
    assert f"{LINK}{COLOR}{END}" in shown_on(monkeypatch, "rules", **KITTY)
    many = shown_on(monkeypatch, "validate", store, store, **KITTY)
    assert many.count(f"{LINK}{COLOR}{END}") == 2  # in the second store, and in the sum


@pytest.mark.parametrize(
    ("environment", "linked"),
    [
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM": "foot"}, True),
        ({"VTE_VERSION": "7600"}, True),
        ({"WT_SESSION": "1"}, True),
        ({"VTE_VERSION": "5000"}, False),
        ({"VTE_VERSION": "²"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "dumb", "TERM_PROGRAM": "vscode"}, False),
        ({**KITTY, "NO_COLOR": "1"}, False),
        ({**KITTY, "TMUX": "/tmp/tmux"}, False),
        ({**KITTY, "NGFF_DOCS": ""}, False),
    ],
)
def test_only_terminals_that_show_links_get_any(
    environment: dict[str, str], linked: bool, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ("\x1b]8;;" in shown_on(monkeypatch, "validate", store, **environment)) is linked


def test_pipes_and_files_get_none(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    for name, value in KITTY.items():
        monkeypatch.setenv(name, value)
    assert "\x1b]8;;" not in run("validate", store, "--color", "always").out
    file = tmp_path / "report.txt"
    shown_on(monkeypatch, "validate", store, "--color", "always", "--output", file, **KITTY)
    assert "\x1b[31m" in file.read_text()
    assert "\x1b]8;;" not in file.read_text()
    assert "\x1b" not in shown_on(monkeypatch, "validate", store, "--color", "never", **KITTY)
    assert "\x1b" not in shown_on(monkeypatch, "validate", store, "--format", "json", **KITTY)
