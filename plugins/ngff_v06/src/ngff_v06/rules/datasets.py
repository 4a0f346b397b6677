"""Rules on the transformations of datasets, which lead from an array to the intrinsic coordinate system."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import MUST, SHOULD
from ngff_core.rules.common import all_models, sound
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import listed, short, with_article
from ngff_v06.models.image import Dataset, Multiscale
from ngff_v06.models.systems import CoordinateSystemIdentifier
from ngff_v06.models.transformations import (
    AnyTransformation,
    IdentityTransformation,
    OtherTransformation,
    ScaleTransformation,
    SequenceTransformation,
    TranslationTransformation,
)
from ngff_v06.rules.examples import KEY, dataset, multiscale, system
from ngff_v06.transforms.walk import dataset_transformations, systems_of

_ENDS = {"input": {"path": "0"}, "output": {"name": "physical"}}
_SCALE = {"type": "scale", "scale": [2.0, 2.0]}
_MOVE = {"type": "translation", "translation": [1, 1]}
_IDENTITY = {"type": "identity", **_ENDS}


def _sequence(*steps: JSON) -> JSONObject:
    return dataset({"type": "sequence", "transformations": list(steps), **_ENDS})


def _of(*levels: JSON) -> JSONObject:
    return multiscale(datasets=list(levels), systems=[system("world")])


def _level(path: str = "0", **ends: JSON) -> JSONObject:
    return dataset({**_SCALE, "input": {"path": path}, "output": {"name": "physical"}, **ends}, path=path)


@rule(
    "transform-list-nonempty",
    on=Multiscale,
    requirement=MUST,
    valid=[multiscale()],
    invalid=[multiscale(datasets=[{"path": "0", KEY: []}]), multiscale(coordinateTransformations=[])],
)
def list_nonempty(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A list of transformations has at least one entry."""
    for index, level in sound(multiscale.datasets, Dataset):
        if level.coordinateTransformations == []:
            message = "the list of transformations is empty"
            yield ctx.at("datasets", index, KEY).issue(message, shown="[]", expected="one transformation")
    if multiscale.coordinateTransformations == []:
        yield ctx.at(KEY).issue("the list of transformations is empty", shown="[]", hint="leave the key out")


@rule(
    "transform-dataset-single",
    on=Dataset,
    requirement=MUST,
    valid=[dataset()],
    invalid=[dataset(_IDENTITY, _IDENTITY)],
)
def single(level: Dataset, ctx: Context) -> Iterator[Issue]:
    """A dataset has exactly one transformation; several steps stand in a sequence."""
    written = level.coordinateTransformations
    if isinstance(written, list) and len(written) > 1:
        yield ctx.at(KEY).issue(
            f"the dataset has {len(written)} transformations",
            shown=f"{len(written)} transformations",
            expected="exactly one",
            hint="put a scale and a translation into a sequence",
        )


@rule(
    "transform-dataset-kind",
    on=Dataset,
    requirement=MUST,
    valid=[dataset(), dataset(_IDENTITY), _sequence(_SCALE, _MOVE)],
    invalid=[dataset({**_MOVE, **_ENDS}), dataset({"type": "mapAxis", "mapAxis": [1, 0], **_ENDS})],
)
def kind(level: Dataset, ctx: Context) -> Iterator[Issue]:
    """The transformation of a dataset is a scale, an identity, or a sequence."""
    allowed = (ScaleTransformation, IdentityTransformation, SequenceTransformation)
    for index, t in _transformations(level):
        if not isinstance(t, (*allowed, OtherTransformation)):
            yield ctx.at(KEY, index, "type").issue(
                f"{with_article(t.type)} is not allowed in a dataset",
                found=t.type,
                expected="scale, identity or sequence",
            )


def _transformations(level: Dataset) -> Iterator[tuple[int, AnyTransformation]]:
    written = level.coordinateTransformations
    yield from ((i, t) for i, t in enumerate(written if isinstance(written, list) else ()) if hasattr(t, "input"))


@rule(
    "transform-dataset-sequence-scale-translation",
    on=Dataset,
    requirement=MUST,
    valid=[_sequence(_SCALE, _MOVE)],
    invalid=[
        _sequence(_MOVE, _SCALE),
        _sequence(_SCALE, _SCALE),
        _sequence({"type": "rotation", "rotation": [[0, 1], [-1, 0]]}, _MOVE),
    ],
)
def sequence_scale_translation(level: Dataset, ctx: Context) -> Iterator[Issue]:
    """A sequence in a dataset is one scale, then one translation.

    The JSON schema looks neither at the order nor whether there is one of each.
    """
    for index, t in _transformations(level):
        steps = t.transformations if isinstance(t, SequenceTransformation) else None
        if not steps or not all_models(steps):
            continue
        if [type(step) for step in steps] != [ScaleTransformation, TranslationTransformation]:
            names = [step.type for step in steps]
            message = f"the sequence is {listed(names, between=', then ')}"
            yield ctx.at(KEY, index, "transformations").issue(message, found=names, expected="scale, then translation")


