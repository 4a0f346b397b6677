"""What notebooks show of reports, groups and images: short, read without reading, and never markup of a store."""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bases import BASES, Tree, image, plate

from ngff_core import check_store, open_group, open_image
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Requirement, Severity
from ngff_core.masking import remember_options
from ngff_core.report.report import Report

VERSIONS = ("0.4", "0.5")
both = pytest.mark.parametrize("version", VERSIONS)
HOSTILE = "\"'><img src=x onerror=alert(1)></td></table><script>1</script>&lt;\u202egnp\u0000\x1b[2J{{x}}"
TAGS = {"div", "b", "bdi", "code", "span", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "p", "br", "a"}
ATTRIBUTES = {"class", "style", "aria-hidden", "href", "target", "rel"}


class Reader(HTMLParser):
    """Reads markup: all tags and attributes have to be those that are written here, and closed in their order."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        assert not any("url" in (value or "") for name, value in attrs if name == "style")
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile(value: object) -> object:
    """Return a JSON value with all texts that are no path, type or version hostile."""
    keep = {"path", "type", "version"}
    if isinstance(value, dict):
        return {key: item if key in keep and isinstance(item, str) else hostile(item) for key, item in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return HOSTILE if isinstance(value, str) else value


def shown(tree: Tree, folder: Path) -> list[str]:
    """Return what notebooks show of a store: its report, its groups as far as wells, its images."""
    store = tree.write(folder)
    group = open_group(store)
    groups = [group, *(below for _, below in group.groups())]
    return [found._repr_html_() for found in (check_store(store), *groups, *group.images())]


@both
@pytest.mark.parametrize("base", list(BASES))
def test_all_of_it_is_plain_markup(base: str, version: str, tmp_path: Path) -> None:
    for markup in shown(BASES[base](version), tmp_path / "store.zarr"):
        read = Reader(markup)
        assert f"OME-Zarr {version}" in read.text or "no OME-Zarr metadata" in read.text
        assert read.links == []


@both
@pytest.mark.parametrize("base", list(BASES))
def test_hostile_texts_stay_text(base: str, version: str, tmp_path: Path) -> None:
    tree = BASES[base](version)
    for key, document in tree.docs.items():
        if isinstance(document, dict) and "multiscales" in str(document):
            tree.docs[key] = {
                name: hostile(value) if name in ("multiscales", "omero", "attributes") else value
                for name, value in document.items()
            }
    every = [Reader(markup).text for markup in shown(tree, tmp_path / "<b onclick='x'> \u202e.zarr")]
    assert any("<script>1</script>&lt;\\u202egnp\\x00\\x1b[2J{{x}}" in text for text in every)
    for text in every:
        assert not set("\x00\x1b\u202e") & set(text)


@both
def test_a_report_shows_its_verdict_and_findings(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = image(version)
    tree.ome()["omero"]["channels"][0]["color"] = "red"
    store = tree.write(tmp_path / "image.zarr")
    monkeypatch.delenv("NGFF_DOCS", raising=False)
    read = Reader(check_store(store)._repr_html_())
    assert read.text.startswith(f"● invalid {store} OME-Zarr {version} image: 1 error")
    assert "color 'red' is not six hexadecimal digits" in read.text
    monkeypatch.setenv("NGFF_DOCS", "https://docs.example.org")
    linked = Reader(check_store(store)._repr_html_()).links
    assert linked == ["https://docs.example.org/rules/omero-channel-color-hex6.html"]
    assert Reader(Report(url="")._repr_html_()).text == "● valid document no OME-Zarr version"


def test_what_is_shown_is_short(tmp_path: Path) -> None:
    tree = image("0.5")
    channel = tree.ome()["omero"]["channels"][0]
    tree.ome()["omero"]["channels"] = [{**channel, "color": f"c{n}" * 100, "label": HOSTILE * 99} for n in range(300)]
    level = tree.multiscale()["datasets"][0]
    tree.multiscale()["datasets"] = [{**level, "path": f"level{n}" * 50} for n in range(300)]
    every = shown(tree, tmp_path / "image.zarr")
    assert [len(markup) < 120_000 for markup in every] == [True] * len(every)
    assert "and 297 more of omero-channel-color-hex6" in Reader(every[0]).text
    assert "more levels" in every[-1]
    assert "and 280 more" in every[-1]


def test_a_report_has_few_rows() -> None:
    issues = [Issue(f"rule-{n}", Requirement.MUST, Severity.ERROR, "m", node="", pointer="") for n in range(30)]
    text = Reader(Report(url="u", issues=issues)._repr_html_()).text
    assert text.count("rule-") == 20
    assert text.endswith("and 10 more rows")


def test_nothing_is_read_for_it(tmp_path: Path) -> None:
    store = plate("0.5").write(tmp_path / "plate.zarr")
    group = open_group(store)
    picture = open_image(image("0.5").write(tmp_path / "image.zarr"))
    shutil.rmtree(tmp_path)
    read = Reader(group._repr_html_())
    assert "plate 4 wells of 2 rows x 3 columns" in read.text
    assert "axes c, y (micrometer), x (micrometer)" in Reader(picture._repr_html_()).text


def test_an_image_that_is_not_there_says_so(tmp_path: Path) -> None:
    tree = plate("0.5")
    tree.remove("A/1/0")
    first = next(open_group(tree.write(tmp_path / "plate.zarr")).images())
    assert "there is no group" in Reader(first._repr_html_()).text


def test_secrets_are_not_in_notebooks() -> None:
    remember_options({"secret": "hunter2-hunter2"})
    report = Report(url="https://example.org/?key=hunter2-hunter2")
    assert "hunter2" not in report._repr_html_()
