"""The four guarantees of the structure layer over all official data of 0.4 and 0.5."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from oracle import faults_of
from specification import MISSING, document_of, official_cases

from ngff_core.plugins import Registry, discover
from ngff_core.testing.changes import Change, value_at
from ngff_core.testing.guarantees import (
    PARTS,
    assert_located,
    assert_lossless,
    assert_partial,
    assert_strict,
    assert_unfazed,
)

OURS = ("ngff-v04", "ngff-v05")
REGISTRY = Registry(found=[found for found in discover() if found[0].distribution in OURS])
CASES = official_cases("0.4", "0.5")
pytestmark = pytest.mark.skipif(not CASES, reason=MISSING)


def judged(case: dict[str, Any]) -> tuple[str, str, Any]:
    """Return version, kind and OME metadata of a case; fragments are put where they belong."""
    version, value = case["version"], document_of(case)
    if "attributes" in value:
        value = value["attributes"]
    ome = value.get("ome", value)
    if case["suite"] in ("label", "strict_label") and "image-label" not in ome:
        ome = {"image-label": ome}
    kind = REGISTRY.spec(version).kind_of(ome)
    return version, kind.name if kind is not None else "image", ome


def by_id(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in cases]


def test_there_is_data_of_every_kind() -> None:
    kinds = {judged(case)[:2] for case in CASES}
    expected = ["collection", "image", "label-image", "plate", "series", "well"]
    assert sorted(kind for version, kind in kinds if version == "0.4") == expected
    assert sorted(kind for version, kind in kinds if version == "0.5") == expected
    assert len(CASES) == 198


@pytest.mark.parametrize("case", by_id(CASES))
def test_strict(case: dict[str, Any]) -> None:
    assert_strict(REGISTRY, *judged(case), faults_of)


@pytest.mark.parametrize("case", by_id(CASES))
def test_lossless(case: dict[str, Any]) -> None:
    assert_lossless(REGISTRY, *judged(case))


@pytest.mark.parametrize("case", by_id(CASES))
def test_located(case: dict[str, Any]) -> None:
    version, kind, ome = judged(case)
    assert_located(REGISTRY, version, ome)
    assert_unfazed(REGISTRY, version, kind, ome)


@pytest.mark.parametrize("case", by_id([case for case in CASES if judged(case)[1] in PARTS]))
def test_partial(case: dict[str, Any]) -> None:
    """Every member of one part is broken in turn; what is found in the other parts stays."""
    version, kind, ome = judged(case)
    parts = [part for part in PARTS[kind] if _members(ome, part)]
    for one in parts:
        for other in parts:
            for key in _members(ome, other) if one != other else ():
                assert_partial(REGISTRY, version, ome, one, other, Change("replace", (*other, key), [None]))


def _members(ome: Any, part: tuple[str | int, ...]) -> list[Any]:
    try:
        value = value_at(ome, part)
    except (LookupError, TypeError):
        return []
    return list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []


HASHED = """
import sys
from test_guarantees_official import CASES, REGISTRY, document_of
from ngff_core.report.formats.json import render
from ngff_core import check_object
reports = [check_object(document_of(case), registry=REGISTRY) for case in CASES]
sys.stdout.writelines(render(reports, {}))
"""


def test_the_same_input_gives_the_same_bytes_whatever_the_order_of_sets() -> None:
    tests = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paths = os.pathsep.join(os.path.join(tests, name) for name in ("integration/suites", "data", "support"))
    outputs = [
        subprocess.run(
            [sys.executable, "-c", HASHED],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 10_000
