"""G3: findings are bounded per rule and store in every format; the others are counted, and so is the verdict."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Run
from fakes import Item, box_store, make_registry

from ngff_core import UsageError, check_store
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import build_store, write_store

WELLS = 60
FINDINGS = 100_000
FIRST = "plate-well-index-nonnegative-integer"


def wells(number: int, row: int = -1) -> list[dict[str, Any]]:
    return [{"path": f"A/{k}", "rowIndex": row, "columnIndex": k} for k in range(number)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plate of which every well has a finding of several rules, in the plate and in the well."""
    plate = {
        "rows": [{"name": "A"}],
        "columns": [{"name": str(k)} for k in range(WELLS)],
        "wells": wells(WELLS),
        "name": "plate",
        "field_count": 1,
    }
    nodes: dict[str, Any] = {"": {"plate": plate}, "A": None}
    for k in range(WELLS):
        nodes[f"A/{k}"] = {"well": {"images": [{"path": "a-b"}, {"path": "c-d"}]}}
    folder = tmp_path_factory.mktemp("wells")
    return write_store(build_store(default_registry().spec("0.5"), nodes), folder / "plate.zarr")


def result(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)["results"][0]
    return found


def number(found: dict[str, Any], name: str) -> int:
    return sum(issue["rule"] == name for issue in found["issues"])


def report(run: Run, store: Path, *options: str) -> dict[str, Any]:
    code, out, _ = run("validate", store, "--no-config", "--format", "json", *options)
    assert code == 1
    return result(out)


def test_g3_the_first_are_listed_and_the_others_counted(store: Path, run: Run) -> None:
    whole = report(run, store)
    some = report(run, store, "--max-findings", "7")
    assert whole["suppressed"] == {}
    rules = {issue["rule"] for issue in whole["issues"]}
    assert {issue["rule"] for issue in some["issues"]} == rules
    for name in rules:
        listed = [issue for issue in some["issues"] if issue["rule"] == name]
        every = [issue for issue in whole["issues"] if issue["rule"] == name]
        assert listed == every[:7]
        assert len(listed) + some["suppressed"].get(name, 0) == len(every)
    assert set(some["suppressed_by"]) == {"max-findings"}
    assert (some["status"], some["counts"], some["rules"]) == (whole["status"], whole["counts"], whole["rules"])


@pytest.mark.parametrize("name", ["text", "github", "junit", "markdown", "html", "sarif", "json"])
def test_g3_every_format_states_how_many_there_are(name: str, store: Path, run: Run) -> None:
    _, out, _ = run("validate", store, "--no-config", "--format", name, "--max-findings", "1")
    counted = f'"{FIRST}": {WELLS - 1}' if name == "json" else f'"{FIRST}":{WELLS - 1}' if name == "sarif" else None
    assert (counted or "beyond the first of their rule: see --max-findings") in out


def test_g3_json_lines_have_no_bound_unless_asked(store: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.cli.output.MOST", 5)
    lines = run("validate", store, "--no-config", "--format", "jsonl")[1].splitlines()
    assert number(json.loads(lines[0])["result"], FIRST) == WELLS
    lines = run("validate", store, "--no-config", "--format", "jsonl", "--max-findings", "2")[1].splitlines()
    assert number(json.loads(lines[0])["result"], FIRST) == 2
    assert number(report(run, store), FIRST) == 5


def test_g3_formats_side_by_side_have_their_own_bounds(
    store: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ngff_core.cli.output.MOST", 5)
    lines = tmp_path / "all.jsonl"
    found = report(run, store, "--format", f"jsonl={lines}")
    assert number(found, FIRST) == 5
    assert number(json.loads(lines.read_text().splitlines()[0])["result"], FIRST) == WELLS


def test_g3_workers_and_shards_come_to_the_same_report(store: Path, tmp_path: Path, run: Run) -> None:
    options = ("--no-config", "--format", "json")
    _, one, _ = run("validate", store, *options, "--max-findings", "7")
    _, workers, _ = run("validate", store, *options, "--max-findings", "7", "--workers", "2")
    assert workers == one
    parts = []
    for part in (1, 2, 3):
        parts.append(tmp_path / f"{part}.json")
        run("validate", store, *options, "--shard", f"{part}/3", "--output", parts[-1])
    _, merged, _ = run("merge", *parts, "--max-findings", "7")
    assert merged == one
    code, _, err = run("validate", store, *options, "--shard", "1/3", "--max-findings", "7")
    assert (code, "--max-findings goes with ngff merge" in err) == (2, True)


def test_g3_a_baseline_sees_all_findings(store: Path, tmp_path: Path, run: Run) -> None:
    known = tmp_path / "known.json"
    run("validate", store, "--no-config", "--write-baseline", known, "--max-findings", "3")
    assert len(json.loads(known.read_text())["findings"]) > 3 * WELLS
    code, out, _ = run("validate", store, "--no-config", "--baseline", known, "--max-findings", "3")
    assert (code, out.splitlines()[-1].split()[0]) == (0, "valid")
    changed = json.loads(known.read_text())
    last = max((f for f in changed["findings"] if f["rule"] == FIRST), key=lambda f: int(f["pointer"].split("/")[-2]))
    changed["findings"].remove(last)
    known.write_text(json.dumps(changed))
    assert run("validate", store, "--no-config", "--baseline", known, "--max-findings", "3")[0] == 1


def test_g3_what_is_left_out_by_its_place_does_not_count(store: Path, tmp_path: Path, run: Run) -> None:
    """Of findings in folders that are ignored none takes the place of one that is not."""
    config = tmp_path / "ngff.toml"
    ignored = ", ".join(f'"A/{k}"' for k in range(WELLS - 1))
    config.write_text(f'[[per-path]]\npaths = [{ignored}]\nignore = ["well"]\n')
    code, out, _ = run(
        "validate", store, "--config", config, "--select", "well-image-path-alphanumeric",
        "--format", "json", "--max-findings", "1",
    )  # fmt: skip
    assert (code, [issue["node"] for issue in result(out)["issues"]]) == (1, [f"A/{WELLS - 1}"])


@rule("many", on=Item, requirement=MUST, valid=[{"name": "a"}], invalid=[{"name": "many"}])
def many(item: Item, ctx: Context) -> Iterator[Issue]:
    """A rule that gives an error after a great many warnings, last by location."""
    for number in range(FINDINGS):
        last = number == FINDINGS - 1
        at = ctx.at("size", FINDINGS - number) if not last else ctx.at("size", FINDINGS)
        yield at.issue("it is", severity=Severity.ERROR if last else Severity.WARNING)


def test_g3_findings_of_one_rule_are_counted_and_not_kept() -> None:
    """The verdict is that of all findings, and those are kept that come first by location."""
    registry = make_registry(many)
    store = MemoryStore(box_store({"": {"version": "9.1", "items": [{"name": "a", "size": 1}]}}))
    tracemalloc.start()
    found = check_store(store, registry=registry, max_findings=10)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.status, found.count("warning"), found.count("error")) == ("invalid", 10, 1)
    assert [issue.pointer.rpartition("/")[2] for issue in found.issues] == [*map(str, range(2, 12)), str(FINDINGS)]
    assert found.suppressed_for == {("many", "max-findings"): FINDINGS - 11}
    assert held < 3_000_000


@pytest.mark.parametrize("number", [0, -1, True, "5", 1.5])
def test_g3_a_bound_is_a_number_from_1_on(number: Any, store: Path) -> None:
    with pytest.raises(UsageError, match="max_findings is a number from 1 on"):
        check_store(store, max_findings=number)
