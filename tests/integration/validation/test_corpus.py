"""Stores with one defect each: one run says exactly what is wrong, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES
from corpus import CASES, ROWS, UNREACHABLE, VERSIONS, Case, Found

from ngff_core import check_store
from ngff_core.hierarchy import ArrayNode, GroupNode
from ngff_core.plugins import default_registry
from ngff_core.report import Report

BOTH = [(case, version) for case in CASES for version in case.found]


def findings(report: Report) -> Counter[Found]:
    return Counter(Found(i.entry or i.rule, i.severity.value, i.node, i.pointer) for i in report.issues)


def expected(case: Case, version: str) -> Counter[Found]:
    return Counter(case.expected(version))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", BASES)
def test_undamaged_hierarchies_are_clean(name: str, version: str, tmp_path: Path) -> None:
    report = check_store(BASES[name](version).write(tmp_path))
    assert report.issues == []
    assert (report.status, report.version) == ("valid", version)
    assert report.exit_code(strict=True) == 0


@pytest.mark.parametrize(("case", "version"), BOTH, ids=[f"{case.name}-{version}" for case, version in BOTH])
def test_one_defect(case: Case, version: str, tmp_path: Path) -> None:
    tree = BASES[case.base](version)
    case.damage(tree)
    report = check_store(tree.write(tmp_path / case.folder))
    assert findings(report) == expected(case, version)
    assert report.exit_code() == case.exit_code[version]


def test_names_are_unique() -> None:
    assert [name for name, number in Counter(case.name for case in CASES).items() if number > 1] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_rule_on_the_hierarchy_has_a_case(version: str) -> None:
    shown = {f.id for case in CASES for f in case.found.get(version, ())}
    rules = default_registry().rules(version)
    assert sorted(r.id for r in rules if r.on in (GroupNode, ArrayNode) and r.id not in shown) == []


def test_every_deviation_seen_in_real_data_has_a_case() -> None:
    shown = {row for case in CASES for row in case.rows}
    assert sorted(set(ROWS) - shown - UNREACHABLE.keys()) == []
    assert sorted(shown & UNREACHABLE.keys()) == []


def test_the_numbers_are_those_of_the_list(shared: Path) -> None:
    text = (shared / "spec" / "deviations.md").read_text(encoding="utf-8")
    assert list(ROWS) == [int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
