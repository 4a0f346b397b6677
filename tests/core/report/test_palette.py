"""One colour for a verdict or a severity, on terminals, in notebooks and in the HTML report."""

from __future__ import annotations

import colorsys
import re
from importlib.resources import files

import pytest

from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.palette import Palette, web_color

CSS = (files("ngff_core.report.formats.html") / "page.css").read_text(encoding="utf-8")
CLASSES = {
    "error": "error",
    "warning": "warning",
    "info": "info",
    "valid": "valid",
    "invalid": "error",
    "not strictly valid": "warning",
    "unreadable": "unreadable",
}


def parts(color: str) -> list[float]:
    return [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def hue(color: str) -> float:
    red, green, blue = parts(color)
    return colorsys.rgb_to_hls(red, green, blue)[0] * 360


def light(color: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("word", CLASSES)
def test_pages_have_the_hue_of_notebooks(word: str) -> None:
    written = re.findall(rf"--{CLASSES[word]}(?:-fill)?: (#[0-9a-f]{{6}})", CSS)
    assert len(written) == 4  # light and dark, text and ground
    for color in written:
        assert abs((hue(color) - hue(web_color(word)) + 180) % 360 - 180) < 15, (word, color)


@pytest.mark.parametrize("word", CLASSES)
def test_marks_in_notebooks_are_seen_on_white_and_on_black(word: str) -> None:
    for ground in ("#ffffff", "#111111"):
        lighter, darker = sorted((light(web_color(word)), light(ground)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_severities_and_verdicts_have_the_same_colours() -> None:
    palette = Palette(True)
    assert [palette.severity(severity) for severity in Severity] == [palette.verdict(s.value) for s in Severity]
    codes = {word: re.findall(r"\x1b\[(\d+)m", palette.verdict(word))[0] for word in CLASSES}
    assert len({codes[word] for word in ("error", "warning", "info", "valid", "unreadable")}) == 5
    assert (codes["invalid"], codes["not strictly valid"]) == (codes["error"], codes["warning"])


def test_halves_are_blank_where_nothing_is() -> None:
    palette = Palette(True)
    assert palette.halves(None, None) == " "
    assert palette.halves("valid", None) == "\x1b[32m▀\x1b[0m"
    assert palette.halves(None, "invalid") == "\x1b[31m▄\x1b[0m"
    assert palette.halves("warning", "unreadable") == "\x1b[33;45m▀\x1b[0m"
