"""A repository of a make-believe acquisition tool, with the pytest plugin and the pre-commit hook for real."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ci_tools import call, commit

# --- the pytest plugin ------------------------------------------------------------------------------


def test_its_own_tests_pass(acquisition: Path, lab: Path, clean: dict[str, str]) -> None:
    done = call(lab / "python", "-m", "pytest", "-q", cwd=acquisition, env=clean)
    assert done.stdout.splitlines()[-1].startswith("3 passed")


def test_a_mistake_in_the_writer_fails_them(acquisition: Path, lab: Path, clean: dict[str, str]) -> None:
    writer = acquisition / "scope" / "writer.py"
    writer.write_text(writer.read_text().replace('"dimension_names": ["y", "x"]', '"dimension_names": ["x", "y"]'))
    done = call(lab / "python", "-m", "pytest", "-q", cwd=acquisition, env=clean, check=False)
    assert done.returncode == 1
    assert "2 failed, 1 passed" in done.stdout
    lines = done.stdout.splitlines()
    shown = lines.index("E       error  zarr-dimension-names-match-axes  [0.5 §storage-format]")
    assert lines[shown - 2].startswith("E       AssertionError: invalid  ")
    assert "pytest_plugin.py" not in done.stdout


def test_pytest_without_it(acquisition: Path, lab: Path, clean: dict[str, str]) -> None:
    done = call(lab / "python", "-m", "pytest", "-q", "-p", "no:ngff", cwd=acquisition, env=clean, check=False)
    assert "fixture 'assert_valid_ngff' not found" in done.stdout
    assert "2 passed, 1 error" in done.stdout


def test_no_warning_where_the_package_was_imported_before(acquisition: Path, lab: Path, clean: dict[str, str]) -> None:
    program = "import ngff_core.errors, pytest, sys; sys.exit(pytest.main(['-q', '-W', 'error']))"
    done = call(lab / "python", "-c", program, cwd=acquisition, env=clean)
    assert done.stdout.splitlines()[-1].startswith("3 passed")


def test_pytest_starts_without_the_rest_of_the_package(tmp_path: Path, lab: Path, clean: dict[str, str]) -> None:
    (tmp_path / "test_nothing.py").write_text(
        "import sys\n\ndef test_nothing():\n"
        "    assert {n for n in sys.modules if n.startswith('ngff')} == {'ngff_core', 'ngff_core.pytest_plugin'}\n"
        "    assert not {'attrs', 'cattrs', 'click', 'orjson'} & set(sys.modules)\n"
    )
    call(lab / "python", "-m", "pytest", "-q", cwd=tmp_path, env=clean)


# --- the pre-commit hook ----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def hooks(tmp_path_factory: pytest.TempPathFactory, clean: dict[str, str]) -> dict[str, str]:
    """Return the environment variables for pre-commit: its environments are made once, in a folder of the tests."""
    return {**clean, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")), "PRE_COMMIT_COLOR": "never"}


def pre_commit(
    repository: Path, env: dict[str, str], *arguments: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    return call(sys.executable, "-m", "pre_commit", *arguments, cwd=repository, env=env, check=check)


def test_all_files(acquisition: Path, hooks: dict[str, str]) -> None:
    done = pre_commit(acquisition, hooks, "run", "--all-files")
    [line] = [line for line in done.stdout.splitlines() if line.startswith("validate OME-Zarr metadata")]
    assert line.endswith("Passed")


def test_a_commit_that_breaks_the_reference_is_refused(acquisition: Path, hooks: dict[str, str]) -> None:
    pre_commit(acquisition, hooks, "install")
    array = acquisition / "reference.ome.zarr" / "1" / "zarr.json"
    good = array.read_text()
    array.write_text(good.replace('"y",', '"x",'))
    done = commit(acquisition, hooks, "other names", check=False)
    assert done.returncode == 1
    shown = done.stderr.partition("- exit code: 1\n\n")[2]
    assert shown.splitlines()[:3] == [
        "invalid  reference.ome.zarr  OME-Zarr 0.5 image (3 nodes): 1 error",
        "",
        "error  zarr-dimension-names-match-axes  [0.5 §storage-format]",
    ]
    assert call("git", "log", "--format=%s", cwd=acquisition, env=hooks).stdout == "a writer and a reference\n"

    array.write_text(good + "\n")
    (acquisition / "README.md").write_text("read me")
    commit(acquisition, hooks, "read me")
    assert call("git", "log", "-1", "--format=%s", cwd=acquisition, env=hooks).stdout == "read me\n"


def test_warnings_count_as_the_arguments_say(acquisition: Path, hooks: dict[str, str]) -> None:
    group = acquisition / "reference.ome.zarr" / "zarr.json"
    group.write_text(group.read_text().replace("micrometer", "um"))
    call("git", "add", "--all", cwd=acquisition, env=hooks)
    done = pre_commit(acquisition, hooks, "run", check=False)
    assert (done.returncode, "warning  axes-unit-space-known" in done.stdout) == (1, True)
    configuration = acquisition / ".pre-commit-config.yaml"
    configuration.write_text(configuration.read_text().replace("args: [--strict]", "args: []"))
    call("git", "add", "--all", cwd=acquisition, env=hooks)
    assert pre_commit(acquisition, hooks, "run").returncode == 0


def test_the_hook_on_everything_notices_what_is_gone(acquisition: Path, hooks: dict[str, str]) -> None:
    configuration = acquisition / ".pre-commit-config.yaml"
    configuration.write_text(configuration.read_text().replace("id: ngff-validate", "id: ngff-validate-all"))
    configuration.write_text(configuration.read_text().replace("args: [--strict]", "args: [.]"))
    commit(acquisition, hooks, "all of it")
    pre_commit(acquisition, hooks, "run")
    (acquisition / "reference.ome.zarr" / "1" / "zarr.json").unlink()
    call("git", "add", "--all", cwd=acquisition, env=hooks)
    done = pre_commit(acquisition, hooks, "run", check=False)
    assert (done.returncode, "error  dataset-path-relative-resolves" in done.stdout) == (1, True)