def _ends(multiscale: Multiscale, side: str) -> Iterator[tuple[Pointer, CoordinateSystemIdentifier, Dataset]]:
    for place, t, level in dataset_transformations(multiscale):
        end = getattr(t, side)
        if isinstance(end, CoordinateSystemIdentifier):
            yield (*place, side), end, level


@rule(
    "transform-dataset-input-path-present",
    on=Multiscale,
    requirement=MUST,
    valid=[multiscale()],
    invalid=[_of(_level(input={"name": "0"}))],
)
def input_path_present(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The input of a dataset's transformation has a path."""
    for place, end, level in _ends(multiscale, "input"):
        if end.path is None:
            yield ctx.at(*place).issue("the input has no path", expected=f'"path": "{level.path}"')


@rule(
    "transform-dataset-input-path-matches",
    on=Multiscale,
    requirement=MUST,
    valid=[multiscale()],
    invalid=[_of(_level(input={"path": "s0"}))],
)
def input_path_matches(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The path of that input is the path of the dataset; readers trust the one of the dataset."""
    for place, end, level in _ends(multiscale, "input"):
        if isinstance(end.path, str) and isinstance(level.path, str) and end.path != level.path:
            message = f"the input is {end.path!r}, the dataset {level.path!r}"
            yield ctx.at(*place, "path").issue(message, found=end.path, expected=f'"{level.path}"')


@rule(
    "transform-dataset-input-name-absent",
    on=Multiscale,
    requirement=SHOULD,
    valid=[multiscale()],
    invalid=[_of(_level(input={"path": "0", "name": "s0"}))],
)
def input_name_absent(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The input of a dataset's transformation has no name. A MUST in one place of the text, a SHOULD in another."""
    for place, end, _ in _ends(multiscale, "input"):
        if end.name is not None and end.path is not None:
            yield ctx.at(*place, "name").issue("the input has a name", found=end.name, expected='"path" alone')


@rule(
    "transform-dataset-output-name-present",
    on=Multiscale,
    requirement=MUST,
    valid=[multiscale()],
    invalid=[_of(_level(output={"path": "physical"}))],
)
def output_name_present(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The output of a dataset's transformation has a name."""
    for place, end, _ in _ends(multiscale, "output"):
        if end.name is None:
            yield ctx.at(*place).issue("the output has no name", expected='"name"')


@rule(
    "transform-dataset-output-path-absent",
    on=Multiscale,
    requirement=SHOULD,
    valid=[multiscale()],
    invalid=[_of(_level(output={"name": "physical", "path": "."}))],
)
def output_path_absent(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The output of a dataset's transformation has no path. A MUST in one place of the text, a SHOULD in another."""
    for place, end, _ in _ends(multiscale, "output"):
        if end.path is not None and end.name is not None:
            yield ctx.at(*place, "path").issue("the output has a path", found=end.path, expected='"name" alone')


@rule(
    "transform-dataset-output-defined",
    on=Multiscale,
    requirement=MUST,
    valid=[multiscale()],
    invalid=[_of(_level(output={"name": "nope"}))],
)
def output_defined(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The output of a dataset's transformation is a coordinate system of the same multiscale."""
    if not isinstance(multiscale.coordinateSystems, list):
        return
    known = systems_of(multiscale)
    expected = listed(known) or "a coordinate system"
    for place, end, _ in _ends(multiscale, "output"):
        if isinstance(end.name, str) and end.name not in known:
            message = f"there is no coordinate system {end.name!r}"
            yield ctx.at(*place, "name").issue(message, found=end.name, expected=expected)


@rule(
    "transform-dataset-output-same",
    on=Multiscale,
    requirement=MUST,
    valid=[_of(_level(), _level("1"))],
    invalid=[_of(_level(), _level("1", output={"name": "world"}))],
)
def output_same(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """All datasets of an image lead to the same coordinate system, its intrinsic one."""
    named = [(place, end.name) for place, end, _ in _ends(multiscale, "output") if isinstance(end.name, str)]
    first = named[0][1] if named else ""
    expected, shown = f'"{first}"', short(first)
    for place, name in named[1:]:
        if name != first:
            message = f"the dataset leads to {name!r}, the first to {shown!r}"
            yield ctx.at(*place, "name").issue(message, found=name, expected=expected)


DATASET_TRANSFORM_RULES = (
    list_nonempty,
    single,
    kind,
    sequence_scale_translation,
    input_path_present,
    input_path_matches,
    input_name_absent,
    output_name_present,
    output_path_absent,
    output_defined,
    output_same,
)
