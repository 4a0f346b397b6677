"""Logs that are none, or other people's; and old ones, of which nothing may be taken over that would be false now."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v05", reason="ngff-v05 is not installed")

from bases import image
from commands import Run

from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.json_text import loads
from ngff_core.model.image import Multiscale
from ngff_core.plugins import Registry, hookimpl
from ngff_core.report.logs import reading


@pytest.fixture
def store(tmp_path: Path) -> Path:
    image("0.5").write(tmp_path / "a.zarr")
    return tmp_path / "a.zarr"


OTHERS = [
    b'{"a": 1}',
    b'{\n  "schema": 1,\n  "results": []\n}\n',
    b"\x00\x01\n\x02 without an end",
    b"words\nwithout an end",
    b"\n\n",
]


@pytest.mark.parametrize("data", OTHERS)
def test_attack16_4a_what_is_no_log_stays_as_it_is(data: bytes, store: Path, run: Run) -> None:
    """It was cut off behind its last line, for a line that was not written whole."""
    other = store.parent / "other"
    other.write_bytes(data)
    ran = run("validate", "a.zarr", "--log", "other", "--resume")
    assert (ran.code, ran.out, ran.err) == (2, "", "Error: 'other' is no log, and stays as it is; name another file\n")
    assert other.read_bytes() == data


def test_attack16_4a_a_document_by_another_name_stays_as_it_is(store: Path, run: Run) -> None:
    before = (store / "zarr.json").read_bytes()
    os.link(store / "zarr.json", store.parent / "run.jsonl")
    assert run("validate", "a.zarr", "--log", "run.jsonl", "--resume").code == 2
    assert (store / "zarr.json").read_bytes() == before


@pytest.mark.parametrize("size", [0, 1, 17, 18, 60])
def test_attack16_4a_the_beginning_of_a_log_is_gone_on_with(size: int, store: Path, run: Run) -> None:
    log = store.parent / "run.jsonl"
    assert run("validate", "a.zarr", "--log", "run.jsonl").code == 0
    whole = log.read_bytes()
    log.write_bytes(whole[:size])
    assert run("validate", "a.zarr", "--log", "run.jsonl", "--resume").code == 0
    assert log.read_bytes() == whole


class Lab:
    """A plugin whose rules cannot be had, until it is mended under the same name."""

    broken = True

    @hookimpl
    def ngff_rules(self, version: str) -> list[Rule]:
        if self.broken:
            raise RuntimeError("oops")
        return [never]


@rule("lab/never", on=Multiscale, requirement=MUST)
def never(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Nothing is right."""
    yield ctx.issue("it is not right")


def test_attack16_4b_what_was_judged_without_a_plugin_is_judged_again(
    store: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = Lab()
    monkeypatch.setattr("ngff_core.cli.validate.registry_without", lambda _: Registry(plugins=[lab]))
    first = run("validate", "a.zarr", "--log", "run.jsonl")
    assert (first.code, "plugin-failed" in first.out) == (0, True)
    lab.broken = False
    resumed = run("validate", "a.zarr", "--log", "run.jsonl", "--resume")
    assert (resumed.code, "lab/never" in resumed.out) == (1, True)


def test_attack16_4c_the_same_address_at_another_endpoint_is_another_store(
    store: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://one.example")
    run("validate", "a.zarr", "--log", "run.jsonl")
    (store / "zarr.json").write_text("{}")
    assert run("validate", "a.zarr", "--log", "run.jsonl", "--resume").code == 0  # known
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://two.example")
    assert run("validate", "a.zarr", "--log", "run.jsonl", "--resume").code != 0


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text elsewhere")
def test_attack16_4d_names_that_are_no_text(store: Path, run: Run) -> None:
    """The run ended with a defect at the first of them."""
    os.rename(store, os.fsencode(store.parent) + b"/\xff.zarr")
    image("0.5").write(store)
    plain = run("validate", "-r", ".", "--format", "json")
    assert run("validate", "-r", ".", "--format", "json", "--log", "../run.jsonl").out == plain.out
    for document in store.parent.glob("*.zarr/zarr.json"):
        document.write_text(document.read_text().replace("datasets", "datasetz"))
    assert run("validate", "-r", ".", "--format", "json", "--log", "../run.jsonl", "--resume").out == plain.out
    assert loads(run("merge", "../run.jsonl").out.replace("\\ud", "ud"))["summary"]["statuses"]["valid"] == 2
    (store.parent.parent / "run.jsonl").unlink()


def test_attack16_4e_a_report_may_come_by_a_pipe(store: Path, run: Run) -> None:
    """Whether it is a log was looked at before: nothing was left to be read."""
    plain = run("validate", "a.zarr", "--format", "json").out
    line = [sys.executable, "-m", "ngff_core", "merge", "/dev/stdin"]
    ran = subprocess.run(line, input=plain.encode(), capture_output=True, check=False)
    assert (ran.returncode, ran.stdout.decode()) == (0, plain)


def test_attack16_4f_a_line_without_end_is_not_held(store: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("validate", "a.zarr", "--log", "run.jsonl")
    log = store.parent / "run.jsonl"
    line, end = log.read_bytes().splitlines(keepends=True)
    monkeypatch.setattr(reading, "LONGEST", 1000)
    log.write_bytes(line + b'{"schema":1,"key":"' + b"x" * 10_000 + b'"}\n' + end)
    merged: Any = run("merge", "run.jsonl")
    assert merged.code == 3
    assert [result["status"] for result in loads(merged.out)["results"]] == ["valid", "unreadable"]
    resumed = run("validate", "a.zarr", "--log", "run.jsonl", "--resume")
    assert (resumed.code, resumed.err) == (0, "1 line of 'run.jsonl' not read, the first is line 2: judged again\n")
    assert run("merge", "run.jsonl").code == 0
