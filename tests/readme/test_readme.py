"""README.md as it is read: its install command in a clean copy, then its examples, in order, in what that made."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from ci_tools import call, without_surroundings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SHELL = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of what is in git, and the environment that the first command of the README made in it."""
    folder = tmp_path_factory.mktemp("clone") / "ngff"
    for name in call("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    shown = call("bash", "-euo", "pipefail", "-c", SHELL[0], cwd=folder, env=without_surroundings()).stdout
    assert shown.splitlines()[-1] == "valid  examples/cells.ome.zarr  OME-Zarr 0.5 image (7 nodes)"
    return folder


def ngff(clone: Path, *arguments: object, check: bool = True) -> str:
    done = call(clone / ".venv/bin/ngff", *arguments, cwd=clone, env=without_surroundings(), check=check)
    return done.stdout + done.stderr


def test_d3_one_command_brings_all_versions_and_what_reads_from_servers(clone: Path) -> None:
    versions = re.findall(r"^(\S+)  Zarr", ngff(clone, "versions"), re.MULTILINE)
    assert versions == ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]
    call(clone / ".venv/bin/python", "-c", "import zarr, tensorstore, ngff_remote", env=without_surroundings())


def test_d3_the_examples_print_what_is_shown(clone: Path) -> None:
    program = clone / ".venv/bin/python"
    done = call(
        program, "docs/run_examples.py", "--check", "README.md", cwd=clone, env=without_surroundings(), check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_d3_the_second_command_runs_all_tests() -> None:
    assert len(SHELL) == 2
    assert SHELL[1].endswith("tox run-parallel\n")


def test_d3_every_command_is_named(clone: Path) -> None:
    offered = re.findall(r"^  ([a-z-]+)  ", ngff(clone, "--help").partition("Commands:")[2], re.MULTILINE)
    table = re.findall(r"^\| `ngff ([a-z-]+)", README.partition("| command |")[2].partition("\n\n")[0], re.MULTILINE)
    assert table == offered


def test_d3_examples_that_are_not_run_use_options_that_there_are(clone: Path) -> None:
    """Those need a server or a large plate."""
    for block in re.findall(r"^```sh-session\n(.*?)^```$", README, re.MULTILINE | re.DOTALL):
        for command, rest in re.findall(r"^ngff ([a-z-]+)(.*)$", block, re.MULTILINE):
            known = ngff(clone, command, "--help")
            assert [flag for flag in re.findall(r" (--[a-z-]+)", rest) if flag not in known] == [], command


def test_d3_hints_name_what_can_be_installed(clone: Path) -> None:
    """Without 0.6, the command that is advised brings it."""
    call(clone / ".venv/bin/pip", "uninstall", "--quiet", "--yes", "ngff-v06", env=without_surroundings())
    said = ngff(clone, "validate", "--version", "0.6", "examples/cells.ome.zarr", check=False)
    advised = said.rpartition("try: ")[2].split()
    assert advised == ["pip", "install", "./plugins/ngff_v06"]
    call(clone / ".venv/bin/python", "-m", *advised, "--quiet", "--no-deps", cwd=clone, env=without_surroundings())
    assert "not installed" not in ngff(clone, "validate", "--version", "0.6", "examples/cells.ome.zarr", check=False)
