"""What rules say they find nothing in (`Rule.unless`) is what they find nothing in."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ngff_core import check_object
from ngff_core.checking import run

pytest.importorskip("ngff_v04")
pytest.importorskip("ngff_v05")

JSON = Any
AXES = [
    {"name": "t", "type": "time", "unit": "second"},
    {"name": "c", "type": "channel"},
    *({"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"),
]


def steps(size: float) -> list[JSON]:
    return [
        {"type": "scale", "scale": [1, 1, 1.5, size, size]},
        {"type": "translation", "translation": [0, 0, 3, 4.5, -5]},
    ]


IMAGE: JSON = {
    "multiscales": [
        {
            "name": "a",
            "version": "0.4",
            "axes": AXES,
            "datasets": [{"path": str(n), "coordinateTransformations": steps(2**n)} for n in range(2)],
            "coordinateTransformations": steps(1),
        }
    ],
    "omero": {
        "channels": [{"color": "00FF00", "label": "a", "window": {"min": 0, "start": 1, "end": 2, "max": 9}}] * 2,
        "rdefs": {"model": "color", "defaultZ": 0},
    },
}


def pointers(value: JSON, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield what leads to each value in a document."""
    if before:
        yield before
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from pointers(item, (*before, key))


POINTERS = list(pointers(IMAGE))
ODD = [None, True, 0, -1, 7, 1.5, 1e308, 10**400, float("nan"), "", "x", "Y", "time", "scale", "FFF", "micron", [], {}]
ODD += [[0, 1], ["a"] * 5, [True] * 5, [1, 1, 1, 1, 10**400], [1e308] * 5, {"type": "identity"}, {"type": "affine"}]
ODD += [{"type": "scale", "scale": [1] * 5}, {"type": "translation", "translation": [1] * 5}, {"type": "scale"}]
ODD += [{"type": "scale", "path": "s"}, {"name": "q", "type": "space"}, {"name": "y", "type": "space"}]
changes = st.tuples(st.sampled_from(POINTERS), st.sampled_from([*ODD, "taken out", "repeated"]))


def changed(image: JSON, where: tuple[Any, ...], value: JSON) -> JSON:
    """Return a document in which a value is another, is taken out, or stands in its list once more."""
    image = copy.deepcopy(image)
    holder = image
    try:
        for part in where[:-1]:
            holder = holder[part]
        if value == "taken out":
            del holder[where[-1]]
        elif value == "repeated":
            holder.append(holder[where[-1]])
        else:
            holder[where[-1]] = value
    except (LookupError, TypeError, AttributeError):  # an earlier change took it away
        pass
    return image


def findings(ome: JSON, version: str) -> JSON:
    return check_object({"ome": {"version": version, **ome}} if version == "0.5" else ome, version=version).to_dict()


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@given(made=st.lists(changes, max_size=2))
@example(made=[(("multiscales", 0, "axes", 2), {"name": "q", "type": "space"})])
@settings(max_examples=200, deadline=None)
def test_an_image_has_the_findings_that_it_has_where_nobody_asks(version: str, made: list[Any]) -> None:
    image = IMAGE
    for where, value in made:
        image = changed(image, where, value)
    asked = findings(image, version)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run, "_holds", lambda *_: False)
        assert asked == findings(image, version), json.dumps(made)


ODD_NAMES = ["A", "a", "B", "1", "01", "", "A/1", "Ä", "n" * 101, None, 1, True, [], {}]
names = st.lists(st.sampled_from(["A", "B", "C", *ODD_NAMES]), max_size=4)
indexes = st.sampled_from([0, 1, 2, 3, -1, -2, 1.0, 1.5, True, None, "1", 10**30])
wells = st.fixed_dictionaries(
    {"path": st.sampled_from(["A/1", "B/2", "A/2", "B/1", "A/01", "/", "A/", "1/A", "A1", None, 1, []])},
    optional={"rowIndex": indexes, "columnIndex": indexes},
)
plates = st.fixed_dictionaries(
    {
        "rows": names.map(lambda names: [{"name": name} for name in names]) | st.sampled_from([None, [], ["A"], {}]),
        "columns": st.just([{"name": "1"}, {"name": "2"}]) | names.map(lambda names: [{"name": n} for n in names]),
        "wells": st.lists(wells | st.just("A/1"), max_size=4) | st.just({}),
    }
)
PLATE: JSON = {
    "rows": [{"name": "A"}, {"name": "B"}],
    "columns": [{"name": "1"}, {"name": "2"}],
    "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}, {"path": "B/2", "rowIndex": 1, "columnIndex": 1}],
}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@given(made=plates)
@example(made=PLATE)
@example(made={**PLATE, "wells": [*PLATE["wells"], {"path": "B/2", "rowIndex": -1, "columnIndex": 1}]})
@example(made={**PLATE, "wells": [*PLATE["wells"], {"path": "B/1", "rowIndex": 1.0, "columnIndex": False}]})
@settings(max_examples=200, deadline=None)
def test_a_plate_has_the_findings_that_it_has_where_nobody_asks(version: str, made: JSON) -> None:
    asked = findings({"plate": made}, version)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run, "_holds", lambda *_: False)
        assert asked == findings({"plate": made}, version)
