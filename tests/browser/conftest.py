"""What tests in a real browser share: Chromium by Playwright, and pages that are watched all the time."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ngff_core.explain import rule_table
from ngff_core.plugins import default_registry
from ngff_core.report.report import Report

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent / "data"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [  # one that asks nobody for anything
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PATIENCE = 30_000  # milliseconds: a machine may be busy

from watching import Open, Watched  # noqa: E402  # of this folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return a browser; skip where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any) -> Iterator[Open]:
    """Return what opens pages; at the end none of them has said, asked for or shown anything that it should not."""
    pages: list[tuple[Any, Watched]] = []

    def open_(address: str, *, allowed: Callable[[str], bool] | None = None, **options: Any) -> Watched:
        context = chromium.new_context(**options)
        context.set_default_timeout(PATIENCE)
        watched = Watched(context.new_page(), allowed or (lambda asked: asked.partition("#")[0] == address))
        pages.append((context, watched))
        watched.page.goto(address)
        return watched

    yield open_
    told = [trouble for _, watched in pages for trouble in watched.troubles]
    for context, _ in pages:
        context.close()
    assert told == []


@pytest.fixture
def report_of(tmp_path: Path) -> Callable[[Iterable[Report]], str]:
    """Return what writes reports as a page, and returns its address."""
    registry = default_registry()

    def write(reports: Iterable[Report], **options: Any) -> str:
        told = {"rules": lambda: rule_table(registry, list(registry.specs)), **options}
        path = tmp_path / "report.html"
        path.write_text("".join(registry.reporters()["html"](reports, told)), encoding="utf-8")
        return path.as_uri()

    return write
