"""The site as it is built: no warnings, no links that lead nowhere, nothing from elsewhere, a page for every rule."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import ngff_core
from ngff_core.cli import COMMANDS
from ngff_core.explain import rule_table
from ngff_core.issues.pages import page_of
from ngff_core.plugins import Registry


class Links(HTMLParser):
    """What a page links to, what it takes with it, and the names of its parts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.update(value for name in ("id", "name") if (value := given.get(name)))
        href = given.get("href")
        if href is not None:
            (self.links if tag == "a" else self.assets).append(href)
        self.assets.extend(value for name in ("src", "srcset", "data", "poster") if (value := given.get(name)))


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, Links]:
    # links of the page for what is not there are those of a server
    return {path: Links(path.read_text()) for path in site.rglob("*.html") if path.name != "404.html"}


def leading_nowhere(pages: dict[Path, Links]) -> Iterator[str]:
    for path, page in pages.items():
        for link in (*page.links, *page.assets):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file():
                yield f"{path.name}: {link}"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                yield f"{path.name}: {link}, which has no such part"


def test_it_is_built_without_a_warning(built: tuple[Path, str]) -> None:
    assert "No issues found" in built[1]
    assert "warning" not in built[1].lower()


def test_every_link_leads_somewhere(pages: dict[Path, Links]) -> None:
    assert len(pages) > 380
    assert list(leading_nowhere(pages)) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    texts = {"a": '<a href="b.html#there">', "b": '<p id="there"><a href="a.html#gone"><img src="no.svg">'}
    for name, text in texts.items():
        (tmp_path / f"{name}.html").write_text(text)
    found = leading_nowhere({tmp_path / f"{name}.html": Links(text) for name, text in texts.items()})
    assert list(found) == ["b.html: a.html#gone, which has no such part", "b.html: no.svg"]


def test_nothing_is_taken_from_elsewhere(site: Path, pages: dict[Path, Links]) -> None:
    foreign = {asset for page in pages.values() for asset in page.assets if re.match(r"(?:[a-z]+:)?//", asset)}
    assert foreign == set()
    styles = [path.read_text() for path in site.rglob("*.css")]
    assert len(styles) > 1
    assert [
        found for text in styles for found in re.findall(r"url\(\s*[\"']?(?:https?:)?//[^)]*|@import[^;]*", text)
    ] == []


def test_every_page_is_in_the_navigation_and_the_other_way_round(site: Path) -> None:
    nav = json.dumps(tomllib.loads((site.parent / "zensical.toml").read_text())["project"]["nav"])
    pages = site.parent / "pages"
    assert set(re.findall(r'"([^"]+\.md)"', nav)) == {
        path.relative_to(pages).as_posix() for path in pages.rglob("*.md")
    }


# --- the pages of rules -----------------------------------------------------------------------------


def test_every_id_has_its_page_at_its_address(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NGFF_DOCS", site.as_uri())
    registry = Registry(blocked=["ngff-rules-example"])
    rows = rule_table(registry, list(registry.specs))
    assert len(rows) > 250
    for row in rows:
        for rule, entry in ((row["id"], None), *((row["id"], entry) for entry in row["covers"])):
            address = page_of(rule, entry)
            assert address is not None
            assert Path(unquote(urlsplit(address).path)).is_file(), address


def test_a_page_says_what_the_rule_says(site: Path) -> None:
    text = (site / "rules" / "axes-order-by-type.html").read_text()
    shown = unescape(re.sub(r"<[^>]+>", "", text))
    for part in (
        "Axes are ordered by type: time first",
        "axis 'c' of type channel follows 'x' of type space",
        "yaozarrs 0.3.4 and ome-zarr-models 1.8.1 refuse a custom axis behind the space axes, too.",
    ):
        assert part in shown
    assert 'href="https://ngff.openmicroscopy.org/0.5/index.html#axes-md"' in text


def test_ids_of_rules_in_other_pages_are_links(pages: dict[Path, Links], site: Path) -> None:
    assert "../rules/axes-count.html" in pages[site / "guide" / "images.html"].links
    assert "rules/axes-count.html" in pages[site / "rule_table.html"].links


# --- references -------------------------------------------------------------------------------------


def test_every_public_name_is_in_the_reference(pages: dict[Path, Links], site: Path) -> None:
    ids = pages[site / "reference" / "ngff_core.html"].ids
    assert {name for name in ngff_core.__all__ if f"ngff_core.{name}" not in ids} == set()
    for package in ("ngff_v04", "ngff_v05", "ngff_v06", "ngff_write"):
        names = set(__import__(package).__all__)
        ids = pages[site / "reference" / f"{package}.html"].ids
        assert {name for name in names if f"{package}.{name}" not in ids} == set()


def test_every_command_is_in_the_reference(pages: dict[Path, Links], site: Path) -> None:
    page = site / "reference" / "commands.html"
    assert {f"ngff-{name}" for name in COMMANDS} - pages[page].ids == set()
    assert "--max-findings N" in page.read_text()
