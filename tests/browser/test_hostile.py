"""Names that are markup, turn text round or hide it, in every place of a page: they stay text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("ngff_v05", reason="ngff_v05 is not installed")

from bases import BASES
from stores import HOSTILE
from watching import Open

from ngff_core import check_store
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Requirement, Severity
from ngff_core.report.outline.nodes import Layout, Outline, OutlineNode
from ngff_core.report.report import Report

Write = Callable[..., str]
RAW = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
SEVERITIES = zip(Severity, (Requirement.MUST, Requirement.SHOULD, Requirement.MAY), strict=True)
LEVELS = list(SEVERITIES)


def hostile(name: str) -> Report:
    """Return a report of which every text is hostile."""
    issues = [
        Issue(
            rule=name, requirement=requirement, severity=severity, message=name, node=node, pointer=f"/{name}",
            found=name, expected=f"not {name}", hint=name, section=name, entry=name, document=name, kind=name,
        )
        for severity, requirement in LEVELS
        for node in ("", name, f"{name}/{name}")
    ]  # fmt: skip
    node = OutlineNode(name, name, ((name, OutlineNode(name, name)), ("1", OutlineNode(name, name))))
    layout = Layout((name,), (name, "1"), ((name, 0, 0), ("1", 0, 1)))
    outline = Outline(node, {"": layout, name: layout}, (name,), (name,), left_out=3)
    return Report(
        url=name, version=name, kind=name, issues=issues, counts={name: 7}, rules=(1, 2), rule_set={name: name},
        suppressed_for={(name, "select"): 2}, outline=outline,
    )  # fmt: skip


ELEMENTS = "[...document.querySelectorAll('*')].map(e => [e.tagName, ...e.getAttributeNames().sort()].join(' '))"


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name: str, number: int, opened: Open, report_of: Write) -> None:
    harmless = set(opened(report_of([hostile("name")] * number)).page.evaluate(ELEMENTS))
    watched = opened(report_of([hostile(name)] * number))
    page = watched.page
    assert set(page.evaluate(ELEMENTS)) - harmless == set()
    for closed in page.query_selector_all("details:not([open])"):
        closed.evaluate("e => { e.open = true; }")
    if number == 1 and "\x00" not in name:  # which is in the path of no well
        page.click(".map a >> nth=0")
        assert watched.texts(".opened h3")
    page.fill("#filter", name.replace("\x00", ""))
    text = page.evaluate("document.documentElement.outerHTML")
    assert RAW.findall(text) == []
    assert page.evaluate("document.title") != "PWN"
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    assert page.evaluate("document.querySelectorAll('img, iframe, object, embed, base, form').length") == 0
    handlers = "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on')))"
    assert page.evaluate(f"{handlers}.length") == 0
    links = page.evaluate("[...document.links].map(a => a.getAttribute('href'))")
    assert [link for link in links if not re.fullmatch(r"#s\d*[nr]\d+", link)] == []


@pytest.mark.parametrize("name", HOSTILE[:4])
def test_hostile_stores_stay_text(name: str, opened: Open, report_of: Write, tmp_path: Path) -> None:
    """The same from files: what a crawl and its outline make of such names."""
    tree = BASES["plate"]("0.5")
    plate = tree.ome()["plate"]
    plate["rows"][0]["name"] = plate["columns"][1]["name"] = plate["name"] = name
    plate["wells"].append({"path": f"{name}/{name}", "rowIndex": 0, "columnIndex": 1})
    tree.ome()["_creator"] = {"name": name, "version": name}
    tree.multiscale("A/1/0")["axes"][0]["name"] = name
    tree.multiscale("A/1/0")["datasets"][0]["path"] = name
    store = tree.write(tmp_path / "plate.zarr")
    report = check_store(store, outline=True)
    assert report.issues
    watched = opened(report_of([report]))
    assert RAW.findall(watched.page.evaluate("document.documentElement.outerHTML")) == []
    assert watched.page.evaluate("document.querySelectorAll('script').length") == 1
    assert watched.page.evaluate("document.querySelectorAll('img, iframe, object, embed, base, form').length") == 0
