"""Faults of the field, D: the library as Python users meet it."""

from __future__ import annotations

import json
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
from commands import Run

import ngff_core
import ngff_v05 as v05
from ngff_core import Group, ImageView, Registry, Report, ValidationError
from ngff_core.errors import MissingPackageError, NotFoundError, StoreError, UsageError, VersionNotInstalledError
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


# --- D6: what reports say of themselves, and errors of callers -----------------------------------------

BROKEN = '{"ome": {"version": "0.5", "multiscales": []}}'


def test_d6_issues_are_counted_by_the_names_of_severities() -> None:
    report = ngff_core.check_json(BROKEN)
    assert (report.count("error"), report.count("warning"), report.count("info")) == (1, 0, 0)
    assert report.count(ngff_core.Severity.ERROR) == 1
    with pytest.raises(UsageError, match="unknown severity 'errors', expected one of 'error', 'warning', 'info'"):
        report.count("errors")


def test_d6_reports_are_short_when_they_are_shown(tmp_path: Path) -> None:
    assert repr(ngff_core.check_json(BROKEN)) == "<Report document 0.5: invalid, 1 error>"
    tree = image("0.5")
    path = tree.write(tmp_path / "image.zarr")
    assert repr(ngff_core.check_store(path)) == f"<Report {path} 0.5: valid, 0 errors>"
    tree.multiscale()["axes"] = [{"name": str(number), "type": "space"} for number in range(2000)]
    tree.write(path)
    assert len(repr(ngff_core.check_store(path))) < 200


def test_d6_summaries_tell_of_warnings() -> None:
    report = ngff_core.check_json(image_without_names())
    assert report.summary().splitlines()[:2] == [
        "valid: 3 warnings in document",
        "  multiscale-name-present: the image has no name (at / /ome/multiscales/0)",
    ]
    report = ngff_core.check_json(BROKEN)
    assert report.summary().splitlines() == [
        "invalid: 1 error in document",
        "  multiscale-nonempty-array: multiscales is empty (at / /ome/multiscales)",
    ]


def image_without_names() -> str:
    dims = [ngff_core.DimSpec("y", unit="micrometer"), ngff_core.DimSpec("x", unit="micrometer")]
    multiscale = v05.Multiscale.from_dims(dims)
    return v05.OMEAttributes(ome=v05.Image(multiscales=[multiscale])).to_json()


