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
        (["a.zip", "--output", "a.zip"], "'a.zip' is an archive; a report is not written over it"),
        (["b", "--output", "b"], "'b' is what is checked, which is read"),
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


INSIDE = ["a.zarr/0/c/0/0", "a.zarr/0/new.json", "a.zarr/new.json", "a.zarr/labels/new.json"]


@pytest.mark.parametrize("name", INSIDE)
@pytest.mark.parametrize("way", WAYS)
def test_attack3_1_nothing_is_written_into_a_hierarchy(way: str, name: str, run: Run, store: Path) -> None:
    """Chunks have any names, and a file more is a change, too."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path("a.zarr/0/c/0/0").parent.mkdir(parents=True, exist_ok=True)
    Path("a.zarr/0/c/0/0").write_text("pixels")
    before = files_in(store)
    ran = run("validate", "a.zarr", *WAYS[way](name))
    assert (ran.code, "lies in the Zarr hierarchy at" in ran.err) == (2, True), ran.err
    assert files_in(store) == before


@pytest.mark.skipif(os.name == "nt", reason="links are those of POSIX")
@pytest.mark.parametrize("way", WAYS)
def test_attack3_1_nor_through_a_link_that_leads_there(way: str, run: Run, store: Path) -> None:
    (store / "0/c").mkdir(parents=True)
    (store / "0/c/0").write_text("pixels")
    os.symlink("a.zarr/0/c/0", "report.txt")
    os.symlink("a.zarr/0/c", "reports")
    before = files_in(store)
    for name in ("report.txt", "reports/0", "reports/new.json"):
        ran = run("validate", "a.zarr", *WAYS[way](name))
        assert (ran.code, "lies in the Zarr hierarchy at" in ran.err) == (2, True), ran.err
    assert files_in(store) == before


def test_attack3_1_nor_from_inside(run: Run, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (store / "0" / "c").mkdir(parents=True)
    monkeypatch.chdir(store / "0" / "c")
    before = files_in(store)
    assert run("validate", "../..", "--output", "new.json").code == 2
    assert files_in(store) == before


@pytest.mark.parametrize("arguments", [["--output", "a.zarr/0/c"], ["--format", "text=a.zarr/0/c"]])
def test_attack3_1_nor_by_merge(arguments: list[str], run: Run, store: Path) -> None:
    (store / "0").mkdir(exist_ok=True)
    (store / "0/c").write_text("pixels")
    assert run("validate", "a.zarr", "--format", "json=r.json").code == 0
    ran = run("merge", "r.json", *arguments)
    assert (ran.code, "lies in the Zarr hierarchy at" in ran.err) == (2, True), ran.err
    assert (store / "0/c").read_text() == "pixels"


@pytest.mark.parametrize("arguments", [["-r", "."], ["*.ozx"], ["--from", "list"], ["--containing", "b.ozx"]])
@pytest.mark.parametrize("way", WAYS)
def test_attack3_1_nor_over_an_archive_that_is_found(way: str, arguments: list[str], run: Run) -> None:
    Path("list").write_text("b.ozx\n")
    Path("b.ozx").write_bytes(b"PK")
    ran = run("validate", *arguments, *WAYS[way]("b.ozx"))
    assert ran.code == 2, ran.err
    assert Path("b.ozx").read_bytes() == b"PK"


def files_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
