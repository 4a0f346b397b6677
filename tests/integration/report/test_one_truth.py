"""Faults of the field, A19: status, texts, JSON and exit code tell the same, whatever decides what fails."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from bases import image
from commands import Run

import ngff_core

COLOR, NAME = "omero-channel-color-present", "multiscale-name-present"
SEVERITIES = {
    "as they are": "",
    "the error is a warning": f"{COLOR} = 'warning'",
    "the warning is an error": f"{NAME} = 'error'",
    "nothing but infos": f"{COLOR} = 'info'\n{NAME} = 'info'",
    "no error": f"{COLOR} = 'off'",
    "nothing": f"{COLOR} = 'off'\n{NAME} = 'off'",
}
PROFILES = (None, "spec", "lenient", "strict")
FORMATS = ("json=r.json", "jsonl=r.jsonl", "junit=r.xml", "markdown=r.md", "html=r.html")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Write an image with an error, which is a warning in the profile lenient, and a warning."""
    tree = image("0.5")
    del tree.ome()["omero"]["channels"][1]["color"]
    del tree.multiscale()["name"]
    return tree.write(tmp_path / "a.zarr")


def judged(run: Run, folder: Path, options: list[str]) -> tuple[int, dict[str, Any]]:
    """Validate in all formats; return the exit code and the result, on which all have to agree."""
    formats = [part for name in FORMATS for part in ("--format", name)]
    ran = run("validate", folder / "a.zarr", *options, "--format", "text", *formats)
    document = json.loads(Path("r.json").read_text())
    (result,), said = document["results"], ran.out.splitlines()[-1].partition("  ")[0]
    lines = [json.loads(line) for line in Path("r.jsonl").read_text().splitlines()]
    assert lines[0]["result"] == result
    assert document["summary"]["statuses"] == lines[1]["summary"]["statuses"]
    assert document["summary"]["statuses"][result["status"]] == 1
    assert {"valid": 0, "invalid": 1}[result["status"]] == ran.code
    severities = {issue["severity"] for issue in result["issues"]}
    odd = ran.code == 1 and "error" not in severities
    assert said == ("not strictly valid" if odd else result["status"])
    assert ("<failure" in Path("r.xml").read_text()) == (ran.code == 1)
    assert f"1 store, 1 {result['status']}" in Path("r.md").read_text()
    assert (
        f'<main><header class=store><strong class="verdict {said.replace(" ", "-")}">{said}</strong>'
        in Path("r.html").read_text()
    )
    assert (f"**{said}**" in Path("r.md").read_text()) == (ran.code == 1)
    merged = run("merge", "r.json", "--format", "text", "--format", "json=m.json")
    assert merged.err == ""
    assert (merged.code, merged.out.splitlines()[-1].partition("  ")[0]) == (ran.code, said)
    assert json.loads(Path("m.json").read_text())["results"] == document["results"]
    return ran.code, result


@pytest.mark.parametrize(("strict", "profile", "configured"), list(product((False, True), PROFILES, PROFILES)))
def test_a19_status_texts_and_exit_code_agree(
    strict: bool, profile: str | None, configured: str | None, run: Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(store.parent)
    options = [*(["--strict"] if strict else []), *(["--profile", profile] if profile else [])]
    in_force = profile or configured or "spec"
    for severities in SEVERITIES.values():
        line = f"profile = '{configured}'\n" if configured else ""
        Path("ngff.toml").write_text(f"{line}[severity]\n{severities}\n")
        code, result = judged(run, store.parent, options)
        levels = {issue["severity"] for issue in result["issues"]}
        assert ("error" in levels) <= (code == 1)
        assert (code == 1) == ("error" in levels or ("warning" in levels and (strict or in_force == "strict")))
        assert result["profile"] == ("strict" if strict and in_force == "spec" else in_force)
        assert ("strict" in result) == (strict or in_force == "strict")
        assert judged(run, store.parent, [*options, "--errors-only"])[0] == code
        assert run("validate", store, *options, "--write-baseline", "b.json").code == 0
        assert judged(run, store.parent, [*options, "--baseline", "b.json"])[0] == 0


def test_a19_a_report_is_made_strict() -> None:
    tree = image("0.5")
    del tree.multiscale()["name"]
    report = ngff_core.check_json(tree.documents()["zarr.json"], profile="lenient")
    assert (report.strict, report.status, report.exit_code(strict=True)) == (False, "valid", 1)
    assert report.strictly(False) is report
    strict = report.strictly()
    assert (strict.strict, strict.valid) == (True, False)
    assert (strict.status, strict.verdict) == ("invalid", "not strictly valid")
    assert strict.to_dict()["strict"] is True
    assert "strict" not in report.to_dict()


# --- D4: what is written to files -----------------------------------------------------------------------


def test_d4_where_all_goes_to_files_the_screen_has_the_verdict(run: Run, store: Path) -> None:
    whole = run("validate", store, "--format", "json")
    ran = run("validate", store, "--format", "json=r.json")
    assert Path("r.json").read_text() == whole.out
    assert (ran.code, ran.out) == (1, f"invalid  {store}  OME-Zarr 0.5 image (4 nodes): 1 error, 1 warning\n")
    assert run("validate", store, "--output", "r.txt").out == ""  # instead of the screen
    good = image("0.5").write(store.parent / "b.zarr")
    many = run("validate", store, good, "--format", "junit=r.xml")
    assert many.out == f"{ran.out}2 stores: 1 valid, 1 invalid\n"
    assert run("validate", good, "--format", "jsonl=r.jsonl").out.startswith(f"valid  {good}")
    assert run("merge", "r.json", "--format", "markdown=r.md").out == ran.out


@pytest.mark.parametrize("option", ["--output", "--format"])
@pytest.mark.parametrize("wrong", [["--from", "gone.txt"], ["gone.zarr"], ["*.gone"], ["--baseline", "gone.json"]])
def test_d4_a_file_stays_until_the_new_one_is_whole(option: str, wrong: list[str], run: Run, store: Path) -> None:
    Path("r.txt").write_text("what was there")
    Path("r.txt").chmod(0o600)
    target = ["--output", "r.txt"] if option == "--output" else ["--format", "json=r.txt"]
    paths = [] if wrong[0].startswith("gone") else [store]
    assert run("validate", *paths, *wrong, *target).code in (1, 2, 3)
    ended = run("validate", *paths, *wrong, *target).code != 2
    assert (Path("r.txt").read_text() != "what was there") == ended
    assert run("validate", store, *target).code == 1
    assert Path("r.txt").read_text() != "what was there"
    assert Path("r.txt").stat().st_mode & 0o777 == 0o600
    assert not list(Path().glob("*.part"))


def test_d4_links_stay_links_and_pipes_are_written_to(run: Run, store: Path) -> None:
    Path("real.txt").write_text("before")
    Path("link.txt").symlink_to("real.txt")
    assert run("validate", store, "--output", "link.txt").code == 1
    assert Path("link.txt").is_symlink()
    assert Path("real.txt").read_text().startswith("invalid")
    assert run("validate", store, "--output", "/dev/null").code == 1
