"""Transformations of 0.6 to compute with: points, matrices, inverses, chains; by hand and by their properties."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ngff_v06 as v06
from ngff_core import DimSpec, validate_ome_object
from ngff_v06 import CoordinateGraph, CoordinateSystemIdentifier, GeometryError, SystemKey

SETTINGS = settings(max_examples=100, deadline=None)

SCALE = v06.ScaleTransformation(scale=[2, 3])
MOVE = v06.TranslationTransformation(translation=[10, -1])
SWAP = v06.MapAxisTransformation(mapAxis=[2, 0, 1])
UP = v06.ProjectAxisTransformation(createdOutputs=[0, 2])
DOWN = v06.ProjectAxisTransformation(droppedInputs=[0])
BOTH = v06.ProjectAxisTransformation(droppedInputs=[0], createdOutputs=[0])
SHEAR = v06.AffineTransformation(affine=[[1, 2, 3], [0, 1, 4]])
LIFT = v06.AffineTransformation(affine=[[1, 0, 0], [2, 3, 4], [5, 6, 7]])
TURN = v06.RotationTransformation(rotation=[[0, -1], [1, 0]])
FIELD = v06.DisplacementsTransformation(path="field")
IDENTITY = v06.IdentityTransformation()


def sequence(*steps: Any) -> v06.SequenceTransformation:
    return v06.SequenceTransformation(transformations=list(steps))


def part(t: Any, inputs: list[int], outputs: list[int]) -> v06.ByDimensionPart:
    return v06.ByDimensionPart(transformation=t, inputAxes=inputs, outputAxes=outputs)


# the official example byDimension2: four axes in, three out, one of the four not used
MIXED = v06.ByDimensionTransformation(
    transformations=[
        part(v06.TranslationTransformation(translation=[0.5, 1.5]), [3, 2], [1, 2]),
        part(v06.ScaleTransformation(scale=[2]), [1], [0]),
    ]
)
BY_HAND = [
    (IDENTITY, [1, 2], [1, 2], [[1, 0, 0], [0, 1, 0]]),
    (SCALE, [1, 2], [2, 6], [[2, 0, 0], [0, 3, 0]]),
    (MOVE, [1, 2], [11, 1], [[1, 0, 10], [0, 1, -1]]),
    (SWAP, [7, 8, 9], [9, 7, 8], [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]]),
    (UP, [5, 6], [0, 5, 0, 6], [[0, 0, 0], [1, 0, 0], [0, 0, 0], [0, 1, 0]]),
    (DOWN, [5, 6, 7], [6, 7], [[0, 1, 0, 0], [0, 0, 1, 0]]),
    (BOTH, [5, 6, 7], [0, 6, 7], [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]),
    (SHEAR, [1, 1], [6, 5], [[1, 2, 3], [0, 1, 4]]),
    (LIFT, [1, 1], [1, 9, 18], [[1, 0, 0], [2, 3, 4], [5, 6, 7]]),
    (TURN, [1, 0], [0, 1], [[0, -1, 0], [1, 0, 0]]),
    (sequence(SCALE, MOVE), [1, 2], [12, 5], [[2, 0, 10], [0, 3, -1]]),
    (sequence(MOVE, SCALE), [1, 2], [22, 3], [[2, 0, 20], [0, 3, -3]]),
    (sequence(SCALE, sequence(LIFT, SWAP)), [1, 1], [35, 2, 17], [[10, 18, 7], [2, 0, 0], [4, 9, 4]]),
    (v06.BijectionTransformation(forward=SCALE, inverse=MOVE), [1, 2], [2, 6], [[2, 0, 0], [0, 3, 0]]),
    (
        MIXED,
        [1, 2, 3, 4],
        [4, 4.5, 4.5],
        [[0, 2, 0, 0, 0], [0, 0, 0, 1, 0.5], [0, 0, 1, 0, 1.5]],
    ),
]
NAMES = [f"{t.type}-{n}" for n, (t, *_) in enumerate(BY_HAND)]


@pytest.mark.parametrize(("t", "point", "expected", "matrix"), BY_HAND, ids=NAMES)
def test_by_hand(t: Any, point: list[float], expected: list[float], matrix: list[list[float]]) -> None:
    assert t.transform(point) == expected
    assert t.as_affine(len(point)) == matrix


@pytest.mark.parametrize(("t", "point", "expected", "matrix"), BY_HAND, ids=NAMES)
def test_arrays_of_points(t: Any, point: list[float], expected: list[float], matrix: Any) -> None:
    np = pytest.importorskip("numpy", reason="arrays of points need numpy")
    points = np.array([[point, point], [[0.0] * len(point), point]])
    moved = t.transform(points)
    assert moved.shape == (2, 2, len(expected))
    assert moved[0, 1].tolist() == expected
    assert moved[1, 0].tolist() == [row[-1] for row in matrix]


def test_a_matrix_needs_no_number_of_axes_where_the_parameters_tell() -> None:
    assert sequence(IDENTITY, SCALE).as_affine() == [[2, 0, 0], [0, 3, 0]]
    for t in (IDENTITY, UP, MIXED, sequence(UP, SWAP)):
        with pytest.raises(GeometryError, match="state ndim"):
            t.as_affine()


@pytest.mark.parametrize(
    ("t", "message"),
    [
        (FIELD, "type 'displacements' has no matrix"),
        (v06.CoordinatesTransformation(path="c"), "type 'coordinates' has no matrix"),
        (v06.OtherTransformation(type="thinPlate"), "type 'thinPlate' has no matrix"),
        (v06.AffineTransformation(path="m"), "kept in an array at 'm'"),
        (v06.RotationTransformation(path="m"), "kept in an array at 'm'"),
        (v06.ScaleTransformation(), "the scale has no list of finite numbers: None"),
        (v06.RotationTransformation(rotation=[[1, 0, 0], [0, 1, 0]]), "2 x 3, not square"),
        (v06.MapAxisTransformation(mapAxis=[0, 2]), "no permutation"),
        (sequence(SCALE, SWAP), "takes 3 coordinates, not 2"),
        (v06.ScaleTransformation(scale=[1, math.inf]), "no list of finite numbers"),
        (v06.TranslationTransformation(translation=[1, 10**400]), "no list of finite numbers"),
        (v06.MapAxisTransformation(mapAxis=[0, 10**400]), "no list of different positions"),
    ],
)
def test_what_has_no_matrix(t: Any, message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        t.as_affine(2)


def test_points_that_do_not_fit_or_need_more_than_metadata() -> None:
    with pytest.raises(GeometryError, match="the scale takes 2 coordinates, not 3"):
        SCALE.transform([1, 2, 3])
    with pytest.raises(GeometryError, match="its vectors are in the image at 'field'"):
        sequence(SCALE, FIELD).transform([1, 2])
    with pytest.raises(GeometryError, match="names axes that are not there"):
        MIXED.transform([1, 2])


# --- inverses -----------------------------------------------------------------------------------------


INVERSES = [
    (SCALE, v06.ScaleTransformation(scale=[0.5, 1 / 3])),
    (MOVE, v06.TranslationTransformation(translation=[-10, 1])),
    (SWAP, v06.MapAxisTransformation(mapAxis=[1, 2, 0])),
    (TURN, v06.RotationTransformation(rotation=[[0, 1], [-1, 0]])),
    (SHEAR, v06.AffineTransformation(affine=[[1, -2, 5], [0, 1, -4]])),
    (IDENTITY, IDENTITY),
    (
        v06.BijectionTransformation(forward=FIELD, inverse=SCALE),
        v06.BijectionTransformation(forward=SCALE, inverse=FIELD),
    ),
]


@pytest.mark.parametrize(("t", "expected"), INVERSES, ids=[t.type for t, _ in INVERSES])
def test_inverses_by_hand(t: Any, expected: Any) -> None:
    assert t.inverted() == expected
    assert sequence(t, MOVE).inverted() == sequence(MOVE.inverted(), expected)


@pytest.mark.parametrize(
    ("t", "message"),
    [
        (FIELD, "type 'displacements' has no inverse"),
        (UP, "type 'projectAxis' has no inverse"),
        (LIFT, "changes the number of axes"),
        (v06.AffineTransformation(affine=[[1, 2, 0], [2, 4, 0]]), "singular"),
        (v06.ScaleTransformation(scale=[1, 0]), "a scale of zero has no inverse"),
        (sequence(SCALE, FIELD), "type 'displacements' has no inverse"),
        (MIXED, "not each of them once"),
    ],
)
def test_what_has_no_inverse(t: Any, message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        t.inverted()


def test_an_inverse_leads_back() -> None:
    start, end = CoordinateSystemIdentifier(name="a"), CoordinateSystemIdentifier(name="b")
    back = v06.ScaleTransformation(scale=[2], input=start, output=end, name="there").inverted()
    assert (back.input, back.output, back.name) == (end, start, None)


def test_a_whole_may_have_an_inverse_where_its_parts_have_none() -> None:
    there = sequence(LIFT, v06.ProjectAxisTransformation(droppedInputs=[0]))  # y = 2a + 3b + 4, x = 5a + 6b + 7
    back = there.inverted()
    assert isinstance(back, v06.AffineTransformation)
    assert back.transform(there.transform([1.25, -3])) == pytest.approx([1.25, -3])
    shared = v06.ByDimensionTransformation(
        transformations=[part(v06.ScaleTransformation(scale=[2]), [0], [0]), part(DOWN, [0, 1], [1])]
    )
    assert shared.inverted().transform(shared.transform([3, 4])) == pytest.approx([3, 4])


# --- properties ---------------------------------------------------------------------------------------

_NUMBERS = st.floats(-100, 100, allow_nan=False).map(lambda x: round(x, 3))
_NONZERO = st.floats(0.1, 10).map(lambda x: round(x, 3)) | st.floats(-10, -0.1).map(lambda x: round(x, 3))


@st.composite
def invertible(draw: st.DrawFn, size: int, depth: int = 2) -> Any:
    """Draw a transformation of ``size`` axes that has an inverse."""
    vector = st.lists(_NONZERO, min_size=size, max_size=size)
    kinds = ["identity", "scale", "translation", "mapAxis", "rotation", "affine"]
    kind = draw(st.sampled_from(kinds + ["sequence", "byDimension", "bijection"] * bool(depth)))
    if kind == "scale":
        return v06.ScaleTransformation(scale=draw(vector))
    if kind == "translation":
        return v06.TranslationTransformation(translation=draw(vector))
    if kind == "mapAxis":
        return v06.MapAxisTransformation(mapAxis=draw(st.permutations(range(size))))
    if kind in ("rotation", "affine"):
        angle = draw(st.floats(0, 6.28))
        rows = [[float(i == j) for j in range(size)] for i in range(size)]
        if size > 1:
            rows[0][:2], rows[1][:2] = [math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]
        if kind == "rotation":
            return v06.RotationTransformation(rotation=rows)
        scale = draw(vector)
        return v06.AffineTransformation(
            affine=[[*(s * x for x in row), draw(_NUMBERS)] for s, row in zip(scale, rows, strict=True)]
        )
    if kind == "sequence":
        return sequence(*draw(st.lists(invertible(size, depth - 1), min_size=1, max_size=3)))
    if kind == "bijection":
        forward = draw(invertible(size, depth - 1))
        return v06.BijectionTransformation(forward=forward, inverse=forward.inverted())
    if kind == "byDimension":
        inputs, outputs = draw(st.permutations(range(size))), draw(st.permutations(range(size)))
        cut = draw(st.integers(1, size))
        parts = [part(draw(invertible(cut, depth - 1)), inputs[:cut], outputs[:cut])]
        if cut < size:
            parts.append(part(draw(invertible(size - cut, depth - 1)), inputs[cut:], outputs[cut:]))
        return v06.ByDimensionTransformation(transformations=parts)
    return IDENTITY


@st.composite
def with_points(draw: st.DrawFn) -> tuple[int, Any, list[float]]:
    size = draw(st.integers(1, 4))
    return size, draw(invertible(size)), draw(st.lists(_NUMBERS, min_size=size, max_size=size))


def near(a: list[float], b: list[float]) -> bool:
    return a == pytest.approx(b, rel=1e-6, abs=1e-4)


@SETTINGS
@given(with_points())
def test_an_inverse_after_its_transformation_changes_nothing(drawn: tuple[int, Any, list[float]]) -> None:
    _, t, point = drawn
    assert near(t.inverted().transform(t.transform(point)), point)


@SETTINGS
@given(with_points())
def test_a_matrix_does_what_the_transformation_does(drawn: tuple[int, Any, list[float]]) -> None:
    size, t, point = drawn
    matrix = v06.AffineTransformation(affine=t.as_affine(size))
    assert near(matrix.transform(point), t.transform(point))


@SETTINGS
@given(st.integers(1, 4).flatmap(lambda n: st.tuples(st.lists(invertible(n), min_size=1, max_size=4), st.just(n))),
       st.data())  # fmt: skip
def test_a_sequence_is_one_step_after_the_other(drawn: tuple[list[Any], int], data: st.DataObject) -> None:
    steps, size = drawn
    point = data.draw(st.lists(_NUMBERS, min_size=size, max_size=size))
    whole = sequence(*steps)
    expected = point
    for step in steps:
        expected = step.transform(expected)
    assert whole.transform(point) == expected
    assert near(v06.AffineTransformation(affine=whole.as_affine(size)).transform(point), expected)


@SETTINGS
@given(with_points())
def test_inverting_twice_leads_back_to_where_one_was(drawn: tuple[int, Any, list[float]]) -> None:
    _, t, point = drawn
    assert near(t.inverted().inverted().transform(point), t.transform(point))


# --- graphs -------------------------------------------------------------------------------------------


def multiscale(*transformations: Any, systems: tuple[str, ...] = ("world",)) -> v06.Multiscale:
    dims = [DimSpec(name, scale=0.5, unit="micrometer", translation=1.0) for name in "yx"]
    made = v06.Multiscale.from_dims(dims, name="image", n_levels=2)
    axes = made.coordinateSystems[0].axes
    made.coordinateSystems += [v06.CoordinateSystem(name=name, axes=axes) for name in systems]
    made.coordinateTransformations = list(transformations) or None
    return made


def link(t: Any, start: str, end: str, start_path: str | None = None, end_path: str | None = None) -> Any:
    t.input = CoordinateSystemIdentifier(name=start, path=start_path)
    t.output = CoordinateSystemIdentifier(name=end, path=end_path)
    return t


def scale(*numbers: float) -> v06.ScaleTransformation:
    return v06.ScaleTransformation(scale=list(numbers))


def test_the_graph_of_an_image() -> None:
    graph = CoordinateGraph.of_multiscale(multiscale(link(scale(2, 2), "physical", "world")))
    assert graph.systems == (
        SystemKey("physical"), SystemKey("world"), SystemKey(None, "0"), SystemKey(None, "1"),
    )  # fmt: skip
    chain = graph.path(SystemKey(None, "1"), "world")  # level 1: pixels of 1, moved by 1, then twice that
    assert chain.transform([3, 4]) == [8, 10]
    assert chain.as_affine() == [[2, 0, 2], [0, 2, 2]]
    assert (chain.input, chain.output) == (
        CoordinateSystemIdentifier(path="1"), CoordinateSystemIdentifier(name="world"),
    )  # fmt: skip
    assert graph.path("world", CoordinateSystemIdentifier(path="1")).transform([8, 10]) == [3, 4]
    # from one level to another: pixel 3 of level 1 is where pixel 6 of level 0 is
    assert graph.path(SystemKey(None, "1"), SystemKey(None, "0")).transform([3, 4]) == [6, 8]
    assert graph.path("world", "world").transform([1, 2]) == [1, 2]


def test_the_shortest_chain_is_taken() -> None:
    made = multiscale(
        link(scale(2, 2), "physical", "a"),
        link(scale(3, 3), "a", "b"),
        link(scale(100, 100), "physical", "b"),
        systems=("a", "b"),
    )
    graph = CoordinateGraph.of_multiscale(v06.Image(multiscales=[made]))
    assert graph.path("physical", "b").transform([1, 1]) == [100, 100]
    assert len(graph.path("physical", "b").transformations) == 1
    assert graph.path("b", "a").transform([6, 6]) == [2, 2]


def test_a_chain_needs_inverses_where_it_goes_backwards() -> None:
    graph = CoordinateGraph.of_multiscale(
        multiscale(link(v06.DisplacementsTransformation(path="f"), "physical", "world"))
    )
    assert graph.path("physical", "world").transformations[0].type == "displacements"
    with pytest.raises(GeometryError, match="no chain of transformations leads from 'world' to 'physical'"):
        graph.path("world", "physical")
    with pytest.raises(GeometryError, match=r"there is no coordinate system 'stage' \(there are: 'physical', 'world'"):
        graph.path("stage", "world")
    both = v06.BijectionTransformation(
        forward=v06.DisplacementsTransformation(path="f"), inverse=v06.DisplacementsTransformation(path="g")
    )
    back = CoordinateGraph.of_multiscale(multiscale(link(both, "physical", "world"))).path("world", "physical")
    assert back.transformations[0].forward.path == "g"


def test_the_graph_of_a_scene() -> None:
    tiles = [
        link(v06.TranslationTransformation(translation=[0, 100 * n]), "physical", "world", start_path=f"tile_{n}")
        for n in range(2)
    ]
    axes = multiscale().coordinateSystems[0].axes
    scene = v06.Scene(
        scene=v06.SceneDef(
            coordinateSystems=[v06.CoordinateSystem(name="world", axes=axes)], coordinateTransformations=tiles
        )
    )
    names = CoordinateGraph.of_scene(scene)
    assert names.path(SystemKey("physical", "tile_1"), "world").transform([5, 5]) == [5, 105]
    assert names.path(SystemKey("physical", "tile_1"), SystemKey("physical", "tile_0")).transform([5, 5]) == [5, 105]
    images = {f"tile_{n}": v06.Image(multiscales=[multiscale(systems=())]) for n in range(2)}
    graph = CoordinateGraph.of_scene(scene, images)
    pixels = graph.path(SystemKey(None, "tile_1/0"), SystemKey(None, "tile_0/0"))
    assert pixels.transform([0, 0]) == [0, 200]  # 100 micrometers are 200 pixels


def test_a_chain_is_a_valid_transformation() -> None:
    made = multiscale(link(scale(2, 2), "physical", "world"), link(scale(3, 3), "physical", "stage"),
                      systems=("world", "stage"))  # fmt: skip
    chain = CoordinateGraph.of_multiscale(made).path("physical", "stage")
    made.coordinateTransformations = [made.coordinateTransformations[0], chain]  # type: ignore[index]
    image = v06.Image(multiscales=[made])
    read = validate_ome_object({"ome": json.loads(image.to_json())}, version="0.6")
    assert read.ome == image