IMAGE = image("0.5").documents()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ngff_core.check_json({"labels": []}), "expected JSON text, as str or bytes, got dict; Python objects"),
        (lambda: ngff_core.check_json(None), "expected JSON text, as str or bytes, got NoneType"),
        (lambda: ngff_core.check_json("{}", cls=5), "cls is a model class, such as ngff_v05.Image, got 5"),
        (lambda: ngff_core.check_object({}, cls=v05.Image | int), "cls is a model class, such as ngff_v05.Image, got"),
        (lambda: ngff_core.from_uri(IMAGE, 5), "cls is a model class, such as ngff_v05.Image, got 5"),
        (lambda: ngff_core.validate_ome_uri(IMAGE, int), "cls is a model class, such as ngff_v05.Image, got <class"),
        (lambda: ngff_core.open_group(IMAGE).ome_metadata(5), "cls is a model class, such as ngff_v05.Image, got 5"),
        (
            lambda: ngff_core.open_image(IMAGE).array("0"),
            "levels are known by their numbers, 0 is the largest; got '0'",
        ),
        (lambda: ngff_core.open_image(IMAGE).pixel_sizes(None), "levels are known by their numbers.*; got None"),
        (lambda: ngff_core.open_image(IMAGE).level(True), "levels are known by their numbers.*; got True"),
        (lambda: ngff_core.open_image(IMAGE).level(0.0), "levels are known by their numbers.*; got 0.0"),
        (lambda: ngff_core.open_image(IMAGE).label(5), "label images are known by their names, got 5"),
        (lambda: ngff_core.check_json("{}", ignore=["axs"]), "no rule is called 'axs'; did you mean 'axes'"),
        (lambda: ngff_core.check_json("{}", preview="axs"), "no rule is called 'axs'; did you mean 'axes'"),
        (lambda: ngff_core.check_store(IMAGE, ignore="axs"), "no rule is called 'axs'; did you mean 'axes'"),
        (lambda: ngff_core.check_stores([IMAGE], ignore="axs"), "no rule is called 'axs'; did you mean 'axes'"),
        (lambda: ngff_core.check_json("{}", profile=5), "unknown profile 5; expected one of spec, lenient, strict"),
        (lambda: ngff_core.check_json("{}", config=5), "config is the path of a file, such as 'ngff.toml', got 5"),
        (lambda: ngff_core.open_group(IMAGE).tree("x"), "depth is a number of levels, got 'x'"),
        (lambda: ngff_core.check_stores(5), "expected a list of paths, addresses and stores, got 5"),
        (lambda: ngff_core.check_stores(None), "expected a list of paths, addresses and stores, got None"),
        (lambda: ngff_core.check_stores(b"a.zarr"), "expected a list of paths, addresses and stores, got b'a.zarr'"),
        (lambda: v05.Multiscale.from_dims(None), "expected a list of DimSpec, one for each dimension, got None"),
        (
            lambda: v05.Multiscale.from_dims({"y": 1}),
            "expected a list of DimSpec, one for each dimension, got {'y': 1}",
        ),
        (lambda: v05.Multiscale.from_dims([ngff_core.DimSpec(5)]), "the name of a dimension is 5, expected text"),
        (lambda: v05.Multiscale.from_dims([ngff_core.DimSpec("y", unit=5)]), "the unit of a dimension is 5, expected"),
        (lambda: v05.Multiscale.from_dims([ngff_core.DimSpec("y", type=5)]), "the type of a dimension is 5, expected"),
        (lambda: v05.Multiscale.from_dims([ngff_core.DimSpec("y", scale=None)]), "the scale of dimension 'y' is None"),
        (lambda: v05.Multiscale.from_dims([ngff_core.DimSpec("y")], n_levels="2"), "n_levels is a number.*, got '2'"),
        (lambda: ngff_core.check_json("{}", version=0.5), "a version is text, such as '0.5', got 0.5"),
        (lambda: ngff_core.check_json("{}", select=[5]), "rules are chosen by their names, got 5"),
        (lambda: ngff_core.validate_ome_json({"labels": []}), "expected JSON text, as str or bytes, got dict"),
        (lambda: ngff_core.to_json({"labels": []}), "expected a model, such as an ngff_v05.Image, got dict"),
        (lambda: ngff_core.to_dict(5), "expected a model, such as an ngff_v05.Image, got int"),
        (lambda: v05.Multiscale.from_dims(["y"]), "expected a DimSpec for each dimension, .*, got 'y'"),
        (lambda: v05.Multiscale.from_dims("yx"), "expected a list of DimSpec, one for each dimension, got 'yx'"),
        (lambda: v05.Multiscale.from_dims([ngff_core.DimSpec("y", scale="a")]), "the scale of dimension 'y' is 'a'"),
        (lambda: ngff_core.open_group(image("0.5").documents())[0], "expected a path, .*, got 0"),
        (lambda: ngff_core.open_group(image("0.5").documents()).get_many("01"), "expected a list of paths, .*'01'"),
    ],
)
def test_d6_errors_of_callers_are_said_in_our_words(call: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        call()


def test_d6_one_path_is_one_store(tmp_path: Path) -> None:
    path = image("0.5").write(tmp_path / "a.zarr")
    image("0.5").write(tmp_path / "b.zarr")
    store = MemoryStore(IMAGE, "mem")
    for one in (path, str(path), store, IMAGE):
        assert [report.status for report in ngff_core.check_stores(one)] == ["valid"]
    assert len(list(ngff_core.check_stores(f"{tmp_path}/*.zarr"))) == 2
    assert len(list(ngff_core.check_stores(tmp_path, recursive=True))) == 2
    assert len(list(ngff_core.check_stores(iter([path, store])))) == 2
    (report,) = ngff_core.check_stores(ngff_core.open_group(path))
    assert "got Group" in report.issues[0].message


def test_d6_rules_that_there_are_may_be_ignored_and_previewed() -> None:
    (name,) = {i.rule for i in ngff_core.check_json('{"ome": {"version": "0.5", "labels": 5}}').issues}
    for names in ([name], name, (n for n in [name])):
        assert ngff_core.check_json('{"ome": {"version": "0.5", "labels": 5}}', ignore=names).issues == []
    assert ngff_core.check_json("{}", preview=["all"]).issues
    assert ngff_core.check_json("{}", ignore=["axes", "multiscale-"], preview="all").issues


def test_d6_dimensions_may_be_any_iterable() -> None:
    dims = [ngff_core.DimSpec("y"), ngff_core.DimSpec("x")]
    assert v05.Multiscale.from_dims(iter(dims), n_levels=2) == v05.Multiscale.from_dims(dims, n_levels=2)


def test_d6_levels_that_there_are_not() -> None:
    view = ngff_core.open_image(image("0.5").documents())
    assert view.level(-1).path == "2"
    for call in (view.array, view.level, view.pixel_sizes):
        with pytest.raises(NotFoundError, match="there is no level 7, the image has 3 levels"):
            call(7)


def test_d6_one_name_of_a_rule_is_taken_as_one() -> None:
    report = ngff_core.check_json(BROKEN, select="multiscale-nonempty-array")
    assert [issue.rule for issue in report.issues] == ["multiscale-nonempty-array"]
    assert ngff_core.check_json(BROKEN, ignore="multiscale-nonempty-array").valid


# --- A19: one truth on strict reports ---------------------------------------------------------------


def test_a19_a_strict_report_has_one_verdict() -> None:
    text = image_without_names()
    report = ngff_core.check_json(text, profile="strict")
    assert (report.valid, report.exit_code(), report.status) == (False, 1, "invalid")
    assert report.to_dict()["status"] == "invalid"
    assert report.summary().startswith("not strictly valid: 3 warnings")
    report = ngff_core.check_json(text)
    assert (report.valid, report.exit_code(), report.status) == (True, 0, "valid")
    assert report.exit_code(strict=True) == 1


@pytest.mark.parametrize("option", [["--strict"], ["--profile", "strict"]])
def test_a19_so_do_all_formats(option: list[str], run: Run, tmp_path: Path) -> None:
    tree = image("0.5")
    del tree.multiscale()["name"]
    path = tree.write(tmp_path / "image.zarr")
    result = run("validate", path, "--format", "json", *option)
    document = json.loads(result.out)
    assert (result.code, document["results"][0]["status"]) == (1, "invalid")
    assert document["summary"]["statuses"] == {"valid": 0, "invalid": 1, "unreadable": 0}
    assert "not strictly valid" in run("validate", path, *option).out
    loose = json.loads(run("validate", path, "--format", "json").out)
    assert (loose["results"][0]["status"], loose["summary"]["statuses"]["valid"]) == ("valid", 1)


# --- D11: values that are written alike are equal -------------------------------------------------------


def test_d11_a_tuple_is_the_list_that_is_written_for_it() -> None:
    listed = v05.ScaleTransformation(scale=[1, 2])
    assert v05.ScaleTransformation(scale=(1, 2)) == listed
    assert v05.ScaleTransformation(scale=(1, 3)) != listed
    assert v05.ScaleTransformation(scale=(1, 2, 3)) != listed
    assert v05.ScaleTransformation(scale=None) != listed
    axes = [v05.SpaceAxis(name="y"), v05.SpaceAxis(name="x")]
    both = [v05.Multiscale(axes=kind(axes), datasets=[], metadata={"a": kind([1])}) for kind in (list, tuple)]
    assert both[0] == both[1]
    assert json.loads(both[0].to_json(validate=False)) == json.loads(both[1].to_json(validate=False))


def test_d11_so_is_an_array_of_numpy() -> None:
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    assert v05.ScaleTransformation(scale=numpy.array([1, 2])) == v05.ScaleTransformation(scale=[1, 2])
    assert v05.ScaleTransformation(scale=numpy.array([1, 2])) != v05.ScaleTransformation(scale=[1, 3])
