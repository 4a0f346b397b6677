"""Every rule can be found by the name of its function: in an editor, by searching, and when it is unpickled."""

from __future__ import annotations

import importlib

import pytest

from ngff_core.checking.rule import Rule
from ngff_core.plugins import default_registry

REGISTRY = default_registry()


@pytest.mark.parametrize("version", REGISTRY.specs)
def test_every_rule_is_at_home_in_its_module(version: str) -> None:
    rules = list(REGISTRY.rules_for(version, "archive"))
    for kind in (None, *(kind.name for kind in REGISTRY.spec(version).kinds)):
        rules += REGISTRY.rules_for(version, kind)
    lost = []
    for rule in rules:
        home = getattr(importlib.import_module(rule.check.__module__), rule.check.__qualname__, None)
        if not isinstance(home, Rule) or home.check is not rule.check:
            lost.append((rule.id, rule.check.__module__, rule.check.__qualname__))
    assert lost == []
