"""Tables of results: what is in them, who reads them, and what the page says of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="needs pyarrow")
pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image, plate

GUARD = 300  # seconds; whatever hangs fails
PAGE = (Path(__file__).parents[2] / "docs/tables.md").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a log of images, a plate and what is none, and the tables of it."""
    for number in range(12):
        tree = image("0.5" if number % 2 else "0.4")
        if number % 4 == 1:
            tree.ome("")["omero"] = {"channels": [{"color": "red"}]}
        tree.write(tmp_path / f"{number:02}.zarr")
    plate("0.5").write(tmp_path / "plate.zarr")
    assert ngff(tmp_path, "validate", "-r", ".", "--log", "run.jsonl")[0] == 1
    return tmp_path


def ngff(folder: Path, *arguments: str) -> tuple[int, str, str]:
    line = [sys.executable, "-m", "ngff_core", *arguments]
    ran = subprocess.run(line, cwd=folder, capture_output=True, timeout=GUARD, check=False)
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


def rows(path: Path) -> list[dict[str, Any]]:
    from pyarrow import parquet

    found: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return found


def test_tables_hold_what_the_report_does(folder: Path) -> None:
    assert ngff(folder, "table", "run.jsonl", "--out", "tables") == (
        0,
        "",
        f"wrote 13 rows to {os.path.join('tables', 'stores.parquet')}\n"
        f"wrote 9 rows to {os.path.join('tables', 'findings.parquet')}\n",
    )
    results = json.loads(ngff(folder, "merge", "run.jsonl")[1])["results"]
    stores, findings = (rows(folder / "tables" / name) for name in ("stores.parquet", "findings.parquet"))
    for result, store in zip(results, stores, strict=True):
        same = ("url", "status", "version", "kind", "profile")
        assert {name: store[name] for name in same} == {name: result[name] for name in same}
        assert (store["nodes"], store["strict"]) == (sum(result["counts"].values()), False)
        assert store["error"] == sum(issue["severity"] == "error" for issue in result["issues"])
        assert store["rule_set"].startswith("ngff-core ")
    issues = [{"url": result["url"], **issue} for result in results for issue in result["issues"]]
    assert len(issues) == 9
    assert findings == issues
    assert sorted(path.name for path in (folder / "tables").iterdir()) == ["findings.parquet", "stores.parquet"]


def test_a_log_that_is_not_whole_and_one_that_goes_on(folder: Path) -> None:
    log = folder / "run.jsonl"
    whole = log.read_bytes()
    log.write_bytes(b"".join(whole.splitlines(keepends=True)[:5]))
    code, _, err = ngff(folder, "table", "run.jsonl", "--out", "tables")
    assert (code, len(rows(folder / "tables/stores.parquet"))) == (3, 5)
    assert "Error: the log 'run.jsonl' is of a run that was not finished" in err
    assert ngff(folder, "validate", "-r", ".", "--log", "run.jsonl", "--resume")[0] == 1
    assert ngff(folder, "table", "run.jsonl", "--out", "tables")[0] == 0
    assert len(rows(folder / "tables/stores.parquet")) == 13


def test_many_rows_are_written_in_pieces(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow import parquet

    from ngff_core.report.logs import tables
    from ngff_core.report.logs.merging import reports_of_logs

    monkeypatch.setattr(tables, "ROWS", 2)
    (folder / "pieces").mkdir()
    tables.write_tables(reports_of_logs([str(folder / "run.jsonl")]), str(folder / "pieces"))
    assert parquet.ParquetFile(folder / "pieces/stores.parquet").num_row_groups == 7
    assert len(rows(folder / "pieces/stores.parquet")) == 13


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("00.zarr", "--out", "t"), 2, "'00.zarr' is no log; write one with `ngff validate --log FILE`"),
        (("none.jsonl", "--out", "t"), 2, "'none.jsonl' is no log"),
        (("run.jsonl", "--out", "01.zarr"), 2, "lies in the Zarr hierarchy at "),
        (("run.jsonl", "--out", "run.jsonl"), 3, "run.jsonl could not be written: file exists"),
    ],
)
def test_what_makes_no_table(folder: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    before = sorted(folder.rglob("*"))
    found, out, err = ngff(folder, "table", *arguments)
    assert (found, out, words in err) == (code, "", True), err
    assert sorted(folder.rglob("*")) == before


def test_what_was_there_stays_where_nothing_can_be_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ngff_core.report.logs import tables
    from ngff_core.report.logs.merging import reports_of_logs

    ngff(folder, "table", "run.jsonl", "--out", "tables")
    before = {path: path.read_bytes() for path in (folder / "tables").iterdir()}
    monkeypatch.setattr(tables, "_finding", None)  # whatever goes wrong on the way
    with pytest.raises(TypeError):
        tables.write_tables(reports_of_logs([str(folder / "run.jsonl")]), str(folder / "tables"))
    assert {path: path.read_bytes() for path in (folder / "tables").iterdir()} == before


def test_without_pyarrow(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ngff_core.errors import MissingPackageError
    from ngff_core.report.logs.tables import write_tables

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPackageError, match=r"needs the package pyarrow.*ngff-core\[table\]"):
        write_tables([], str(folder / "new"))
    assert not (folder / "new").exists()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_page_is_done_as_it_says(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    duckdb = pytest.importorskip("duckdb", reason="needs DuckDB")
    pytest.importorskip("pandas", reason="needs pandas")
    pytest.importorskip("polars", reason="needs polars")
    (folder / "run.jsonl").unlink()
    (script,) = blocks("sh")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["bash", "-c", script], cwd=folder, env={**os.environ, "PATH": path}, timeout=GUARD, check=True)
    monkeypatch.chdir(folder)
    rules, statuses = (duckdb.sql(text).fetchall() for text in blocks("sql"))
    assert rules == [("omero-channel-color-hex6", 3, 3), ("omero-channel-window-present", 3, 3)]
    assert statuses == [("invalid", 3), ("valid", 10)]
    pandas, polars = blocks("py")
    exec(pandas, {})
    assert re.search(r"0\.4 +6 +0", capsys.readouterr().out)
    exec(polars, {})
    assert "omero-channel-color-hex6" in capsys.readouterr().out
