"""X2, X3 and G4 with the real command: signals, pipes that are closed, full disks, and plugins that misbehave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from bases import image

from ngff_core.json_text import loads

PLUGIN = '''
"""Does what the environment says: at its import, or for images of some name."""
import os
import signal
import sys

from ngff_core import MUST, hookimpl, rule
from ngff_core.model.image import Multiscale


def act(where):
    what = os.environ.get(where)
    if what is not None and what.startswith("SIG"):
        os.kill(os.getpid(), getattr(signal, what))
    elif what == "exit":
        sys.exit(0)
    elif what == "interrupt":
        raise KeyboardInterrupt
    elif what == "print":
        print("printed", flush=True)


act("AT_IMPORT")


@rule("lab/acts", on=Multiscale, requirement=MUST)
def acts(multiscale, ctx):
    """Acts."""
    if multiscale.name == "ACT":
        act("AT_RULE")


def render(reports, options):
    sys.exit(0)
    yield ""


def engine(number, options):
    act("AT_ENGINE")


@hookimpl
def ngff_rules(version):
    return [acts]


@hookimpl
def ngff_executors():
    return {"bad": engine}


@hookimpl
def ngff_reporters():
    return {"bad": render}
'''
SIGNALS = pytest.mark.parametrize(("sent", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
FORMATS = ["text", "json", "jsonl", "sarif", "junit", "github", "markdown", "html"]
GUARD = 600  # seconds, for a machine that is busy

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and pipes are those of POSIX")


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the plugin; return the folder for PYTHONPATH."""
    folder = tmp_path_factory.mktemp("installed")
    made = folder / "acting-1.0.dist-info"
    made.mkdir()
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: acting\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text("[ngff]\nacting = acting\n")
    (folder / "acting.py").write_text(PLUGIN)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for number in range(5):
        tree = image("0.5")
        if number == 3:
            tree.multiscale()["name"] = "ACT"
        if number == 1:
            tree.multiscale()["axes"] = []
        tree.write(folder / f"{number}.zarr")
    return folder


def run(installed: Path, data: Path, *args: str, stdout: int = subprocess.PIPE, **environment: str) -> Ran:
    ran = subprocess.run(
        [sys.executable, "-m", "ngff_core", *args],
        cwd=data,
        env={**os.environ, "PYTHONPATH": str(installed), **environment},
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=GUARD,
        check=False,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what runs in the background ignores it
    )
    assert "Traceback" not in ran.stderr
    return Ran(ran.returncode, ran.stdout or "", ran.stderr)


# --- X2: signals ------------------------------------------------------------------------------------


@SIGNALS
def test_x2_what_was_found_before_a_signal_is_whole(sent: str, code: int, installed: Path, data: Path) -> None:
    files = {name: data / f"{sent}.{name}" for name in FORMATS}
    options = [f"--format={name}={path}" for name, path in files.items() if name != "jsonl"]
    ran = run(installed, data, "validate", "-r", ".", "--format", "jsonl", *options, AT_RULE=sent)
    assert ran.code == code
    assert ran.err.startswith("\ninterrupted: 3 stores done: 1 invalid, 2 valid")
    *results, last, summary = [loads(line) for line in ran.out.splitlines()]
    assert [result["result"]["url"] for result in results] == ["./0.zarr", "./1.zarr", "./2.zarr"]
    assert last["result"]["issues"][0]["rule"] == "report-incomplete"
    assert summary["summary"]["statuses"] == {"valid": 2, "invalid": 1, "unreadable": 1}
    written = {name: path.read_text() for name, path in files.items() if name != "jsonl"}
    assert [result["url"] for result in loads(written["json"])["results"]] == ["./0.zarr", "./1.zarr", "./2.zarr", ""]
    assert loads(written["sarif"])["version"] == "2.1.0"
    assert len(ElementTree.fromstring(written["junit"])) == 4
    assert all("this is not the whole report" in text for text in written.values())


@SIGNALS
def test_x2_a_shard_that_was_broken_off_is_no_report(sent: str, code: int, installed: Path, data: Path) -> None:
    ran = run(installed, data, "validate", "-r", ".", "--shard", "1/1", "--format", "json", AT_RULE=sent)
    assert (ran.code, ran.out) == (code, "")


@SIGNALS
@pytest.mark.parametrize(
    "command", [("--help",), ("versions",), ("rules",), ("validate", "0.zarr"), ("info", "0.zarr")]
)
def test_x2_a_signal_while_plugins_are_imported(
    sent: str, code: int, command: tuple[str, ...], installed: Path, data: Path
) -> None:
    ran = run(installed, data, *command, AT_IMPORT=sent)
    assert (ran.code, ran.out) == (code, "")


