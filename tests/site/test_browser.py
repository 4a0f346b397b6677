"""The site in a real browser: nothing is asked for elsewhere, nothing fails, the search finds rules."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

BROWSER = shutil.which("chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--disable-dev-shm-usage",
]
PAGES = ("index.html", "guide/images.html", "rules/axes-order-by-type.html", "reference/ngff_core.html")


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def page() -> Iterator[Any]:
    if BROWSER is None:
        pytest.skip("there is no chromium")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed, which drives the browser")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield browser.new_page()
        browser.close()


def test_nothing_leaves_nothing_fails_and_rules_are_found(page: Any, address: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for name in PAGES:
        page.goto(address + name, wait_until="networkidle")
    search = page.get_by_placeholder("Search")
    for _ in range(12):  # a key that is pressed before the page listens is lost
        page.keyboard.press("Control+k")
        with suppress(pytest.importorskip("playwright.sync_api").TimeoutError):
            search.wait_for(timeout=5000)
            break
    search.fill("hexadecimal")
    page.get_by_text("omero-channel-color-hex6").first.wait_for()
    assert said == []
    assert len(asked) > len(PAGES)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
