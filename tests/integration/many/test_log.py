"""Logs: each result is taken down as it comes, and a run that was broken off is gone on with."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image, plate
from commands import Run

from ngff_core.checking.settings import Settings
from ngff_core.plugins.registry import default_registry
from ngff_core.report.logs.reading import Results
from ngff_core.validation.many.addresses import Address
from ngff_core.validation.many.resuming import Logged
from ngff_core.validation.validator import Validator

GUARD = 300  # seconds; whatever hangs fails
DAMAGED = (3, 11, 17)
STORES = 20


@pytest.fixture
def stores(tmp_path: Path) -> Path:
    """Twenty images, three of them with faults, in the folder that commands run in."""
    for number in range(STORES):
        tree = image("0.5" if number % 2 else "0.4")
        if number in DAMAGED:
            tree.ome("")["omero"] = {"channels": [{"color": "red"}]}
        tree.write(tmp_path / f"s/{number:02}.zarr")
    return tmp_path


def spoil(store: Path) -> None:
    """Make a store invalid, so that it shows whether it is judged again."""
    for document in (store / ".zattrs", store / "zarr.json"):
        if document.exists():
            document.write_text(document.read_text().replace("datasets", "datasetz"))


def lines(log: Path) -> list[Any]:
    return [json.loads(line) for line in log.read_bytes().splitlines()]


def cut(log: Path, whole: int, more: bytes = b"") -> None:
    """Leave so many whole lines of a log, and what was written of the next when the run ended."""
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:whole]) + more)


@pytest.mark.parametrize("workers", [(), ("--workers", "2")], ids=["one", "workers"])
@pytest.mark.parametrize("whole", [0, 1, 12, STORES, STORES + 1])
def test_a_run_that_is_gone_on_with_writes_what_one_run_does(
    run: Run, stores: Path, whole: int, workers: Sequence[str]
) -> None:
    plain = run("validate", "s", "-r", "--format", "json")
    assert plain.code == 1
    logged = run("validate", "s", "-r", "--format", "json", "--log", "run.jsonl", *workers)
    assert (logged.code, logged.out, logged.err) == (1, plain.out, "")
    log = stores / "run.jsonl"
    assert [line["result"] for line in lines(log)[:-1]] == json.loads(plain.out)["results"]
    cut(log, whole, b'{"schema":1,"key":"/x')
    for number in range(min(whole, STORES)):  # what is in the log is not looked at again
        spoil(stores / f"s/{number:02}.zarr")
    resumed = run("validate", "s", "-r", "--format", "json", "--log", "run.jsonl", "--resume", *workers)
    assert (resumed.code, resumed.out, resumed.err) == (1, plain.out, "")
    keys = [line["key"] for line in lines(log) if "result" in line]
    assert len(keys) == len({*keys}) == STORES
    assert lines(log)[-1] == {"schema": 1, "end": {"stores": STORES, "unread": 0}}


def test_a_run_that_was_killed(run: Run, stores: Path) -> None:
    plain = run("validate", "s", "-r", "--format", "json")
    (stores / "plugin/deadly-1.0.dist-info").mkdir(parents=True)
    (stores / "plugin/deadly-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: deadly\nVersion: 1.0\n")
    (stores / "plugin/deadly-1.0.dist-info/entry_points.txt").write_text("[ngff]\ndeadly = deadly\n")
    (stores / "plugin/deadly.py").write_text(DEADLY)
    for kill in (5, 9):
        deadly = {**os.environ, "PYTHONPATH": str(stores / "plugin"), "KILL_AT": f"{kill:02}.zarr"}
        line = [sys.executable, "-m", "ngff_core", "validate", "s", "-r", "--log", "run.jsonl", "--resume"]
        ran = subprocess.run(line, cwd=stores, env=deadly, capture_output=True, timeout=GUARD, check=False)
        assert ran.returncode == -signal.SIGKILL
        assert len(lines(stores / "run.jsonl")) == kill
    # the plugin is another rule set
    resumed = run("validate", "s", "-r", "--format", "json", "--log", "run.jsonl", "--resume")
    assert (resumed.code, resumed.out) == (1, plain.out)
    assert resumed.err.startswith("9 results of 'run.jsonl' not taken over: by other rules, ")
    assert len(lines(stores / "run.jsonl")) == 9 + STORES + 1
    merged = run("merge", "run.jsonl")
    assert (merged.code, json.loads(merged.out)["results"]) == (1, json.loads(plain.out)["results"])


DEADLY = """
import os, signal
from ngff_core.plugins import hookimpl
from ngff_core.validation.many import resuming

