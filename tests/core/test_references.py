"""Every reference in the source leads somewhere: a name that is only looked up when it is used is not found by mypy."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import ngff_core
from ngff_core.references import Reference

PACKAGES = ["ngff_core", *(f"ngff_v0{n}" for n in range(1, 7)), "ngff_remote"]
EXTRAS = ("zarr", "numpy", "tensorstore", "obstore", "fsspec", "pytest", "hypothesis")


def references() -> Iterator[tuple[str, str]]:
    """Yield the modules and the references that stand in them."""
    installed = {info.name for info in pkgutil.iter_modules()}
    for package in PACKAGES:
        if package not in installed:
            continue
        folder = Path(next(iter(importlib.import_module(package).__path__)))
        for file in sorted(folder.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reference":
                    for argument in node.args[:1]:
                        if isinstance(argument, ast.Constant):
                            yield f"{package}/{file.relative_to(folder).as_posix()}", argument.value


REFERENCES = sorted(set(references()))


def test_there_are_references() -> None:
    assert len(REFERENCES) > 10
    assert ngff_core.__name__ in {home.split("/")[0] for home, _ in REFERENCES}


@pytest.mark.parametrize(("home", "target"), REFERENCES, ids=[f"{home}-{target}" for home, target in REFERENCES])
def test_it_can_be_loaded(home: str, target: str) -> None:
    try:
        assert Reference(target).load() is not None
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in EXTRAS:
            raise
        pytest.skip(f"{error.name} is not installed")
