"""What an attacker tried on the files that a command writes: nothing that is to stay is written over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bases import image
from commands import Run

LEFT = [".ngff-lock", ".ngff-upgrade.jsonl", ".ngff-upgrade.done.jsonl", ".ngff-upgrade.copy.json", "x.ngff-part"]
WAYS = {
    "--output": lambda path: ["--output", path],
    "--format": lambda path: ["--format", f"text={path}"],
    "--write-baseline": lambda path: ["--write-baseline", path],
}


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> Path:
    return image("0.5").write(tmp_path / "a.zarr")


@pytest.mark.parametrize("name", ["zarr.json", ".zattrs", ".zmetadata", *LEFT])
@pytest.mark.parametrize("way", WAYS)
def test_6_nothing_is_written_over_what_stores_and_upgrades_hold(way: str, name: str, run: Run, store: Path) -> None:
    (store / name).write_text("precious")
    ran = run("validate", "a.zarr", *WAYS[way](f"a.zarr/{name}"))
    assert ran.code == 2
    assert "is not written over it" in ran.err
    assert (store / name).read_text() == "precious"


@pytest.mark.skipif(os.name == "nt", reason="links are those of POSIX")
@pytest.mark.parametrize("name", ["zarr.json", ".ngff-upgrade.done.jsonl"])
@pytest.mark.parametrize("way", WAYS)
def test_6_nor_through_a_link(way: str, name: str, run: Run, store: Path) -> None:
    (store / name).write_text("precious")
    os.symlink(f"a.zarr/{name}", "report.txt")
    ran = run("validate", "a.zarr", *WAYS[way]("report.txt"))
    assert ran.code == 2
    assert "'report.txt' leads to " in ran.err
    assert (store / name).read_text() == "precious"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "json=b", "--format", "sarif=./b"], "two formats would be written to ./b"),
        (["--format", "json=a.zarr/../b", "--format", "sarif=b"], "two formats would be written to b"),
        (["--output", "b", "--write-baseline", "b"], "a report and the baseline would be written to b"),
        (["--format", "json=./b", "--write-baseline", "b"], "a report and the baseline would be written to b"),
        (["--baseline", "b", "--output", "./b"], "'./b' is the baseline, which is read; a report is not written"),
        (["--config", "c.toml", "--output", "c.toml"], "'c.toml' is the configuration, which is read"),
        (["--config", "c.toml", "--write-baseline", "c.toml"], "the baseline is not written over it"),
        (["--from", "list", "--output", "list"], "'list' is the list, which is read"),
        (["a.zip", "--output", "a.zip"], "'a.zip' is what is checked, which is read"),
    ],
)
def test_16_no_two_files_of_a_command_are_one(arguments: list[str], message: str, run: Run) -> None:
    files = {"b": '{"schema": 1, "findings": []}', "c.toml": "", "list": "a.zarr\n", "a.zip": "PK"}
    for name, text in files.items():
        Path(name).write_text(text)
    ran = run("validate", "a.zarr", *arguments)
    assert (ran.code, message in ran.err) == (2, True), ran.err
    assert {name: Path(name).read_text() for name in files} == files


def test_16_a_configuration_that_was_found_is_not_written_over(run: Run) -> None:
    Path("ngff.toml").write_text("")
    assert run("validate", "a.zarr", "--output", "./ngff.toml").code == 2
    assert Path("ngff.toml").read_text() == ""


@pytest.mark.skipif(os.name == "nt", reason="links are those of POSIX")
def test_16_links_to_one_file_are_one(run: Run) -> None:
    Path("b").write_text("old")
    os.symlink("b", "c")
    assert run("validate", "a.zarr", "--format", "json=b", "--format", "sarif=c").code == 2
    assert Path("b").read_text() == "old"


def test_16_a_baseline_is_written_anew(run: Run) -> None:
    assert run("validate", "a.zarr", "--write-baseline", "b").code == 0
    assert run("validate", "a.zarr", "--baseline", "b", "--write-baseline", "./b", "--output", "c").code == 0
