"""Configuration: where it is found, what it changes, what is wrong with it, and what goes before it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image, plate
from commands import Run

from ngff_core import UsageError, __version__, check_json, check_store, check_stores

COLOR, NAME = ("error", "omero-channel-color-present"), ("warning", "multiscale-name-present")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Write an image with an error and a warning."""
    tree = image("0.5")
    del tree.ome()["omero"]["channels"][1]["color"]
    del tree.multiscale()["name"]
    return tree.write(tmp_path / "data" / "a.zarr")


def configured(folder: Path, text: str, name: str = "ngff.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


# --- where it is found ------------------------------------------------------------------------------

IGNORE = 'ignore = ["omero-channel-color-present"]\n'


@pytest.mark.parametrize(
    ("files", "heads"),
    [
        ({}, [COLOR, NAME]),
        ({"ngff.toml": IGNORE}, [NAME]),
        ({"pyproject.toml": f"[tool.ngff]\n{IGNORE}"}, [NAME]),
        ({"pyproject.toml": "[tool.ngff.severity]\nomero = 'info'\n"}, [NAME, ("info", COLOR[1])]),
        ({"pyproject.toml": f"[project]\nname = 'ngff'\n[tool.other]\n{IGNORE}"}, [COLOR, NAME]),
        ({"pyproject.toml": "[tool.ngff-other]\nx = 1\n"}, [COLOR, NAME]),
        ({"pyproject.toml": "this is no TOML"}, [COLOR, NAME]),
        ({"ngff.toml": "", "pyproject.toml": f"[tool.ngff]\n{IGNORE}"}, [COLOR, NAME]),
        ({"data/ngff.toml": IGNORE}, [COLOR, NAME]),
    ],
)
def test_the_file_of_the_working_directory(files: dict[str, str], heads: list[Any], run: Run, store: Path) -> None:
    for name, text in files.items():
        configured(store.parents[1], text, name)
    assert run("validate", "data/a.zarr").heads == heads


def test_the_nearest_file_above_counts(run: Run, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(store.parents[1], IGNORE)
    below = store.parent / "deep" / "er"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert run("validate", store).heads == [NAME]
    configured(store.parent, "[tool.ngff]\nignore = ['multiscale-name-present']\n", "pyproject.toml")
    assert run("validate", store).heads == [COLOR]


def test_a_file_that_is_named(run: Run, store: Path) -> None:
    root = store.parents[1]
    configured(root, IGNORE)
    configured(root, "ignore = ['multiscale-name-present']\n", "other.toml")
    configured(root / "p", f"[tool.ngff]\n{IGNORE}", "pyproject.toml")
    assert run("validate", store, "--config", "other.toml").heads == [COLOR]
    assert run("validate", store, "--config", "p/pyproject.toml").heads == [NAME]
    assert run("validate", store, "--no-config").heads == [COLOR, NAME]
    assert run("validate", store).out.splitlines()[1] == (
        "  1 finding not reported (ignored; see ngff.toml): omero-channel-color-present 1"
    )


# --- what it changes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "heads", "code"),
    [
        ('select = ["omero"]', [COLOR], 1),
        ('ignore = ["omero", "multiscale-name"]', [], 0),
        ('[severity]\nomero-channel-color-present = "warning"', [NAME, ("warning", COLOR[1])], 0),
        ('[severity]\nmultiscale = "error"\nomero = "off"', [("error", NAME[1])], 1),
        ('[severity]\nmultiscale = "info"\n', [COLOR, ("info", NAME[1])], 1),
        ('profile = "lenient"', [NAME, ("warning", COLOR[1])], 0),
        ('profile = "strict"\nignore = ["omero"]', [NAME], 1),
        ('profile = "strict"\nignore = ["omero"]\n[severity]\nmultiscale = "info"', [("info", NAME[1])], 0),
        ('[[per-path]]\nstores = ["data/*"]\nignore = ["omero"]', [NAME], 0),
        ('[[per-path]]\nstores = ["other/*"]\nignore = ["omero"]', [COLOR, NAME], 1),
        ('[[per-path]]\npaths = ["."]\nseverity = { omero = "info" }', [NAME, ("info", COLOR[1])], 0),
        ('[[per-path]]\npaths = ["labels/**"]\nignore = ["omero"]', [COLOR, NAME], 1),
        ("[rule-set]\nngff-core = '0.1.0'\nngff-v05 = '0.1'", [COLOR, NAME], 1),
        ("preview = true", [COLOR, NAME], 1),
    ],
)
def test_what_a_configuration_changes(text: str, heads: list[Any], code: int, run: Run, store: Path) -> None:
    configured(store.parents[1], text)
    ran = run("validate", "data/a.zarr")
    assert (ran.heads, ran.code, ran.err) == (heads, code, "")


def test_the_version_of_a_configuration(run: Run, store: Path) -> None:
    configured(store.parents[1], 'version = "0.4"')
    assert run("validate", store).heads == [("error", "zarr-format-2")]
    assert run("validate", store, "--version", "0.5").heads == [COLOR, NAME]


def test_fields_of_a_plate_by_glob(run: Run, tmp_path: Path) -> None:
    tree = plate("0.4")
    for well in ("A/1", "A/2", "B/1"):
        del tree.multiscale(f"{well}/0")["name"]
    tree.write(tmp_path / "p.zarr")
    configured(tmp_path, '[[per-path]]\npaths = ["A/*/0"]\nignore = ["multiscale-name-present"]')
    ran = run("validate", "p.zarr", "--format", "json")
    result = json.loads(ran.out)["results"][0]
    assert [(i["rule"], i["node"]) for i in result["issues"]] == [("multiscale-name-present", "B/1/0")]
    assert (result["suppressed"], result["suppressed_by"]) == ({"multiscale-name-present": 2}, {"ignore": 2})


# --- the command line goes before it ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "heads"),
    [
        (IGNORE, ["--ignore", "multiscale"], []),
        (IGNORE, ["--select", "omero"], [COLOR]),
        ('[severity]\nomero = "off"', ["--select", "omero"], [COLOR]),
        ('select = ["multiscale"]', ["--select", "omero"], [COLOR]),
        ('profile = "lenient"', ["--profile", "spec"], [COLOR, NAME]),
        ('profile = "lenient"', ["--strict"], [NAME, ("warning", COLOR[1])]),
    ],
)
def test_options_go_before_the_file(text: str, options: list[str], heads: list[Any], run: Run, store: Path) -> None:
    configured(store.parents[1], text)
    assert run("validate", store, *options).heads == heads


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("", ["--strict"], 1),
        ("", ["--profile", "strict"], 1),
        ("", [], 0),
        ('profile = "strict"', [], 1),
        ('profile = "strict"', ["--profile", "spec"], 0),
        ('profile = "lenient"', ["--strict"], 1),
    ],
)
def test_what_is_strict(text: str, options: list[str], code: int, run: Run, store: Path) -> None:
    configured(store.parents[1], text)
    ran = run("validate", store, "--ignore", "omero", *options)
    assert ran.code == code
    assert ran.out.startswith("not strictly valid" if code else "valid")


