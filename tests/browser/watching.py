"""A page that is watched: what its console says, what it asks for, dialogs; and what axe-core finds in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Open", "Watched", "axe_problems"]

Open = Callable[..., Any]
"""Opens an address in a page of its own, which is `Watched`; takes the options of `Browser.new_context`."""


class Watched:
    """A page of a browser; ``troubles`` are console messages, errors, dialogs, and requests that are not allowed."""

    def __init__(self, page: Any, allowed: Callable[[str], bool]) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on("console", lambda message: self.troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self._request(request.url, allowed))

    def _dialog(self, dialog: Any) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str, allowed: Callable[[str], bool]) -> None:
        if not (url.startswith("data:") or allowed(url)):
            self.troubles.append(f"request: {url}")

    def texts(self, selector: str) -> list[str]:
        """Return the texts of the elements that can be seen."""
        return [element.inner_text() for element in self.page.query_selector_all(selector) if element.is_visible()]

    def color(self, selector: str, member: str = "background-color") -> str:
        """Return a colour as it is drawn."""
        found: str = self.page.eval_on_selector(selector, f"e => getComputedStyle(e).getPropertyValue('{member}')")
        return found


@cache
def _axe() -> str:
    """Return axe-core, as a package brings it: it is no part of this project."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-playwright-python, which brings axe-core, is not installed")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def axe_problems(watched: Watched) -> list[str]:
    """Return what axe-core finds that is serious or critical."""
    watched.page.evaluate(_axe())  # not as a script of the page, which its policy refuses
    found = watched.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 10  # it has looked
    return [
        f"{each['impact']} {each['id']}: {each['nodes'][0]['target']} {each['nodes'][0]['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
