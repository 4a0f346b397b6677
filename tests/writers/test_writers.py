"""Stores written now by real writers have no errors; where one deviates, exactly how is said here.

The expected findings name what the versions pinned in tox.ini write.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ngff_core import Report, check_store, open_group, upgrade_store

np = pytest.importorskip("numpy")
zarr = pytest.importorskip("zarr")
pytest.importorskip("ngff_v04")
pytest.importorskip("ngff_v05")

AXES = [{"name": "c", "type": "channel"}, *({"name": n, "type": "space", "unit": "micrometer"} for n in "yx")]
UNITS = {"y": "micrometer", "x": "micrometer"}
SCALE = {"y": 0.5, "x": 0.5}

# what the specification recommends and the writer leaves out
NO_METHOD = {("multiscale-metadata-present", "warning"), ("multiscale-type-present", "warning")}


def pixels() -> Any:
    return np.arange(2 * 64 * 64, dtype="uint16").reshape(2, 64, 64)


def labels() -> Any:
    return (pixels()[0] // 1024).astype("uint8")


def found(report: Report) -> set[tuple[str, str]]:
    return {(issue.rule, issue.severity.value) for issue in report.issues}


def multiscales(version: str) -> list[dict[str, Any]]:
    """Return metadata of two levels, written by hand."""
    return [
        {
            **({"version": "0.4"} if version == "0.4" else {}),
            "name": "image",
            "type": "mean",
            "metadata": {"method": "numpy"},
            "axes": AXES,
            "datasets": [
                {
                    "path": str(level),
                    "coordinateTransformations": [{"type": "scale", "scale": [1.0, 0.5 * 2**level, 0.5 * 2**level]}],
                }
                for level in (0, 1)
            ],
        }
    ]


# --- zarr-python ------------------------------------------------------------------------------------


def write_with_zarr(path: Path, version: str, **options: Any) -> Report:
    zarr_format = 2 if version == "0.4" else 3
    group = zarr.create_group(path, zarr_format=zarr_format)
    extra: dict[str, Any] = (
        {"chunk_key_encoding": {"name": "v2", "separator": "/"}}
        if version == "0.4"
        else {"dimension_names": ["c", "y", "x"]}
    )
    for level, array in enumerate((pixels(), pixels()[:, ::2, ::2])):
        group.create_array(str(level), shape=array.shape, dtype=array.dtype, chunks=(1, 32, 32), **extra, **options)[
            :
        ] = array
    content = {"multiscales": multiscales(version)}
    group.attrs.update(content if version == "0.4" else {"ome": {"version": "0.5", **content}})
    return check_store(path)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_zarr_python(tmp_path: Path, version: str) -> None:
    report = write_with_zarr(tmp_path / "image.zarr", version)
    assert (report.version, report.issues, report.counts) == (version, [], {"array": 2, "image": 1})


def test_zarr_python_sharded(tmp_path: Path) -> None:
    report = write_with_zarr(tmp_path / "image.zarr", "0.5", shards=(1, 32, 32), compressors=None)
    assert (report.version, report.issues) == ("0.5", [])


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_zarr_python_consolidated(tmp_path: Path, version: str) -> None:
    path = tmp_path / "image.zarr"
    write_with_zarr(path, version)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)  # zarr warns of what the v3 specification leaves open
        zarr.consolidate_metadata(path)
    assert check_store(path).issues == []


def test_zarr_python_stale_consolidated_metadata(tmp_path: Path) -> None:
    path = tmp_path / "image.zarr"
    write_with_zarr(path, "0.4")
    zarr.consolidate_metadata(path)
    attributes = json.loads((path / ".zattrs").read_text())
    attributes["multiscales"][0]["name"] = "renamed"
    (path / ".zattrs").write_text(json.dumps(attributes))
    assert found(check_store(path)) == {("zarr-consolidated-current", "warning")}


# --- ome-zarr-py ------------------------------------------------------------------------------------


def ome_zarr_format(version: str) -> Any:
    module = pytest.importorskip("ome_zarr.format")
    return module.FormatV04() if version == "0.4" else module.FormatV05()


def ome_zarr_image(group: Any, fmt: Any, **options: Any) -> None:
    from ome_zarr.writer import write_image

    write_image(pixels(), group, axes="cyx", fmt=fmt, scale_factors=(2,), **options)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_ome_zarr_py_image(tmp_path: Path, version: str) -> None:
    fmt = ome_zarr_format(version)
    group = zarr.open_group(tmp_path / "image.zarr", mode="w", zarr_format=fmt.zarr_format)
    ome_zarr_image(group, fmt, scale=SCALE, axes_units=UNITS)
    report = check_store(tmp_path / "image.zarr")
    assert report.valid
    assert (report.version, found(report)) == (version, NO_METHOD)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_ome_zarr_py_image_without_units(tmp_path: Path, version: str) -> None:
    fmt = ome_zarr_format(version)
    group = zarr.open_group(tmp_path / "image.zarr", mode="w", zarr_format=fmt.zarr_format)
    ome_zarr_image(group, fmt)
    report = check_store(tmp_path / "image.zarr")
    assert report.valid
    assert found(report) == {*NO_METHOD, ("axes-unit-present", "warning")}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_ome_zarr_py_labels(tmp_path: Path, version: str) -> None:
    from importlib import import_module

    fmt = ome_zarr_format(version)
    group = zarr.open_group(tmp_path / "image.zarr", mode="w", zarr_format=fmt.zarr_format)
    ome_zarr_image(group, fmt, scale=SCALE, axes_units=UNITS)
    import_module("ome_zarr.writer").write_labels(
        labels(),
        group,
        name="cells",
        axes="yx",
        fmt=fmt,
        scaler=None,  # its default makes five levels, whatever scale_factors says
        scale_factors=(2,),
        scale=SCALE,
        axes_units=UNITS,
    )
    report = check_store(tmp_path / "image.zarr")
    assert report.counts == {"array": 4, "image": 1, "label-image": 1, "labels-group": 1}
    expected = {*NO_METHOD, ("label-colors-present", "warning")}
    if version == "0.5":
        # deviation: ome-zarr-py writes the labels group of 0.5 without the version that every `ome` object states
        errors = [(issue.rule, issue.node, issue.pointer) for issue in report.issues if issue.severity.value == "error"]
        assert errors == [("version-ome-present", "labels", "/attributes/ome")]
        expected.add(("version-ome-present", "error"))
    assert found(report) == expected


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_ome_zarr_py_plate(tmp_path: Path, version: str) -> None:
    fmt = ome_zarr_format(version)
    from ome_zarr.writer import write_plate_metadata, write_well_metadata

    path = tmp_path / "plate.zarr"
    plate = zarr.open_group(path, mode="w", zarr_format=fmt.zarr_format)
    write_plate_metadata(plate, ["A"], ["1", "2"], ["A/1", "A/2"], fmt=fmt, name="plate", field_count=1)
    for column in ("1", "2"):
        well = plate.require_group("A").require_group(column)
        write_well_metadata(well, ["0"], fmt=fmt)
        ome_zarr_image(well.require_group("0"), fmt, scale=SCALE, axes_units=UNITS)
    report = check_store(path)
    assert report.valid
    assert (report.version, report.kind) == (version, "plate")
    assert report.counts == {"array": 4, "image": 2, "plate": 1, "row": 1, "well": 2}
    # a plate of one row and two columns is none that can be bought: a note, no more
    assert found(report) == {*NO_METHOD, ("plate-columns-all-physical", "info"), ("plate-rows-all-physical", "info")}


# --- ngff-zarr --------------------------------------------------------------------------------------


def ngff_zarr_image(path: Path, version: str, consolidate: bool) -> None:
    ngff_zarr = pytest.importorskip("ngff_zarr")
    image = ngff_zarr.to_ngff_image(
        pixels(), dims=["c", "y", "x"], scale=SCALE, translation={"y": 0.0, "x": 0.0}, name="image", axes_units=UNITS
    )
    pyramid = ngff_zarr.to_multiscales(image, scale_factors=[2, 4])
    ngff_zarr.to_ngff_zarr(str(path), pyramid, version=version, consolidate_metadata=consolidate)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("consolidate", [True, False], ids=["consolidated", "plain"])
def test_ngff_zarr(tmp_path: Path, version: str, consolidate: bool) -> None:
    path = tmp_path / "image.zarr"
    ngff_zarr_image(path, version, consolidate)
    report = check_store(path)
    assert (report.version, report.counts) == (version, {"array": 3, "image": 1})
    assert report.issues == []


# --- tensorstore ------------------------------------------------------------------------------------


def tensorstore_image(path: Path, version: str) -> None:
    tensorstore = pytest.importorskip("tensorstore")
    path.mkdir()
    for level, array in enumerate((pixels(), pixels()[:, ::2, ::2])):
        shape = list(array.shape)
        if version == "0.4":
            metadata: dict[str, Any] = {
                "shape": shape,
                "chunks": [1, 32, 32],
                "dtype": "<u2",
                "dimension_separator": "/",
            }
        else:
            grid = {"name": "regular", "configuration": {"chunk_shape": [1, 32, 32]}}
            metadata = {"shape": shape, "data_type": "uint16", "chunk_grid": grid, "dimension_names": ["c", "y", "x"]}
        spec = {
            "driver": "zarr" if version == "0.4" else "zarr3",
            "kvstore": {"driver": "file", "path": str(path / str(level))},
            "metadata": metadata,
        }
        tensorstore.open(spec, create=True).result().write(array).result()
    content: dict[str, Any] = {"multiscales": multiscales(version)}
    if version == "0.4":
        (path / ".zgroup").write_text('{"zarr_format": 2}')
        (path / ".zattrs").write_text(json.dumps(content))
    else:
        group = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5", **content}}}
        (path / "zarr.json").write_text(json.dumps(group))


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_tensorstore(tmp_path: Path, version: str) -> None:
    path = tmp_path / "image.zarr"
    tensorstore_image(path, version)
    report = check_store(path)
    assert (report.version, report.issues, report.counts) == (version, [], {"array": 2, "image": 1})


# --- upgraded --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["0.5", "0.6"])
def test_ome_zarr_py_upgraded(tmp_path: Path, target: str) -> None:
    """What ome-zarr-py wrote as 0.4 is valid 0.5 and 0.6 after an upgrade; zarr-python and ome-zarr-py see the same."""
    from ome_zarr.io import parse_url
    from ome_zarr.reader import Reader
    from ome_zarr.writer import write_labels

    root = tmp_path / "image.zarr"
    group = zarr.open_group(root, mode="w", zarr_format=2)
    ome_zarr_image(group, ome_zarr_format("0.4"))
    options = {"fmt": ome_zarr_format("0.4"), "scaler": None, "scale_factors": (2,)}
    write_labels(labels(), group, name="cells", axes="yx", **options)
    paths = ["s0", "labels/cells/s0"]
    before = [zarr.open_array(root / path, mode="r", zarr_format=2)[...] for path in paths]
    upgrade_store(root, target, remove_old=True)
    report = check_store(root)
    assert (report.version, report.valid) == (target, True)
    after = [zarr.open_array(root / path, mode="r", zarr_format=3)[...] for path in paths]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    if target == "0.5":
        (image, *_) = Reader(parse_url(root))()
        assert image.data[0].shape == (2, 64, 64)
        assert [axis["name"] for axis in image.metadata["axes"]] == ["c", "y", "x"]


@pytest.mark.parametrize("consolidate", [True, False], ids=["consolidated", "plain"])
def test_ngff_zarr_upgraded(tmp_path: Path, consolidate: bool) -> None:
    """ngff-zarr reads what it wrote as 0.4 in the same way as 0.5."""
    from ngff_zarr import from_ngff_zarr

    root = tmp_path / "image.zarr"
    ngff_zarr_image(root, "0.4", consolidate)
    before = from_ngff_zarr(str(root), version="0.4")
    upgrade_store(root, "0.5", decisions={"consolidated": "rebuild"}, remove_old=True)
    assert check_store(root).valid
    after = from_ngff_zarr(str(root), version="0.5", validate=True)
    for one, other in zip(before.images, after.images, strict=True):
        assert (one.dims, one.scale, one.translation) == (other.dims, other.scale, other.translation)
        assert np.array_equal(np.asarray(one.data), np.asarray(other.data))


def test_tensorstore_upgraded(tmp_path: Path) -> None:
    """tensorstore reads what it wrote as Zarr v2 in the same way as v3."""
    tensorstore_image(tmp_path / "image", "0.4")
    before = open_group(tmp_path / "image")["0"].to_tensorstore().read().result()
    upgrade_store(tmp_path / "image", "0.5")
    array = open_group(tmp_path / "image")["0"]
    assert array.zarr_format == 3
    assert np.array_equal(array.to_tensorstore().read().result(), before)
