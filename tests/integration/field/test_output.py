"""D4, D5: what stands on the screen and in files: the verdict last, the stores that failed, files, colours."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from bases import BASES, image
from commands import Run
from corpus import CASES

from ngff_core import Registry, Report, hookimpl
from ngff_core.report.formats.palette import Palette

NOT_JSON = '{"zarr_format": 3,'


def broken(path: Path) -> None:
    """Write a store with an error and a warning."""
    tree = image("0.5")
    del tree.ome()["omero"]["channels"][1]["color"]
    tree.ome()["multiscales"][0]["axes"][-1]["unit"] = "um"
    tree.write(path)


def warned(path: Path, unit: str = "um") -> None:
    """Write a store with a warning."""
    tree = image("0.5")
    tree.ome()["multiscales"][0]["axes"][-1]["unit"] = unit
    tree.write(path)


def damaged(path: Path) -> None:
    """Write a store whose root cannot be parsed."""
    image("0.5").write(path)
    (path / "zarr.json").write_text(NOT_JSON)


@pytest.fixture
def stores(tmp_path: Path) -> Path:
    image("0.5").write(tmp_path / "good.zarr")
    broken(tmp_path / "bad.zarr")
    damaged(tmp_path / "cut.zarr")
    return tmp_path


# --- D4: the verdict is last --------------------------------------------------------------------------------


def test_d4_the_verdict_is_the_last_line(run: Run, stores: Path) -> None:
    assert run("validate", "bad.zarr").out.splitlines()[-1] == "invalid  bad.zarr: 1 error, 1 warning"
    assert run("validate", "good.zarr").out.splitlines() == ["valid  good.zarr  OME-Zarr 0.5 image (4 nodes)"]
    assert run("validate", "gone.zarr").out.splitlines()[-1] == "unreadable  gone.zarr: 1 error"
    warned(stores / "odd.zarr")
    assert run("validate", "odd.zarr").out.splitlines()[-1] == "valid  odd.zarr: 1 warning"
    assert run("validate", "odd.zarr", "--strict").out.splitlines()[-1] == "not strictly valid  odd.zarr: 1 warning"
    several = run("validate", "good.zarr", "odd.zarr", "bad.zarr", "gone.zarr").out
    assert several.splitlines()[-1] == "4 stores: 2 valid, 1 invalid, 1 unreadable"
    strict = run("validate", "good.zarr", "odd.zarr", "--strict").out
    assert strict.splitlines()[-1] == "2 stores: 1 valid, 1 not strictly valid"


def test_d4_the_stores_that_failed_are_named_at_the_end(run: Run, stores: Path) -> None:
    out = run("validate", "good.zarr", "bad.zarr", "cut.zarr", "gone.zarr").out
    assert out.split("\n\n")[-1].splitlines() == [
        "failed:",
        "  invalid     bad.zarr  the channel has no color",
        "  invalid     cut.zarr  the document is not JSON: unexpected end of data, line 1 column 19",
        "  unreadable  gone.zarr  there is no directory here, or an empty one",
        "4 stores: 1 valid, 2 invalid, 1 unreadable",
    ]
    assert "failed:" not in run("validate", "good.zarr", "good.zarr").out


def test_d4_thirteen_damaged_stores_of_three_hundred_are_named(run: Run, tmp_path: Path) -> None:
    names = [f"img-{number:03}.zarr" for number in range(300)]
    for name in names:
        (damaged if name in names[::24] else warned)(tmp_path / "all" / name)
    bad = names[::24]
    assert len(bad) == 13
    for arguments in (["-r", "all"], ["all/*.zarr"], ["--from", "list.txt"], [f"all/{name}" for name in names]):
        (tmp_path / "list.txt").write_text("".join(f"all/{name}\n" for name in names))
        ran = run("validate", *arguments)
        assert ran.code == 1
        lines = ran.out.splitlines()
        assert lines[-1] == "300 stores: 287 valid, 13 invalid"
        assert [line.split()[1] for line in lines[-14:-1]] == [f"all/{name}" for name in bad]
        assert len(lines) < 350  # a finding that all have is explained once


def test_d4_a_long_list_of_failures_is_cut_and_counted(run: Run, tmp_path: Path) -> None:
    for number in range(60):
        damaged(tmp_path / f"{number:02}.zarr")
    lines = run("validate", "*.zarr").out.splitlines()
    assert lines[-1] == "60 stores: 60 invalid"
    assert lines[-2] == "  and 10 more (--quiet --errors-only names them all)"
    assert lines[-3].startswith("  invalid  49.zarr  ")
    quiet = run("validate", "*.zarr", "--quiet", "--errors-only").out.splitlines()
    assert [line.split()[1] for line in quiet[:-1]] == [f"{number:02}.zarr" for number in range(60)]


def test_d4_what_stores_have_in_common_is_explained_once(run: Run, tmp_path: Path) -> None:
    for name in "abc":
        broken(tmp_path / f"{name}.zarr")
    out = run("validate", "a.zarr", "b.zarr", "c.zarr").out
    assert out.count("the channel has no color") == 4  # once at length, and for each store that failed
    assert out.count("hint: ") == 2
    head = "OME-Zarr 0.5 image (4 nodes): 1 error, 1 warning"
    known = "(as above: error omero-channel-color-present, warning axes-unit-space-known)"
    assert f"\ninvalid  b.zarr  {head} {known}\ninvalid  c.zarr  {head} {known}\n" in out


def test_d4_what_is_new_in_a_later_store_is_explained_there(run: Run, tmp_path: Path) -> None:
    warned(tmp_path / "a.zarr", "um")
    warned(tmp_path / "b.zarr", "nm")
    broken(tmp_path / "c.zarr")
    out = run("validate", "a.zarr", "b.zarr", "c.zarr").out
    assert [line for line in out.splitlines() if line.startswith("  found")] == [
        '  found "um", expected a UDUNITS-2 name such as micrometer',
        '  found "nm", expected a UDUNITS-2 name such as micrometer',
    ]
    assert (
        "invalid  c.zarr  OME-Zarr 0.5 image (4 nodes): 1 error, 1 warning\n"
        "  as above: warning axes-unit-space-known\n"
        "\n"
        "error  omero-channel-color-present  [0.5 §omero-md]\n"
    ) in out


def test_d4_errors_of_a_rule_that_was_explained_keep_their_message(run: Run, tmp_path: Path) -> None:
    """The fifth message of a rule takes one line, the same message a second time none."""
    for number in range(7):
        tree = image("0.5")
        tree.ome()["multiscales"][0]["datasets"][1]["path"] = f"gone{min(number, 5)}"
        tree.write(tmp_path / f"{number}.zarr")
    out = run("validate", "*.zarr").out
    assert out.count("\nerror  dataset-path-relative-resolves  [") == 4
    for number in (4, 5):
        pointer = "/attributes/ome/multiscales/0/datasets/1/path"
        line = (
            f"  error  dataset-path-relative-resolves  there is no array at 'gone{number}', at /  zarr.json {pointer}"
        )
        assert out.splitlines().count(line) == 1
    assert "invalid  6.zarr  OME-Zarr 0.5 image (3 nodes): 1 error (as above: error dataset-path" in out


def test_d4_errors_come_before_warnings_in_the_list_of_rules(run: Run, tmp_path: Path) -> None:
    """A rule that warns in many stores pushes no error off the list, which is cut after ten."""
    for case in CASES:
        if case.base == "image" and case.found.get("0.5"):
            tree = BASES["image"]("0.5")
            case.damage(tree)
            tree.write(tmp_path / f"{case.name}.zarr")
    for number in range(20):
        warned(tmp_path / f"odd-{number}.zarr")
    for format_, pattern in (
        ("text", r"^(error|warning|info)  \S+  in \d+ store"),
        ("markdown", r"^\| `(\S+)` \| \d+"),
    ):
        out = run("validate", "*.zarr", "--format", format_).out
        found = re.findall(pattern, out, re.MULTILINE)
        assert len(found) == {"text": 10, "markdown": 20}[format_]
        if format_ == "text":
            assert set(found) == {"error"}
        else:
            assert "axes-unit-space-known" not in found


def test_d4_the_corpus_in_one_run_stays_readable(run: Run, tmp_path: Path) -> None:
    """It took 6,151 lines."""
    number = 0
    for case in CASES:
        for version in case.found:
            tree = BASES[case.base](version)
            case.damage(tree)
            tree.write(tmp_path / f"{case.name}-{version}.zarr")
            number += 1
    lines = run("validate", "*.zarr").out.splitlines()
    assert lines[-1].startswith(f"{number} stores: ")
    assert len(lines) < 6 * number


def test_d4_the_same_input_gives_the_same_bytes(run: Run, stores: Path) -> None:
    outs = {run("validate", "*.zarr", *more).out for more in ([], [], ["--workers", "2"])}
    assert len(outs) == 1


# --- D4: quiet, errors only ---------------------------------------------------------------------------------


def test_d4_quiet_is_one_line_a_store(run: Run, stores: Path) -> None:
    for flag in ("-q", "--quiet"):
        assert (
            run("validate", flag, "bad.zarr").out
            == "invalid  bad.zarr  OME-Zarr 0.5 image (4 nodes): 1 error, 1 warning\n"
        )
        ran = run("validate", flag, "good.zarr", "bad.zarr", "cut.zarr")
        assert ran.code == 1
        assert ran.out.splitlines() == [
            "valid  good.zarr  OME-Zarr 0.5 image (4 nodes)",
            "invalid  bad.zarr  OME-Zarr 0.5 image (4 nodes): 1 error, 1 warning",
            "invalid  cut.zarr  no OME-Zarr version: 1 error",
            "3 stores: 1 valid, 2 invalid",
        ]


def test_d4_errors_only_leaves_out_the_rest(run: Run, stores: Path) -> None:
    warned(stores / "odd.zarr")
    out = run("validate", "good.zarr", "odd.zarr", "bad.zarr", "--errors-only").out
    assert "good.zarr" not in out
    assert "odd.zarr" not in out
    assert "warning" not in out
    assert out.startswith("invalid  bad.zarr  OME-Zarr 0.5 image (4 nodes): 1 error\n\nerror  ")
    assert out.splitlines()[-1] == "3 stores: 2 valid, 1 invalid"
    assert "2 findings not reported" in out
    assert run("validate", "odd.zarr", "--errors-only") == (0, "valid  odd.zarr  OME-Zarr 0.5 image (4 nodes)\n", "")
    assert run("validate", "good.zarr", "odd.zarr", "--errors-only").out.splitlines()[-1] == "2 stores: 2 valid"


def test_d4_errors_only_keeps_warnings_that_fail(run: Run, stores: Path) -> None:
    warned(stores / "odd.zarr")
    ran = run("validate", "odd.zarr", "--errors-only", "--strict")
    assert ran.code == 1
    assert "warning  axes-unit-space-known" in ran.out
    assert ran.out.splitlines()[-1] == "not strictly valid  odd.zarr: 1 warning"


@pytest.mark.parametrize("format_", ["json", "jsonl", "sarif", "github", "junit", "markdown"])
def test_d4_errors_only_holds_in_every_format(format_: str, run: Run, stores: Path) -> None:
    ran = run("validate", "bad.zarr", "--errors-only", "--format", format_)
    assert ran.code == 1
    assert "omero-channel-color-present" in ran.out
    assert "unit 'um'" not in ran.out
    if format_ == "json":
        result = json.loads(ran.out)["results"][0]
        assert result["suppressed_by"] == {"errors-only": 1}


@pytest.mark.parametrize("format_", ["json", "jsonl", "markdown", "text"])
def test_d4_errors_only_leaves_stores_out_of_what_people_read(format_: str, run: Run, stores: Path) -> None:
    ran = run("validate", "good.zarr", "bad.zarr", "--errors-only", "--format", format_)
    assert "bad.zarr" in ran.out
    assert ("good.zarr" in ran.out) == (format_ in ("json", "jsonl"))
    assert "1 valid" in ran.out or '"valid": 1' in ran.out or '"valid":1' in ran.out
    alone = run("validate", "good.zarr", "--errors-only", "--format", "markdown").out
    assert alone.startswith("### ngff validate: 1 store, 1 valid\n")
    assert "|" not in alone


# --- D4: files, and several formats -------------------------------------------------------------------------


def test_d4_the_report_goes_to_a_file(run: Run, stores: Path) -> None:
    for format_ in ("text", "json", "sarif", "junit"):
        shown = run("validate", "bad.zarr", "--format", format_).out
        ran = run("validate", "bad.zarr", "--format", format_, "--output", "out.txt")
        assert (ran.code, ran.out, ran.err) == (1, "", "")
        assert (stores / "out.txt").read_text() == shown
    assert run("validate", "good.zarr", "--output", "-").out.startswith("valid  good.zarr")


def test_d4_several_formats_in_one_run(run: Run, stores: Path) -> None:
    alone = {name: run("validate", "*.zarr", "--format", name).out for name in ("text", "json", "sarif", "junit")}
    ran = run(
        "validate", "*.zarr", "--format", "text", "--format", "sarif=report.sarif", "--format", "json=report.json",
        "--format", "junit=report.xml",
    )  # fmt: skip
    assert (ran.code, ran.out) == (1, alone["text"])
    assert (stores / "report.sarif").read_text() == alone["sarif"]
    assert (stores / "report.json").read_text() == alone["json"]
    assert (stores / "report.xml").read_text() == alone["junit"]
    ran = run("validate", "*.zarr", "--format", "json=only.json")
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "3 stores: 1 valid, 2 invalid")
    assert (stores / "only.json").read_text() == alone["json"]


def test_d4_merging_writes_files_too(run: Run, stores: Path) -> None:
    run("validate", "*.zarr", "--format", "json", "--shard", "1/2", "--output", "1.json")
    run("validate", "*.zarr", "--format", "json=2.json", "--shard", "2/2")
    ran = run("merge", "1.json", "2.json", "--format", "text", "--format", "json=all.json")
    assert ran.out == run("validate", "*.zarr").out
    assert (stores / "all.json").read_text() == run("validate", "*.zarr", "--format", "json").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--format", "text", "--format", "json"],
            "one format goes to standard output, not text and json; write the other to a file: --format json=FILE",
        ),
        (
            ["--format", "text", "--format", "json", "--output", "x"],
            "one format goes to x, not text and json; write the other to a file: --format json=FILE",
        ),
        (["--format", "json=x", "--output", "y"], "--output goes with a --format that has no file of its own"),
        (["--format", "json=x", "--format", "sarif=x"], "two formats would be written to x"),
        (["--format", "json=-", "--format", "text"], "two formats would be written to standard output"),
        (["--format", "json="], "--format json= names no file"),
        (["--format", "xml=x"], "no report format 'xml', there are "),
        (["--output", "no/such/folder.txt"], "no/such/folder.txt cannot be written: no such file or directory"),
        (["--output", "good.zarr"], "good.zarr cannot be written: is a directory"),
        (["--output", ""], "--output names no file"),
        (["--shard", "1/2", "--format", "json", "--format", "text=x"], "--shard goes with --format json: "),
    ],
)
def test_d4_what_cannot_be_written_so_is_refused_at_once(
    arguments: list[str], message: str, run: Run, stores: Path
) -> None:
    ran = run("validate", "good.zarr", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert f"Error: {message}" in ran.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["--output", "/dev/full"], ["--format", "json=/dev/full"]])
def test_d4_a_full_disk_behind_a_file_is_an_error(arguments: list[str], run: Run, stores: Path) -> None:
    ran = run("validate", "good.zarr", *arguments)
    assert ran == (3, "", "Error: /dev/full could not be written: no space left on device\n")


# --- D5: colours --------------------------------------------------------------------------------------------

COMMANDS = [
    ["validate", "bad.zarr"],
    ["validate", "bad.zarr", "good.zarr"],
    ["info", "bad.zarr"],
    ["rules"],
    ["rules", "axes-count"],
    ["versions"],
    ["plugins"],
    ["upgrade", "good.zarr", "--to", "0.4", "--plan"],
    ["merge", "report.json", "--format", "text"],
]


@pytest.fixture
def reported(run: Run, stores: Path) -> Path:
    run("validate", "bad.zarr", "--format", "json", "--output", "report.json")
    return stores


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: "-".join(arguments[:2]))
def test_d5_every_command_has_colours_when_asked_for(
    arguments: list[str], run: Run, reported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    plain = run(*arguments).out
    assert "\x1b" not in plain
    coloured = run(*arguments, "--color", "always").out
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(*arguments).out == coloured
    assert run(*arguments, "--color", "never").out == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(*arguments).out == plain
    assert run(*arguments, "--color", "always").out == coloured
    monkeypatch.setenv("NO_COLOR", "")  # as good as unset
    assert run(*arguments).out == coloured
    monkeypatch.setenv("FORCE_COLOR", "0")
    assert run(*arguments).out == plain


@pytest.mark.parametrize("command", ["conformance", "new-plugin", "completion"])
def test_d5_commands_without_colours_take_the_option(command: str, run: Run) -> None:
    assert "--color [auto|always|never]" in run(command, "--help").out


@pytest.mark.parametrize("format_", ["json", "jsonl", "sarif", "github", "junit", "markdown"])
def test_d5_what_programs_read_has_none(format_: str, run: Run, stores: Path) -> None:
    assert "\x1b" not in run("validate", "bad.zarr", "--format", format_, "--color", "always").out


def test_d5_files_have_none_unless_always(run: Run, stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    run("validate", "bad.zarr", "--output", "plain.txt")
    assert "\x1b" not in (stores / "plain.txt").read_text()
    run("validate", "bad.zarr", "--output", "coloured.txt", "--color", "always")
    assert "\x1b[31minvalid\x1b[0m" in (stores / "coloured.txt").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_d5_a_terminal_has_colours_by_itself(environment: dict[str, str], coloured: bool, stores: Path) -> None:
    import os
    import pty

    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-m", "ngff_core", "validate", "bad.zarr"],
        cwd=stores, env={**kept, "TERM": "xterm", **environment}, stdout=theirs, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 1 << 16):
                shown += block
        except OSError:  # how Linux says that the other end is closed
            pass
        assert process.wait() == 1
    os.close(ours)
    assert (b"\x1b[31m" in shown) is coloured


def test_d5_names_of_stores_send_nothing_to_the_terminal(run: Run, tmp_path: Path) -> None:
    broken(tmp_path / "a\x1b[2Jb.zarr")
    for command in ("validate", "info"):
        out = run(command, "a\x1b[2Jb.zarr", "--color", "always").out
        assert "\x1b[2J" not in out
        assert "a\\x1b[2Jb.zarr" in out


def test_d5_there_is_one_palette() -> None:
    assert Palette(True).verdict("invalid") == "\x1b[31minvalid\x1b[0m"
    assert Palette(False).verdict("invalid") == "invalid"
    assert Palette(True).paint("", "bad") == ""


# --- D11: how far a run is, and what it came to when it is broken off ---------------------------------------


class Slow:
    """A plugin whose format takes the reports of two stores, and is broken off at the third."""

    @hookimpl
    def ngff_reporters(self) -> dict[str, object]:
        def broken_off(reports: Iterable[Report], options: object) -> Iterator[str]:
            for number, report in enumerate(reports):
                if number == 2:
                    raise KeyboardInterrupt
                yield f"{report.url}\n"

        return {"slow": broken_off}


def test_d11_ctrl_c_says_what_was_done(run: Run, stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.cli.validate.registry_without", lambda _: Registry(plugins=[Slow()]))
    ran = run("validate", "bad.zarr", "good.zarr", "good.zarr", "good.zarr", "--format", "slow")
    assert (ran.code, ran.out) == (130, "bad.zarr\ngood.zarr\n")
    assert ran.err == "\ninterrupted: 3 stores done: 1 invalid, 2 valid; not valid: bad.zarr\n"


def test_d11_ctrl_c_before_anything_was_done(run: Run, stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("ngff_core.validation.validator.Validator.store", broken_off)
    assert run("validate", "good.zarr") == (130, "", "\ninterrupted before any store was done\n")


def test_d11_progress_tells_stores_done_of_those_found(run: Run, stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("ngff_core.cli.runs.progress.AFTER", 0.0)
    monkeypatch.setattr("ngff_core.cli.runs.progress.EVERY", 0.0)
    monkeypatch.setattr("ngff_core.cli.validate._watched", lambda stats: True)
    monkeypatch.setattr("ngff_core.cli.validate._on_terminal", lambda: True)
    ran = run("validate", "*.zarr")
    shown = [line.partition(",")[0] for line in ran.err.split("\r\x1b[K") if line]
    assert list(dict.fromkeys(shown)) == ["0 of 3 stores", "1 of 3 stores", "2 of 3 stores"]
    assert "stores" not in run("validate", "good.zarr").err
