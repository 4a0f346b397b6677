"""The rules of 0.4: their examples, and that none of the catalogue is left out."""

from __future__ import annotations

from pathlib import Path

from catalogue import answered, entries, levels_that_differ
from subjects import registry_of

from ngff_core.testing.suite import rule_tests

VERSION = "0.4"
REGISTRY = registry_of(VERSION)

# entries of the catalogue that nothing answers for, each with the reason
EXCEPTIONS: dict[str, str] = {}


globals().update(rule_tests(REGISTRY, VERSION))


def test_every_entry_of_the_catalogue_is_answered_for(shared: Path) -> None:
    wanted = entries(shared, VERSION)
    left_out = wanted.keys() - answered(REGISTRY, VERSION).keys()
    assert left_out == EXCEPTIONS.keys()


def test_requirements_are_those_of_the_catalogue(shared: Path) -> None:
    assert levels_that_differ(shared, REGISTRY, VERSION) == {}
