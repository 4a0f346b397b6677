"""Whatever is given to a function that writes: nothing but errors of the package comes out, and nothing is left."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from at_length import EVERY_CASE

from ngff_core import DimSpec
from ngff_core.errors import NgffError, UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("zarr")
pytest.importorskip("ngff_write")

from wrong_kinds import ANY, DIMS, OURS, PIXELS, typed  # noqa: E402

from ngff_write import (  # noqa: E402
    PlateWriter,
    prepare_plate,
    stream_image,
    write_collection,
    write_image,
    write_labels,
)

VERSIONS = ("04", "05", "06") if EVERY_CASE else ("05",)
FUNCTIONS = {**OURS, **{f"v{version}.{name}": of for version in VERSIONS for name, of in typed(version).items()}}
EACH = 1 if EVERY_CASE else 4  # of what is wrong for any argument so many are left out between two


def content(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore")  # of NumPy, about what it makes of such values
def test_nothing_else_comes_out_and_nothing_is_left(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    function, arguments, options = FUNCTIONS[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # there are thousands of calls
    monkeypatch.setattr(os, "sync", lambda: None)
    write_image(PIXELS, "image", DIMS)
    shutil.copytree("image", "before")
    clean, right = content(tmp_path), {key: value for key, (value, _) in arguments.items()}
    wrong = {**{key: values for key, (_, values) in arguments.items()}, **options, "nonsense": []}
    for number, (key, values) in enumerate(wrong.items()):
        for value in (*ANY[number % EACH :: EACH], *values):
            if key == "progress" and callable(value):
                continue  # whose errors are its own
            said = ""
            try:
                function(**{**right, key: value})
            except NgffError as error:
                said = str(error)
            except Exception as error:
                raise AssertionError((key, value)) from error
            assert len(said) < 1000, (key, value)
            assert not said or content(tmp_path) == clean, (key, value)
            put_back(tmp_path)
    function(**right)


def put_back(folder: Path) -> None:
    """Take away what was written."""
    for name in os.listdir(folder):
        if name not in ("image", "before"):
            shutil.rmtree(name) if os.path.isdir(name) else os.remove(name)
    if [path.replace("image", "before", 1) for path in content(Path("image"))] != content(Path("before")):
        shutil.rmtree("image")
        shutil.copytree("before", "image")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"version": 0.5}, "version is 0.5, expected text, such as '0.5'"),
        ({"progress": True}, "progress is True, expected a function that is called with two numbers"),
        ({"overwrite": "no"}, "overwrite is 'no', expected True or False"),
        ({"chunks": 64}, "chunks are 2 numbers of pixels, one for each dimension, got 64"),
        ({"name": 3}, "name is 3, expected text"),
        ({"name": ""}, "name is '', expected text that is not empty"),
        ({"kernel": "gauss", "n_levels": 1}, "there is no kernel 'gauss'"),
        ({"kernel": ""}, "there is no kernel ''"),
        ({"members": {"nonsense": 1}}, "'nonsense' is none of them"),
        ({"members": {"multiscales": []}}, "members of an image are omero, version, and 'multiscales' is none of them"),
        ({"extra_attributes": {"a": [{"b": float("nan")}]}}, r"extra_attributes\['a'\]\[0\]\['b'\] is nan"),
        ({"extra_attributes": {"a": {1: 2}}}, r"extra_attributes\['a'\] has the key 1, expected text"),
        ({"extra_attributes": {"a": PIXELS}}, r"extra_attributes\['a'\] is an array of shape \(6, 5\)"),
    ],
)
def test_what_is_said_of_options(options: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        write_image(PIXELS, tmp_path / "new", DIMS, **options)


def test_a_kernel_is_refused_before_anything_is_written_with_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no kernel 'gauss'"):
        PlateWriter(tmp_path / "new", DIMS, kernel="gauss")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"scale": "0.5"}, "the scale of dimension 'x' is '0.5', expected a number"),
        ({"scale": 0}, "the scale of dimension 'x' is 0, expected a number above 0"),
        ({"scale": -1.0}, "expected a number above 0"),
        ({"scale": float("nan")}, "expected a number above 0"),
        ({"translation": float("inf")}, "it has to be finite"),
        ({"unit": "um"}, "there is no unit 'um' of space: write micrometer"),
        ({"unit": "micrometre"}, "there is no unit 'micrometre' of space: write micrometer"),
        ({"unit": "ms", "type": "time"}, "there is no unit 'ms' of time: write millisecond"),
        ({"name": ""}, "the name of a dimension is '', expected one"),
        ({"scale_factor": 1.5}, "the scale_factor of dimension 'x' is 1.5, expected a whole number from 1 on"),
        ({"scale_factor": 0}, "the scale_factor of dimension 'x' is 0"),
        ({"size": 5.5}, "the size of dimension 'x' is 5.5, expected a whole number"),
    ],
)
def test_what_is_said_of_dimensions(changed: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        write_image(PIXELS, tmp_path / "new", [DIMS[0], DimSpec(**{"name": "x", **changed})])


def test_what_is_said_of_the_rest(tmp_path: Path) -> None:
    image = write_image(PIXELS, tmp_path / "image", DIMS)
    with pytest.raises(UsageError, match="colors has 1: 'red', expected four numbers from 0 to 255"):
        write_labels(PIXELS, image, "cells", colors={1: "red"})  # type: ignore[dict-item]
    with pytest.raises(UsageError, match="expected images by their names"):
        write_collection([PIXELS], tmp_path / "new", DIMS)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"of field 'A/1/0', got an array of shape \(6, 5\)"):
        prepare_plate({"A/1/0": PIXELS}, tmp_path / "new", DIMS)  # type: ignore[dict-item]
    with pytest.raises(UsageError, match=r"the pixels|pixels are"):
        write_image(None, tmp_path / "new", DIMS)
    with pytest.raises(UsageError, match="an image has two dimensions at least, got none"):
        write_image(np.zeros(()), tmp_path / "new", [])
    with pytest.raises(UsageError, match="pixels have a type, such as 'uint16', got None"):
        stream_image(tmp_path / "new", (6, 5), DIMS, None)
    with pytest.raises(UsageError, match="Zarr v2 has no shards"):
        write_image(PIXELS, tmp_path / "new", DIMS, version="0.4", shards="auto")


def test_folders_on_the_way_are_taken_away_where_nothing_came_into_them(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(NgffError):
        write_image(PIXELS, tmp_path / "there/a/b.zarr", DIMS, members={"omero": 3})
    assert os.listdir(tmp_path / "there") == []
