"""What was found in one group is taken over by another one only where it is what that one has by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from ngff_core import check_json, check_store
from ngff_core.crawl import evaluator
from ngff_core.crawl.evaluator import Evaluator
from ngff_core.crawl.repeats import KnownGroups, Repeats
from ngff_core.errors import StoreError
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.upgrade.plan import plan_upgrade
from ngff_core.validation import validator

pytest.importorskip("ngff_v04")
pytest.importorskip("ngff_v05")

JSON = dict[str, Any]
Documents = Mapping[str, bytes | StoreError]
Move = Sequence[float] | None

LEVELS = ("0", "1")
OUT_AND_BACK = ("../0/0", "../0/1")


def image(name: str, paths: Sequence[str] = LEVELS, moves: Sequence[Move] = (None, None)) -> JSON:
    levels = []
    for number, (path, move) in enumerate(zip(paths, moves, strict=True)):
        steps: list[JSON] = [{"type": "scale", "scale": [2.0**number] * 2}]
        steps += [{"type": "translation", "translation": [*move]}] if move is not None else []
        levels.append({"path": path, "coordinateTransformations": steps})
    axes = [{"name": axis, "type": "space", "unit": "micrometer"} for axis in "yx"]
    return {"multiscales": [{"name": name, "axes": axes, "datasets": levels}]}


def arrays(path: str, names: Sequence[str] = LEVELS) -> JSON:
    return {f"{path}{name}": array((64 >> number,) * 2, names=("y", "x")) for number, name in enumerate(names)}


def documents(version: str, nodes: JSON) -> dict[str, bytes]:
    return build_store(default_registry().spec(version), nodes)


def well(version: str, *fields: JSON) -> JSON:
    at = {"version": version} if version == "0.4" else {}
    nodes: JSON = {"": {"well": {**at, "images": [{"path": str(number)} for number in range(len(fields))]}}}
    for number, field in enumerate(fields):
        if version == "0.4":
            field["multiscales"][0]["version"] = version
        nodes[str(number)] = field
    return nodes


@contextmanager
def remembering_nothing() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Evaluator, "_form", lambda *_: ([], (), None))
        patched.setattr(Repeats, "keys", lambda *_: [])
        patched.setattr(KnownGroups, "find", lambda *_: None)
        patched.setattr(validator, "form_of", lambda _: None)
        yield


def assert_each_as_alone(stores: Sequence[Documents]) -> list[JSON]:
    """Assert that stores have the findings that each has by itself, whichever was looked at before; return them."""
    with remembering_nothing():
        alone = [check_store(MemoryStore(store)).to_dict() for store in stores]
    evaluator._known.clear()  # where many were unlike each other before, likes are looked for only now and then
    for store, expected in [*zip(stores, alone, strict=True)] * 2 + [*zip(stores, alone, strict=True)][::-1]:
        found = check_store(MemoryStore(store)).to_dict()
        assert {**found, "stats": None} == {**expected, "stats": None}
    return alone


def out_and_back(name: str) -> list[Documents]:
    """Return two wells with fields that name their levels by way of the well: only in the first they are there."""
    sound = well("0.5", image(name, OUT_AND_BACK)) | arrays("0/")
    other = well("0.5", image(f"{name}-other", ("x", "y")), image(name, OUT_AND_BACK))
    return [documents("0.5", sound), documents("0.5", other | arrays("0/", ("x", "y")) | arrays("1/"))]


def test_attack6_levels_that_leave_the_image_and_come_back_are_those_of_each_image() -> None:
    sound, other = assert_each_as_alone(out_and_back("away"))
    assert (sound["status"], other["status"]) == ("valid", "invalid")


def test_attack6_an_upgrade_sees_levels_that_leave_the_image_and_are_not_there() -> None:
    refusals = [
        plan_upgrade(MemoryStore(store), "0.4", decisions={"chunk-keys": "rename"}).refusals()
        for store in out_and_back("upgraded") * 2
    ]
    assert refusals == [[], ["the store has 2 errors in 0.5, to be mended first"]] * 2


def placed(name: str, *moves: Move) -> Documents:
    return documents("0.5", {"": image(name, LEVELS, moves), **arrays("")})


@pytest.mark.parametrize("further", [None, (900, 900), (0.5, 0.5)], ids=["none", "away", "in place"])
def test_attack6_images_that_do_not_lie_in_one_place_are_not_alike(further: Move) -> None:
    assert_each_as_alone([placed(f"place {further}", move, further) for move in ((0, 0), (-500, 0), (900, 900.0))])


def test_attack6_translations_of_any_other_length_are_told_by_their_own_numbers() -> None:
    stores = [placed("length", (start, 2, 3), (start, 2, 3)) for start in (5, 6)]
    alone = assert_each_as_alone(stores)
    assert alone[0]["issues"] != alone[1]["issues"]


def test_attack6_keys_that_stand_twice_are_named_in_each_store() -> None:
    text = documents("0.5", {"": {**image("twice"), "lab": {"k": 1}}})["zarr.json"].decode()
    compact = json.dumps(json.loads(text))
    named = {'"k": 1': '"k": 2, "k": 1', '"name": "twice"': '"name": "x", "name": "twice"'}
    texts = [compact.replace(key, twice) for key, twice in named.items()]
    assert_each_as_alone([{**documents("0.5", arrays("")), "zarr.json": text.encode()} for text in texts])
    for _ in range(2):
        first, second = (check_json(text).issues[0].message for text in texts)
        assert (first[:3], second[:6]) == ("'k'", "'name'")


LINK = StoreError("a symbolic link leads to nothing")
WRONG = json.dumps({"zarr_consolidated_format": 1, "metadata": {"0/.zarray": {"shape": [9, 9]}}}).encode()


@pytest.mark.parametrize("others", [WRONG, b"{broken", LINK], ids=["wrong", "damaged", "unread"])
def test_attack6_consolidated_metadata_of_each_group_is_read(others: bytes | StoreError) -> None:
    field = documents("0.4", well("0.4", image("copies")) | arrays("0/"))
    alone = assert_each_as_alone([{**field, "0/.zmetadata": held} for held in (LINK, others)])
    assert [issue["node"] for issue in alone[0]["issues"] if issue["rule"] == "document-unreadable"] == ["0"]
    assert alone[1]["status"] == ("unreadable" if others is LINK else "valid")
    assert any("consolidated" in issue["rule"] for issue in alone[1]["issues"]) == (others is not LINK)
