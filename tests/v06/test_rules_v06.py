"""The rules of 0.6: their examples, and that none of the catalogue is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue import answered, entries, levels_that_differ

from ngff_core.plugins import Registry, discover
from ngff_core.testing import ExampleCase, example_cases

VERSION = "0.6"
REGISTRY = Registry(found=[found for found in discover() if found[0].distribution == "ngff-v06"])
RULES = REGISTRY.rules(VERSION)

# entries of the catalogue that nothing answers for, each with the reason
EXCEPTIONS: dict[str, str] = {}


@pytest.mark.parametrize("case", example_cases(RULES, VERSION, REGISTRY), ids=str)
def test_examples(case: ExampleCase) -> None:
    case.check()


def test_every_entry_of_the_catalogue_is_answered_for(shared: Path) -> None:
    wanted = entries(shared, VERSION)
    left_out = wanted.keys() - answered(REGISTRY, VERSION).keys()
    assert left_out == EXCEPTIONS.keys()


def test_requirements_are_those_of_the_catalogue(shared: Path) -> None:
    assert levels_that_differ(shared, REGISTRY, VERSION) == {}


def test_every_rule_explains_itself() -> None:
    for rule in RULES:
        assert rule.summary.endswith("."), rule.id
        assert rule.section or REGISTRY.spec(VERSION).section_of(rule.id), rule.id


def test_no_rule_stands_twice() -> None:
    ids = [name for rule in RULES for name in (rule.id, *rule.aliases)]
    assert len(ids) == len(set(ids))
