"""What the commands import: starting fast is a promise, so heavy modules stay out of the way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ngff_core.plugins import default_registry
from ngff_core.testing import array, array_json, write_store

EXAMPLE = Path(__file__).parents[2] / "examples" / "cells.ome.zarr"
HEAVY = ["zarr", "tensorstore", "numpy", "asyncio", "importlib.metadata", "yaml", "fsspec", "email"]
MODULES_OF_CORE = 215
"""Modules of core on the way to the verdict on an image with labels: each takes a tenth of a millisecond or more.

Three of them are there for rule packs.
"""

RUN = """
import sys, json
import ngff_core.plugins.discovery as entrypoints
scans = []
original = entrypoints.entry_points
def entry_points(group):
    scans.append(group)
    return original(group)
entrypoints.entry_points = entry_points
from ngff_core.cli import main
code = 0
try:
    main(sys.argv[1:])
except SystemExit as leaving:
    code = leaving.code
print(json.dumps({"code": code, "scans": scans, "modules": sorted(sys.modules)}), file=sys.stderr)
"""


def run(*arguments: str) -> tuple[int, list[str], set[str]]:
    """Run a command of ngff in a fresh interpreter: exit code, scans for entry points, imported modules."""
    done = subprocess.run([sys.executable, "-I", "-c", RUN, *arguments], capture_output=True, text=True, check=False)
    told = json.loads(done.stderr.splitlines()[-1])
    return told["code"], told["scans"], set(told["modules"])


def test_the_version_imports_little_and_scans_nothing() -> None:
    code, scans, modules = run("--version")
    assert (code, scans) == (0, [])
    assert (
        sorted(modules & {*HEAVY, "cattrs", "pluggy", "attrs", "orjson", "ngff_core.plugins.registry", "ngff_v04"})
        == []
    )
    assert sorted(name for name in modules if name.startswith("ngff_v")) == []


def test_help_scans_once_and_imports_plugins_but_no_command_and_no_models() -> None:
    code, scans, modules = run("--help")
    assert (code, scans) == (0, ["ngff"])
    assert sorted(modules & set(HEAVY)) == []
    assert not {name for name in modules if name.startswith("ngff_core.cli.")}
    parts = {"image", "labels", "plate", "collection", "document", "rules"}
    assert not {name for name in modules if name.startswith("ngff_v") and name.rpartition(".")[2] in parts}
    assert not {name for name in modules if name.startswith(("ngff_core.models.", "ngff_core.rules."))}


def test_validate_imports_nothing_heavy_and_scans_once(tmp_path: Path) -> None:
    write_store({"zarr.json": b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'}, tmp_path)
    code, scans, modules = run("validate", str(tmp_path))
    assert (code, scans) == (3, ["ngff"])
    assert sorted(modules & set(HEAVY)) == []


def test_an_image_with_labels_is_judged_without_what_it_has_not() -> None:
    pytest.importorskip("ngff_v05", reason="ngff_v05 is not installed", exc_type=ImportError)
    code, scans, modules = run("validate", str(EXAMPLE))
    assert (code, scans) == (0, ["ngff"])
    unused = {"binascii", "struct", "locale", "decimal", "ssl", "logging", "tempfile", "subprocess", "shutil", "random"}
    assert sorted(modules & {*HEAVY, *unused, "cattrs"}) == []
    kinds = ("plate", "collection", "early", "archive", "keys.plates")
    others = tuple(f"ngff_core.{part}.{kind}." for part in ("models", "rules") for kind in kinds)
    assert sorted(name for name in modules if f"{name}.".startswith(others)) == []
    rare = {"ngff_core.installing", "ngff_core.checking.fault_hints", "ngff_core.checking.selection"}
    assert sorted(modules & rare) == []
    bounds = {"ngff_v05": 7, "ngff_core": MODULES_OF_CORE}
    bounds |= {f"ngff_v0{number}": 3 for number in (1, 2, 3, 4)} | {"ngff_v06": 4, "ngff_remote": 2}
    imported = {package: sum(name.split(".")[0] == package for name in modules) for package in bounds}
    assert {package: number for package, number in imported.items() if number > bounds[package]} == {}


LATE = """
import os, sys
from ngff_core import __main__
def leave(code):
    waiting = object.__getattribute__(sys.modules["attr.validators"], "__dict__")
    executed = "in_" in waiting
    import attrs
    print(code, executed, attrs.validators.in_("ab").options, "in_" in waiting)
    os._exit = original
    sys.exit(code)