# --- what is wrong with it --------------------------------------------------------------------------

WRONG = [
    ("ignor = []", "unknown key 'ignor'; did you mean 'ignore'?"),
    (
        "zzz = 1",
        "unknown key 'zzz'; there are profile, version, select, ignore, preview, severity, per-path, follow-links, ",
    ),
    ('ignore = "omero"', 'ignore: found "omero", expected array of strings'),
    ('ignore = ["omera"]', "ignore: no rule is called 'omera'; did you mean 'omero'?"),
    ('select = ["axes-cont"]', "select: no rule is called 'axes-cont'; did you mean 'axes-count'?"),
    ("preview = 1", "preview: found 1, expected boolean or array of strings"),
    ('preview = ["zzz"]', "preview: no rule is called 'zzz'; `ngff rules` lists them"),
    ('severity = "error"', 'severity: found "error", expected table'),
    ('[severity]\nomero = "warn"', "severity.omero: unknown severity 'warn'; did you mean 'warning'?"),
    ("[severity]\nomero = 1", "severity.omero: unknown severity 1; there are error, warning, info, off"),
    ('[severity]\nomera = "off"', "severity: no rule is called 'omera'; did you mean 'omero'?"),
    ('profile = "strickt"', "profile: unknown profile 'strickt'; did you mean 'strict'?"),
    ('version = "0.6"', "version: OME-NGFF version '0.6' is not installed (installed: 0.4, 0.5); try: pip install"),
    ("version = 0.5", "version: found 0.5, expected a string such as '0.5'"),
    ("per-path = {}", "per-path: found empty table, expected array of tables: [[per-path]]"),
    ("per-path = [1]", "per-path[0]: found 1, expected table"),
    ("[[per-path]]\npaths = [1, 'a']", "per-path[0].paths[0]: found 1, expected string"),
    ("ignore = ['omero', {}]", "ignore[1]: found empty table, expected string"),
    ('profile = ""', "profile: unknown profile ''; there are spec, lenient, strict"),
    ("[options]\naxes-count = 1", "options: rule 'axes-count' takes no options; rules that do: none"),
    ('[[per-path]]\npath = ["a"]', "per-path[0]: unknown key 'path'; did you mean 'paths'?"),
    ('[[per-path]]\nignore = ["omero"]', "per-path[0]: expected paths (globs over nodes) or stores "),
    ('[[per-path]]\npaths = ["a"]', "per-path[0]: expected ignore or severity"),
    ('[[per-path]]\npaths = ["[b-a]"]\nignore = ["omero"]', "per-path[0].paths: '[b-a]' is no pattern: "),
    ('[[per-path]]\npaths = ["a"]\nignore = ["x"]', "per-path[0].ignore: no rule is called 'x'"),
    ('[options."axes-count"]\nx = 1', "options: rule 'axes-count' takes no options; rules that do: none"),
    ('[options."axes-cont"]\nx = 1', "options: no rule is called 'axes-cont'; did you mean 'axes-count'?"),
    ('rule-set = "0.1"', 'rule-set: found "0.1", expected table'),
    ("[rule-set]\nngff-v05 = 1", "rule-set.ngff-v05: found 1, expected a version such as '0.1.0'"),
    (
        '[rule-set]\nngff-v05 = "0.2"',
        "rule-set.ngff-v05: ngff-v05 0.2 is asked for, 0.1.0 is installed, whose rules may find something else; "
        "try: pip install 'ngff-v05==0.2.*', or state '0.1.0' here",
    ),
    ('[rule-set]\nngff-v05 = "0.1.0.1"', "rule-set.ngff-v05: ngff-v05 0.1.0.1 is asked for, 0.1.0 is installed"),
    ('[rule-set]\nngff-v99 = "1"', "rule-set.ngff-v99: ngff-v99 1 is asked for and not installed (installed: "),
    ("a =", "ngff.toml is not TOML: "),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_wrong_is_named_with_its_place(text: str, message: str, run: Run, store: Path) -> None:
    configured(store.parents[1], text)
    ran = run("validate", store)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: ngff.toml")
    assert message in ran.err


def test_places_in_pyproject(run: Run, store: Path) -> None:
    configured(store.parents[1], "[tool.ngff]\nignor = []\n", "pyproject.toml")
    assert run("validate", store).err == (
        "Error: pyproject.toml: tool.ngff: unknown key 'ignor'; did you mean 'ignore'?\n"
    )


def test_files_that_cannot_be_read(run: Run, store: Path) -> None:
    root = store.parents[1]
    (root / "latin.toml").write_bytes(b"# \xe9")
    configured(root, "", "pyproject.toml")
    for args, message in (
        (["--config", "no.toml"], "the configuration 'no.toml' could not be read: No such file or directory"),
        (["--config", "latin.toml"], "latin.toml is not UTF-8 text"),
        (["--config", "pyproject.toml"], "pyproject.toml has no table [tool.ngff]"),
        (["--config", "a.toml", "--no-config"], "--config and --no-config exclude each other."),
        (["--preview", "zzz"], "no rule is called 'zzz'"),
    ):
        ran = run("validate", store, *args)
        assert (ran.code, ran.out) == (2, "")
        assert message in ran.err


# --- through the API --------------------------------------------------------------------------------


def test_the_api_takes_a_configuration_and_looks_for_none(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = configured(store.parents[1], IGNORE + 'profile = "strict"\n')
    monkeypatch.chdir(path.parent)
    text = (store / "zarr.json").read_bytes()
    assert [i.rule for i in check_json(text).issues] == [NAME[1], COLOR[1]]
    for report in (
        check_json(text, config=path),
        check_store(store, config=str(path)),
        *check_stores([store, store], config=path),
    ):
        assert ([i.rule for i in report.issues], report.profile, report.valid) == ([NAME[1]], "strict", False)
        assert report.suppressed == {COLOR[1]: 1}
    assert check_store(store, config=path, profile="spec").valid
    assert check_store(store).rule_set == {"ngff-core": __version__, "ngff-v05": "0.1.0"}


def test_what_is_wrong_with_it_is_an_exception(store: Path) -> None:
    path = configured(store.parents[1], "ignor = []")
    for call in (lambda: check_store(store, config=path), lambda: list(check_stores([store], config=path))):
        with pytest.raises(UsageError, match=r"unknown key 'ignor'; did you mean 'ignore'\?"):
            call()
