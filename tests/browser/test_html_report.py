"""The HTML report in a real browser: it asks for nothing, has the right colours, and can be used by keyboard."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v05", reason="ngff_v05 is not installed")

from bases import BASES
from stores import found, many, plate_store, reported_plate
from watching import Open, Watched, axe_problems

from ngff_core import check_store
from ngff_core.issues.requirement import Severity
from ngff_core.report.report import Report

Write = Callable[..., str]
MODES = pytest.mark.parametrize("scheme", ["light", "dark"])
UNREAD = found("C/1", rule="document-unreadable", judged=False)
ISSUES = [
    found("A/2/0"),
    found("A/2/0", Severity.WARNING, "axes-unit-space-known"),
    found("B/3/0", Severity.WARNING, "axes-unit-space-known"),
    found("A/4", Severity.INFO, "plate-name-present"),
    UNREAD,
]
WELLS = {"A/1": "valid", "A/2": "error", "A/3": "valid", "A/4": "info", "B/3": "warning", "C/1": "unreadable"}


def rgb(hexadecimal: str) -> str:
    digits = hexadecimal.strip().lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    return f"rgb({', '.join(str(int(digits[n : n + 2], 16)) for n in (0, 2, 4))})"


def well(path: str) -> str:
    row, _, column = path.partition("/")
    return f".map tbody tr:nth-child({ord(row) - ord('A') + 1}) td:nth-child({int(column) + 1})"


def pages() -> dict[str, Callable[[Path], list[Report]]]:
    def image(folder: Path) -> list[Report]:
        tree = BASES["labels"]("0.5")
        del tree.multiscale()["axes"][0]["name"]
        return [check_store(tree.write(folder / "image.ome.zarr"), outline=True)]

    return {
        "image": image,
        "valid": lambda folder: [check_store(BASES["labels"]("0.5").write(folder / "a.ome.zarr"), outline=True)],
        "plate": lambda _: [reported_plate(4, 6, ISSUES)],
        "many": lambda _: [*many(30), reported_plate(4, 6, ISSUES)],
        "nothing": lambda _: [],
        "without an outline": lambda _: [Report(url="a.zarr", version="0.5", issues=ISSUES)],
    }


@pytest.mark.parametrize("name", pages())
@MODES
def test_pages_open_and_no_serious_fault_is_found(
    name: str, scheme: str, opened: Open, report_of: Write, tmp_path: Path
) -> None:
    watched = opened(report_of(pages()[name](tmp_path)), color_scheme=scheme)
    assert watched.page.evaluate("document.documentElement.className") == "js"
    assert watched.page.evaluate("getComputedStyle(document.body).maxWidth") == "1216px"  # its style is not refused
    for closed in watched.page.query_selector_all("details:not([open]) > summary"):
        if closed.is_visible():
            closed.click()
    assert axe_problems(watched) == []


@MODES
def test_the_map_has_the_colour_of_the_worst(scheme: str, opened: Open, report_of: Write) -> None:
    watched = opened(report_of([reported_plate(4, 6, ISSUES)]), color_scheme=scheme)
    colors = set()
    for path, worst in WELLS.items():
        stated = watched.page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{worst}-fill')")
        assert watched.color(well(path)) == rgb(stated), path
        colors.add(rgb(stated))
    assert len(colors) == 5
    assert watched.texts(".legend li") == [
        "✕\n1 well: errors", "?\n1 well: not all could be read or judged, or is listed", "!\n1 well: warnings",
        "i\n1 well: notes", "20 wells: nothing found",
    ]  # fmt: skip


def test_a_plate_as_the_command_finds_it(opened: Open, tmp_path: Path) -> None:
    broken = {"A/2": "error", "B/3": "warning", "C/4": "error"}
    store = plate_store(tmp_path / "plate.ome.zarr", 3, 4, broken)
    command = [sys.executable, "-m", "ngff_core", "validate", str(store), "--format", "json", "--format", "html=r.html"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    (result,) = json.loads(done.stdout)["results"]
    watched = opened((tmp_path / "r.html").as_uri())
    for row in "ABC":
        for column in "1234":
            at = {i["severity"] for i in result["issues"] if f"{i['node']}/".startswith(f"{row}/{column}/")}
            worst = next((severity for severity in ("error", "warning", "info") if severity in at), "valid")
            assert watched.page.get_attribute(well(f"{row}/{column}"), "class") == worst
            assert (worst == broken.get(f"{row}/{column}", "valid")) or worst == "info"
    assert watched.texts("h1") == [str(store)]
    assert "levels by a program 1" in watched.texts("header .summary")[0]


def test_a_well_opens_by_keyboard(opened: Open, report_of: Write) -> None:
    watched = opened(report_of([reported_plate(4, 6, ISSUES)]))
    page = watched.page
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    for _ in range(3):  # what scrolls, and then the first well
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('td') !== null"):
            break
    assert page.evaluate(focused) == "A/2: 1 error, 1 warning"
    for key, label in [
        ("ArrowRight", "A/4: 1 info"), ("ArrowRight", "A/4: 1 info"), ("ArrowLeft", "A/2: 1 error, 1 warning"),
        ("End", "C/1: 1 error"), ("Home", "A/2: 1 error, 1 warning"),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert page.evaluate(focused) == label
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "A/2: 1 error, 1 warning"
    assert page.evaluate("document.activeElement.tagName") == "H3"
    assert [text.split() for text in watched.texts(".opened li")] == [
        ["0", "error", "axes-count", "something", "about", "axes-count"],
        ["0", "warning", "axes-unit-space-known", "something", "about", "axes-unit-space-known"],
    ]
    page.keyboard.press("Escape")
    assert page.evaluate(focused) == "A/2: 1 error, 1 warning"
    assert page.evaluate("document.activeElement.tagName") == "A"
    assert watched.texts(".opened") == []
    page.keyboard.press("Tab")  # one stop for the whole map
    assert page.evaluate("document.activeElement.closest('.map')") is None


def test_a_well_opens_by_a_click(opened: Open, report_of: Write) -> None:
    watched = opened(report_of([reported_plate(4, 6, ISSUES)]))
    watched.page.click(f"{well('B/3')} a")
    assert watched.texts(".opened h3") == ["B/3: 1 warning"]
    watched.page.click(f"{well('C/1')} a")
    assert watched.texts(".opened h3") == ["C/1: 1 error"]
    watched.page.click(".opened button")
    assert watched.texts(".opened h3") == []


def test_a_well_that_is_not_there_opens_what_the_plate_says_of_itself(opened: Open, report_of: Write) -> None:
    lost = found("", rule="plate-well-path-resolves", pointer="/attributes/ome/plate/wells/0/path", kind="plate")
    watched = opened(report_of([reported_plate(4, 6, [*ISSUES, lost])]))
    watched.page.click(f"{well('A/1')} a")
    assert watched.texts(".opened h3") == ["A/1: errors at the plate"]
    assert watched.texts(".opened li a") == ["plate-well-path-resolves"]


def shown(watched: Watched) -> dict[str, int]:
    """Return the rules that can be seen, with their places."""
    rules = [rule for rule in watched.page.query_selector_all(".rule") if rule.is_visible()]
    counted = {}
    for rule in rules:
        places = [place for place in rule.query_selector_all(".places > li") if place.is_visible()]
        counted[rule.query_selector("summary code").inner_text()] = len(places)
    return counted


EVERY = {"axes-count": 1, "document-unreadable": 1, "axes-unit-space-known": 2, "plate-name-present": 1}


def test_the_filter(opened: Open, report_of: Write) -> None:
    watched = opened(report_of([reported_plate(4, 6, ISSUES)]))
    page = watched.page
    assert shown(watched) == EVERY
    page.keyboard.press("/")
    page.keyboard.type("B/3")
    page.wait_for_selector("#matches:text-is('1 of 5 findings')")
    assert shown(watched) == {"axes-unit-space-known": 1}
    page.fill("#filter", "AXES- something")
    page.wait_for_selector("#matches:text-is('3 of 5 findings')")
    assert shown(watched) == {"axes-count": 1, "axes-unit-space-known": 2}
    page.fill("#filter", "no such thing")
    page.wait_for_selector("#matches:text-is('0 of 5 findings')")
    assert shown(watched) == {}
    page.focus("#filter")
    page.keyboard.press("Escape")
    assert shown(watched) == EVERY
    page.uncheck("#show-warning")
    assert shown(watched) == {rule: number for rule, number in EVERY.items() if rule != "axes-unit-space-known"}


def test_without_its_script_all_can_be_reached(opened: Open, report_of: Write) -> None:
    watched = opened(report_of([reported_plate(4, 6, ISSUES)]), java_script_enabled=False)
    page = watched.page
    assert watched.texts(".needs-script") == []
    assert shown(watched) == EVERY
    page.uncheck("#show-error")
    assert shown(watched) == {"axes-unit-space-known": 2, "plate-name-present": 1}
    page.check("#show-error")
    for closed in page.query_selector_all(".tree details[open] > summary"):
        if closed.is_visible():
            closed.click()
    assert not [text for text in watched.texts(".found a") if text == "plate-name-present"]
    page.click(f"{well('A/4')} a")
    assert [text for text in watched.texts(".found a") if text == "plate-name-present"]


def test_on_paper_all_is_open(opened: Open, report_of: Write) -> None:
    issues = [found(f"A/{n % 6 + 1}/0", rule=f"rule-{n}") for n in range(14)]
    watched = opened(report_of([reported_plate(4, 6, issues)]), java_script_enabled=False)
    assert shown(watched) == {f"rule-{n}": 0 for n in range(14)}
    watched.page.emulate_media(media="print")
    assert shown(watched) == {f"rule-{n}": 1 for n in range(14)}
    assert watched.texts(".filter") == []
    assert len(watched.texts(".tree .found a")) == 14


def test_a_large_plate(opened: Open, report_of: Write) -> None:
    issues = [found(f"{row}/{n}/0") for row in ("A", "Z", "AF") for n in range(1, 49)]
    watched = opened(report_of([reported_plate(32, 48, issues)]))
    assert len(watched.page.query_selector_all(".map td.error")) == 144
    assert len(watched.page.query_selector_all(".map td.valid")) == 32 * 48 - 144
    assert watched.page.evaluate("document.querySelectorAll('.tree li').length") < 2000
    watched.page.click(".map tbody tr:nth-child(32) td:nth-child(49) a")
    assert watched.texts(".opened h3") == ["AF/48: 1 error"]


# --- many stores ------------------------------------------------------------------------------------


def test_the_overview_stands_before_the_stores_with_and_without_the_script(opened: Open, report_of: Write) -> None:
    address = report_of(many(30))
    for script in (True, False):
        watched = opened(address, java_script_enabled=script)
        tops = [watched.page.query_selector(selector).bounding_box()["y"] for selector in ("h1", ".totals", "#stores")]
        assert tops == sorted(tops)
        assert watched.texts("h1") == ["30 stores"]
        assert watched.texts(".verdicts li") == ["4 invalid", "1 unreadable", "25 valid"]
        assert len(watched.texts("#stores > .store")) == 30


def numbers(watched: Watched, title: str) -> dict[str, int]:
    """Return the rows of a table of the overview: the last number of each."""
    rows = watched.page.query_selector_all(f".totals > div:has(h2:text-is('{title}')) tbody tr")
    cells = [[cell.inner_text() for cell in row.query_selector_all("td")] for row in rows]
    return {row[-3 if len(row) > 2 else 0]: int(row[-1].replace(",", "")) for row in cells}


def test_the_overview_of_five_thousand_stores(opened: Open, report_of: Write) -> None:
    reports = list(many(5000))
    watched = opened(report_of(reports))
    page = watched.page
    assert watched.texts("h1") == ["5,000 stores"]
    by_rule = {rule: sum(any(i.rule == rule for i in r.issues) for r in reports) for rule in numbers(watched, "Rules")}
    assert len(by_rule) == 4
    assert numbers(watched, "Rules") == by_rule
    assert numbers(watched, "Versions") == {"0.4": 4000, "0.5": 1000}
    assert numbers(watched, "Writer, as stated") == {
        "bioformats2raw 0.9.4": 1667,
        "ngff-zarr 0.53": 1667,
        "ome-zarr 0.12": 1666,
    }

    def left(kept: Callable[[Report], Any]) -> None:
        number = sum(map(bool, map(kept, reports)))
        page.wait_for_selector(f"#matches:text-is('{number:,} of 5,000 stores')")
        visible = page.evaluate("[...document.querySelectorAll('#stores > .store')].filter(s => s.offsetHeight).length")
        assert visible == number

    page.click("button[data-kind=verdict][data-value=invalid]")
    left(lambda report: report.status == "invalid")
    page.click("button[data-kind=version][data-value='0.5']")
    left(lambda report: report.status == "invalid" and report.version == "0.5")
    page.click("button[data-kind=verdict][data-value=invalid]")
    page.click("button[data-kind=rules][data-value=multiscale-name-present]")
    unnamed = "multiscale-name-present"
    left(lambda report: report.version == "0.5" and any(issue.rule == unnamed for issue in report.issues))
    page.fill("#filter", "/049/")
    left(
        lambda report: (
            report.version == "0.5" and "/049/" in report.url and any(issue.rule == unnamed for issue in report.issues)
        )
    )
    first = page.locator("#stores > .store:visible").first
    first.locator("summary").first.click()
    assert unnamed in first.locator(".rule > summary").all_inner_texts()[-1]
