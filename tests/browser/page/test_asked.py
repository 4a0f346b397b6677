"""Stores whose documents arrive later: evaluated again and again, they come to what they hold."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ngff_core import check_store

WEB = Path(__file__).parents[3] / "web/python"


class Bytes(bytes):
    """Bytes as they come from JavaScript."""

    def to_bytes(self) -> bytes:
        return bytes(self)


class Page:
    """What a page answers for a folder."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.asked: Counter[str] = Counter()

    def __call__(self, _: int, keys: list[str], prefixes: list[str]) -> Any:
        found = [path.read_bytes() if (path := self.store / key).is_file() else None for key in keys]
        self.asked.update(keys)
        about = {
            "statuses": [404 if data is None else 200 for data in found],
            "sizes": [len(data or b"") for data in found],
            "problems": {},
            "listings": [self.names(self.store / prefix) for prefix in prefixes],
        }
        return SimpleNamespace(about=SimpleNamespace(to_py=lambda: about), data=Bytes(b"".join(filter(None, found))))

    def names(self, folder: Path) -> list[str]:
        return [path.name + "/" * path.is_dir() for path in folder.iterdir()] if folder.is_dir() else []


@pytest.mark.parametrize("waits", [True, False])
def test_reports_are_those_of_the_folder(corpus: list[Path], monkeypatch: pytest.MonkeyPatch, waits: bool) -> None:
    monkeypatch.syspath_prepend(str(WEB))
    from ngff_web.check import Check

    for store in corpus:
        page = Page(store)
        wait = (lambda *wanted, page=page: partial(page, *wanted)) if waits else None
        check = Check([SimpleNamespace(kind="folder", name=str(store))], None, "spec", wait, bool)
        steps = 0
        while (wanted := check.step()) is not None:
            check.tell(page(*wanted))
            steps += 1
            assert steps < 30
        assert check.report("json").count(check_store(store).status)
        assert max(page.asked.values()) == 1 or waits
        (report,) = check._reports
        assert report == check_store(store)
