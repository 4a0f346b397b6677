"""Specs, kinds and migrations are plain values: they travel to other processes and come back equal."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from ngff_core.plugins import default_registry
from ngff_core.references import Reference
from ngff_core.spec import Child, Claim, Kind, Spec

REGISTRY = default_registry()
SPECS = list(REGISTRY.specs.values())
KINDS = [pytest.param(kind, id=f"{spec.version}-{kind.name}") for spec in SPECS for kind in spec.kinds]
MIGRATIONS = REGISTRY.migrations()
LOAD = "import pickle, sys; print(pickle.load(sys.stdin.buffer).version, *sorted(sys.modules))"


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.version)
def test_specs(spec: Spec) -> None:
    assert pickle.loads(pickle.dumps(spec)) == spec


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind: Kind) -> None:
    copy = pickle.loads(pickle.dumps(kind))
    assert copy == kind
    assert copy.load() is kind.load()


@pytest.mark.parametrize("step", MIGRATIONS, ids=lambda step: f"{step.source}-{step.target}")
def test_migrations(step: object) -> None:
    assert pickle.loads(pickle.dumps(step)) == step


def test_children_and_claims() -> None:
    for value in (Child("0", "array", optional=True), Claim({"a": 1}, ("ome",), "0.5", True)):
        assert pickle.loads(pickle.dumps(value)) == value


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.version)
def test_a_spec_is_read_without_its_models_and_rules(spec: Spec) -> None:
    out = subprocess.run([sys.executable, "-c", LOAD], input=pickle.dumps(spec), capture_output=True, check=True)
    version, *modules = out.stdout.decode().split()
    assert version == spec.version
    assert not [name for name in modules if name.startswith(("ngff_core.models", "ngff_core.rules"))]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.version)
def test_every_reference_of_a_spec_can_be_loaded(spec: Spec) -> None:
    loads = [spec.accepts, spec.resembles, spec.confirms, spec.write_example, spec.document, spec.attributes]
    for kind in spec.kinds:
        loads += [kind.model, kind.children]
    references = [value for value in loads if isinstance(value, Reference)]
    assert references
    assert all(callable(reference.load()) for reference in references)
