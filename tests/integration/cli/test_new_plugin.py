"""`ngff new-plugin`: names it takes and refuses, all or nothing is written; tests/ci_use installs the result."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest
from commands import Run

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "plugins" / "ngff_rules_example"


def files_below(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith((".", "__py")) for part in path.relative_to(folder).parts)
    }


def test_the_example_plugin_is_what_it_writes(run: Run, tmp_path: Path) -> None:
    assert run("new-plugin", "ngff-rules-example", "--prefix", "lab").code == 0
    kept = files_below(EXAMPLE)
    assert kept.pop("LICENSE").startswith("BSD 3-Clause License")
    assert files_below(tmp_path / "ngff-rules-example") == kept, "write plugins/ngff_rules_example anew"


def test_what_it_says(run: Run, tmp_path: Path) -> None:
    ran = run("new-plugin", "ngff-mylab", "--kind", "spec", "--version", "2.1-mylab")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "wrote ngff-mylab: a plugin 'mylab' with rules mylab/..."
    assert sorted(lines[1:-1]) == sorted(f"  {name}" for name in files_below(tmp_path / "ngff-mylab"))
    assert lines[-1] == "next: cd ngff-mylab && pip install -e '.[test]' && pytest"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ngff-mylab"]


@pytest.mark.parametrize("kind", ["rules", "spec"])
def test_everything_parses_and_no_word_is_left(run: Run, tmp_path: Path, kind: str) -> None:
    assert run("new-plugin", "Imaging.Rules_2", "--kind", kind, "--directory", tmp_path).code == 0
    folder = tmp_path / "Imaging.Rules_2"
    files = files_below(folder)
    for name, text in files.items():
        assert "$" not in text.replace('[0-9]+$"', ""), name
        if name.endswith(".py"):
            ast.parse(text)
    project = tomllib.loads(files["pyproject.toml"])
    assert project["project"]["name"] == "Imaging.Rules_2"
    assert project["project"]["dependencies"] == ["ngff-core>=0.1,<1"]
    assert project["project"]["entry-points"] == {"ngff": {"imaging-rules-2": "imaging_rules_2.plugin"}}
    assert "src/imaging_rules_2/py.typed" in files
    assert "imaging-2/" in files["src/imaging_rules_2/rules.py"]
    if kind == "spec":
        assert 'VERSION = "0.5-imaging-2"' in files["src/imaging_rules_2/models.py"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("my lab",),
            "'my lab' cannot be the name of a distribution, expected letters, digits and hyphens such as"
            " ngff-rules-mylab",
        ),
        (
            ("plugins/mylab",),
            "'plugins/mylab' cannot be the name of a distribution, expected letters, digits and hyphens such as"
            " ngff-rules-mylab; the place is told by --directory",
        ),
        (("mylab-",), "'mylab-' cannot be the name of a distribution, expected letters, digits and hyphens such as "),
        (("3d-lab",), "'3d_lab' cannot be imported as a Python package; try ngff-3d-lab"),
        (("import",), "'import' cannot be imported as a Python package; try ngff-import"),
        (("Statistics",), "'statistics' is a module of Python itself; try ngff-Statistics"),
        (("ngff-v05",), "'ngff-v05' is a distribution of ngff itself; choose another name"),
        (("NGFF_Core",), "'NGFF_Core' is a distribution of ngff itself; choose another name"),
        (("ngff",), "'ngff' is a distribution of ngff itself; choose another name"),
        (
            ("mylab", "--prefix", "My/"),
            "'My/' cannot be the prefix of rule ids, expected small letters, digits and hyphens such as mylab;"
            " give another with --prefix",
        ),
        (
            ("mylab", "--kind", "spec", "--version", "0.4"),
            "there is a version 0.4 already; choose one of your own, such as 0.4-mylab",
        ),
        (
            ("mylab", "--kind", "spec", "--version", 'x"'),
            "'x\"' cannot be a version, expected numbers and words such as 0.5-mylab",
        ),
        (("mylab", "--version", "0.7"), "--version goes with --kind spec."),
        (("mylab", "--kind", "rule"), "Invalid value for '--kind': 'rule' is not one of 'rules', 'spec'."),
        (("mylab", "--directory", "nowhere"), "'nowhere/mylab' could not be written: no such file or directory"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_refusals(run: Run, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = run("new-plugin", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1].startswith(f"Error: {message}")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mylab").mkdir()
    ran = run("new-plugin", "mylab")
    assert (ran.code, ran.err) == (
        2,
        "Error: 'mylab' is there already, nothing was written; choose another NAME or --directory\n",
    )
    assert files_below(tmp_path) == {}


@pytest.mark.parametrize("document", ["zarr.json", ".zgroup"])
def test_attack6_no_plugin_is_written_into_data(run: Run, tmp_path: Path, document: str) -> None:
    folder = tmp_path / "s.zarr" / "0"
    folder.mkdir(parents=True)
    (folder.parent / document).write_text("{}", encoding="utf-8")
    ran = run("new-plugin", "mylab", "--directory", str(folder))
    assert (ran.code, ran.err) == (
        2,
        f"Error: {str(folder / 'mylab')!r} lies in the Zarr hierarchy at {str(folder.parent)!r} ({document});"
        " a plugin is not written there\n",
    )
    assert list(folder.iterdir()) == []


def test_all_or_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, *_: object, **__: object) -> int:
        if self.name == "rules.py":
            raise OSError(28, "No space left on device")
        return 0

    monkeypatch.setattr(Path, "write_text", full)
    ran = run("new-plugin", "mylab")
    assert (ran.code, ran.err) == (2, "Error: 'mylab' could not be written: no space left on device\n")
    assert list(tmp_path.iterdir()) == []
