"""Faults of the field, D: the library as Python users meet it."""

from __future__ import annotations

import multiprocessing
import pickle
import subprocess
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bases import image

import ngff_core
from ngff_core import Group, ImageView, Registry, Report, ValidationError
from ngff_core.errors import MissingPackageError, NotFoundError, StoreError, VersionNotInstalledError
from ngff_core.plugins.registry import default_registry
from ngff_core.stores import MemoryStore

# --- D1: what travels between processes --------------------------------------------------------------


def zipped(documents: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for key, data in documents.items():
            archive.writestr(key, data)
    return path


def places(tmp_path: Path) -> dict[str, Any]:
    tree = image("0.5")
    documents = tree.documents()
    return {
        "folder": tree.write(tmp_path / "image.zarr"),
        "zip": zipped(documents, tmp_path / "image.ozx"),
        "memory": MemoryStore(documents),
        "mapping": documents,
    }


@pytest.mark.parametrize("place", ["folder", "zip", "memory", "mapping"])
def test_d1_groups_arrays_and_images_are_pickled(place: str, tmp_path: Path) -> None:
    where = places(tmp_path)[place]
    group: Group = pickle.loads(pickle.dumps(ngff_core.open_group(where)))
    assert group.ome_version() == "0.5"
    assert group.array("0").shape == (2, 64, 64)
    view: ImageView = pickle.loads(pickle.dumps(ngff_core.open_image(where)))
    assert [level.shape for level in view.levels] == [(2, 64, 64), (2, 32, 32), (2, 16, 16)]
    assert view.array(1).shape == (2, 32, 32)
    array = pickle.loads(pickle.dumps(group["2"]))
    assert (array.path, array.dtype) == ("2", "uint16")


def test_d1_a_registry_is_that_of_the_process_it_comes_to() -> None:
    assert pickle.loads(pickle.dumps(default_registry())) is default_registry()
    without = Registry(blocked=["ngff-v04"])
    assert list(pickle.loads(pickle.dumps(without)).specs) == ["0.5"]
    with pytest.raises(TypeError, match="a registry with plugins that are not installed cannot be pickled"):
        pickle.dumps(Registry(plugins=[object()]))


def test_d1_models_are_pickled(tmp_path: Path) -> None:
    document = ngff_core.from_uri(image("0.5").write(tmp_path / "image.zarr"))
    assert pickle.loads(pickle.dumps(document)) == document


@pytest.mark.parametrize(
    "error",
    [
        VersionNotInstalledError("0.9", ["0.5"]),
        MissingPackageError("reading pixels", "zarr", "ngff-core[zarr]"),
        NotFoundError("there is no group at 'a'"),
        StoreError("no answer", hint="try again"),
        ValidationError(Report(url="a.zarr", version="0.5")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_d1_errors_are_pickled(error: Exception) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    kept = {name: value for name, value in vars(error).items() if name != "report"}
    assert {name: vars(copy)[name] for name in kept} == kept


def test_d1_spawned_processes_take_and_give_what_there_is(tmp_path: Path) -> None:
    path = str(image("0.5").write(tmp_path / "image.zarr"))
    group = ngff_core.open_group(path)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        (report,) = pool.map(ngff_core.check_store, [path])
        version = pool.submit(Group.ome_version, group).result()
        back = pool.submit(Group.array, group, "1").result()
        failed = pool.submit(ngff_core.validate_ome_json, '{"ome": {"version": "0.5", "multiscales": []}}')
        error = failed.exception()
    assert (report.valid, report.url, report.version) == (True, path, "0.5")
    assert (version, back.shape) == ("0.5", (2, 32, 32))
    assert isinstance(error, ValidationError)
    assert [issue.rule for issue in error.report.issues] == ["multiscale-nonempty-array"]


# --- D2: what is listed before it is loaded ------------------------------------------------------------


@pytest.mark.parametrize(
    ("package", "some"),
    [
        ("ngff_core", ["check_store", "open_group", "Report", "DimSpec", "__version__"]),
        ("ngff_v04", ["Image", "Multiscale", "Plate", "Omero"]),
        ("ngff_v05", ["Image", "Multiscale", "OMEZarrGroupJSON", "Omero"]),
    ],
)
def test_d2_names_are_listed_before_anything_is_loaded(package: str, some: list[str]) -> None:
    loaded = "[m for m in sys.modules if m.startswith(('ngff_core.models', 'ngff_core.validation', 'ngff_core.view'))]"
    code = f"import sys, {package} as p; print(*dir(p)); print(*{loaded})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names, modules = done.stdout.split("\n")[:2]
    assert set(some) < set(names.split())
    assert modules == ""
