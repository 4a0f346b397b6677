"""What others copy or refer to: the GitHub Action, the pre-commit hooks, the example workflow of docs/ci.md."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ngff_core.cli.validate import command

yaml = pytest.importorskip("yaml", reason="needs pyyaml")
pytest.importorskip("ngff_v05", reason="the examples are 0.5: needs ngff-v05")

ROOT = Path(__file__).parents[3]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
OPTIONS = {flag for option in command.params for flag in option.opts}


def documented(word: str) -> Any:
    """Return the YAML block of docs/ci.md that holds a word."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "docs" / "ci.md").read_text(), re.MULTILINE | re.DOTALL)
    [text] = [block for block in blocks if word in block]
    return yaml.safe_load(text)


# --- the action -------------------------------------------------------------------------------------


def run_step(name: str, inputs: dict[str, str], folder: Path, python: str = sys.executable) -> Any:
    """Run a step of the action in bash, with the expressions in its environment replaced as GitHub does."""
    step = STEPS[name]
    given = {**{key: str(value.get("default", "")) for key, value in ACTION["inputs"].items()}, **inputs}
    values = {
        **{f"inputs.{key}": value for key, value in given.items()},
        "steps.python.outputs.python-path": python,
        "github.action_path": str(ROOT),
        "runner.temp": str(folder / "temp"),
    }
    environment = dict(os.environ)
    for key, text in step["env"].items():
        environment[key] = re.sub(r"\$\{\{ (\S+) \}\}", lambda match: values[match[1]], text)
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]  # as the runner calls it
    return subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory with an environment in which the packages of this one stand for those installed."""
    python = tmp_path / "temp" / "ngff" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


def validate(folder: Path, **inputs: str) -> tuple[int, Any]:
    """Run the last step; return its exit code and what the report says."""
    done = run_step("Validate", {"format": "json", **inputs}, folder)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)["results"]


def test_no_input_is_put_into_a_script() -> None:
    assert [step["name"] for step in STEPS.values() if "${{" in step.get("run", "")] == []
    assert [step["name"] for step in STEPS.values() if "run" in step and step["shell"] != "bash"] == []


def test_every_input_is_described_and_used() -> None:
    text = json.dumps(ACTION["runs"])
    assert [name for name in ACTION["inputs"] if f"inputs.{name} }}}}" not in text] == []
    assert [name for name, value in ACTION["inputs"].items() if not value["description"]] == []
    page = (ROOT / "docs" / "ci.md").read_text().partition("## As a GitHub Action")[2]
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == list(ACTION["inputs"])


def test_options_of_the_scripts_are_options_of_the_command() -> None:
    used = set(re.findall(r"--[a-z]+", STEPS["Validate"]["run"]))
    assert used == {"--format", "--recursive", "--strict", "--version", "--profile", "--select", "--ignore"}
    assert used <= OPTIONS


def test_a_valid_store(folder: Path) -> None:
    code, [result] = validate(folder, paths="examples/cells.ome.zarr")
    assert (code, result["status"], result["url"]) == (0, "valid", "examples/cells.ome.zarr")


def test_paths_are_lines_and_an_invalid_one_fails_the_step(folder: Path) -> None:
    code, results = validate(folder, paths="\n  \nexamples/cells.ome.zarr\nexamples/broken.ome.zarr\r\n")
    assert (code, [result["status"] for result in results]) == (1, ["valid", "invalid"])


def test_rules_are_words(folder: Path) -> None:
    code, [result] = validate(folder, paths="examples/broken.ome.zarr", ignore="transform dataset\nomero")
    assert (code, [issue["rule"] for issue in result["issues"]]) == (0, ["axes-unit-space-known"])
    code, [result] = validate(folder, paths="examples/broken.ome.zarr", select="axes", strict="true")
    assert (code, [issue["rule"] for issue in result["issues"]]) == (1, ["axes-unit-space-known"])


def test_all_below_a_folder(folder: Path) -> None:
    code, results = validate(folder, paths="examples/", recursive="true", version="0.5", profile="lenient")
    assert (code, len(results)) == (1, 2)


def test_the_report_is_kept(folder: Path) -> None:
    _, results = validate(folder, paths="examples/broken.ome.zarr", output="a report.json")
    assert json.loads((folder / "a report.json").read_text())["results"] == results


@pytest.mark.parametrize("text", ["$(touch broken)", "`touch broken`", '"; touch broken; "', "--config=x", "*"])
@pytest.mark.parametrize("name", ["paths", "version", "profile", "select", "ignore", "format", "recursive", "strict"])
def test_inputs_are_never_run(folder: Path, name: str, text: str) -> None:
    done = run_step("Validate", {"paths": "examples/cells.ome.zarr", name: text}, folder)
    assert not (folder / "broken").exists()
    assert done.returncode == {"recursive": 0, "strict": 0, "paths": 3}.get(name, 2)


def test_findings_are_annotations(folder: Path) -> None:
    done = run_step("Validate", {"paths": "examples/broken.ome.zarr"}, folder)
    assert done.returncode == 1
    assert re.findall(r"^::(error|warning) file=([^,]*)", done.stdout, re.MULTILINE) == [
        ("error", "examples/broken.ome.zarr/zarr.json"),
        ("error", "examples/broken.ome.zarr/zarr.json"),
        ("error", "examples/broken.ome.zarr/zarr.json"),
        ("warning", "examples/broken.ome.zarr/zarr.json"),
    ]


def test_the_workflow_of_the_documentation_fits_the_action() -> None:
    workflow = documented("make stores")
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    [used] = [step for step in steps if step.get("uses", "").startswith("OWNER/ngff@")]
    assert set(used["with"]) <= set(ACTION["inputs"])
    assert workflow["permissions"] == {"contents": "read"}


# --- the hooks --------------------------------------------------------------------------------------


def test_hooks_call_options_that_there_are() -> None:
    assert {name: hook["entry"] for name, hook in HOOKS.items()} == {
        "ngff-validate": "ngff validate --containing",
        "ngff-validate-all": "ngff validate --recursive",
    }
    assert {"--containing", "--recursive"} <= OPTIONS


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("zarr.json", True),
        ("tests/data/a.zarr/0/zarr.json", True),
        ("a.zarr/.zattrs", True),
        ("a.zarr/.zgroup", True),
        ("a.zarr/0/.zarray", True),
        ("a.zarr/OME/METADATA.ome.xml", True),
        ("image.ozx", True),
        ("image.zarr.zip", True),
        ("a.zarr/0/c/0/0", False),
        ("my-zarr.json", False),
        ("zarr.json.orig", False),
        ("image.zip", False),
    ],
)
def test_files_of_the_hook(path: str, wanted: bool) -> None:
    assert bool(re.search(HOOKS["ngff-validate"]["files"], path)) is wanted


def test_the_configuration_of_the_documentation_names_hooks() -> None:
    [repository] = documented("hooks:")["repos"]
    assert repository["repo"] == "https://github.com/OWNER/ngff"
    assert [hook["id"] for hook in repository["hooks"]] == list(HOOKS)
