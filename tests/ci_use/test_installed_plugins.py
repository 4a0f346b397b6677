"""What `ngff new-plugin` writes, installed beside core and one version: its tests pass, its rules fire."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from ci_tools import call

CASES = {
    "rules": ("ngff-rules-mylab", "mylab/multiscale-name-convention", "0.5"),
    "spec": ("ngff-mylab", "mylab/session-images-resolve", "0.5-mylab"),
}


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, str, str, str]:
    return (request.param, *CASES[request.param])


@pytest.fixture(scope="module")
def beside(
    tmp_path_factory: pytest.TempPathFactory, lab: Path, clean: dict[str, str], case: tuple[str, str, str, str]
) -> tuple[Path, Path]:
    """Return the folder of the new plugin, and the programs of an environment in which it is installed."""
    kind, name, _, _ = case
    folder = tmp_path_factory.mktemp(kind)
    call(lab / "ngff", "new-plugin", name, "--kind", kind, "--directory", folder, env=clean)
    own = folder / "venv"
    call(lab / "python", "-m", "venv", own, env=clean)
    programs = own / lab.name
    # what the first environment has is seen by the second, which is made in a moment and thrown away
    [site] = own.glob("lib/python*/site-packages") if os.name != "nt" else own.glob("Lib/site-packages")
    [shared] = lab.parent.glob("lib/python*/site-packages") if os.name != "nt" else lab.parent.glob("Lib/site-packages")
    shutil.copytree(shared, site, dirs_exist_ok=True)
    pip = (programs / "python", "-m", "pip", "install", "--quiet", "--no-build-isolation")
    call(*pip, f"{folder / name}[test]", env=clean)
    return folder / name, programs


def ngff(programs: Path, *arguments: object) -> tuple[object, ...]:
    return (programs / "python", "-m", "ngff_core", *arguments)


def test_its_tests_pass(beside: tuple[Path, Path], clean: dict[str, str]) -> None:
    folder, programs = beside
    done = call(programs / "python", "-m", "pytest", "-q", "-W", "error", cwd=folder, env=clean)
    assert " passed" in done.stdout.splitlines()[-1]
    assert "skipped" not in done.stdout


def test_it_is_found(beside: tuple[Path, Path], clean: dict[str, str], case: tuple[str, str, str, str]) -> None:
    _, name, rule, _ = case
    done = call(*ngff(beside[1], "plugins", "--format", "json"), env=clean)
    [info] = [info for info in json.loads(done.stdout) if info["distribution"] == name]
    assert (info["version"], info["error"]) == ("0.1.0", None)
    [row] = json.loads(call(*ngff(beside[1], "rules", rule, "--format", "json"), env=clean).stdout)
    assert row["plugin"] == name


def test_its_rule_fires(
    beside: tuple[Path, Path], clean: dict[str, str], case: tuple[str, str, str, str], tmp_path: Path
) -> None:
    kind, _, rule, version = case
    store = tmp_path / "test2_final.ome.zarr"
    program = (
        f"from pathlib import Path; from scope.writer import write_image; write_image(Path({str(store)!r}), (8, 8), 1)"
    )
    call(beside[1] / "python", "-c", program, cwd=Path(__file__).parent / "acquisition", env=clean)
    if kind == "spec":
        ome = {"version": version, "session": {"images": ["nothing"]}}
        document = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": ome}}
        (store / "zarr.json").write_text(json.dumps(document))
    done = call(*ngff(beside[1], "validate", "--strict", "--format", "json", store), env=clean, check=False)
    [result] = json.loads(done.stdout)["results"]
    assert (done.returncode, result["version"]) == (1, version)
    assert [issue["rule"] for issue in result["issues"]] == [rule]


def test_it_can_be_left_out(beside: tuple[Path, Path], clean: dict[str, str], case: tuple[str, str, str, str]) -> None:
    _, name, _, _ = case
    done = call(*ngff(beside[1], "plugins", "--no-plugin", name), env=clean)
    [line] = [line for line in done.stdout.splitlines() if f"  {name} " in line]
    assert line.endswith("left out")