@SIGNALS
@pytest.mark.parametrize("command", [("info", "3.zarr"), ("conformance", "zarr", "3.zarr")])
def test_x2_a_signal_in_other_commands(
    sent: str, code: int, command: tuple[str, ...], installed: Path, data: Path
) -> None:
    assert run(installed, data, *command, AT_RULE=sent).code == code


# --- X3: pipes and full disks -----------------------------------------------------------------------

COMMANDS = [
    ("--help",),
    ("--version",),
    ("validate", "--help"),
    *(("validate", "0.zarr", "1.zarr", "--format", name) for name in FORMATS),
    ("info", "0.zarr"),
    ("info", "0.zarr", "--format", "json"),
    ("rules",),
    ("rules", "--format", "json"),
    ("versions",),
    ("plugins",),
    ("completion", "bash"),
    ("conformance", "zarr", "0.zarr"),
    ("upgrade", "0.zarr", "--to", "0.4", "--plan"),
]
EACH_COMMAND = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


@EACH_COMMAND
def test_x3_a_closed_pipe_is_no_verdict(command: tuple[str, ...], installed: Path, data: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = run(installed, data, *command, stdout=writing)
    finally:
        os.close(writing)
    assert (ran.code, ran.err) == (141, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device")
@EACH_COMMAND
def test_x3_a_full_disk_is_told(command: tuple[str, ...], installed: Path, data: Path) -> None:
    with open("/dev/full", "w") as full:
        ran = run(installed, data, *command, stdout=full.fileno())
    assert (ran.code, ran.err) == (3, "Error: the output could not be written: no space left on device\n")


# --- G4: plugins, with the real command -------------------------------------------------------------


@pytest.mark.parametrize("workers", [(), ("--workers", "2")])
def test_g4_what_plugins_print_goes_to_standard_error(workers: tuple[str, ...], installed: Path, data: Path) -> None:
    command = ("validate", "0.zarr", "3.zarr", "--format", "json", *workers)
    ran = run(installed, data, *command, AT_IMPORT="print", AT_RULE="print")
    assert ran.code == 0
    assert [result["status"] for result in loads(ran.out)["results"]] == ["valid", "valid"]
    assert set(ran.err.split()) == {"printed"}
    assert len(ran.err.split()) >= 2


@pytest.mark.parametrize("workers", [(), ("--workers", "2")])
def test_g4_no_plugin_chooses_the_exit_code(workers: tuple[str, ...], installed: Path, data: Path) -> None:
    for stores, code in ((["3.zarr", "0.zarr"], 3), (["3.zarr", "1.zarr"], 1)):
        ran = run(installed, data, "validate", *stores, "--format", "json", *workers, AT_RULE="exit")
        assert ran.code == code
        assert "rule 'lab/acts' of acting failed: SystemExit: 0" in ran.out
    ran = run(installed, data, "validate", "1.zarr", AT_IMPORT="exit")
    assert ran.code == 1
    assert "plugin 'acting' of acting failed, its rules did not run: SystemExit: 0" in ran.out
    assert run(installed, data, "validate", "1.zarr", "--format", "bad").code == 1
    assert run(installed, data, "validate", "0.zarr", "--format", "bad").code == 3


@pytest.mark.parametrize("workers", [(), ("--workers", "2")])
def test_attack16_3a_no_plugin_presses_ctrl_c(workers: tuple[str, ...], installed: Path, data: Path) -> None:
    ran = run(installed, data, "validate", "3.zarr", "0.zarr", "--format", "json", *workers, AT_RULE="interrupt")
    assert ran.code == 3
    assert [result["status"] for result in loads(ran.out)["results"]] == ["unreadable", "valid"]
    assert "rule 'lab/acts' of acting failed: KeyboardInterrupt" in ran.out
    assert run(installed, data, "validate", "1.zarr", AT_IMPORT="interrupt").code == 1
    ran = run(installed, data, "validate", "0.zarr", "1.zarr", "--engine", "bad", AT_ENGINE="interrupt")
    assert (ran.code, ran.err) == (3, "Error: a plugin has raised KeyboardInterrupt, so nothing was judged\n")


def test_g4_a_defect_is_no_verdict(installed: Path, data: Path) -> None:
    (installed / "sitecustomize.py").write_text("import ngff_core.cli\nngff_core.cli.main = lambda: 1 / 0\n")
    try:
        ran = run(installed, data, "validate", "0.zarr")
    finally:
        (installed / "sitecustomize.py").unlink()
    assert ran.code == 3
    assert ran.err.startswith("Error: ZeroDivisionError: division by zero; this is a defect of ngff or of a plugin")
