"""Faults of the field, D13: the user guide of the best-known package runs after its import line is changed.

The guide lies in the specification folder; what its blocks call is tested here with words of our own as well.
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from bases import image

import ngff_core
import ngff_v04 as v04
import ngff_v05 as v05
from ngff_core import DimSpec, Report, ValidationError
from ngff_core.errors import NotFoundError, UsageError

PACKAGE = "yaozarrs"
PLAIN = v05.Multiscale.from_dims([DimSpec("y"), DimSpec("x")], name="plain")
DOCUMENT = json.loads(v05.Image(multiscales=[PLAIN]).to_json(validate=False))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return image("0.5").write(tmp_path / "image.zarr")


@pytest.fixture(scope="session")
def blocks(shared: Path) -> list[str]:
    guide = shared / "guide" / "ome_zarr_guide.md"
    if not guide.is_file():
        pytest.skip("the user guide is not in the specification folder")
    found = re.finditer(r"^([ \t]*)```python\n(.*?)^\1```", guide.read_text(), re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(match[2]) for match in found]


def adapted(block: str, store: Path) -> str:
    """Change the import line, and put a store and a document in the place of addresses and ``...``."""
    block = block.replace(PACKAGE, "ngff_core")
    for package, call in (("zarr", "to_zarr_python"), ("tensorstore", "to_tensorstore")):
        if find_spec(package) is None:  # tests/pixels calls it where that is installed
            block = re.sub(rf"^.*\.{call}\(\).*$", "", block, flags=re.MULTILINE)
    block = re.sub(r'"(?:path/to/image\.zarr|https://[^"]*|s3://[^"]*)"', repr(str(store)), block)
    return block.replace("""'{"multiscales": [...]}'""", repr(json.dumps(DOCUMENT)))


def is_program(block: str) -> bool:
    """Tell whether a block is more than documents that are shown: objects, one after the other."""
    return not all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Dict) for node in ast.parse(block).body)


def run(block: str, names: dict[str, Any]) -> None:
    tree = ast.parse(block)
    for node in ast.walk(tree):  # a document that leaves its multiscales out to the reader
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "validate_ome_object":
            node.args = [ast.parse("DOCUMENT", mode="eval").body]
    exec(compile(ast.fix_missing_locations(tree), "<guide>", "exec"), names)


def test_d13_every_block_of_the_guide_runs(blocks: list[str], store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(blocks) == 28
    names: dict[str, Any] = {"DOCUMENT": DOCUMENT, "dict_obj": DOCUMENT, "uri": str(store)}
    for block in blocks:
        run(adapted(block, store), names)
    assert "(2, 64, 64)" in capsys.readouterr().out
    assert sum(map(is_program, blocks)) == 27


def test_d13_versions_are_names_of_the_package() -> None:
    from ngff_core import v04 as fourth
    from ngff_core import v05 as fifth

    assert (fourth, fifth) == (v04, v05)
    with pytest.raises(AttributeError, match="has no attribute 'v09': no version of that name is installed"):
        ngff_core.v09  # noqa: B018
    with pytest.raises(AttributeError, match=r"module 'ngff_core' has no attribute 'very'$"):
        ngff_core.very  # noqa: B018


def test_d13_models_are_written_by_the_name_of_pydantic() -> None:
    label = v05.LabelsGroup(labels=["cells"])
    assert label.model_dump_json(exclude_unset=True, indent=2) == label.to_json()
    assert label.model_dump_json() == '{"version":"0.5","labels":["cells"]}'
    empty = v05.Well(well=v05.WellDef(images=[]))
    assert empty.model_dump_json(indent=None) == '{"version":"0.5","well":{"images":[]}}'  # not validated, as there
    with pytest.raises(ValidationError):
        empty.model_dump_json(validate=True)


def test_model_dump_has_plain_values_by_the_names_of_attributes() -> None:
    axes = [v05.SpaceAxis(name="y"), v05.SpaceAxis(name="x", unit="micrometer")]
    scale = v05.ScaleTransformation(scale=[1.0, 1.0])
    dataset = v05.Dataset(path="0", coordinateTransformations=[scale])
    image = v05.Image(multiscales=[v05.Multiscale(axes=axes, datasets=[dataset])])
    color = v05.LabelColor(label_value=1, rgba=[0, 0, 0, 0])
    label = v05.LabelImage(**image.model_dump(), image_label=v05.ImageLabel(colors=[color]))
    plain = label.model_dump()
    assert plain["image_label"] == {"colors": [{"label_value": 1, "rgba": [0, 0, 0, 0]}]}
    assert plain["multiscales"][0]["axes"][1] == {"name": "x", "type": "space", "unit": "micrometer"}
    assert plain["multiscales"] == ngff_core.to_dict(image)["multiscales"]
    assert v05.Row(name="A", extra={"note": [1]}).model_dump() == {"name": "A", "note": [1]}


@pytest.mark.parametrize("version", ["v0.5", "05", "0.5"])
def test_d13_versions_are_understood_alike(version: str, store: Path) -> None:
    assert type(ngff_core.from_uri(store, version=version)) is v05.OMEZarrGroupJSON
    assert type(ngff_core.validate_ome_uri(store, version=version)) is v05.OMEZarrGroupJSON
    assert type(ngff_core.validate_zarr_store(store, version=version)) is v05.OMEZarrGroupJSON
    with pytest.raises(ValidationError) as caught:
        ngff_core.validate_ome_json("{", version=version)
    assert caught.value.report.version == "0.5"


def test_d13_metadata_is_typed_by_its_class(store: Path) -> None:
    """D9: from_uri and groups give what type checkers know."""
    found = ngff_core.from_uri(store, v05.Image)
    assert (type(found), found.uri) == (v05.Image, str(store))
    assert ngff_core.validate_ome_uri(store, v05.Image) == found
    group = ngff_core.open_group(store)
    assert group.ome_metadata(v05.Image) == group.ome_structure(v05.Image) == group.ome_metadata() == found
    for call in (group.ome_metadata, group.ome_structure):
        with pytest.raises(UsageError, match=r"there is a ngff_v05.Image at .*, expected a ngff_v05.Plate"):
            call(v05.Plate)
    bare = ngff_core.open_group({".zgroup": b'{"zarr_format": 2}'})
    assert (bare.ome_metadata(), bare.ome_structure()) == (None, None)
    with pytest.raises(UsageError, match=r"there is no OME-Zarr metadata at .*, expected a ngff_v05.Image"):
        bare.ome_metadata(v05.Image)


LABELS = '{"labels": ["cells"]}'
LABELS05 = '{"version": "0.5", "labels": ["cells"]}'


def test_d13_unions_are_taken_for_classes(store: Path) -> None:
    assert type(ngff_core.validate_ome_json(LABELS, v04.OMEZarrGroupJSON)) is v04.LabelsGroup
    assert type(ngff_core.validate_ome_object(json.loads(LABELS), v04.OMEMetadata)) is v04.LabelsGroup
    whole = f'{{"zarr_format": 3, "node_type": "group", "attributes": {{"ome": {LABELS05}}}}}'
    for text in (LABELS05, f'{{"ome": {LABELS05}}}', whole):
        assert type(ngff_core.validate_ome_json(text, v05.OMEMetadata)) is v05.LabelsGroup
    report = ngff_core.check_json('{"labels": 5}', cls=v04.OMEZarrGroupJSON)
    assert (report.version, report.kind, [i.pointer for i in report.issues]) == ("0.4", "labels-group", ["/labels"])
    for text in ("{}", "[]", '{"ome": {}}'):
        assert ngff_core.check_json(text, cls=v04.OMEZarrGroupJSON).status == "invalid"
    assert ngff_core.check_object(v04.LabelsGroup(labels=["cells"]), cls=v04.OMEZarrGroupJSON).status == "valid"


def test_d13_so_are_unions_of_parts() -> None:
    for version in (v04, v05):
        report = ngff_core.check_json('{"name": "x", "type": "space", "unit": "miles"}', cls=version.Axis)
        assert (report.version, report.kind) == (version.Image.VERSION, "SpaceAxis")
        assert report.issues
        axis = ngff_core.validate_ome_json('{"name": "q", "type": "phase"}', version.Axis)
        assert isinstance(axis, version.CustomAxis)
        assert isinstance(axis, version.Axis)


def test_d13_a_union_that_a_store_is_not_of_is_said(store: Path) -> None:
    for call in (ngff_core.from_uri, ngff_core.validate_ome_uri):
        with pytest.raises(UsageError, match=r"with a ngff_v05.Image at .*, expected a ngff_v04.Image or ngff_v04"):
            call(store, v04.OMEZarrGroupJSON)
        assert type(call(store, v05.OMEMetadata)) is v05.Image


def test_d13_the_document_at_an_address_is_validated(store: Path) -> None:
    document = ngff_core.validate_ome_uri(store)
    assert isinstance(document, v05.OMEZarrGroupJSON)
    assert document.uri == str(store)
    assert ngff_core.validate_ome_uri(store, v05.OMEZarrGroupJSON).attributes.ome == document.attributes.ome
    with pytest.raises(
        UsageError, match=r"there is a ngff_v05.OMEZarrGroupJSON with a ngff_v05.Image at .*, expected a ngff_v05.Plate"
    ):
        ngff_core.validate_ome_uri(store, v05.Plate)
    broken = json.loads((store / "zarr.json").read_text())
    broken["attributes"]["ome"]["multiscales"][0]["axes"][1]["name"] = "x"
    (store / "zarr.json").write_text(json.dumps(broken))
    with pytest.raises(ValidationError) as caught:
        ngff_core.validate_ome_uri(store)
    assert caught.value.report.url == str(store)
    assert "axes-names-unique" in [issue.rule for issue in caught.value.report.issues]
    assert ngff_core.from_uri(store, v05.OMEZarrGroupJSON).zarr_format == 3  # whose structure is sound


def test_d13_what_is_below_a_group(store: Path) -> None:
    group = ngff_core.open_group(store)
    assert group.get("0") is not None
    assert (group.get("9"), group.get("9", 5)) == (None, 5)
    assert group.attrs == group.attributes
    assert (group.array("0").path, group.array("0").attrs) == ("0", {})
    with pytest.raises(NotFoundError, match=r"there is an array at '0' in .*, expected a group"):
        group.group("0")


def test_d13_a_group_is_validated(store: Path) -> None:
    group = ngff_core.open_group(store)
    assert isinstance(group.check(), Report)
    assert isinstance(group.validate(), v05.Image)
    assert group.check(select=["axes-unit-present"]).issues == []
    (store / "0" / "zarr.json").unlink()
    with pytest.raises(ValidationError) as caught:
        group.validate()
    assert [issue.rule for issue in caught.value.report.issues][:1] == ["dataset-path-relative-resolves"]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_d13_a_group_shows_its_files(version: str, tmp_path: Path) -> None:
    tree = image(version)
    tree.add("labels", {"labels": []})
    group = ngff_core.open_group(tree.write(tmp_path / "image.zarr"))
    files = {
        "0.4": [
            "image.zarr/",
            "├── .zgroup",
            "├── .zattrs  # Image (0.4)",
            "├── 0/",
            "│   └── .zarray  # uint16 2 x 64 x 64",
        ],
        "0.5": [
            "image.zarr/",
            "├── zarr.json  # Image (0.5)",
            "├── 0/",
            "│   └── zarr.json  # uint16 2 x 64 x 64",
        ],
    }[version]
    shown = group.tree().splitlines()
    assert shown[: len(files)] == files
    assert shown[-1].startswith("    └── ")
    assert "LabelsGroup" in shown[-1]
    assert (
        group.tree(depth=0).splitlines()
        == {
            "0.4": ["image.zarr/", "├── .zgroup", "├── .zattrs  # Image (0.4)", "└── ...      # (not looked at)"],
            "0.5": ["image.zarr/", "├── zarr.json  # Image (0.5)", "└── ...        # (not looked at)"],
        }[version]
    )


def test_d13_parts_know_their_size() -> None:
    dims = [DimSpec("z"), DimSpec("y", translation=5.0), DimSpec("x")]
    for version in (v04, v05):
        multiscale = version.Multiscale.from_dims(dims, n_levels=2)
        assert multiscale.ndim == 3
        level = multiscale.datasets[1]
        assert level.scale_transform == version.ScaleTransformation(scale=[2.0, 2.0, 2.0])
        assert level.translation_transform == version.TranslationTransformation(translation=[0.0, 5.0, 0.0])
        assert (level.scale_transform.ndim, level.translation_transform.ndim) == (3, 3)
        assert version.Dataset(path="0", coordinateTransformations=[]).scale_transform is None
        assert version.ScaleTransformation(scale=None).ndim == 0


def test_d13_names_that_were_missing() -> None:
    rendering = v04.OmeroRenderingDefs(model="color", projection="normal")
    assert json.loads(rendering.to_json(validate=False)) == {"model": "color", "projection": "normal"}
    for version in (v04, v05):
        assert version.Bf2Raw(bioformats2raw_layout=3) == version.Bf2Raw(layout=3) == version.Bf2Raw()
        assert version.Bf2Raw().bioformats2raw_layout == 3
        assert isinstance(version.SpaceAxis(name="x"), version.Axis)
        definition = version.PlateDef(rows=[], columns=[], wells=[])
        plate = version.Plate(plate=definition, bioformats2raw_layout=3)
        assert json.loads(plate.to_json(validate=False))["bioformats2raw.layout"] == 3
        assert version.Plate(plate=definition).bioformats2raw_layout is None
    assert isinstance(v04.Well(well=v04.WellDef(images=[])), v04.OMEZarrGroupJSON)
    assert not isinstance(v05.Well(well=v05.WellDef(images=[])), v04.OMEZarrGroupJSON)


@pytest.mark.parametrize(
    ("dim", "kind", "factor"),
    [
        (DimSpec("x"), "space", 2.0),
        (DimSpec("Z"), "space", 2.0),
        (DimSpec("t"), "time", 1.0),
        (DimSpec("time"), "time", 1.0),
        (DimSpec("c"), "channel", 1.0),
        (DimSpec("phase"), None, 1.0),
        (DimSpec("phase", type="space"), "space", 2.0),
        (DimSpec("z", scale_factor=1.0), "space", 1.0),
    ],
)
def test_d13_dimensions_say_what_follows_from_their_names(dim: DimSpec, kind: str | None, factor: float) -> None:
    assert (dim.infer_type(), dim.infer_scale_factor()) == (kind, factor)
