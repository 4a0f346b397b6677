"""The GitHub Action, its shell steps run here as a runner runs them: what it installs, and what it then judges."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from ci_tools import call

yaml = pytest.importorskip("yaml", reason="needs pyyaml")


def test_install_and_validate(
    source: Path, lab: Path, acquisition: Path, clean: dict[str, str], tmp_path: Path
) -> None:
    call(lab / "ngff", "new-plugin", "ngff-rules-mylab", "--directory", tmp_path, env=clean)
    action: dict[str, Any] = yaml.safe_load((source / "action.yml").read_text())
    values = {f"inputs.{name}": str(value.get("default", "")) for name, value in action["inputs"].items()}
    values |= {
        "inputs.paths": "reference.ome.zarr",
        "inputs.strict": "true",
        "inputs.ngff-packages": f"\n{tmp_path / 'ngff-rules-mylab'}\n",
        "steps.python.outputs.python-path": sys.executable,
        "github.action_path": str(source),
        "runner.temp": str(tmp_path),
    }
    shown = ""
    for step in action["runs"]["steps"]:
        if "run" not in step:
            assert step["uses"].startswith("actions/setup-python@")
            continue
        environment = {
            name: re.sub(r"\$\{\{ (\S+) \}\}", lambda match: values[match[1]], text)
            for name, text in step["env"].items()
        }
        script = tmp_path / "step.sh"
        script.write_text(step["run"])
        shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", script)
        done = call(*shell, cwd=acquisition, env={**clean, **environment}, check=False)
        shown += done.stdout
    assert done.returncode == 1  # the rule pack asks for other names, and warnings fail
    [line] = shown.splitlines()[:1]
    assert line.startswith("::warning file=reference.ome.zarr/zarr.json,")
    assert "mylab/multiscale-name-convention" in shown
    python = tmp_path / "ngff" / "bin" / "python"
    versions = call(python, "-m", "ngff_core", "versions", env=clean).stdout
    assert re.findall(r"^(\S+)  Zarr", versions, re.MULTILINE) == ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]
