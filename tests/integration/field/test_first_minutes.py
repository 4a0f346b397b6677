"""What a newcomer meets in the first minutes: what hints advise, what the commands ask for and refuse."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shlex
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import pytest
from bases import image
from commands import Run

from ngff_core import (
    Context,
    Issue,
    Registry,
    Rule,
    UsageError,
    check_store,
    check_stores,
    hookimpl,
    open_group,
    rule,
)
from ngff_core.cli import COMMANDS
from ngff_core.errors import VersionNotInstalledError
from ngff_core.installing import from_checkout, pip_install
from ngff_core.issues.requirement import MUST
from ngff_core.models.image import Multiscale
from ngff_core.version_order import plain_version

ROOT = Path(__file__).parents[3]


# --- D3: hints name what can be installed -----------------------------------------------------------------


class Installed:
    """Stands for the distribution ngff-core, as a file of its metadata says where it came from."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return self.text


Say = Callable[[str | None], None]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Return a function that makes it look as if ngff-core came from somewhere."""

    def say(text: str | None) -> None:
        monkeypatch.setattr("ngff_core.installing.CORE", "ngff-core")
        monkeypatch.setattr(metadata, "distribution", lambda name: Installed(text if name == "ngff-core" else None))
        monkeypatch.chdir(tmp_path)

    return say


def from_tree(folder: Path) -> str:
    return json.dumps({"url": (folder / "ngff_core").as_uri(), "dir_info": {"editable": True}})


def test_d3_hints_name_the_folder_in_the_checkout(installed: Say) -> None:
    installed(from_tree(ROOT))
    assert pip_install("ngff-v04") == f"pip install {ROOT}/ngff_v04"
    assert pip_install("ngff-remote") == f"pip install {ROOT}/plugins/ngff_remote"
    assert pip_install("ngff-v05", "==0.2.*") == f"pip install {ROOT}/ngff_v05"
    assert from_checkout("ngff-v06")
    assert pip_install("ngff-v09") == "pip install ngff-v09"  # which is not in there
    with pytest.raises(VersionNotInstalledError, match=f"try: pip install {ROOT}/plugins/ngff_v06$"):
        Registry(found=[]).spec("0.6")
    with pytest.raises(UsageError, match=rf"try: pip install {ROOT}/plugins/ngff_remote \(installed: none\)$"):
        Registry(found=[]).open_store("s3://bucket/x")


def test_d3_hints_name_the_repository_that_all_was_installed_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of core nothing is known then but a folder that is gone."""
    origins = {
        "ngff-core": '{"url": "file:///gone/ngff_core", "dir_info": {}}',
        "ngff-workspace": '{"url": "https://example.org/ngff.git",'
        ' "vcs_info": {"vcs": "git", "requested_revision": "v1"}}',
    }
    monkeypatch.setattr("ngff_core.installing.CORE", "ngff-core")
    monkeypatch.setattr("ngff_core.installing.WORKSPACE", "ngff-workspace")
    monkeypatch.setattr(metadata, "distribution", lambda name: Installed(origins[name]))
    assert pip_install("ngff-v04") == "pip install git+https://example.org/ngff.git@v1"
    assert pip_install("ngff-remote") == "pip install 'ngff-workspace[remote] @ git+https://example.org/ngff.git@v1'"
    assert pip_install("ngff-rules-mylab") == "pip install ngff-rules-mylab"
    origins["ngff-workspace"] = "{}"
    origins["ngff-core"] = (
        '{"url": "https://example.org/x.git", "vcs_info": {"vcs": "git"}, "subdirectory": "ngff_core"}'
    )
    assert pip_install("ngff-v04") == "pip install git+https://example.org/x.git"


