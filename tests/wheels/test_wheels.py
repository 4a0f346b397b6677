"""The installed wheels: they are what is imported, they are complete, and they work."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "ngff_core",
    "ngff_v01",
    "ngff_v02",
    "ngff_v03",
    "ngff_v04",
    "ngff_v05",
    "ngff_v06",
    "ngff_remote",
    "ngff_dask",
    "ngff_rules_example",
)


def ngff(*arguments: object) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("ngff")
    return subprocess.run([script, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("package", PACKAGES)
def test_imported_from_the_wheel(package: str) -> None:
    found = Path(import_module(package).__file__ or "")
    assert "site-packages" in found.parts
    assert (ROOT / package) not in found.parents
    assert (ROOT / "plugins" / package) not in found.parents


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_is_complete(package: str) -> None:
    files = metadata.files(package.replace("_", "-")) or []
    names = {str(file) for file in files}
    assert f"{package}/py.typed" in names
    assert any(name.endswith("LICENSE") for name in names)
    folder = ROOT / package if (ROOT / package).is_dir() else ROOT / "plugins" / package
    sources = {str(path.relative_to(folder / "src")) for path in (folder / "src").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == sources
    assert [name for name in names if name.startswith("tests")] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_readme_is_the_description(package: str) -> None:
    description = str(metadata.metadata(package.replace("_", "-")).get_payload())
    assert description.startswith(f"# {package.replace('_', '-')}")


def test_validate() -> None:
    done = ngff("validate", "--strict", "--no-plugin", "rules-example", ROOT / "examples" / "cells.ome.zarr")
    assert (done.returncode, done.stderr) == (0, "")
    done = ngff("validate", ROOT / "examples" / "broken.ome.zarr")
    assert (done.returncode, done.stderr) == (1, "")


def test_all_plugins_are_found() -> None:
    done = ngff("plugins")
    assert [line.split()[1] for line in done.stdout.splitlines()] == [
        "ngff-dask",
        "ngff-remote",
        "ngff-rules-example",
        "ngff-v01",
        "ngff-v02",
        "ngff-v03",
        "ngff-v04",
        "ngff-v05",
        "ngff-v06",
        "ngff-write",
    ]
    assert "failed" not in done.stdout


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_models_export(version: str) -> None:
    module = import_module(f"ngff_v{version.replace('.', '')}")
    from ngff_core import DimSpec, validate_ome_json

    image = module.Image(multiscales=[module.Multiscale.from_dims([DimSpec("y"), DimSpec("x")], name="a", n_levels=2)])
    assert validate_ome_json(image.to_json(), module.Image, version) == image
