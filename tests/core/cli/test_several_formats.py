"""Several formats in one run: they take turns, so that no report is kept longer than its writing takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest

from ngff_core.cli.output import format_context, publish, sinks_of
from ngff_core.cli.screen.rendering import FormatError
from ngff_core.plugins import Registry, default_registry, hookimpl
from ngff_core.report import Report


class Kept:
    """Reports that are made one after the other, and how many of them were there at most at the same time."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.most = 0
        self._there: WeakSet[Any] = WeakSet()

    def __iter__(self) -> Iterator[Report]:
        for number in range(self.number):
            report = Report(url=f"{number}.zarr", rule_set=Marked())
            self._there.add(report.rule_set)
            yield report
            del report
            self.most = max(self.most, len(self._there))


class Marked(dict[str, str]):
    """What a weak reference can be made to."""

    __hash__ = object.__hash__  # type: ignore[assignment]


def written(formats: list[str], reports: Iterable[Report], registry: Registry | None = None) -> None:
    registry = registry or default_registry()
    for _ in publish(sinks_of(formats, None, registry, None), reports, format_context(registry)):
        pass


@pytest.mark.parametrize(
    "formats",
    [["html=a.html"], ["html=a.html", "jsonl=b"], ["text", "html=a.html", "junit=c.xml", "github=d"], ["markdown"]],
    ids=str,
)
def test_reports_are_let_go_of(formats: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = Kept(500)
    written(formats, kept)
    assert kept.most <= 130  # `tee` holds blocks of 57
    for name in (each.partition("=")[2] for each in formats):
        assert not name or {"499.zarr", "500 stores"} & {*re.findall("499.zarr|500 stores", Path(name).read_text())}


def test_one_that_takes_all_at_once_gets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(["html=a.html", "json=b.json", "jsonl=c"], Kept(50))
    assert [Path(name).read_text().count("49.zarr") > 0 for name in ("a.html", "b.json", "c")] == [True] * 3


def test_one_that_fails_on_the_way_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def render(reports: Iterable[Report], options: Mapping[str, Any]) -> Iterator[str]:
        for number, report in enumerate(reports):
            assert number < 3, "it has had enough"
            yield report.url

    class Plugin:
        @hookimpl
        def ngff_reporters(self) -> Mapping[str, Any]:
            return {"three": render}

    monkeypatch.chdir(tmp_path)
    Path("three").write_text("before")
    with pytest.raises(FormatError, match="it has had enough"):
        written(["jsonl=a", "three=three", "html=b"], Kept(10), Registry(plugins=[Plugin()]))
    assert Path("three").read_text() == "before"
    assert len(Path("a").read_text().splitlines()) == 11
    assert Path("b").read_text().count("<div class=store") == 10
