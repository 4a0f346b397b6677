"""Hierarchies of 0.1 to 0.3 on their way to 0.4: what is valid stays valid, or is refused with the reason."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from documents import changes
from hypothesis import given, settings
from hypothesis import strategies as st
from migrating import array as array_node
from migrating import group, step
from older import EARLY, INSTALLED, only
from specification import MISSING, document_of, official_cases

from ngff_core import check_object
from ngff_core.errors import UsageError
from ngff_core.json_text import dumps
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.upgrade.plan import Plan, plan_upgrade

if INSTALLED != EARLY:
    pytest.skip("the versions 0.1 to 0.3 are not all installed", allow_module_level=True)
REGISTRY = only(*EARLY, "0.4")
LATER = {"0.1": "0.2", "0.2": "0.3", "0.3": "0.4"}
LEVELS = [{"path": "0"}, {"path": "1"}]
WAYS = [(source, target) for source in EARLY for target in LATER.values() if target > source]


def level(version: str, size: int, dtype: str = "uint16") -> Any:
    shape = (3, size, size) if version == "0.3" else (1, 3, 1, size, size)
    return array(shape, dtype, members={"dimension_separator": "." if version == "0.1" else "/"})


def multiscales(version: str) -> list[Any]:
    axes = {"axes": ["c", "y", "x"]} if version == "0.3" else {}
    return [{"version": version, "name": "cells", **axes, "datasets": LEVELS}]


def image(version: str) -> dict[str, Any]:
    window = {"start": 0, "end": 100, "min": 0, "max": 255}
    colors = [{"label-value": 1, "rgba": [0, 0, 0, 255]}, {"label-value": 2}]
    more = {} if version == "0.1" else {"properties": [{"label-value": 1, "area": 5}]}
    label = {"version": version, "colors": colors, "source": {"image": "../../"}, **more}
    return {
        "": {"multiscales": multiscales(version), "omero": {"channels": [{"color": "FF0000", "window": window}] * 3}},
        "0": level(version, 8),
        "1": level(version, 4),
        "labels": {"labels": ["nuclei"]},
        "labels/nuclei": {"multiscales": multiscales(version), "image-label": label},
        "labels/nuclei/0": level(version, 8, "uint32"),
        "labels/nuclei/1": level(version, 4, "uint32"),
    }


def plate(version: str) -> dict[str, Any]:
    nodes: dict[str, Any] = {
        "": {
            "plate": {
                "version": version,
                "name": "p",
                "rows": [{"name": "A"}],
                "columns": [{"name": "1"}],
                "wells": [{"path": "A/1"}],
                "acquisitions": [{"id": n, "name": f"run {n}", "maximumfieldcount": 1} for n in (0, 1)],
                "field_count": 2,
            }
        },
        "A": None,
        "A/1": {"well": {"version": version, "images": [{"path": str(n), "acquisition": n} for n in (0, 1)]}},
    }
    for field in ("A/1/0", "A/1/1"):
        nodes |= {field: {"multiscales": multiscales(version)}}
        nodes |= {f"{field}/{n}": level(version, 8 >> n) for n in (0, 1)}
    return nodes


def planned(version: str, to: str, nodes: dict[str, Any]) -> Plan:
    return plan_upgrade(MemoryStore(build_store(REGISTRY.spec(version), nodes)), to, registry=REGISTRY)


@pytest.mark.parametrize(("source", "target"), WAYS)
@pytest.mark.parametrize("make", [image, plate])
def test_valid_hierarchies_are_valid_afterwards(source: str, target: str, make: Any) -> None:
    plan = planned(source, target, make(source))
    assert plan.before.valid
    assert plan.refusals() == []
    assert plan.after is not None
    assert plan.after.valid
    assert plan.after.version == target
    assert not [issue for issue in plan.after.issues if issue.rule.startswith(("version", "zarr"))]
    assert len(plan.renames) == (4 if source == "0.1" else 0)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_valid_is_upgraded_or_refused_with_a_reason(data: st.DataObject) -> None:
    source, target = data.draw(st.sampled_from(WAYS))
    nodes = data.draw(st.sampled_from([image, plate]))(source)
    groups = {path: node for path, node in nodes.items() if isinstance(node, dict)}
    place = data.draw(st.sampled_from(sorted(groups)))
    groups = data.draw(changes(groups, (place,))).applied(groups)
    try:
        plan = planned(source, target, {**nodes, **groups})
    except TypeError:  # an integer beyond 64 bits, which the documents are not written with
        return
    except UsageError as error:  # the change made it look like another version
        if str(error).startswith("no installed plugin leads from 0.4"):
            return
        raise
    if plan.before.valid and plan.source == source and not plan.obstacles:
        assert plan.refusals(allow_loss=True) == []


# --- official documents -----------------------------------------------------------------------------------

CASES = [case for case in official_cases(*EARLY) if case["expect"] == "valid"]


@pytest.mark.skipif(not CASES, reason=MISSING)
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_official_documents(case: dict[str, Any]) -> None:
    version, document = case["version"], document_of(case)
    package = import_module(f"ngff_v{LATER[version].replace('.', '')}.upgrade")
    kind = REGISTRY.spec(version).kind_of(document)
    assert kind is not None
    nodes = [group("", kind.name).evolve(attributes=document)]
    for entry in document.get("multiscales", ()):
        dimensions = len(entry.get("axes", "tczyx"))
        for n, dataset in enumerate(entry["datasets"]):
            nodes.insert(0, array_node(dataset["path"], *[64 >> n] * dimensions))
    taken = step(package.STEP, nodes)
    assert taken.notes.obstacles == []
    report = check_object(taken.attributes(), version=LATER[version], registry=REGISTRY)
    assert [issue.message for issue in report.issues if issue.severity == "error"] == []


# --- what is not of OME-Zarr ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_c1_other_nodes_keep_the_keys_of_their_chunks(source: str, target: str) -> None:
    """Only the levels of images get slashes, and names of dimensions."""
    table = {"zarr_format": 2, "shape": [4, 4], "chunks": [2, 2], "dtype": "<f4", "fill_value": 0, "order": "C"}
    table |= {"filters": None, "compressor": None, "dimension_separator": "."}
    others = {"tables/.zgroup": {"zarr_format": 2}, "tables/.zattrs": {"version": source}, "tables/X/.zarray": table}
    store = {key: dumps(value) for key, value in others.items()}
    store |= build_store(REGISTRY.spec(source), image(source))
    plan = plan_upgrade(MemoryStore(store), target, registry=REGISTRY)
    assert plan.refusals() == []
    assert [write.key for write in plan.writes if write.key.startswith("tables")] == []
    assert [rename.path for rename in plan.renames if rename.path.startswith("tables")] == []
    assert {path for path, node in plan.documents[1].items() if node.foreign} == {"tables", "tables/X"}