original, os._exit = os._exit, leave
__main__.run()
"""


def test_validators_of_attrs_are_made_when_one_is_used(tmp_path: Path) -> None:
    store = write_store({"zarr.json": b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'}, tmp_path)
    command = [sys.executable, "-I", "-c", LATE, "validate", str(store)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "3 False ab True", done.stderr


def test_a_directory_is_judged_without_what_archives_need(tmp_path: Path) -> None:
    write_store({"zarr.json": b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'}, tmp_path)
    _, _, modules = run("validate", str(tmp_path))
    archives = {
        "ngff_core.stores.zip.archive",
        "ngff_core.validation.archive",
        "ngff_core.rules.archive.entries",
        "ngff_core.stores.zip.store",
    }
    assert sorted(modules & archives) == []


def test_stores_below_a_folder_are_judged_without_what_workers_and_writers_need(tmp_path: Path) -> None:
    write_store({"zarr.json": b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'}, tmp_path / "a.ome.zarr")
    _, _, modules = run("validate", "--recursive", str(tmp_path))
    assert "ngff_core.validation.many.found" in modules
    workers = {f"ngff_core.validation.many.{name}" for name in ("divided", "jobs", "stores", "workers")}
    assert sorted(modules & {*workers, "ngff_core.stores.writing", "concurrent.futures", "logging"}) == []


FORMATS = {
    f"ngff_core.report.formats.{name}"
    for name in ("text", "json", "sarif", "github", "junit", "markdown", "html.page", "files", "notebook")
}


@pytest.mark.parametrize(
    ("format_", "imported"),
    [
        ("text", {"text"}),
        ("json", {"json"}),
        ("jsonl", {"json"}),
        ("sarif", {"sarif", "files", "json"}),
        ("github", {"github", "files"}),
        ("junit", {"junit"}),
        ("markdown", {"markdown"}),
        ("html", {"html.page"}),
    ],
)
def test_only_the_format_that_is_used_is_imported(format_: str, imported: set[str], tmp_path: Path) -> None:
    _, _, modules = run("validate", str(tmp_path), "--format", format_)
    assert modules & FORMATS == {f"ngff_core.report.formats.{name}" for name in imported}
    assert sorted(modules & {*HEAVY, "xml.etree.ElementTree"}) == []
    assert ("html" in modules) == (format_ == "html")
    explains = {name for name in modules if name.startswith("ngff_core.explain")}
    assert explains == (
        {"ngff_core.explain"} if format_ in ("sarif", "html") else set()
    )  # it tells of the rules that were broken


CONFIGURED = {
    "tomllib",
    "ngff_core.config.load",
    "ngff_core.checking.selection",
    "ngff_core.config.baseline",
    "ngff_core.cli.runs.baselines",
}


@pytest.mark.parametrize(
    ("arguments", "imported"),
    [
        ([], set()),
        (["--strict"], set()),
        (["--profile", "lenient"], set()),
        (["--config", "ngff.toml"], {"tomllib", "ngff_core.config.load"}),
        (["--baseline", "known.json"], {"ngff_core.config.baseline", "ngff_core.cli.runs.baselines"}),
    ],
)
def test_what_is_configured_is_imported_when_it_is(arguments: list[str], imported: set[str], tmp_path: Path) -> None:
    write_store({"zarr.json": b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'}, tmp_path)
    (tmp_path / "ngff.toml").write_text('profile = "lenient"')
    (tmp_path / "known.json").write_text('{"schema": 1, "findings": []}')
    files = [str(tmp_path / name) if "." in name else name for name in arguments]
    code, _, modules = run("validate", str(tmp_path), *files)
    assert code == 3
    assert modules & CONFIGURED == imported


@pytest.mark.parametrize("command", ["validate", "info", "conformance", "rules", "versions", "plugins", "completion"])
def test_help_of_a_command_scans_nothing(command: str) -> None:
    code, scans, modules = run(command, "--help")
    assert (code, scans) == (0, [])
    assert sorted(modules & set(HEAVY)) == []


def imported_by(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; {statement}; print(*sys.modules, sep='\\n')"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_plugin_of_pytest_imports_nothing_of_the_package_until_it_is_used() -> None:
    names = {name for name in imported_by("import ngff_core.pytest_plugin") if name.startswith("ngff_")}
    assert names == {"ngff_core", "ngff_core.pytest_plugin"}


def test_validate_imports_no_other_command_and_nothing_for_commit_hooks(tmp_path: Path) -> None:
    write_store({"zarr.json": b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'}, tmp_path)
    _, _, modules = run("validate", str(tmp_path))
    others = {"ngff_core.cli.new_plugin", "ngff_core.validation.many.owners", "ngff_core.pytest_plugin", "pytest"}
    assert sorted(modules & others) == []
    assert "ngff_core.cli.conformance" not in modules


@pytest.mark.parametrize(("mode", "name"), [("zarr", ""), ("attributes", "zarr.json")])
def test_conformance_imports_nothing_heavy_and_scans_once(mode: str, name: str, tmp_path: Path) -> None:
    write_store({"zarr.json": b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'}, tmp_path)
    code, scans, modules = run("conformance", mode, str(tmp_path / name))
    specs = default_registry().specs
    assert (code, scans) == (0 if specs else 3, ["ngff"])
    hint = set() if specs else {"email", "importlib.metadata"}  # where to install a version from
    heavy = {*HEAVY, *(CONFIGURED - {"ngff_core.checking.selection"}), "ngff_core.cli.validate"}
    assert sorted(modules & heavy - hint) == []
    assert modules & FORMATS == {"ngff_core.report.formats.json"}


def test_the_package_imports_its_parts_when_they_are_used() -> None:
    assert not {name for name in imported_by("import ngff_core") if name.startswith("ngff_core.")}
    names = imported_by("from ngff_core import DimSpec")
    assert "ngff_core.models.dims" in names
    assert not names & {"ngff_core.plugins.registry", "ngff_core.validation.calls", "ngff_core.crawl.crawler"}


@pytest.mark.parametrize("version", ["ngff_v01", "ngff_v02", "ngff_v03", "ngff_v04", "ngff_v05", "ngff_v06"])
def test_a_version_plugin_imports_no_models_until_they_are_used(version: str) -> None:
    pytest.importorskip(f"{version}.plugin", reason=f"{version} is not installed", exc_type=ImportError)
    names = imported_by(f"import {version}.plugin, ngff_core.plugins as p; p.default_registry()")
    models = {"image", "labels", "plate", "collection", "document", "rules"}
    assert not {name for name in names if name.startswith(f"{version}.") and name.rpartition(".")[2] in models}
    assert not {name for name in names if name.startswith(("ngff_core.models.", "ngff_core.rules."))}
    assert not names & set(HEAVY)


OPEN = "g = ngff_core.open_group(root); assert g['0'].shape == (6, 4); assert list(g) == ['0']"


@pytest.mark.parametrize("statement", ["pass", OPEN, "ngff_core.check_store(root)", "ngff_core.check_store({})"])
def test_looking_around_imports_no_library_for_pixels(statement: str, tmp_path: Path) -> None:
    group = b'{"zarr_format": 3, "node_type": "group"}'
    document = json.dumps(array_json(array((6, 4), "uint8", ("y", "x")), 3)).encode()
    root = write_store({"zarr.json": group, "0/zarr.json": document}, tmp_path)
    names = imported_by(f"import ngff_core; root = {str(root)!r}; {statement}")
    assert "ngff_core" in names
    assert sorted(names & {"zarr", "tensorstore", "numpy", "fsspec", "obstore", "asyncio"}) == []


def test_public_names_are_all_there() -> None:
    import ngff_core

    assert sorted([*ngff_core.__all__, "__version__"]) == sorted(ngff_core._MODULES)
    levels = {"MAY", "MUST", "SHOULD", "SAFE", "UNSAFE"}
    modules = {"model", "rule"}  # once their old modules are imported, these stand in place of the decorators
    named = {*ngff_core.__all__} - levels - {"hookimpl"} - modules
    assert all(getattr(ngff_core, name).__name__ == name for name in named)
    assert all(callable(getattr(ngff_core, name)) for name in modules)
    assert all(getattr(ngff_core, name).name == name for name in levels)
    with pytest.raises(AttributeError, match="module 'ngff_core' has no attribute 'nothing'"):
        _ = ngff_core.nothing


SHARDS = {
    "ngff_core.report.merging",
    "ngff_core.report.reading",
    "ngff_core.validation.many.shards",
    "ngff_core.validation.many.jobs",
}


def test_only_shards_need_what_divides_and_joins(tmp_path: Path) -> None:
    store = write_store({"zarr.json": b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'}, tmp_path / "a")
    _, _, modules = run("validate", str(store), "--format", "json")
    assert sorted(modules & SHARDS) == []
    code, _, modules = run("validate", str(store), "--format", "json", "--shard", "1/2")
    assert code == 3
    assert sorted(modules & SHARDS) == ["ngff_core.validation.many.jobs", "ngff_core.validation.many.shards"]
    assert sorted(modules & set(HEAVY)) == []