PROJECTS = [ROOT / "ngff_core", ROOT / "ngff_v04", ROOT / "ngff_v05", *sorted((ROOT / "plugins").glob("ngff_*"))]


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_d3_what_a_checkout_offers_can_be_installed_from_it(folder: Path) -> None:
    """Extras name no distribution of ours, which pip would look for on an index; commands name folders."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    for name, required in project.get("optional-dependencies", {}).items():
        ours = [one for one in required if one.startswith("ngff-")]
        assert ours == [] or (folder.name, name) == ("ngff_rules_example", "test")  # as `ngff new-plugin` writes it
    for command in re.findall(r"pip install (.*)", (folder / "README.md").read_text()):
        parts = shlex.split(command, comments=True)
        assert parts == ["-e", ".[test]"] or all((ROOT / part / "pyproject.toml").is_file() for part in parts)
        assert all(part.startswith((".", "-e")) for part in parts)


def test_d3_inside_the_checkout_the_folder_is_relative(installed: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(from_tree(ROOT))
    monkeypatch.chdir(ROOT)
    assert pip_install("ngff-v06") == "pip install ./plugins/ngff_v06"


def test_d3_a_folder_with_a_space_is_quoted(installed: Say, tmp_path: Path) -> None:
    (tmp_path / "my checkout" / "ngff_v04").mkdir(parents=True)
    (tmp_path / "my checkout" / "ngff_v04" / "pyproject.toml").touch()
    installed(from_tree(tmp_path / "my checkout"))
    assert pip_install("ngff-v04") == "pip install './my checkout/ngff_v04'"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        '{"url": "https://example.org/ngff", "vcs_info": {"vcs": "hg"}}',
        '{"url": "file:///wheels/ngff_core-0.1.0-py3-none-any.whl", "archive_info": {}}',
        '{"url": "file:///gone/ngff_core", "dir_info": {}}',
        '{"dir_info": {}}',
    ],
)
def test_d3_elsewhere_hints_name_the_distribution(text: str | None, installed: Say) -> None:
    installed(text)
    assert pip_install("ngff-v04") == "pip install ngff-v04"
    assert pip_install("ngff-v05", "==0.2.*") == "pip install 'ngff-v05==0.2.*'"


# --- D7: a list without paths -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n", "  \n\n", "# nothing yet\n", "\n# a\n   # b"])
@pytest.mark.parametrize("paths", [[], ["store"]])
@pytest.mark.parametrize("more", [[], ["--recursive"], ["--workers", "2"], ["--format", "json"]])
def test_d7_a_list_that_names_no_path_is_refused(
    text: str, paths: list[str], more: list[str], run: Run, tmp_path: Path
) -> None:
    image("0.5").write(tmp_path / "store")
    (tmp_path / "empty.txt").write_text(text)
    ran = run("validate", *paths, "--from", "empty.txt", *more)
    assert (ran.code, ran.err) == (2, "Error: the list 'empty.txt' names no path\n")


def test_d7_nothing_on_standard_input_is_refused(run: Run) -> None:
    ran = run("validate", "--from", "-", stdin=b"")
    assert (ran.code, ran.out, ran.err) == (2, "", "Error: the list '-' names no path\n")


def test_d7_a_list_with_a_path_and_remarks_is_read(run: Run, tmp_path: Path) -> None:
    image("0.5").write(tmp_path / "store")
    (tmp_path / "list.txt").write_text("# mine\n\n  store  \n")
    assert run("validate", "--from", "list.txt").code == 0


# --- an empty path ------------------------------------------------------------------------------------------


def test_an_empty_path_is_not_the_working_directory(run: Run, tmp_path: Path) -> None:
    image("0.5").write(tmp_path)
    for arguments in (["validate", ""], ["validate", ".", ""], ["validate", "--containing", ""]):
        ran = run(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.endswith("Error: PATH is empty; the working directory is .\n")
    assert run("info", "")[::2] == (2, "Error: the path of a store is empty; the working directory is '.'\n")
    assert run("upgrade", "", "--to", "0.5")[::2] == (
        2,
        "Error: the path of a store is empty; the working directory is '.'\n",
    )
    assert run("conformance", "zarr", "")[::2] == (
        2,
        "Error: the path of a store is empty; the working directory is '.'\n",
    )
    assert run("validate", ".").code == 0


def test_an_empty_path_is_an_error_of_the_caller_in_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image("0.5").write(tmp_path)
    monkeypatch.chdir(tmp_path)
    for call in (check_store, open_group):
        with pytest.raises(UsageError, match=r"^the path of a store is empty; "):
            call("")
    [report] = check_stores([""])
    assert [issue.message for issue in report.issues] == ["the path of a store is empty; the working directory is '.'"]
    assert check_store(Path()).valid


# --- D10: documents, versions and words in place of what is asked for ---------------------------------------


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_d10_a_document_names_its_folder_and_the_store(version: str, run: Run, tmp_path: Path) -> None:
    image(version).write(tmp_path / "my store")
    for name in {"0.4": (".zattrs", ".zgroup", "0/.zarray"), "0.5": ("zarr.json", "0/zarr.json")}[version]:
        file = f"my store/{name}"
        ran = run("validate", file)
        assert ran.code == 3
        folder = file.rpartition("/")[0]
        assert (
            f"  hint: give the folder that it is in, '{folder}'; to check the store that it belongs to:"
            f" ngff validate --containing '{file}'; to check this document alone: ngff validate - < '{file}'\n"
        ) in ran.out
        assert run("validate", "--containing", file).code == 0
        assert f"--containing '{file}'" in run("info", file, "nowhere").out


def test_d10_any_other_file_is_what_it_was(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert "  hint: to check one document: ngff validate - < FILE\n" in run("validate", "notes.txt").out


@pytest.mark.parametrize("written", ["0.5", "v0.5", "V0.5", "05", "v05", " 0.5", "0.5rc1", "v0.5-rc.0"])
def test_d10_versions_are_understood_however_they_are_written(written: str, run: Run, tmp_path: Path) -> None:
    image("0.5").write(tmp_path / "store")
    assert run("validate", "store", "--version", written).code == 0
    assert run("info", "store", "--version", written).code == 0
    assert run("rules", "axes-count", "--version", written).out.startswith("axes-count  MUST  (versions 0.5;")
    assert run("conformance", "zarr", "store", "--version", written).code == 0
    assert run("upgrade", "store", "--to", written).code == 0
    assert check_store(tmp_path / "store", version=written).version == "0.5"
    (tmp_path / "ngff.toml").write_text(f"version = '{written}'")
    assert run("validate", "store").code == 0


@pytest.mark.parametrize(
    ("written", "package"),
    [("v0.6", "ngff-v06"), ("06", "ngff-v06"), ("0.6rc0", "ngff-v06"), ("v0.6.dev1", "ngff-v06"), ("3", "ngff-v03")],
)
def test_d10_the_package_of_a_version_is_named_rightly(written: str, package: str, run: Run) -> None:
    assert run("validate", ".", "--version", written).err.endswith(f"; try: pip install {package}\n")


@pytest.mark.parametrize("written", ["latest", "9.9", "0.9", "v0.7rc1", "010", "1.0", "0.55"])
def test_d10_what_there_is_not_is_answered_with_what_there_is(written: str, run: Run, tmp_path: Path) -> None:
    """And no package is named that nobody has written."""
    expected = " is not installed (installed: 0.4, 0.5); published are 0.1, 0.2, 0.3, 0.4, 0.5, 0.6\n"
    image("0.5").write(tmp_path / "store")
    for command in (["validate", "store", "--version"], ["info", "store", "--version"], ["upgrade", "store", "--to"]):
        ran = run(*command, written)
        assert ran.code == 2
        assert ran.err.endswith(expected), ran.err


@pytest.mark.parametrize(
    ("written", "near"),
    [("0.5.0", "0.5"), ("0.5.2", "0.5"), ("5", "0.5"), ("v0.4.1", "0.4"), ("0.5.dev1", "0.5"), ("0.4dev", "0.4")],
)
def test_d10_what_is_installed_need_not_be_installed(written: str, near: str, run: Run) -> None:
    ran = run("validate", ".", "--version", written)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f" is not installed (installed: 0.4, 0.5); did you mean {near!r}?\n")


@pytest.mark.parametrize(
    ("text", "plain"),
    [("0.5-lab", "0.5-lab"), ("v", "v"), ("0", "0"), ("5", "5"), ("1.0", "1.0"), ("next", "next"), ("0.0", "0.0")],
)
def test_d10_what_is_no_version_stays(text: str, plain: str) -> None:
    assert plain_version(text) == plain


def test_d10_rules_that_speak_of_a_word_are_listed(run: Run) -> None:
    ran = run("rules", "color")
    assert ran.code == 0
    names = [line.split()[1] for line in ran.out.splitlines()]
    assert "omero-channel-color-hex6" in names
    assert "label-colors-entries-unique" in names
    assert "axes-count" not in names
    assert run("rules", "COLOR").out == ran.out
    assert set(run("rules", "color hexadecimal").out.splitlines()) < set(ran.out.splitlines())
    assert run("rules", "color", "--version", "0.4", "--format", "json").code == 0


def test_d10_what_no_rule_speaks_of_is_an_error(run: Run) -> None:
    assert run("rules", "axes-cuont") == (2, "", "Error: no rule is called 'axes-cuont'; did you mean 'axes-count'?\n")
    assert run("rules", "giraffe").code == 2
    assert run("rules", " ").code == 2


# --- D11: paths that are nearly there -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("plates/plate-1.ome.zar", "plates/plate-1.ome.zarr"),
        ("plates/Plate-1.ome.zarr", "plates/plate-1.ome.zarr"),
        ("plate/plate-1.ome.zarr", "plates/plate-1.ome.zarr"),
        ("palte", "plates"),
        ("plates/plate-1.ome.zarr/lables", "plates/plate-1.ome.zarr/labels"),
    ],
)
def test_d11_a_path_with_a_typo_is_answered_with_the_one_that_is_there(
    path: str, near: str, run: Run, tmp_path: Path
) -> None:
    image("0.5").write(tmp_path / "plates" / "plate-1.ome.zarr")
    (tmp_path / "plates" / "plate-1.ome.zarr" / "labels").mkdir(exist_ok=True)
    for arguments in (["validate", path], ["validate", str(tmp_path / path)]):
        ran = run(*arguments)
        assert ran.code == 3
        assert f"  hint: did you mean {arguments[1].removesuffix(path)}{near}?\n" in ran.out


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("upgrade {} --to 0.5", 3),
        ("upgrade {} --to 0.5 --out out.zarr", 3),
        ("upgrade {} --rollback", 3),
        ("info {}", 3),
        ("info --files {}", 2),
        ("conformance zarr {}", 3),
        ("conformance attributes {}/zarr.json", 3),
        ("merge {}/zarr.json", 2),
        ("validate --from {}/zarr.json", 2),
        ("validate --config {}/zarr.json .", 2),
        ("validate --baseline {}/zarr.json .", 2),
    ],
)
def test_d11_every_command_answers_a_path_with_a_typo(command: str, code: int, run: Run, tmp_path: Path) -> None:
    image("0.5").write(tmp_path / "image.zarr")
    ran = run(*command.format("imgae.zarr").split())
    assert ran.code == code
    assert "did you mean" in ran.out + ran.err
    assert "image.zarr" in (ran.out + ran.err).partition("did you mean")[2]


def test_d11_an_upgrade_of_a_path_with_a_typo_names_the_right_command(run: Run, tmp_path: Path) -> None:
    image("0.4").write(tmp_path / "image.zarr")
    ran = run("upgrade", "imgae.zarr", "--to", "0.5", "--remove-old")
    assert "\nnext\n  ngff upgrade image.zarr --to 0.5 --remove-old\n    upgrades the store that is there\n" in ran.out


@pytest.mark.parametrize("path", ["other.zarr", "plates/x/y/z", "empty"])
def test_d11_what_resembles_nothing_is_left_alone(path: str, run: Run, tmp_path: Path) -> None:
    image("0.5").write(tmp_path / "plates" / "plate-1.ome.zarr")
    (tmp_path / "empty").mkdir()
    assert "did you mean" not in run("validate", path).out


# --- no room, and what cannot be sent -----------------------------------------------------------------------

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "store"],
        ["validate", "store", "--format", "json"],
        ["validate", "store", "store"],
        ["info", "store"],
        ["rules"],
        ["versions"],
        ["plugins"],
        ["conformance", "zarr", "store"],
        ["upgrade", "store", "--to", "0.4", "--plan"],
        ["--help"],
        ["--version"],
        ["validate", "--help"],
    ],
)
def test_a_full_disk_behind_the_output_is_an_error_and_no_traceback(arguments: list[str], tmp_path: Path) -> None:
    image("0.5").write(tmp_path / "store")
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ngff_core", *arguments],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        3, "Error: the output could not be written: no space left on device\n"
    )  # fmt: skip


def test_storage_options_that_cannot_be_sent_are_named(tmp_path: Path) -> None:
    image("0.5").write(tmp_path / "one")
    image("0.5").write(tmp_path / "two")
    options = {"timeout": 3, "guard": threading.Lock()}
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        stores = [tmp_path / "one", tmp_path / "two"]
        with pytest.raises(UsageError) as raised:
            list(check_stores(stores, executor=pool, storage_options=options))
        assert str(raised.value) == (
            "the storage option 'guard' cannot be sent to a worker: cannot pickle '_thread.lock' object"
        )
    with ThreadPoolExecutor(1) as threads:  # to which nothing has to be sent
        reports = check_stores([tmp_path / "one", tmp_path / "two"], executor=threads, storage_options=options)
        assert [report.valid for report in reports] == [True, True]


# --- D11: completion, rules of third parties ----------------------------------------------------------------


def completed(*words: str) -> list[str]:
    """Return what a shell is told that can follow words, the last of which is not complete."""
    environment = {**os.environ, "_NGFF_COMPLETE": "bash_complete"}
    environment |= {"COMP_WORDS": " ".join(["ngff", *words]), "COMP_CWORD": str(len(words))}
    done = subprocess.run(
        [sys.executable, "-m", "ngff_core"], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["val"], ["plain,validate"]),
        (["validate", "--format", "j"], ["plain,json", "plain,jsonl", "plain,junit"]),
        (["merge", "--format", "sa"], ["plain,sarif"]),
        (["validate", "--version", "0."], ["plain,0.4", "plain,0.5"]),
        (["upgrade", "x", "--to", "0.5"], ["plain,0.5"]),
        (["info", "--version", "0.4"], ["plain,0.4"]),
        (["rules", "axes-cou"], ["plain,axes-count"]),
        (["validate", "--select", "axes-cou"], ["plain,axes-count"]),
        (["validate", "--ignore", "zip-not-sp"], ["plain,zip-not-split"]),
        (["validate", "--no-plugin", "ngff-v05"], ["plain,ngff-v05"]),
        (["validate", "--color", "n"], ["plain,never"]),
        (["validate", "exa"], ["file,exa"]),
        (["validate", "--output", "exa"], ["file,exa"]),
        (["completion", "f"], ["plain,fish"]),
    ],
)
def test_d11_shells_complete(words: list[str], answer: list[str]) -> None:
    assert completed(*words) == answer


def test_d11_shells_complete_rules_and_commands_of_plugins() -> None:
    rules = completed("validate", "--preview", "")
    assert "plain,omero-channel-color-hex6" in rules
    assert len(rules) > 100
    assert {f"plain,{name}" for name in COMMANDS} == set(completed(""))


@pytest.mark.parametrize(
    ("shell", "first"), [("bash", "complete -o nosort -F"), ("zsh", "#compdef ngff"), ("fish", "function _ngff_comp")]
)
def test_d11_completion_for_a_shell(shell: str, first: str, run: Run) -> None:
    ran = run("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert first in ran.out
    assert f"_NGFF_COMPLETE={shell}_complete" in ran.out


def test_d11_completion_for_another_shell_is_refused(run: Run) -> None:
    assert run("completion", "tcsh").code == 2
    assert run("completion").code == 2


def test_d11_what_a_third_party_asks_for_is_not_said_of_the_specification(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def named(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
        """Images have a name."""
        yield from ()

    class Lab:
        @hookimpl
        def ngff_rules(self, version: str) -> list[Rule]:
            return [rule("lab/named", on=Multiscale, requirement=MUST, since="1.0")(named)]

    monkeypatch.setattr("ngff_core.cli.rules.registry_without", lambda _: Registry(plugins=[Lab()]))
    out = run("rules", "lab/named").out
    assert "\nMUST: Lab demands it; what breaks it is reported as error.\n" in out
    assert "the specification" not in out
    assert "\nMUST: the specification demands it; " in run("rules", "axes-count").out
