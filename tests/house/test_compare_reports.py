"""The comparison of reports sees what differs, and nothing else. The comparison itself is run by hand."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import compare_reports
import pytest
import report_runner
from report_runs import DAMAGED, runs

from ngff_core.cli import main as command

OLD = {"name": "validate a", "code": 0, "out": "one\ntwo\nthree\n", "err": ""}


def differences(new: dict[str, Any]) -> list[list[str]]:
    return list(compare_reports.differences("validate a", OLD, new))


def test_what_is_equal_is_no_difference() -> None:
    assert differences(dict(OLD)) == []


def test_each_part_that_differs_is_shown() -> None:
    found = differences({**OLD, "code": 1, "out": "one\n2\nthree\n", "written b": "x"})
    assert [diff[0] for diff in found] == [
        "== validate a: code",
        "== validate a: out",
        "== validate a: written b",
    ]
    assert [line for line in found[1] if line[0] in "-+"][2:] == ["-two", "+2"]


@pytest.mark.parametrize("new", ["one\ntwo\nthree", "one\ntwo\nthree\r\n", "one\ntwo\nthree\n "])
def test_a_difference_in_white_space_is_one(new: str) -> None:
    (diff,) = differences({**OLD, "out": new})
    assert len(diff) > 3


def test_accepted_differences_are_left_out_where_all_lines_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    accepted = compare_reports.Accepted("^validate", "^[-+](two|2)$", "numbers are digits now")
    monkeypatch.setattr(compare_reports, "ACCEPTED", [accepted])
    assert differences({**OLD, "out": "one\n2\nthree\n"}) == []
    assert len(differences({**OLD, "out": "1\n2\nthree\n"})) == 1
    assert list(compare_reports.differences("info a", OLD, {**OLD, "out": "one\n2\nthree\n"})) != []


def test_files_are_compared_run_by_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = tmp_path / "old", tmp_path / "new"
    for path in paths:
        path.write_text(json.dumps(OLD) + "\n")
    assert compare_reports.compare(*paths) == 0
    assert capsys.readouterr().out == "no difference: 1 runs (1 ended with 0), 0 MB of output\n"
    paths[1].write_text(json.dumps({**OLD, "code": 3}) + "\n")
    assert compare_reports.compare(*paths) == 1
    assert capsys.readouterr().out.splitlines()[0] == "== validate a: code"


def test_runs_that_one_side_lacks_are_an_error(tmp_path: Path) -> None:
    paths = tmp_path / "old", tmp_path / "new"
    for number, path in enumerate(paths, 1):
        path.write_text((json.dumps(OLD) + "\n") * number)
    with pytest.raises(ValueError, match="longer"):
        compare_reports.compare(*paths)


def test_every_accepted_difference_has_a_reason() -> None:
    assert all(accepted.reason for accepted in compare_reports.ACCEPTED)


# --- what runs in both ------------------------------------------------------------------------------


def perform(run: dict[str, Any], main: Any = command, newer: Sequence[str] = ()) -> dict[str, Any]:
    return report_runner.perform(main, {"name": "a run", **run}, frozenset(newer))


def test_a_run_is_written_down_whole(tmp_path: Path) -> None:
    document = tmp_path / "document.json"
    document.write_bytes(b"5")
    result = perform({"arguments": ["validate", "-", "--no-config"], "stdin": str(document)})
    assert (result["code"], result["err"]) == (1, "")
    assert "expected" in result["out"]
    assert sys.stdout is not None
    assert not isinstance(sys.stdout, io.BytesIO)


def test_what_fails_is_a_result_too() -> None:
    def fails(arguments: Sequence[str]) -> None:
        print("before")
        raise KeyError(*arguments)

    assert perform({"arguments": ["x"]}, fails) == {
        "name": "a run",
        "code": "KeyError: 'x'",
        "out": "before\n",
        "err": "",
    }


def test_newer_options_are_given_where_they_are_known() -> None:
    run = {"arguments": ["validate"], "newer": ["--workers", "2"]}
    assert perform(run, lambda arguments: print(*arguments))["out"] == "validate\n"
    assert perform(run, lambda arguments: print(*arguments), ["--workers"])["out"] == "validate --workers 2\n"


def test_what_is_written_is_read(tmp_path: Path) -> None:
    source, copy, text = tmp_path / "source", tmp_path / "copy", tmp_path / "text"
    source.mkdir()
    (source / "a").write_bytes(b"a")
    run = {"arguments": [], "copy": [str(source), str(copy)], "redirect": str(text)}
    result = perform({**run, "written": [str(copy), str(text), str(tmp_path / "c")]}, lambda _: print("said"))
    assert result[f"written {copy}"] == "ca978112ca1bbdca a\n"
    assert result[f"written {text}"] == "said\n"
    assert result[f"written {tmp_path / 'c'}"] == "(not there)"


def test_runs_have_names_of_their_own(tmp_path: Path) -> None:
    for name in (
        "stores/bases/a.ome.zarr",
        "stores/corpus/0.4/b/a.ome.zarr",
        "stores/plates/p.ome.zarr",
        "rules/r.zarr",
    ):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "d.json").touch()
    made = list(runs(tmp_path, ["a-rule"], ["0.4"]))
    names = [run["name"] for run in made]
    assert len(names) == len(set(names))
    written = [name for run in made for name in (*run.get("written", ()), run.get("redirect")) if name is not None]
    assert all(not Path(name).is_absolute() for name in written)
    assert sum("damaged" in name for name in names) >= sum(map(len, DAMAGED.values()))
