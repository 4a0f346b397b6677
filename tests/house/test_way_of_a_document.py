"""A document goes down through the folders of core to its report: nothing below calls into a folder above."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES
from ways import CORE, Way, layers

from ngff_core import check_json, check_store
from ngff_core.plugins import Registry
from ngff_core.report import Report
from ngff_core.validation import validator

# Calls upwards that are meant: caller, called, and why.
BY_DESIGN = {
    ("checking", "rules"): "rules are values that versions hand to the checker, which is there to call them",
    ("structure", "models"): "models are classes that structure is there to make objects of, as their fields state",
}
DOCUMENTS = [(kind, version) for kind in ("image", "labels", "plate", "collection") for version in ("0.4", "0.5")]


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call loads what there is to load, the second one goes all the way."""
    monkeypatch.setattr(validator, "form_of", lambda *_: None)


def climbs(way: Way) -> list[str]:
    """Return the calls upwards that are not meant."""
    found = []
    for caller, called in way.climbs:
        if tuple(name.partition(":")[0].partition(".")[0] for name in (caller, called)) not in BY_DESIGN:
            found.append(f"{caller} calls {called}")
    return found


def assert_goes_down(work: Callable[[], Report], status: str) -> None:
    reports: list[Report] = []
    way = Way(layers()).of(lambda: reports.append(work()))
    assert reports[0].status == status
    assert {"validation", "structure", "checking", "report"} <= set(way.entered)
    found = climbs(way)
    assert not found, "\n  ".join(["calls go up:", *found, f"on the way {' > '.join(way.entered)}"])


def text_of(kind: str, version: str, change: dict[str, Any] | None = None) -> str:
    tree = BASES[kind](version)
    tree.ome("").update(change or {})
    return json.dumps(tree.docs[tree.key("")])


@pytest.mark.parametrize(("kind", "version"), DOCUMENTS)
def test_a_document(kind: str, version: str) -> None:
    text = text_of(kind, version)
    check_json(text)
    assert_goes_down(lambda: check_json(text), "valid")


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_the_first_document(version: str) -> None:
    text = text_of("image", version)
    assert_goes_down(lambda: check_json(text, registry=Registry()), "valid")


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_document_with_faults_of_every_sort(version: str) -> None:
    text = text_of("image", version, {"multiscales": [{"axes": [{"name": "x"}, {"name": "x"}], "datasets": 5}]})
    assert_goes_down(lambda: check_json(text), "invalid")


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_plate(version: str, tmp_path: Path) -> None:
    store = BASES["plate"](version).write(tmp_path)
    assert_goes_down(lambda: check_store(store, registry=Registry()), "valid")


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_plate_with_faults(version: str, tmp_path: Path) -> None:
    tree = BASES["plate"](version)
    tree.remove("A/2")
    tree.ome("B/1")["well"]["images"][0]["path"] = 7
    store = tree.write(tmp_path)
    assert_goes_down(lambda: check_store(store, registry=Registry()), "invalid")


def test_what_is_meant_is_still_there() -> None:
    way = Way(layers()).of(lambda: check_json(text_of("image", "0.5")))
    met = {tuple(name.partition(".")[0] for name in climb) for climb in way.climbs}
    assert sorted(BY_DESIGN.keys() - met) == []
    assert {folder for pair in BY_DESIGN for folder in pair} <= layers().keys()


# --- the measure itself -----------------------------------------------------------------------------

ORDER = {"high": 0, "low": 1}


@pytest.fixture
def modules() -> dict[str, ModuleType]:
    """Three modules that know each other: one in a high folder of core, one in a low one, one of a plugin."""
    texts = {
        f"{CORE}.high.a": """
def call(f, *a): return f(*a)
def leaf(): return 1
def items():
    yield low.leaf()
    yield low.leaf()
def hand_down(): return low.take(items())
""",
        f"{CORE}.low.b": """
def leaf(): return 1
def call(f, *a): return f(*a)
def take(given): return list(x for x in given)
def take_of(make): return [x for x in make()]
""",
        "plugin": "def call(f, *a): return f(*a)\n",
    }
    made = {}
    for name, text in texts.items():
        module = ModuleType(name)
        made["high" if "high" in name else "low" if "low" in name else name] = module
        exec(text, module.__dict__)
    for module in made.values():
        module.__dict__.update(made)
    return made


def found(work: Callable[[], object]) -> list[str]:
    return [f"{caller} > {called}" for caller, called in Way(ORDER).of(work).climbs]


def test_a_call_down_and_its_return_are_no_climb(modules: dict[str, ModuleType]) -> None:
    high, low = modules["high"], modules["low"]
    way = Way(ORDER).of(lambda: high.call(low.call, low.leaf))
    assert (way.entered, way.climbs) == (["high", "low"], [])


def test_a_call_up_is_a_climb(modules: dict[str, ModuleType]) -> None:
    high, low = modules["high"], modules["low"]
    assert found(lambda: high.call(low.call, high.leaf)) == ["low.b:call > high.a:leaf"]


def test_a_call_up_through_a_plugin_is_a_climb(modules: dict[str, ModuleType]) -> None:
    high, low, plugin = modules["high"], modules["low"], modules["plugin"]
    assert found(lambda: low.call(plugin.call, high.leaf)) == ["low.b:call > high.a:leaf"]
    assert found(lambda: plugin.call(high.leaf)) == []


def test_a_generator_from_above_is_a_value(modules: dict[str, ModuleType]) -> None:
    assert found(modules["high"].hand_down) == []


def test_a_generator_that_is_made_below_is_a_climb(modules: dict[str, ModuleType]) -> None:
    high, low = modules["high"], modules["low"]
    assert found(lambda: low.take_of(high.items)) == ["low.b:take_of.<locals>.<listcomp> > high.a:items"]
