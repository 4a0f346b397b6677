"""X1: what calls return and raise goes to other processes, and comes back equal."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bases import image, plate

import ngff_core
from ngff_core import check_object, check_store, open_group, open_image, plan_conversion, plan_upgrade, upgrade_store
from ngff_core.errors import (
    MissingPackageError,
    NgffError,
    NotFoundError,
    PluginError,
    ResultError,
    SelectionError,
    StoreError,
    UsageError,
    VersionNotInstalledError,
)
from ngff_core.migration import Remark
from ngff_core.report.partial import Partial
from ngff_core.stores.writing import ConflictError

TRIPS: dict[str, Callable[[Any], Any]] = {
    **{
        f"pickle {protocol}": lambda value, protocol=protocol: pickle.loads(pickle.dumps(value, protocol))
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
    },
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}
ERRORS: list[NgffError] = [
    ConflictError("store", ["zarr.json"]),
    ngff_core.ConversionError(
        ngff_core.Conversion(source="0.4", target="0.5", model=None, obstacles=[Remark("", "no")])
    ),
    ngff_core.DifferentPixelsError("0", [slice(0, 4), slice(2, 8)]),
    MissingPackageError("reading", "zarr", "zarr>=3"),
    NotFoundError("there is no group"),
    PluginError("two of them"),
    ResultError("it returned str"),
    SelectionError("no such pixel"),
    StoreError("it could not be read", hint="try again"),
    UsageError("no such rule"),
    VersionNotInstalledError("9.9", ["0.4", "0.5"]),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stores")
    image("0.5").write(folder / "image.zarr")
    plate("0.5").write(folder / "plate.zarr")
    damaged = image("0.5")
    damaged.multiscale()["axes"] = []
    damaged.write(folder / "damaged.zarr")
    return folder


def refused(folder: Path) -> NgffError:
    with pytest.raises(ngff_core.RefusedError) as caught:
        upgrade_store(folder / "damaged.zarr", "0.4")
    return caught.value


VALUES: dict[str, Callable[[Path], Any]] = {
    "report": lambda folder: check_store(folder / "image.zarr"),
    "report of a plate": lambda folder: check_store(folder / "plate.zarr", ignore=["plate-"]),
    "report of a damaged image": lambda folder: check_store(folder / "damaged.zarr"),
    "report of an object": lambda folder: check_object({"ome": {"version": "0.5", "multiscales": [{}]}}),
    "validation error": lambda folder: ngff_core.ValidationError(check_store(folder / "damaged.zarr")),
    "refused": refused,
    "partial": lambda folder: Partial(url=str(folder)),
    "plan": lambda folder: plan_upgrade(folder / "image.zarr", "0.4"),
    "conversion": lambda folder: plan_conversion(open_group(folder / "image.zarr").ome_metadata(), "0.4"),
    "group": lambda folder: open_group(folder / "plate.zarr"),
    "group below": lambda folder: open_group(folder / "plate.zarr")["A/1"],
    "array": lambda folder: open_group(folder / "image.zarr")["0"],
    "image": lambda folder: open_image(folder / "image.zarr"),
    "model": lambda folder: open_group(folder / "image.zarr").ome_metadata(),
}


@pytest.mark.parametrize("trip", TRIPS.values(), ids=TRIPS)
@pytest.mark.parametrize("make", VALUES.values(), ids=VALUES)
def test_x1_what_calls_return_is_equal_after_a_trip(make: Any, trip: Any, folder: Path) -> None:
    value = make(folder)
    back = trip(value)
    assert type(back) is type(value)
    assert back == value


@pytest.mark.parametrize("trip", TRIPS.values(), ids=TRIPS)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_x1_errors_are_equal_after_a_trip(error: NgffError, trip: Any) -> None:
    back = trip(error)
    assert (back, str(back), type(back), hash(back)) == (error, str(error), type(error), hash(error))


def test_x1_every_public_error_is_tried() -> None:
    public = {value for name in dir(ngff_core) if isinstance(value := getattr(ngff_core, name), type)}
    errors = {cls for cls in public if issubclass(cls, NgffError)} - {NgffError}
    assert errors <= {type(error) for error in ERRORS} | {ngff_core.ValidationError, ngff_core.RefusedError}


def test_x1_what_differs_is_not_equal(folder: Path) -> None:
    assert check_store(folder / "image.zarr") != check_store(folder / "damaged.zarr")
    assert open_group(folder / "image.zarr") != open_group(folder / "damaged.zarr")
    assert StoreError("a", hint="b") != StoreError("a")
    assert StoreError("a") != UsageError("a")
