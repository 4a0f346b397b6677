"""Steps of a version of a lab's own, by which parts depend on what stands around them in one way each."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import attrs
import pytest

pytest.importorskip("ngff_v05", reason="ngff_v05 is not installed")

import ngff_v05 as v05
from ngff_core import Conversion, Model, Registry, UsageError, hookimpl, plan_conversion
from ngff_core.migration import Documents, Migration, Notes
from ngff_core.plugins import discover
from ngff_v05.rules import RULES

Change = Callable[[dict[str, Any], Notes], None]


class Lab:
    """Brings a version 0.51 like 0.5, whose parts are those of ``ngff_v05``, and a step back to 0.5."""

    def __init__(self, change: Change) -> None:
        self._change = change

    @hookimpl
    def ngff_specs(self) -> list[Any]:
        return [attrs.evolve(Registry().spec("0.5"), version="0.51")]

    @hookimpl
    def ngff_rules(self, version: str, kind: str | None) -> Any:
        return RULES[kind]() if version == "0.51" and kind in RULES else None

    @hookimpl
    def ngff_migrations(self) -> list[Migration]:
        return [Migration("0.51", "0.5", self._migrate)]

    def _migrate(self, documents: Documents, notes: Notes) -> Documents:
        made = copy.deepcopy({path: node.attributes for path, node in documents.items()})
        for attributes in made.values():
            self._change(attributes["ome"], notes)
        return {path: documents[path].evolve(attributes=attributes) for path, attributes in made.items()}


def planned(part: Model, change: Change) -> Conversion:
    found = [found for found in discover() if found[0].distribution == "ngff-v05"]
    made = plan_conversion(part, "0.5", registry=Registry(found, plugins=[Lab(change)]))
    assert (made.source, made.target) == ("0.51", "0.5")
    return made


def refused(part: Model, change: Change) -> bool:
    with pytest.raises(UsageError, match=f"a {type(part).__name__} cannot be converted from 0.51 to 0.5 by itself"):
        planned(part, change)
    return True


def nothing(ome: dict[str, Any], notes: Notes) -> None:
    pass


WINDOW = v05.OmeroWindow(min=0, start=1, end=2, max=3)
SCALE = v05.ScaleTransformation(scale=[1, 2])
FIELD = v05.FieldOfView(path="0")


@pytest.mark.parametrize("part", [WINDOW, SCALE, FIELD, v05.Row(name="A"), v05.LabelSource(image="../../")])
def test_a_step_that_changes_nothing_takes_parts_along(part: Model) -> None:
    made = planned(part, nothing)
    assert (made.model, made.remarks, made.obstacles, made.losses) == (part, [], [], [])


def color_of_channel(ome: dict[str, Any], notes: Notes) -> None:
    for channel in ome.get("omero", {}).get("channels", ()):
        if "window" in channel:
            channel["window"]["color"] = channel.get("color")


def test_a_part_that_takes_something_from_what_holds_it_is_refused() -> None:
    assert refused(WINDOW, color_of_channel)
    made = planned(v05.OmeroChannel(color="FF0000", window=WINDOW), color_of_channel).model
    assert isinstance(made, v05.OmeroChannel)
    assert made.window is not None
    assert made.window.extra == {"color": "FF0000"}


def name_of_place(ome: dict[str, Any], notes: Notes) -> None:
    for multiscale in ome.get("multiscales", ()):
        for scale in multiscale.get("coordinateTransformations", ()):
            scale["name"] = "all levels"


def test_a_part_that_depends_on_its_place_is_refused() -> None:
    assert refused(SCALE, name_of_place)


def count(ome: dict[str, Any], notes: Notes) -> None:
    if "well" in ome:
        ome["well"]["count"] = len(ome["well"]["images"])


def test_a_part_that_changes_what_stands_around_it_is_refused() -> None:
    assert refused(FIELD, count)


def refuse_empty(ome: dict[str, Any], notes: Notes) -> None:
    if "well" in ome and not ome["well"]["images"]:
        notes.refuse("", "there is no image")


def test_a_part_that_lacks_what_a_step_needs_is_refused() -> None:
    assert refused(FIELD, refuse_empty)


def remark_on_all(ome: dict[str, Any], notes: Notes) -> None:
    notes.remark("", "an image without levels")
    notes.lose("", "how it was made")
    for axis in (axis for multiscale in ome.get("multiscales", ()) for axis in multiscale.get("axes", ())):
        notes.remark("", f"the axis {axis['name']}")
        notes.lose("", f"what {axis['name']} is")


def test_what_is_said_of_what_stands_around_is_not_said_of_the_part() -> None:
    made = planned(v05.SpaceAxis(name="x"), remark_on_all)
    assert [remark.text for remark in made.remarks] == ["the axis x"]
    assert [loss.text for loss in made.losses] == ["what x is"]


def two_words(ome: dict[str, Any], notes: Notes) -> None:
    for field in ome.get("well", {}).get("images", ()):
        field["path"] = "a b"


def test_a_part_that_becomes_wrong_by_itself_is_in_the_way() -> None:
    said = ["it has 1 error in 0.5: well-image-path-alphanumeric (and none in 0.51)"]
    made = planned(FIELD, two_words)
    assert (made.model, [obstacle.text for obstacle in made.obstacles]) == (None, said)
