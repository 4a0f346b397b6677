"""Whole documents from each version to each other one: as the upgrade of a store that holds nothing but them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from documents import damaged, valid_documents
from hypothesis import given, settings
from older import only

pytest.importorskip("ngff_v01", reason="needs all versions: ngff_v01 is not installed")
pytest.importorskip("ngff_v02", reason="needs all versions: ngff_v02 is not installed")
pytest.importorskip("ngff_v03", reason="needs all versions: ngff_v03 is not installed")
pytest.importorskip("ngff_v04", reason="needs all versions: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs all versions: ngff_v05 is not installed")
pytest.importorskip("ngff_v06", reason="needs all versions: ngff_v06 is not installed")

from bases import BASES
from corpus import CASES

from ngff_core import Model, UsageError, plan_conversion, plan_upgrade
from ngff_core.migration import chain
from ngff_core.spec import Spec
from ngff_core.stores import LocalStore, MemoryStore
from ngff_core.structure import structure, unstructure
from ngff_core.testing.changes import same_json

EXAMPLES = Path(__file__).parents[3] / "examples"
REGISTRY = only("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")
PAIRS = [(a, b) for a in REGISTRY.specs for b in REGISTRY.specs if chain(REGISTRY.migrations(), a, b) is not None]
OF_STORES = ("unconverted", "existing", "consolidated", "part")  # decisions


def typed(spec: Spec, attributes: dict[str, Any]) -> Model | None:
    """Return the model that holds all attributes of a group; ``None`` for metadata of no kind."""
    ome = attributes.get("ome") if spec.namespace else attributes
    kind = spec.kind_of(ome) if isinstance(ome, dict) else None
    if kind is None:
        return None
    return structure(REGISTRY.converter(spec.version), attributes, spec.load_attributes() or kind.load())[0]


def alone(spec: Spec, attributes: dict[str, Any]) -> MemoryStore:
    """Return a store with a group that has these attributes, and nothing in it."""
    if spec.zarr_format == 2:
        return MemoryStore({".zgroup": b'{"zarr_format": 2}', ".zattrs": json.dumps(attributes).encode()})
    document = {"zarr_format": 3, "node_type": "group", "attributes": attributes}
    return MemoryStore({"zarr.json": json.dumps(document).encode()})


def texts(remarks: Any) -> list[str]:
    assert {remark.path for remark in remarks} <= {""}
    return [remark.text for remark in remarks]


def compared(source: str, target: str, attributes: dict[str, Any]) -> bool:
    """Compare what becomes of a document in memory and in a store; False: a store of it is of another version."""
    spec, goal = REGISTRY.spec(source), REGISTRY.spec(target)
    model = typed(spec, attributes)
    try:
        plan = plan_upgrade(alone(spec, attributes), target, registry=REGISTRY)
    except UsageError as error:
        if not str(error).startswith("no installed plugin leads from"):
            raise
        return False
    if model is None or plan.source != source:
        return False
    before = copy.deepcopy(model)
    made = plan_conversion(model, goal.load_attributes() or target, registry=REGISTRY)
    assert model == before
    assert [text for text in texts(made.obstacles) if not text.startswith("it has ")] == texts(plan.obstacles)
    assert texts(made.losses) == texts(plan.losses)
    assert made.decisions == [m for m in plan.decisions if m.decision.name not in OF_STORES]
    assert (made.model is None) == bool(made.obstacles)
    if made.model is not None:
        written = unstructure(REGISTRY.converter(target), made.model)
        assert same_json(written, plan.documents[1][""].attributes)
    return True


def groups(docs: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key, document in docs.items():
        if key.rpartition("/")[2] == ".zattrs":
            yield document
        elif isinstance(document, dict) and document.get("node_type") == "group":
            yield document.get("attributes")  # type: ignore[misc]  # asked below


def trees(source: str) -> Iterator[dict[str, Any]]:
    """Yield the documents of all stores of the corpus, damaged or not."""
    for name, make in BASES.items():
        yield make(source).docs
        for case in CASES:
            if case.base == name and source in case.found:
                tree = make(source)
                case.damage(tree)
                yield tree.docs


@pytest.mark.parametrize(("source", "target"), [("0.4", "0.5"), ("0.4", "0.6"), ("0.5", "0.4"), ("0.5", "0.6")])
def test_documents_of_the_corpus(source: str, target: str) -> None:
    different = {json.dumps(a): a for docs in trees(source) for a in groups(docs) if isinstance(a, dict)}
    assert sum(compared(source, target, attributes) for attributes in different.values()) > 100


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_any_document(source: str, target: str) -> None:
    number = 0

    @given(valid_documents(source) | damaged(source))
    @settings(max_examples=40, deadline=None)
    def compare(drawn: tuple[str, Any]) -> None:
        nonlocal number
        if isinstance(drawn[1], dict):
            number += compared(source, target, {"ome": drawn[1], "mine": 1} if source >= "0.5" else drawn[1])

    compare()
    assert number > 5


@pytest.mark.parametrize("target", ["0.4", "0.5", "0.6"])
def test_a_store_with_its_arrays(target: str) -> None:
    store = LocalStore(EXAMPLES / "cells.ome.zarr")
    plan = plan_upgrade(store, target, decisions={"chunk-keys": "rename"} if target == "0.4" else {}, registry=REGISTRY)
    before, after = plan.documents
    assert (plan.refusals(), before["labels"].kind) == ([], "labels-group")
    for path in ("", "labels", "labels/cells"):
        model = typed(REGISTRY.spec("0.5"), before[path].attributes)
        assert model is not None
        made = plan_conversion(model, target, registry=REGISTRY)
        assert (made.obstacles, made.losses) == ([], [])
        assert unstructure(REGISTRY.converter(target), made.model) == after[path].attributes