before = resuming.Logged.known

def known(self, found):
    for one in before(self, found):
        if one.url.endswith(os.environ["KILL_AT"]):
            os.kill(os.getpid(), signal.SIGKILL)
        yield one

resuming.Logged.known = known
"""


@pytest.mark.parametrize(
    "options",
    [("--select", "omero"), ("--version", "0.5"), ("--strict",), ("--storage-option", "endpoint=http://localhost:1")],
)
def test_other_settings_judge_anew(run: Run, stores: Path, options: Sequence[str]) -> None:
    run("validate", "s", "-r", "--log", "run.jsonl")
    plain = run("validate", "s", "-r", "--format", "json", *options)
    resumed = run("validate", "s", "-r", "--format", "json", *options, "--log", "run.jsonl", "--resume")
    assert (resumed.code, resumed.out) == (plain.code, plain.out)
    assert resumed.err.startswith(f"{STORES} results of 'run.jsonl' not taken over: ")


def test_options_that_change_nothing_in_what_is_found(run: Run, stores: Path) -> None:
    first = run("validate", "s", "-r", "--format", "json", "--log", "run.jsonl")
    secret = "--storage-option", "token=0123456789abcdef0123456789"
    again = ("--jobs", "3", "--timeout", "9", *secret, "--quiet", "--log", "run.jsonl", "--resume")
    resumed = run("validate", "s", "-r", "--format", "json", *again)
    assert (resumed.code, resumed.out, resumed.err) == (1, first.out, "")
    assert b"0123456789abcdef" not in (stores / "run.jsonl").read_bytes()


def test_what_could_not_be_judged_is_tried_again(run: Run, stores: Path) -> None:
    missing = stores / "s/05.zarr"
    os.rename(missing, stores / "aside")
    paths = [f"s/{number:02}.zarr" for number in range(STORES)]
    first = run("validate", *paths, "--format", "json", "--log", "run.jsonl")
    assert json.loads(first.out)["summary"]["statuses"]["unreadable"] == 1
    os.rename(stores / "aside", missing)
    resumed = run("validate", *paths, "--format", "json", "--log", "run.jsonl", "--resume")
    assert resumed.out == run("validate", *paths, "--format", "json").out
    assert len(lines(stores / "run.jsonl")) == STORES + 1 + 1 + 1
    assert run("merge", "run.jsonl").code == 1


def test_a_store_is_known_from_anywhere(run: Run, stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("validate", "s/03.zarr", "s/04.zarr", "--log", "run.jsonl")
    spoil(stores / "s/04.zarr")
    monkeypatch.chdir(stores / "s")
    resumed = run("validate", "04.zarr", "../s/03.zarr", "--format", "json", "--log", "../run.jsonl", "--resume")
    results = json.loads(resumed.out)["results"]
    assert [(result["url"], result["status"]) for result in results] == [
        ("04.zarr", "valid"),
        ("../s/03.zarr", "invalid"),
    ]
    other = run("validate", "s/03.zarr", "--log", "../run.jsonl", "--resume")  # another, which is not there
    assert other.code == 3


@pytest.mark.parametrize("form", ["./s/{name}", "s/{name}/", ".//s/./{name}", "{folder}/s/{name}/"])
def test_stores_are_named_as_by_one_run(run: Run, stores: Path, form: str) -> None:
    given = [form.format(folder=stores, name=f"{number:02}.zarr") for number in range(STORES)]
    whole = run("validate", *given, "--format", "json", "--log", "run.jsonl")
    cut(stores / "run.jsonl", 7)
    assert run("validate", *given, "--format", "json", "--log", "run.jsonl", "--resume").out == whole.out


def test_one_plate(run: Run, stores: Path) -> None:
    plate("0.5").write(stores / "plate.zarr")
    first = run("validate", "plate.zarr", "--format", "json", "--log", "run.jsonl")
    spoil(stores / "plate.zarr")
    for workers in ((), ("--workers", "2")):
        again = run("validate", "plate.zarr", "--format", "json", "--log", "run.jsonl", "--resume", *workers)
        assert (again.code, again.out) == (first.code, first.out)
    missing = run("validate", "none.zarr", "--log", "other.jsonl")
    assert missing.code == 3
    assert "none.zarr" in missing.out + missing.err


def test_baselines_are_held_against_what_is_taken_over(run: Run, stores: Path) -> None:
    run("validate", "s", "-r", "--write-baseline", "known.jsonl")
    plain = run("validate", "s", "-r", "--format", "json", "--baseline", "known.jsonl")
    assert plain.code == 0
    for resume in ((), ("--resume",)):
        options = ("--baseline", "known.jsonl", "--log", "run.jsonl", *resume)
        logged = run("validate", "s", "-r", "--format", "json", *options)
        assert (logged.code, logged.out) == (0, plain.out)


# --- what is wrong with a log ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [b"\0" * 300, b"{}", b"[1]", b'{"schema":1,"key":5,"rule_set":"","settings":"","result":{}}', b"\xff", b"", b"nan"],
)
def test_lines_that_are_none_are_judged_again(run: Run, stores: Path, damage: bytes) -> None:
    plain = run("validate", "s", "-r", "--format", "json", "--log", "run.jsonl")
    log = stores / "run.jsonl"
    text = log.read_bytes().splitlines()
    log.write_bytes(b"\n".join([*text[:4], damage, *text[5:]]) + b"\n")
    merged = run("merge", "run.jsonl", "--format", "jsonl")
    assert merged.code == 1  # there are invalid ones
    assert "the log 'run.jsonl' is of a run that was not finished" in merged.out
    resumed = run("validate", "s", "-r", "--format", "json", "--log", "run.jsonl", "--resume")
    assert (resumed.code, resumed.out) == (1, plain.out)
    assert resumed.err == "1 line of 'run.jsonl' not read, the first is line 5: judged again\n"
    merged = run("merge", "run.jsonl")
    assert len(json.loads(merged.out)["results"]) == STORES


@pytest.mark.parametrize(
    "change",
    [
        {"status": "valid"},
        {"status": "invalid"},
        {"issues": []},
        {"counts": {"image": -1}},
        {"url": 5},
        {"rule_set": None},
    ],
)
def test_a_result_that_was_changed_is_judged_again(run: Run, stores: Path, change: dict[str, Any]) -> None:
    plain = run("validate", "s", "-r", "--format", "json", "--log", "run.jsonl")
    changed = lines(stores / "run.jsonl")
    place = 4 if change == {"status": "invalid"} else DAMAGED[0]
    changed[place]["result"] |= change
    (stores / "run.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in changed))
    merged = run("merge", "run.jsonl")
    assert (merged.code, merged.out) == (2, "")
    assert "run.jsonl, byte " in merged.err
    resumed = run("validate", "s", "-r", "--format", "json", "--log", "run.jsonl", "--resume")
    assert (resumed.code, resumed.out) == (1, plain.out)


def test_a_log_that_is_there(run: Run, stores: Path) -> None:
    run("validate", "s", "-r", "--log", "run.jsonl")
    before = (stores / "run.jsonl").read_bytes()
    again = run("validate", "s", "-r", "--log", "run.jsonl")
    assert (again.code, again.out) == (2, "")
    assert again.err == (
        "Error: the log 'run.jsonl' is there already; --resume goes on with it, or name another file\n"
    )
    assert (stores / "run.jsonl").read_bytes() == before


def test_places_where_no_log_is_written(run: Run, stores: Path) -> None:
    (stores / "dangling").symlink_to(stores / "nothing")
    os.mkfifo(stores / "pipe")
    store = stores / "s/01.zarr"
    before = sorted(store.rglob("*"))
    for name in ("dangling", "pipe", "s", "s/01.zarr/run.jsonl", "s/01.zarr/zarr.json", "none/run.jsonl"):
        for resume in ((), ("--resume",)):
            ran = run("validate", "s", "-r", "--log", name, *resume)
            assert (ran.code, ran.out) == (2, ""), name
            assert "log" in ran.err
    assert sorted(store.rglob("*")) == before
    assert not (stores / "nothing").exists()
    both = run("validate", "s", "-r", "--log", "x", "--format", "json=x")
    assert (both.code, both.err) == (2, "Error: a report and the log would be written to x\n")


def test_one_run_at_a_time(run: Run, stores: Path) -> None:
    validator = Validator(default_registry(), Settings())
    with Logged(str(stores / "run.jsonl"), validator):
        ran = run("validate", "s", "-r", "--log", "run.jsonl", "--resume")
    assert (ran.code, ran.err) == (2, "Error: another run writes to the log 'run.jsonl'\n")
    assert run("validate", "s", "-r", "--log", "run.jsonl", "--resume").code == 1


def test_a_disk_that_is_full(stores: Path) -> None:
    line = [sys.executable, "-m", "ngff_core", "validate", "s", "-r", "--log", "run.jsonl"]

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    ran = subprocess.run(line, cwd=stores, capture_output=True, timeout=GUARD, check=False, preexec_fn=little_room)
    assert ran.returncode == 3
    assert ran.stderr == b"Error: the log 'run.jsonl' could not be written: file too large\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("s", "--resume"), "--resume goes on with a log: name it with --log FILE."),
        (("-", "--log", "x"), "--log goes with stores, not with --containing, --shard or -."),
        (("s", "--containing", "--log", "x"), "--log goes with stores, not with --containing, --shard or -."),
        (
            ("s", "--shard", "1/2", "--format", "json", "--log", "x"),
            "--log goes with stores, not with --containing, --shard or -.",
        ),
    ],
)
def test_what_goes_with_logs(run: Run, stores: Path, arguments: Sequence[str], words: str) -> None:
    ran = run("validate", *arguments, stdin=b"{}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"Error: {words}\n")
    assert not (stores / "x").exists()


# --- reports of logs ---------------------------------------------------------------------------------


def test_the_report_of_a_log(run: Run, stores: Path) -> None:
    plain = run("validate", *(f"s/{n:02}.zarr" for n in range(STORES)), "--format", "json", "--log", "run.jsonl")
    for form in ("json", "jsonl", "markdown", "text"):
        expected = run("validate", *(f"s/{n:02}.zarr" for n in range(STORES)), "--format", form)
        merged = run("merge", "run.jsonl", "--format", form)
        assert (merged.code, merged.out) == (1, expected.out)
    assert plain.code == 1
    strictly = run("merge", "run.jsonl", "--strict")
    assert json.loads(strictly.out)["summary"]["statuses"]["invalid"] >= len(DAMAGED)


def test_logs_that_do_not_belong_together(run: Run, stores: Path) -> None:
    report = run("validate", "s/01.zarr", "--format", "json")
    (stores / "report.json").write_text(report.out)
    run("validate", "s/01.zarr", "--log", "one.jsonl")
    run("validate", "s/02.zarr", "--log", "two.jsonl")
    run("validate", "s/02.zarr", "--select", "omero", "--log", "other.jsonl")
    both = run("merge", "one.jsonl", "two.jsonl")
    assert (both.code, len(json.loads(both.out)["results"])) == (0, 2)
    mixed = run("merge", "one.jsonl", "other.jsonl")
    assert (mixed.code, mixed.err) == (
        2,
        "Error: 'one.jsonl' and 'other.jsonl' are logs of runs with different rules or settings; judge all with the"
        " same\n",
    )
    assert run("merge", "one.jsonl", "report.json").code == 2
    over = run("merge", "one.jsonl", "--output", "one.jsonl")
    assert (over.code, "is what is joined, which is read" in over.err) == (2, True)


def test_a_log_without_an_end_is_not_the_whole_report(run: Run, stores: Path) -> None:
    run("validate", "s/01.zarr", "s/02.zarr", "--log", "run.jsonl")
    cut(stores / "run.jsonl", 1)
    merged = run("merge", "run.jsonl")
    results = json.loads(merged.out)["results"]
    assert (merged.code, [result["status"] for result in results]) == (3, ["valid", "unreadable"])
    assert results[1]["issues"][0]["rule"] == "report-incomplete"


# --- keys --------------------------------------------------------------------------------------------


def test_addresses_with_secrets_are_neither_written_down_nor_taken_for_each_other(tmp_path: Path) -> None:
    validator = Validator(default_registry(), Settings())
    addresses = [
        "https://host/a.zarr?X-Amz-Signature=0123456789abcdef",
        "https://user:password@host/a.zarr",
        "https://host/a.zarr",
    ]
    with Logged(str(tmp_path / "run.jsonl"), validator) as log:
        reports = [validator.json(b"{}") for _ in log.known(map(Address, addresses))]
        assert len(list(log.record(reports))) == 3
    assert [line["key"] for line in lines(tmp_path / "run.jsonl")[:-1]] == [None, None, "https://host/a.zarr"]
    with Results(str(tmp_path / "run.jsonl"), lambda line: True) as results:
        assert len(list(results)) == 3


def test_keys_whose_short_forms_are_equal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.report.logs.reading._short", lambda key: 7)
    validator = Validator(default_registry(), Settings())
    names = [f"https://host/{number}.zarr" for number in range(9)]
    for resume in (False, True):
        with Logged(str(tmp_path / "run.jsonl"), validator, resume=resume) as log:
            reports = [validator.json(b"{}") for _ in log.known(map(Address, names))]
            list(log.record(reports))
    with Results(str(tmp_path / "run.jsonl"), lambda line: True) as results:
        assert len(list(results)) == 9
        assert results.get(names[4]) is not None
        assert results.get("https://host/9.zarr") is None
