"""Finding entry points without the standard library gives what the standard library gives."""

from __future__ import annotations

import sys
import zipfile
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from ngff_core.plugins.discovery import EntryPoint, entry_points

GROUP = "ngff.test"


def normal(name: str) -> str:
    return name.replace("_", "-").replace(".", "-").lower()


def by_standard_library(group: str) -> list[tuple[str, str, str, str]]:
    return sorted(
        (e.name, e.value, normal(e.dist.name), e.dist.version)
        for e in metadata.entry_points(group=group)
        if e.dist is not None
    )


def by_us(group: str) -> list[tuple[str, str, str, str]]:
    return sorted((e.name, e.value, normal(e.distribution), e.version) for e in entry_points(group))


def install(folder: Path, directory: str, entries: str, name: str = "", version: str = "") -> None:
    """Write the metadata of a distribution: a ``.dist-info`` or ``.egg-info`` directory."""
    stem = directory.rpartition(".")[0].split("-")
    made = folder / directory
    made.mkdir(parents=True)
    file = "METADATA" if directory.endswith(".dist-info") else "PKG-INFO"
    text = f"Metadata-Version: 2.1\nName: {name or stem[0]}\nVersion: {version or stem[1]}\n"
    (made / file).write_text(text)
    (made / "entry_points.txt").write_text(entries)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a directory that comes first on ``sys.path``; finders of editable installs are out of the way."""
    monkeypatch.syspath_prepend(str(tmp_path))
    kept = [f for f in sys.meta_path if getattr(f, "__module__", "").startswith(("importlib", "_frozen_importlib"))]
    monkeypatch.setattr(sys, "meta_path", [f for f in sys.meta_path if f in kept or not _finds(f)])
    return tmp_path


def _finds(finder: object) -> bool:
    return hasattr(finder, "find_distributions")


@pytest.mark.parametrize("group", ["ngff", "console_scripts", "pytest11", "no.such.group"])
def test_the_real_environment(group: str) -> None:
    assert by_us(group) == by_standard_library(group)


def test_the_real_environment_has_scripts() -> None:
    """So that the comparison above compares something."""
    assert "ngff" in [name for name, *_ in by_us("console_scripts")]


ENTRIES = f"""
# a comment
[console_scripts]
x = a:main

[{GROUP}]
one = pkg.one
  two=pkg.two:plugin
three = pkg.three:make.plugin [extra]

[other]
four = pkg.four
"""


@pytest.mark.parametrize("directory", ["some_plugin-1.2.dist-info", "some_plugin-1.2-py3.11.egg-info"])
def test_hand_made_distributions(folder: Path, directory: str) -> None:
    install(folder, directory, ENTRIES)
    expected = [
        ("one", "pkg.one", "some-plugin", "1.2"),
        ("three", "pkg.three:make.plugin [extra]", "some-plugin", "1.2"),
        ("two", "pkg.two:plugin", "some-plugin", "1.2"),
    ]
    assert by_us(GROUP) == expected
    assert by_standard_library(GROUP) == expected


def test_of_two_installations_the_first_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(folder / "first", "a_b-1.dist-info", f"[{GROUP}]\nnew = pkg.new\n")
    install(folder / "second", "A.B-2.dist-info", f"[{GROUP}]\nold = pkg.old\n")
    monkeypatch.syspath_prepend(str(folder / "second"))
    monkeypatch.syspath_prepend(str(folder / "first"))
    assert by_us(GROUP) == by_standard_library(GROUP) == [("new", "pkg.new", "a-b", "1")]


def test_two_distributions_with_one_entry_point_name(folder: Path) -> None:
    install(folder, "a-1.dist-info", f"[{GROUP}]\nplugin = a.plugin\n")
    install(folder, "b-1.dist-info", f"[{GROUP}]\nplugin = b.plugin\n")
    assert by_us(GROUP) == by_standard_library(GROUP)
    assert [value for _, value, *_ in by_us(GROUP)] == ["a.plugin", "b.plugin"]


def test_distributions_without_the_group_and_strays(folder: Path) -> None:
    install(folder, "a-1.dist-info", "[console_scripts]\nx = a:main\n")
    (folder / "empty-1.dist-info").mkdir()
    (folder / "notes.dist-info.txt").write_text("x")
    install(folder, "bad-1.dist-info", "")
    (folder / "bad-1.dist-info" / "entry_points.txt").write_bytes(b"[ngff.test]\nx = \xff")
    assert by_us(GROUP) == []


def test_a_directory_on_the_path_that_is_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(folder, "a-1.dist-info", f"[{GROUP}]\nplugin = a.plugin\n")
    monkeypatch.syspath_prepend(str(folder / "gone"))
    assert by_us(GROUP) == [("plugin", "a.plugin", "a", "1")]


def test_the_current_directory_counts_where_the_path_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(folder / "here", "a-1.dist-info", f"[{GROUP}]\nplugin = a.plugin\n")
    monkeypatch.chdir(folder / "here")
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert by_us(GROUP) == by_standard_library(GROUP) == [("plugin", "a.plugin", "a", "1")]


def test_zip_files_on_the_path_are_left_to_the_standard_library(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(folder, "a-1.dist-info", f"[{GROUP}]\nplugin = a.plugin\n")
    archive = folder / "plugins.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("b-2.dist-info/METADATA", "Metadata-Version: 2.1\nName: b\nVersion: 2\n")
        file.writestr("b-2.dist-info/entry_points.txt", f"[{GROUP}]\nzipped = b.plugin\n")
    monkeypatch.syspath_prepend(str(archive))
    assert by_us(GROUP) == by_standard_library(GROUP)
    assert by_us(GROUP) == [("plugin", "a.plugin", "a", "1"), ("zipped", "b.plugin", "b", "2")]


def test_finders_of_other_tools_are_left_to_the_standard_library(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(folder, "a-1.dist-info", f"[{GROUP}]\nplugin = a.plugin\n")
    asked: list[object] = []

    def find_distributions(context: object = None) -> list[metadata.Distribution]:
        asked.append(context)
        return []

    finder = SimpleNamespace(find_distributions=find_distributions, find_spec=lambda *_: None)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, finder])
    assert by_us(GROUP) == [("plugin", "a.plugin", "a", "1")]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("value", "loaded"),
    [
        ("json", "json"),
        ("json:dumps", "dumps"),
        ("json:JSONDecoder.decode", "decode"),
        (" json : dumps [extra]", "dumps"),
    ],
)
def test_an_entry_point_loads_what_it_names(value: str, loaded: str) -> None:
    assert EntryPoint("x", value, "d", "1").load().__name__ == loaded


def test_an_entry_point_that_names_nothing() -> None:
    with pytest.raises(ModuleNotFoundError):
        EntryPoint("x", "no_such_module_at_all", "d", "1").load()
    with pytest.raises(AttributeError):
        EntryPoint("x", "json:no_such_name", "d", "1").load()
