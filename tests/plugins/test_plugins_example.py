"""The rules of the example plugin fire in `ngff validate` once it is installed, and can be left out; its fix mends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ngff_core.testing import array, build_store, write_store

spec_of = pytest.importorskip("ngff_v05.spec", reason="the stores of these tests are 0.5: needs ngff-v05")
pytest.importorskip("ngff_rules_example", reason="needs the example plugin")

ROOT = Path(__file__).parents[2]
MULTISCALE = {
    "name": "test2_final",
    "type": "mean",
    "metadata": {"method": "numpy"},
    "axes": [{"name": n, "type": "space", "unit": "micrometer"} for n in "yx"],
    "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 1.0]}]}],
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """An image that only the rules of the plugin find fault with: its name, and chunks of 128 MB."""
    nodes = {"": {"multiscales": [MULTISCALE]}, "0": array((8000, 8000), names=("y", "x"))}
    return write_store(build_store(spec_of.SPEC, nodes), tmp_path / "image.ome.zarr")


def ngff(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ngff_core", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_rules_fire(store: Path) -> None:
    done = ngff("validate", "--format", "json", store)
    assert done.returncode == 0, done.stderr
    issues = json.loads(done.stdout)["results"][0]["issues"]
    assert [(i["rule"], i["severity"], i["node"], i["pointer"]) for i in issues] == [
        ("lab/multiscale-name-convention", "warning", "", "/attributes/ome/multiscales/0/name"),
        ("lab/array-chunk-size", "warning", "0", ""),
    ]


def test_strict_fails_on_them(store: Path) -> None:
    assert ngff("validate", "--strict", store).returncode == 1


@pytest.mark.parametrize(
    "options",
    [
        ("--no-plugin", "rules-example"),
        ("--no-plugin", "ngff-rules-example"),
        ("--ignore", "lab/"),
        ("--ignore", "lab/multiscale-name-convention", "--ignore", "lab/array-chunk-size"),
    ],
    ids=" ".join,
)
def test_they_can_be_left_out(store: Path, options: tuple[str, ...]) -> None:
    done = ngff("validate", "--strict", *options, store)
    ignored = "  2 findings not reported (ignored): lab/array-chunk-size 1, lab/multiscale-name-convention 1\n"
    told = f"{ignored}\nvalid  {store}\n" if "--ignore" in options else ""
    assert (done.returncode, done.stdout) == (0, f"valid  {store}  OME-Zarr 0.5 image (2 nodes)\n{told}")


def test_selected_alone(store: Path) -> None:
    done = ngff("validate", "--select", "lab/", "--format", "json", ROOT / "examples" / "broken.ome.zarr")
    issues = json.loads(done.stdout)["results"][0]["issues"]
    assert [issue["rule"] for issue in issues] == ["lab/multiscale-name-convention"]


def test_listed_with_its_plugin() -> None:
    done = ngff("rules", "--format", "json", "lab/array-chunk-size")
    [row] = json.loads(done.stdout)
    assert (row["plugin"], row["requirement"], row["section"]) == ("ngff-rules-example", "SHOULD", None)
    assert row["summary"] == "Chunks hold at most 64 MB before compression."
    assert "ngff-rules-example 0.1.0  (ngff_rules_example.plugin)  2 rules" in ngff("plugins").stdout


def test_its_fix_mends_what_its_rule_finds(tmp_path: Path) -> None:
    nodes = {
        "": {"multiscales": [{**MULTISCALE, "name": "2026-01-14 AB fly brain 3"}]},
        "0": array((8, 8), names=("y", "x")),
    }
    store = write_store(build_store(spec_of.SPEC, nodes), tmp_path / "named.ome.zarr")
    done = ngff("fix", store)
    assert done.returncode == 0, done.stderr
    assert "lab/multiscale-name-convention  1 finding in /" in done.stdout
    document = json.loads((store / "zarr.json").read_bytes())
    assert document["attributes"]["ome"]["multiscales"][0]["name"] == "20260114_ab_fly-brain-3"
    assert ngff("validate", "--strict", store).returncode == 0
    assert ngff("fix", store, "--rollback").returncode == 0
    assert ngff("validate", "--strict", store).returncode == 1


def test_its_fix_leaves_what_it_cannot_know(store: Path) -> None:
    before = (store / "zarr.json").read_bytes()
    assert ngff("fix", store).stdout.startswith("unchanged")
    assert (store / "zarr.json").read_bytes() == before
