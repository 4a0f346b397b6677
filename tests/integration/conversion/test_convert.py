"""`convert` between 0.4 and 0.5: there and back, what the result is, what would be lost, and what makes no sense."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from documents import damaged, valid_documents
from hypothesis import given, settings

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

import ngff_v04 as v04
import ngff_v05 as v05
from ngff_core import (
    ConversionError,
    Model,
    PluginError,
    Registry,
    UsageError,
    check_object,
    convert,
    hookimpl,
    plan_conversion,
    to_dict,
)
from ngff_core.errors import VersionNotInstalledError
from ngff_core.migration import Migration
from ngff_core.models import image as shared
from ngff_core.plugins import discover
from ngff_core.structure import new_converter, structure
from ngff_core.testing.changes import same_json

FOREIGN = ("_creator", "@type", "vendor")  # what `valid_documents` puts beside the metadata


def multiscale(package: Any) -> Any:
    axes = [package.SpaceAxis(name="y", unit="micrometer"), package.SpaceAxis(name="x", unit="micrometer")]
    scale = package.ScaleTransformation(scale=[1, 0.5])
    datasets = [package.Dataset(path="0", coordinateTransformations=[scale])]
    return package.Multiscale(name="cells", axes=axes, datasets=datasets)


def image() -> v04.Image:
    return v04.Image(multiscales=[multiscale(v04)])


def image05() -> v05.Image:
    return v05.Image(multiscales=[multiscale(v05)])


def held(value: Any, cls: type[Model]) -> Model:
    return structure(new_converter(cls.__module__.partition(".")[0]), value, cls)[0]


def unversioned(value: Any) -> Any:
    """Return a document of 0.4 without the versions of its objects, which 0.5 states once."""
    parts = {key: value[key] for key in ("plate", "well", "image-label") if isinstance(value.get(key), dict)}
    bare = {key: _without_version(part) for key, part in parts.items()}
    if isinstance(value.get("multiscales"), list):
        bare["multiscales"] = [_without_version(m) if isinstance(m, dict) else m for m in value["multiscales"]]
    return {**value, **bare}


def _without_version(value: dict[str, Any]) -> dict[str, Any]:
    return {key: member for key, member in value.items() if key != "version"}


# --- there and back ---------------------------------------------------------------------------------


@given(valid_documents("0.4", ("image",)))
def test_an_image_of_0_4_comes_back_from_0_5(drawn: tuple[str, Any]) -> None:
    first = held({key: value for key, value in drawn[1].items() if key not in FOREIGN}, v04.Image)
    second = convert(first, "0.5")
    assert type(second) is v05.Image
    third = convert(second, "0.4")
    assert type(third) is v04.Image
    assert third == first
    assert same_json(to_dict(third), to_dict(first))
    assert check_object(second).valid


@given(valid_documents("0.5", ("image",)))
def test_an_image_of_0_5_comes_back_from_0_4(drawn: tuple[str, Any]) -> None:
    first = held({key: value for key, value in drawn[1].items() if key not in FOREIGN}, v05.Image)
    second = convert(first, "0.4")
    assert type(second) is v04.Image
    third = convert(second, "0.5")
    assert third == first
    assert same_json(to_dict(third), to_dict(first))


@given(valid_documents("0.4"))
def test_all_attributes_of_0_4_come_back_from_0_5(drawn: tuple[str, Any]) -> None:
    kind, value = drawn
    spec = Registry().spec("0.4")
    cls = next(k.load() for k in spec.kinds if k.name == kind)
    first = held(value, cls)
    second = convert(first, v05.OMEAttributes)
    assert second.extra.keys() == value.keys() & set(FOREIGN)
    third = convert(second, "0.4")
    assert type(third) is cls
    assert same_json(to_dict(third), value)


@given(damaged("0.4"))
@settings(max_examples=200)
def test_what_is_wrong_comes_back_as_well(drawn: tuple[str, Any]) -> None:
    kind, value = drawn
    spec = Registry().spec("0.4")
    cls = next(k.load() for k in spec.kinds if k.name == kind)
    if (
        not isinstance(value, dict)
        or "ome" in value
        or spec.kind_of(value) is None
        or spec.kind_of(value).load() != cls
    ):
        return
    first = held(value, cls)
    planned = plan_conversion(first, v05.OMEAttributes)
    if planned.model is None:
        assert all(obstacle.text.endswith("(and none in 0.4)") for obstacle in planned.obstacles)
        assert check_object(first).valid
        return
    third = plan_conversion(planned.model, cls)
    assert third.model is not None
    assert same_json(unversioned(to_dict(third.model)), unversioned(to_dict(first)))


def test_the_model_stays_as_it_is_and_shares_nothing() -> None:
    first = image()
    first.multiscales[0].extra["mine"] = {"a": [None]}
    before = copy.deepcopy(first)
    second = convert(first, v05.Image)
    assert first == before
    second.multiscales[0].extra["mine"]["a"].append(1)
    second.multiscales[0].axes.pop()
    assert first == before


@pytest.mark.parametrize("version", ["0.5", "v0.5", "05"])
def test_a_version_is_converted_to_itself(version: str) -> None:
    first = image05()
    second = convert(first, version)
    assert second == first
    assert second is not first


def test_nulls_and_kinds_of_numbers_stay() -> None:
    first = image()
    first.multiscales[0].extra |= {"null": None, "int": 1, "float": 1.0, "large": 2**70}
    first.multiscales[0].datasets[0].extra["null"] = None
    second = convert(first, v05.Image)
    assert repr(second.multiscales[0].extra) == repr(first.multiscales[0].extra)
    assert second.multiscales[0].datasets[0].extra == {"null": None}
    assert repr(second.multiscales[0].datasets[0].scale_transform) == repr(v05.ScaleTransformation(scale=[1, 0.5]))


# --- what the result is -----------------------------------------------------------------------------


def test_the_class_may_be_that_of_the_attributes_or_of_the_document() -> None:
    first = image()
    document = convert(first, v05.OMEZarrGroupJSON)
    assert document == v05.OMEZarrGroupJSON(attributes=v05.OMEAttributes(ome=image05()))
    assert convert(first, v05.OMEAttributes) == document.attributes
    assert convert(first, v05.Image) == document.attributes.ome
    for held_by in (document, document.attributes):
        assert convert(held_by, "0.4") == first
        assert convert(held_by, "0.5") == held_by
        assert convert(held_by, v05.Image) == document.attributes.ome
    assert convert(document.attributes.ome, v05.OMEZarrGroupJSON) == document


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (v04.Plate(plate=v04.PlateDef(rows=[], columns=[], wells=[])), v05.Plate),
        (v04.Well(well=v04.WellDef(images=[v04.FieldOfView(path="0")])), v05.Well),
        (v04.LabelsGroup(labels=["cells"]), v05.LabelsGroup),
        (v04.Bf2Raw(), v05.Bf2Raw),
        (v04.Series(series=["0"]), v05.Series),
        (v04.LabelImage(multiscales=image().multiscales, image_label=v04.ImageLabel()), v05.LabelImage),
    ],
)
def test_documents_of_every_kind(old: Model, new: type[Model]) -> None:
    made = convert(old, "0.5")
    assert type(made) is new
    assert convert(made, type(old)) == old


def test_objects_of_a_class_of_ones_own_are_converted_like_those_of_its_base() -> None:
    class Mine(v05.Image):
        pass

    made = convert(Mine(multiscales=image05().multiscales), "0.4")
    assert (type(made), made) == (v04.Image, image())


# --- what would be lost -----------------------------------------------------------------------------


def test_what_stands_beside_the_namespace_has_no_place_in_the_metadata() -> None:
    first = image()
    first.extra |= {"vendor": None, "_creator": 1}
    with pytest.raises(ConversionError) as caught:
        convert(first, "0.5")
    lost = [
        f"the attribute `{key}`: the model has no place beside `ome` for it, which ngff_v05.OMEAttributes has"
        for key in ("_creator", "vendor")
    ]
    assert [loss.text for loss in caught.value.losses] == lost
    assert caught.value.obstacles == []
    assert str(caught.value) == f"not converted from 0.4 to 0.5, as 2 things would be lost: {'; '.join(lost)}"
    assert pickle.loads(pickle.dumps(caught.value)) == caught.value
    assert convert(first, "0.5", allow_loss=True) == image05()
    planned = plan_conversion(first, "0.5")
    assert (planned.source, planned.target, planned.model) == ("0.4", "0.5", image05())
    assert [loss.text for loss in planned.losses] == lost


def test_of_a_document_what_0_4_does_not_have_is_lost_or_refused() -> None:
    first = convert(image(), v05.OMEZarrGroupJSON)
    first.extra |= {"mine": {"must_understand": False}, "consolidated_metadata": None}
    with pytest.raises(ConversionError, match=r"`mine` of zarr\.json: v2 has no such member"):
        convert(first, "0.4")
    assert convert(first, "0.4", allow_loss=True) == image()
    with pytest.raises(ConversionError, match=r"`mine` of zarr\.json, beside its attributes"):
        convert(first, v05.OMEAttributes)
    assert convert(first, "0.5") == first
    first.extra["mine"] = 5
    with pytest.raises(ConversionError, match="has to be understood"):
        convert(first, "0.4", allow_loss=True)


def test_copies_of_other_documents_are_left_out() -> None:
    first = convert(image(), v05.OMEZarrGroupJSON)
    whole = copy.deepcopy(first)
    whole.extra["consolidated_metadata"] = {"kind": "inline", "metadata": {}}
    planned = plan_conversion(whole, "0.4")
    assert planned.model == image()
    said = "`consolidated_metadata` is left out: it holds copies of documents of 0.5"
    assert [remark.text for remark in planned.remarks] == [said]


def test_many_losses_are_counted() -> None:
    first = image()
    first.extra |= dict.fromkeys("abcdef")
    with pytest.raises(ConversionError, match=r"as 6 things would be lost: .*`a`.*`c`.*; and 3 more$"):
        convert(first, "0.5")


def test_errors_of_a_model_do_not_keep_it_from_being_converted() -> None:
    first = held({"multiscales": [{"axes": 5, "datasets": "x"}]}, v04.Image)
    planned = plan_conversion(first, "0.5")
    assert planned.obstacles == []
    assert to_dict(planned.model) == {"version": "0.5", "multiscales": [{"axes": 5, "datasets": "x"}]}
    assert [remark.text for remark in planned.remarks] == [
        "it has 2 errors in 0.5: structure-type (it had 2 errors in 0.4)"
    ]


def test_metadata_that_says_nothing_is_no_model_of_0_4() -> None:
    empty = v05.OMEAttributes(ome={})  # type: ignore[arg-type]
    assert to_dict(convert(empty, "0.5")) == {"ome": {}}
    with pytest.raises(UsageError, match=r"^there is no model of 0\.4 for metadata of no kind that is known$"):
        convert(empty, "0.4")
    with pytest.raises(ConversionError, match="its attributes are 5, expected an object"):
        convert(v05.OMEZarrGroupJSON(attributes=5), "0.4")


# --- what makes no sense ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: convert(5, "0.5"), "expected a model, such as an ngff_v05.Image, got int"),
        (lambda: convert({"multiscales": []}, "0.5"), "expected a model, such as an ngff_v05.Image, got dict"),
        (lambda: convert(v04.Image, "0.5"), "expected a model, such as an ngff_v05.Image, got type"),
        (lambda: convert(image(), 0.5), "expected a version such as '0.5', or a model class such as ngff_v05.Image"),
        (lambda: convert(image(), dict), "expected a version such as '0.5', or a model class such as ngff_v05.Image"),
        (lambda: convert(image(), v05.OMEMetadata), "or a model class such as ngff_v05.Image, got UnionType"),
        (lambda: convert(image(), v05.Plate), "ngff_v05.OMEAttributes or ngff_v05.Image, not of ngff_v05.Plate"),
        (lambda: convert(image(), v05.LabelImage), "or ngff_v05.Image, not of ngff_v05.LabelImage"),
        (lambda: convert(image(), v05.Multiscale), "or ngff_v05.Image, not of ngff_v05.Multiscale"),
        (lambda: convert(image().multiscales[0], v05.Image), "an object of ngff_v05.Multiscale, not of ngff_v05.Image"),
        (lambda: convert(shared.SpaceAxis(name="x"), "0.5"), "ngff_core.models.axes.SpaceAxis is no class of one"),
        (lambda: convert(image(), shared.Multiscale), "ngff_core.models.image.Multiscale is no class of one version"),
        (lambda: convert(image(), "0.5", decisions={"codec": "x"}), "no decision 'codec' on this way; did you mean"),
        (lambda: convert(image(), "0.5", decisions=["x"]), "expected decisions such as {"),
        (lambda: convert(image05(), "0.5", decisions={"a": "b"}), "no decision 'a' on this way; there are none"),
        (lambda: convert(image(), "0.5", decisions={"codecs": "x"}), "codecs='x': expected one of portable, numcodecs"),
    ],
)
def test_slips_of_callers_are_usage_errors(call: Callable[[], object], text: str) -> None:
    with pytest.raises(UsageError, match=re.escape(text)):
        call()


def test_a_version_that_is_not_installed_is_named_with_those_that_are() -> None:
    with pytest.raises(VersionNotInstalledError, match=re.escape("(installed: 0.4, 0.5); published are")):
        convert(image(), "0.44")
    only = Registry(found=[found for found in discover() if found[0].distribution == "ngff-v05"])
    with pytest.raises(VersionNotInstalledError, match=re.escape("'0.4' is not installed (installed: 0.5)")):
        convert(image05(), "0.4", registry=only)
    with pytest.raises(VersionNotInstalledError, match=re.escape("'0.4' is not installed (installed: 0.5)")):
        convert(image(), "0.5", registry=only)


def odd(value: Any) -> v04.Image:
    made = image()
    made.extra["odd"] = value
    return made


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("nan"), "the document holds NaN, which is not JSON (at /odd)"),
        ({1, 2}, "the document is not JSON: set is no type of JSON (at /odd)"),
        (nested(500), "it is nested more than 400 deep"),
        (nested(100_000), "it is nested more than 400 deep"),
        (CIRCLE, "it is nested more than 400 deep"),
    ],
)
def test_what_is_no_json_is_refused(value: Any, text: str) -> None:
    with pytest.raises(ConversionError, match=re.escape(text)):
        convert(odd(value), v05.OMEAttributes, allow_loss=True)


class Failing:
    """Brings a version like 0.5, and a step there that fails."""

    def __init__(self, what: Callable[[Any], Any]) -> None:
        self._what = what

    @hookimpl
    def ngff_specs(self) -> list[Any]:
        return [attrs.evolve(Registry().spec("0.5"), version="0.51")]

    @hookimpl
    def ngff_migrations(self) -> list[Migration]:
        return [Migration("0.5", "0.51", lambda documents, _: self._what(documents))]


def _raise(documents: Any) -> Any:
    raise ZeroDivisionError(len(documents))


@pytest.mark.parametrize(
    ("what", "text"),
    [
        (_raise, "failed: ZeroDivisionError: 1"),
        (lambda _: [], "failed: it returned list, expected documents by path"),
        (lambda nodes: {"": nodes[""].evolve(attributes={"ome": {1}})}, "failed: the document is not JSON: set is no"),
    ],
)
def test_a_step_that_fails_is_the_failure_of_its_plugin(what: Callable[[Any], Any], text: str) -> None:
    registry = Registry(plugins=[Failing(what)])
    with pytest.raises(PluginError, match=re.escape("the step 0.5 to 0.51 of Failing ") + ".*" + re.escape(text)):
        convert(image05(), "0.51", registry=registry)
    assert convert(image05(), "0.4", registry=registry) == image()
